//! The cache that threads and tasks share.

mod builder;
mod call_key;
mod claim;
mod flight;
mod hits;
#[cfg(all(test, shuttle))]
mod model;
mod parts;
mod scope;
mod shard;
mod sync;
mod ticket;
mod tower;
mod waits;
#[cfg(all(feature = "rayon", not(shuttle)))]
mod worker;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub use self::builder::SharedCacheBuilder;
pub use self::claim::SharedClaim;
use self::parts::Parts;
pub(crate) use self::scope::Polled;
use self::shard::Shard;
pub use self::ticket::Ticket;
use self::waits::Waits;
use crate::clock::Tick;
use crate::entries::is_made;
use crate::generation::Target;
use crate::limits::Weigher;
use crate::manager::Fresh;
use crate::name::Name;
use crate::namespaces::Owners;
use crate::reading::{Reading, TimeSource};
use crate::values::{Held, Leaving, is_plain, offer};
use crate::{CacheManager, CacheStats, SetOptions};

/// A tagged cache in memory that threads and tasks share.
///
/// It does what a [`CacheManager`] does, behind `&self`; a clone is the same cache. Pass it as `&SharedCache`, or a clone
/// of it, to [`#[cached]`](crate::cached) functions, synchronous and asynchronous ones alike. A call that misses while
/// another call computes the same result waits for it: one computation for each key at a time.
///
/// - Nothing of the cache is locked while a body runs, nor while code of yours clones or drops a value.
/// - If the body fails, those who wait get a clone of its error if it is `Clone + Send + Sync + 'static`; else, or if the
///   body panics or its future is dropped, the first of them computes, and the others wait for that one.
/// - A result whose key, namespace or tag is evicted while it is computed is given to those who asked for it before that,
///   and not stored. Calls that begin after the eviction compute anew.
/// - A call from within the body that computes its own result runs without the cache
///   ([`CacheStats::reentrant_calls`]), and so does one that would close a circle of threads each of which waits for
///   the next in this cache. Other circles are not seen: of tasks whose bodies ask for each other's results, through a task
///   that a body spawns and joins, or through two caches. There, and where a task that computes may never be polled again,
///   set [`SharedCacheBuilder::wait_timeout`].
/// - Hits do not wait for each other: of the threads that look calls up, eight at a time have a part of a lock to themselves. What
///   stores or removes something locks all of it, in one of several parts of the cache, by the arguments of the call. Asking for an
///   entry by the text of a key that a call may have locks all parts for a moment, as evictions do.
/// - A worker of one of rayon's pools that waits may be the one that the computation waits for. With the feature `rayon`, a
///   worker waits for a second at most, or as long as `wait_timeout` says.
///
/// ```
/// use cache_runtime::{SharedCache, cached};
///
/// #[cached(namespace = "square", tag = "x")]
/// fn square(x: u64, cache: &SharedCache) -> u64 {
///     x * x
/// }
///
/// let cache = SharedCache::new();
/// std::thread::scope(|scope| {
///     for _ in 0..4 {
///         scope.spawn(|| assert_eq!(square(3, &cache), 9));
///     }
/// });
/// assert_eq!(cache.stats().stores, 1);
/// assert_eq!(cache.evict_tag("3"), 1);
/// ```
#[derive(Clone)]
pub struct SharedCache(Arc<Inner>);

struct Inner {
    parts: Parts,
    clock: TimeSource,
    /// Whether a value has had a time to live: else calls need not know what time it is.
    expire: AtomicBool,
    wait_timeout: Option<Duration>,
    waits: Waits,
    weigher: Option<Weigher>,
    traces_arguments: bool,
    is_disabled: bool,
}

#[expect(clippy::must_use_candidate, reason = "how many entries were removed need not matter")]
impl SharedCache {
    /// An empty cache on the system's monotonic clock.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A cache that never stores anything, and lets no call wait: the same program, uncached.
    #[must_use]
    pub fn disabled() -> Self {
        Self::of(CacheManager::disabled(), [], None)
    }

    /// Configures a cache.
    ///
    /// ```
    /// use std::time::Duration;
    /// use cache_runtime::{ManualClock, SharedCache};
    ///
    /// let cache = SharedCache::builder().clock(ManualClock::new()).wait_timeout(Duration::from_secs(60)).build();
    /// assert!(cache.is_empty());
    /// ```
    pub fn builder() -> SharedCacheBuilder {
        SharedCacheBuilder::new()
    }

