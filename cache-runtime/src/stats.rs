//! What a cache has done.

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
    /// Values not stored although that was asked for: their time to live was zero, a tag of theirs could not be
    /// displayed, they alone are more than the cache may hold, or the cache is disabled.
    pub refused_stores: u64,
    /// Results not stored because their key, their namespace, one of their tags or the whole cache was evicted while
    /// they were being computed.
    pub stale_results: u64,
    /// Entries removed by tag, by namespace, by key or by clearing the cache.
    pub evictions: u64,
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
}

/// Why a look-up finds nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Miss {
    Absent,
    Expired,
    OtherType,
}

impl CacheStats {
    /// Adds what another part of the same cache has done and holds.
    #[cfg(feature = "shared")]
    pub(crate) fn add(&mut self, other: &Self) {
        self.hits += other.hits;
        self.misses += other.misses;
        self.expired_misses += other.expired_misses;
        self.capacity_evictions += other.capacity_evictions;
        self.size_bytes += other.size_bytes;
        self.num_entries += other.num_entries;
        self.stores += other.stores;
        self.refused_stores += other.refused_stores;
        self.stale_results += other.stale_results;
        self.evictions += other.evictions;
        self.expirations += other.expirations;
        self.coalesced += other.coalesced;
        self.reentrant_calls += other.reentrant_calls;
        self.wait_timeouts += other.wait_timeouts;
        self.key_errors += other.key_errors;
        self.type_mismatches += other.type_mismatches;
        self.namespace_conflicts += other.namespace_conflicts;
    }

    pub(crate) fn count(&mut self, miss: Miss) {
        self.misses += 1;
        self.type_mismatches += u64::from(miss == Miss::OtherType);
        self.expired_misses += u64::from(miss == Miss::Expired);
    }

    pub(crate) fn count_removal(&mut self, cause: RemovalCause) {
        match cause {
            RemovalCause::Replaced => {}
            RemovalCause::Expired => self.expirations += 1,
            RemovalCause::Capacity => self.capacity_evictions += 1,
            RemovalCause::Tag | RemovalCause::Namespace | RemovalCause::Key | RemovalCause::Clear => {
                self.evictions += 1;
            }
        }
    }
}
