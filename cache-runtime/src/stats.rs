//! What a cache has done.

use std::time::Duration;

use crate::RemovalCause;

/// What a cache has done since it was made, and what it holds.
///
/// [`CacheManager::stats`](crate::CacheManager::stats) takes it after purging expired entries, so `num_entries` and
/// `size_bytes` are those of live ones. Clearing a cache does not reset its counters.
///
/// ```
/// use cache_runtime::{CacheManager, SetOptions};
///
/// let mut cache = CacheManager::new();
/// cache.set("demo", 1, SetOptions::default());
/// cache.get::<i32>("demo");
/// cache.get::<i32>("other");
/// let stats = cache.stats();
/// assert_eq!((stats.hits, stats.misses, stats.num_entries), (1, 1, 1));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheStats {
    /// Look-ups that found a value.
    pub hits: u64,
    /// Look-ups that did not, for whatever reason; [`key_errors`](Self::key_errors),
    /// [`type_mismatches`](Self::type_mismatches) and [`namespace_conflicts`](Self::namespace_conflicts) are among them.
    pub misses: u64,
    /// Misses of values whose time to live had passed, and which were still held.
    pub expired_misses: u64,
    /// Bytes that the live entries take, shallow: see
    /// [`estimate_size_bytes`](crate::CacheManager::estimate_size_bytes).
    pub size_bytes: usize,
    /// Live entries.
    pub num_entries: usize,
    /// Values stored.
    pub stores: u64,
    /// Calls whose body failed and that returned a value whose time to live had passed:
    /// [`SetOptions::stale_if_error`](crate::SetOptions::stale_if_error).
    pub stale_served: u64,
    /// Values not stored although that was asked for: their time to live was zero, a tag of theirs could not be
    /// displayed, they alone are more than the cache may hold, or the cache is disabled.
    pub refused_stores: u64,
    /// Results not stored because their key, their namespace, one of their tags or the whole cache was evicted while
    /// they were being computed.
    pub stale_results: u64,
    /// Entries removed by tag, by namespace, by key or by clearing the cache: the sum of the next four.
    pub evictions: u64,
    /// Entries removed by one of their tags.
    pub tag_evictions: u64,
    /// Entries removed by their namespace.
    pub namespace_evictions: u64,
    /// Entries removed by their key.
    pub key_evictions: u64,
    /// Entries removed because the cache was cleared.
    pub clear_evictions: u64,
    /// Entries that made place for another value under their key.
    pub replacements: u64,
    /// Entries removed because the cache was full.
    pub capacity_evictions: u64,
    /// Entries removed because their time to live had passed.
    pub expirations: u64,
    /// Calls that waited for another call which computed the same result, in a
    /// [`SharedCache`](crate::CacheStats#structfield.coalesced). They are neither hits nor misses, unless they had to
    /// compute it themselves after all.
    pub coalesced: u64,
    /// Calls from within the body that computes the same result: they ran without the cache, rather than wait for
    /// themselves.
    pub reentrant_calls: u64,
    /// Calls that waited longer than the cache's `wait_timeout`, and then ran without the cache.
    pub wait_timeouts: u64,
    /// Calls whose key could not be made ([`KeyError`](crate::KeyError)): they ran without the cache.
    pub key_errors: u64,
    /// Look-ups that found a value of another type than the one asked for.
    pub type_mismatches: u64,
    /// Calls of a function whose default namespace another function came by first: they ran without the cache. Name
    /// one of the two: `#[cached(namespace = "…")]`.
    pub namespace_conflicts: u64,
    /// Bodies that ran to their end after a miss.
    pub bodies: u64,
    /// The time that they took in all, those of other cached functions that they call included.
    pub body_time: Duration,
    /// An estimate of the time that hits, and calls that waited for another, have saved: that many times the mean of
    /// [`body_time`](Self::body_time), namespace by namespace.
    pub time_saved: Duration,
}

/// What came of a look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LookupOutcome {
    /// The value was there.
    Hit,
    /// There was nothing under the key.
    Absent,
    /// There was, but its time to live had passed.
    Expired,
    /// There was a value of another type, or of another instance of a generic function.
    OtherType,
    /// The call was to compute anew (`refresh = …`).
    Refreshed,
    /// Another call was computing the result, so this one waited (in a `SharedCache`).
    Waited,
    /// The body was asking for its own result, so it ran without the cache (in a `SharedCache`).
    Reentrant,
    /// The key could not be made, so the call ran without the cache.
    KeyError,
    /// Another function has the same default namespace, so the call ran without the cache.
    NamespaceConflict,
    /// The cache is disabled, or the call was not to use it (`enabled = …`).
    Bypassed,
}