    /// A clone of the value under `key`, if there is a live one of type `V`. Counts as a hit or a miss. O(1).
    ///
    /// ```
    /// # use cache_runtime::{SetOptions, SharedCache};
    /// let cache = SharedCache::new();
    /// cache.set("demo", vec![7u8], SetOptions::default());
    /// assert_eq!(cache.get("demo"), Some(vec![7u8]));
    /// assert_eq!(cache.get::<String>("demo"), None);
    /// ```
    #[must_use]
    pub fn get<V: Clone + Send + Sync + 'static>(&self, key: impl AsRef<str>) -> Option<V> {
        let key = key.as_ref();
        let name = Name::Text(key);
        let read = self.0.glance();
        if let Some(shard) = self.0.parts.read_text(key)
            && let Some(value) = shard.look_up_text::<V>(key, read).map(Held::leave)
        {
            drop(shard);
            return Some(value.into_value());
        }
        let value = self.0.parts.at_text(key, |shard| {
            let found = shard.manager.leaving_value::<V>(name, shard.manager.entries.hash(name), 0, false);
            found.map_err(|miss| shard.manager.count(name, miss)).ok()
        });
        value.map(Leaving::into_value)
    }

    /// Stores `value` under `key`, in place of what was there. See [`CacheManager::set`]; O(1) for each tag, amortized.
    pub fn set<V: Send + Sync + 'static>(&self, key: impl AsRef<str>, value: V, options: SetOptions) {
        let key = key.as_ref();
        let name = Name::Text(key);
        offer(
            || value,
            is_plain::<V>(),
            |offer| {
                let fresh = Fresh { name, offer, instance: 0, looked_up: None };
                // A weigher is a user's code, so nothing is locked yet.
                let weight = fresh.weigh(&options, self.0.weigher.as_ref()).weight;
                self.0.expect(&options);
                let now = self.0.read_clock();
                self.0.parts.at_text(key, |shard| {
                    self.0.parts.expect_orphan(key);
                    let now = CacheManager::note(&mut shard.manager.now, now);
                    shard.manager.store(fresh, options.weight(weight), now);
                });
            },
        );
    }

    /// Whether there is a live entry under `key`, of whatever type. Counts as nothing. O(1).
    #[must_use]
    pub fn contains(&self, key: impl AsRef<str>) -> bool {
        let key = key.as_ref();
        let read = self.0.glance();
        match self.0.parts.read_text(key) {
            Some(shard) => shard.contains_text(key, read),
            None => self.0.parts.at_text(key, |shard| shard.manager.contains(key)),
        }
    }

    /// Removes every entry that carries `tag`; the number of live ones among them. O(entries with that tag, and
    /// computations under way).
    ///
    /// Results that are being computed now and carry the tag are not stored when they are finished, and calls that begin
    /// after this returns do not wait for them.
    pub fn evict_tag(&self, tag: &str) -> usize {
        let now = self.0.read_clock();
        self.0.parts.everywhere_at_once(|shard| {
            shard.tower().detach(|flight| flight.may_carry(tag));
            shard.manager.evict_at(Target::Tag(tag), now)
        })
    }

    /// Removes every entry whose key has this namespace, of any version; the number of live ones among them. The same
    /// goes for results that are being computed now. O(entries of that namespace, and computations under way).
    pub fn evict_namespace(&self, namespace: &str) -> usize {
        let now = self.0.read_clock();
        self.0.parts.everywhere_at_once(|shard| {
            shard.tower().detach(|flight| *flight.key.family.namespace == *namespace);
            shard.manager.evict_at(Target::Namespace(namespace), now)
        })
    }

    /// Removes the entry under `key`; whether there was a live one. The same goes for a result that is being computed
    /// now. O(1).
    pub fn delete_key(&self, key: impl AsRef<str>) -> bool {
        let (key, now) = (key.as_ref(), self.0.read_clock());
        let target = Target::Key(key);
        if !is_made(key) {
            return self.0.parts.at_text(key, |shard| shard.manager.evict_at(target, now)) == 1;
        }
        let deleted = self.0.parts.everywhere_at_once(|shard| {
            shard.tower().detach(|flight| flight.key.name().to_cache_key().as_str() == key);
            shard.manager.evict_at(target, now)
        });
        deleted > 0
    }

    /// Removes every entry. The same goes for results that are being computed now.
    pub fn clear(&self) {
        let now = self.0.read_clock();
        self.0.parts.everywhere_at_once(|shard| {
            shard.tower().detach(|_| true);
            shard.manager.clear_at(now);
            self.0.parts.forget_orphans();
            0
        });
    }

    /// Removes the entry under `key` if it has expired; whether it did. O(1).
    pub fn purge_if_expired(&self, key: impl AsRef<str>) -> bool {
        self.0.parts.at_text(key.as_ref(), |shard| shard.manager.purge_if_expired(key.as_ref()))
    }

    /// Removes every entry that has expired and is still held; their number. See
    /// [`CacheManager::purge_expired_entries`].
    pub fn purge_expired_entries(&self) -> usize {
        let now = self.0.read_clock();
        self.0.parts.everywhere(|shard| shard.manager.purge_at(now))
    }

    /// Bytes that the entries take, shallow. See [`CacheManager::estimate_size_bytes`].
    #[must_use]
    pub fn estimate_size_bytes(&self) -> usize {
        self.0.parts.everywhere(|shard| shard.manager.estimate_size_bytes())
    }

    /// What the cache has done and holds, after purging expired entries. Other threads may use it meanwhile, so the
    /// numbers need not all be of one moment.
    #[must_use]
    pub fn stats(&self) -> CacheStats {
        let (mut stats, now) = (CacheStats::default(), self.0.read_clock());
        self.0.parts.everywhere(|shard| {
            shard.enter_counts();
            stats.add(&shard.manager.stats_at(now));
            0
        });
        // A namespace's mean is that of all its parts.
        let saved = self.stats_by_namespace().into_values().map(|stats| stats.time_saved);
        CacheStats { time_saved: saved.fold(Duration::ZERO, Duration::saturating_add), ..stats }
    }

    /// The same for each namespace, by its name. See [`CacheManager::stats_by_namespace`].
    #[must_use]
    pub fn stats_by_namespace(&self) -> BTreeMap<String, CacheStats> {
        let (mut all, now) = (BTreeMap::<String, CacheStats>::new(), self.0.read_clock());
        self.0.parts.everywhere(|shard| {
            shard.enter_counts();
            for (name, stats) in shard.manager.stats_by_namespace_at(now) {
                all.entry(name).or_default().add(&stats);
            }
            0
        });
        all.into_iter().map(|(name, stats)| (name, stats.estimated())).collect()
    }

    /// The number of live entries.
    #[must_use]
    pub fn len(&self) -> usize {
        let now = self.0.read_clock();
        self.0.parts.everywhere(|shard| shard.manager.len_at(now))
    }

    /// Whether there is no live entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many computations are under way that a call could wait for.
    ///
    /// ```
    /// # use cache_runtime::{SharedCache, cached};
    /// #[cached(namespace = "count")]
    /// fn count(cache: &SharedCache) -> usize {
    ///     cache.in_flight()
    /// }
    ///
    /// let cache = SharedCache::new();
    /// assert_eq!(count(&cache), 1);
    /// assert_eq!(cache.in_flight(), 0);
    /// ```
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.0.parts.everywhere(|shard| shard.tower().len())
    }

    /// A cache of these parts, of which there is at least one.
    fn of(first: CacheManager, others: impl IntoIterator<Item = CacheManager>, wait_timeout: Option<Duration>) -> Self {
        let owners = Arc::default();
        // One for all parts, so that they agree on what time it is.
        let clock = first.clock.clone().monotonic();
        let shard = |mut manager: CacheManager| {
            manager.owners = Owners::among(&owners);
            manager.clock = clock.clone();
            Shard::new(manager)
        };
        Self(Arc::new(Inner {
            clock: clock.clone(),
            expire: AtomicBool::new(false),
            weigher: first.limits.weigher.clone(),
            traces_arguments: first.traces_arguments,
            is_disabled: first.is_disabled(),
            parts: Parts::new(shard(first), others.into_iter().map(shard)),
            wait_timeout,
            waits: Waits::default(),
        }))
    }
}

impl Inner {
    /// Notes whether a value that is about to be stored expires.
    fn expect(&self, options: &SetOptions) {
        if options.ttl.is_some() && !self.expire.load(Ordering::Relaxed) {
            self.expire.store(true, Ordering::Relaxed);
        }
    }

    /// What the clock shows. Nothing that a user could drop is in a locked part meanwhile, should it panic.
    fn read_clock(&self) -> Tick {
        self.clock.read()
    }

    /// The same as well as it can be told cheaply, if that matters to a call that looks for a value.
    #[inline]
    fn glance(&self) -> Reading {
        if self.expire.load(Ordering::Relaxed) { self.clock.glance() } else { Reading::NONE }
    }
}

impl Default for SharedCache {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for SharedCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedCache")
            .field("parts", &self.0.parts.len())
            .field("len", &self.len())
            .field("in_flight", &self.in_flight())
            .finish_non_exhaustive()
    }
}