impl LookupOutcome {
    /// A short name, as for a label: `hit`, `absent`, `expired`, …
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Absent => "absent",
            Self::Expired => "expired",
            Self::OtherType => "other_type",
            Self::Refreshed => "refreshed",
            Self::Waited => "waited",
            Self::Reentrant => "reentrant",
            Self::KeyError => "key_error",
            Self::NamespaceConflict => "namespace_conflict",
            Self::Bypassed => "bypassed",
        }
    }

    /// The counters that it counts in, by their numbers among all, for whoever records metrics.
    #[cfg(feature = "metrics")]
    pub(crate) fn counters(self) -> &'static [usize] {
        match self {
            Self::Hit => &[0],
            Self::Absent => &[1],
            Self::Expired => &[1, 2],
            Self::OtherType => &[1, 3],
            Self::Refreshed => &[4],
            Self::Waited => &[5],
            Self::Reentrant => &[1, 6],
            Self::KeyError => &[1, 7],
            Self::NamespaceConflict => &[1, 8],
            Self::Bypassed => &[9],
        }
    }
}

impl CacheStats {
    /// Adds what another part of the same cache has done and holds.
    pub(crate) fn add(&mut self, other: &Self) {
        self.hits += other.hits;
        self.misses += other.misses;
        self.expired_misses += other.expired_misses;
        self.size_bytes += other.size_bytes;
        self.num_entries += other.num_entries;
        self.stores += other.stores;
        self.stale_served += other.stale_served;
        self.refused_stores += other.refused_stores;
        self.stale_results += other.stale_results;
        self.evictions += other.evictions;
        self.tag_evictions += other.tag_evictions;
        self.namespace_evictions += other.namespace_evictions;
        self.key_evictions += other.key_evictions;
        self.clear_evictions += other.clear_evictions;
        self.replacements += other.replacements;
        self.capacity_evictions += other.capacity_evictions;
        self.expirations += other.expirations;
        self.coalesced += other.coalesced;
        self.reentrant_calls += other.reentrant_calls;
        self.wait_timeouts += other.wait_timeouts;
        self.key_errors += other.key_errors;
        self.type_mismatches += other.type_mismatches;
        self.namespace_conflicts += other.namespace_conflicts;
        self.bodies += other.bodies;
        self.body_time = self.body_time.saturating_add(other.body_time);
        self.time_saved = self.time_saved.saturating_add(other.time_saved);
    }

    /// The same, with what is estimated from it.
    pub(crate) fn estimated(mut self) -> Self {
        let mean = self.body_time.as_nanos() / u128::from(self.bodies.max(1));
        let saved = mean.saturating_mul(u128::from(self.hits + self.coalesced));
        self.time_saved = Duration::from_nanos(u64::try_from(saved).unwrap_or(u64::MAX));
        self
    }

    pub(crate) fn count(&mut self, outcome: LookupOutcome) {
        match outcome {
            LookupOutcome::Hit => self.hits += 1,
            LookupOutcome::Waited => self.coalesced += 1,
            LookupOutcome::Refreshed | LookupOutcome::Bypassed => {}
            LookupOutcome::Absent => self.misses += 1,
            LookupOutcome::Expired => {
                self.misses += 1;
                self.expired_misses += 1;
            }
            LookupOutcome::OtherType => {
                self.misses += 1;
                self.type_mismatches += 1;
            }
            LookupOutcome::Reentrant => {
                self.misses += 1;
                self.reentrant_calls += 1;
            }
            LookupOutcome::KeyError => {
                self.misses += 1;
                self.key_errors += 1;
            }
            LookupOutcome::NamespaceConflict => {
                self.misses += 1;
                self.namespace_conflicts += 1;
            }
        }
    }

    pub(crate) fn count_removal(&mut self, cause: RemovalCause) {
        let evictions = match cause {
            RemovalCause::Replaced => return self.replacements += 1,
            RemovalCause::Expired => return self.expirations += 1,
            RemovalCause::Capacity => return self.capacity_evictions += 1,
            RemovalCause::Tag => &mut self.tag_evictions,
            RemovalCause::Namespace => &mut self.namespace_evictions,
            RemovalCause::Key => &mut self.key_evictions,
            RemovalCause::Clear => &mut self.clear_evictions,
        };
        *evictions += 1;
        self.evictions += 1;
    }

    /// One more entry of that size is held.
    pub(crate) fn hold(&mut self, size_bytes: usize) {
        self.num_entries += 1;
        self.size_bytes += size_bytes;
    }

    /// One fewer.
    pub(crate) fn release(&mut self, size_bytes: usize) {
        self.num_entries -= 1;
        self.size_bytes -= size_bytes;
    }

    /// A body has run to its end.
    pub(crate) fn count_body(&mut self, took: Duration) {
        self.bodies += 1;
        self.body_time = self.body_time.saturating_add(took);
    }
}
