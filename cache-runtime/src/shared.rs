//! The cache that threads and tasks share.

mod builder;
mod claim;
mod flight;
#[cfg(all(test, shuttle))]
mod model;
mod scope;
mod shard;
mod sync;
mod ticket;
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
pub(crate) use self::scope::Polled;
use self::shard::Shard;
use self::sync::{Mutex, MutexGuard, lock};
pub use self::ticket::Ticket;
use self::waits::Waits;
use crate::entries::is_made;
use crate::entry::Stored;
use crate::fingerprint::Seed;
use crate::limits::Weigher;
use crate::name::{Key, Name};
use crate::namespaces::Owners;
use crate::removed::Removed;
use crate::{CacheManager, CacheStats, SetOptions};

/// A tagged cache in memory that threads and tasks share.
///
/// It does what a [`CacheManager`] does, behind `&self`; a clone is the same cache. Pass it as `&SharedCache`, or a clone
/// of it, to [`#[cached]`](crate::cached) functions, synchronous and asynchronous ones alike. A call that misses while
/// another call computes the same result waits for it: one computation for each key at a time.
///
/// - Nothing of the cache is locked while a body runs, nor while a value is cloned or dropped.
/// - If the body fails, those who wait get a clone of its error if it is `Clone + Send + Sync + 'static`; else, or if the
///   body panics or its future is dropped, the first of them computes, and the others wait for that one.
/// - A result whose key, namespace or tag is evicted while it is computed is given to those who asked for it before that,
///   and not stored. Calls that begin after the eviction compute anew.
/// - A call from within the body that computes its own result runs without the cache
///   ([`CacheStats::reentrant_calls`]), and so does one that would close a circle of threads each of which waits for
///   the next in this cache. Other circles are not seen: of tasks whose bodies ask for each other's results, through a task
///   that a body spawns and joins, or through two caches. There, and where a task that computes may never be polled again,
///   set [`SharedCacheBuilder::wait_timeout`].
/// - Its parts are locked one by one, by the arguments of calls. Asking for an entry by the text of a key that a call may have
///   locks all of them for a moment, as evictions do.
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
    shards: Box<[Mutex<Shard>]>,
    seed: Seed,
    wait_timeout: Option<Duration>,
    waits: Waits,
    weigher: Option<Weigher>,
    traces_arguments: bool,
    /// Whether a value was set by hand under a key that a call may have, since the cache was cleared.
    has_orphans: AtomicBool,
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
        Self::of([CacheManager::disabled()], None)
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
        let name = Name::Text(key.as_ref());
        let value = self.at_text(key.as_ref(), |shard| {
            let found = shard.manager.shared_value::<V>(name, 0, false);
            found.map_err(|miss| shard.manager.count(name, miss)).ok()
        });
        value?.downcast_ref::<V>().cloned()
    }

    /// Stores `value` under `key`, in place of what was there. See [`CacheManager::set`]; O(1) for each tag, amortized.
    pub fn set<V: Send + Sync + 'static>(&self, key: impl AsRef<str>, value: V, options: SetOptions) {
        let key = key.as_ref();
        let mut stored = Stored::new(Key::Text(key.into()), Arc::new(value));
        // A weigher is a user's code, so nothing is locked yet.
        let weight = stored.weigh(&options, self.0.weigher.as_ref());
        self.at_text(key, |shard| {
            // While the shard of whatever call has this key is locked: calls look for the value only if this says so.
            if is_made(key) {
                self.0.has_orphans.store(true, Ordering::SeqCst);
            }
            let now = shard.manager.read_clock();
            shard.manager.store(stored, options.weight(weight), now);
        });
    }

    /// Whether there is a live entry under `key`, of whatever type. Counts as nothing. O(1).
    #[must_use]
    pub fn contains(&self, key: impl AsRef<str>) -> bool {
        self.at_text(key.as_ref(), |shard| shard.manager.contains(key.as_ref()))
    }

    /// Removes every entry that carries `tag`; the number of live ones among them. O(entries with that tag, and
    /// computations under way).
    ///
    /// Results that are being computed now and carry the tag are not stored when they are finished, and calls that begin
    /// after this returns do not wait for them.
    pub fn evict_tag(&self, tag: &str) -> usize {
        self.everywhere_at_once(|shard| {
            shard.detach(|_, flight| flight.may_carry(tag));
            shard.manager.evict_tag(tag)
        })
    }

    /// Removes every entry whose key has this namespace, of any version; the number of live ones among them. The same
    /// goes for results that are being computed now. O(entries of that namespace, and computations under way).
    pub fn evict_namespace(&self, namespace: &str) -> usize {
        self.everywhere_at_once(|shard| {
            shard.detach(|key, _| key.namespace() == Some(namespace));
            shard.manager.evict_namespace(namespace)
        })
    }

    /// Removes the entry under `key`; whether there was a live one. The same goes for a result that is being computed
    /// now. O(1).
    pub fn delete_key(&self, key: impl AsRef<str>) -> bool {
        let key = key.as_ref();
        if !is_made(key) {
            return self.at_text(key, |shard| shard.manager.delete_key(key));
        }
        let deleted = self.everywhere_at_once(|shard| {
            shard.detach(|flown, _| flown.to_cache_key().as_str() == key);
            usize::from(shard.manager.delete_key(key))
        });
        deleted > 0
    }

    /// Removes every entry. The same goes for results that are being computed now.
    pub fn clear(&self) {
        self.everywhere_at_once(|shard| {
            shard.detach(|_, _| true);
            shard.manager.clear();
            // Nobody can set a value meanwhile.
            self.0.has_orphans.store(false, Ordering::SeqCst);
            0
        });
    }

    /// Removes the entry under `key` if it has expired; whether it did. O(1).
    pub fn purge_if_expired(&self, key: impl AsRef<str>) -> bool {
        self.at_text(key.as_ref(), |shard| shard.manager.purge_if_expired(key.as_ref()))
    }

    /// Removes every entry that has expired and is still held; their number. See
    /// [`CacheManager::purge_expired_entries`].
    pub fn purge_expired_entries(&self) -> usize {
        self.everywhere(|shard| shard.manager.purge_expired_entries())
    }

    /// Bytes that the entries take, shallow. See [`CacheManager::estimate_size_bytes`].
    #[must_use]
    pub fn estimate_size_bytes(&self) -> usize {
        self.everywhere(|shard| shard.manager.estimate_size_bytes())
    }

    /// What the cache has done and holds, after purging expired entries. Other threads may use it meanwhile, so the
    /// numbers need not all be of one moment.
    #[must_use]
    pub fn stats(&self) -> CacheStats {
        let mut stats = CacheStats::default();
        self.everywhere(|shard| {
            stats.add(&shard.manager.stats());
            0
        });
        // A namespace's mean is that of all its parts.
        let saved = self.stats_by_namespace().into_values().map(|stats| stats.time_saved);
        CacheStats { time_saved: saved.fold(Duration::ZERO, Duration::saturating_add), ..stats }
    }

    /// The same for each namespace, by its name. See [`CacheManager::stats_by_namespace`].
    #[must_use]
    pub fn stats_by_namespace(&self) -> BTreeMap<String, CacheStats> {
        let mut all = BTreeMap::<String, CacheStats>::new();
        self.everywhere(|shard| {
            for (name, stats) in shard.manager.stats_by_namespace() {
                all.entry(name).or_default().add(&stats);
            }
            0
        });
        all.into_iter().map(|(name, stats)| (name, stats.estimated())).collect()
    }

    /// The number of live entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.everywhere(|shard| shard.manager.len())
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
        self.everywhere(|shard| shard.in_flight())
    }

    fn of(managers: impl IntoIterator<Item = CacheManager>, wait_timeout: Option<Duration>) -> Self {
        let (owners, mut weigher) = (Arc::default(), None);
        let (mut traces_arguments, mut is_disabled) = (false, false);
        let shard = |mut manager: CacheManager| {
            manager.owners = Owners::among(&owners);
            weigher.clone_from(&manager.limits.weigher);
            traces_arguments = manager.traces_arguments;
            is_disabled = manager.is_disabled();
            Mutex::new(Shard::new(manager))
        };
        let shards = managers.into_iter().map(shard).collect();
        Self(Arc::new(Inner {
            shards,
            seed: Seed::random(),
            wait_timeout,
            waits: Waits::default(),
            weigher,
            traces_arguments,
            has_orphans: AtomicBool::new(false),
            is_disabled,
        }))
    }

    /// Does something to the shard of a call with these arguments. What that removes is dropped when it is no longer locked.
    fn at_call<R>(&self, arguments: &[u8], act: impl FnOnce(&mut Shard) -> R) -> R {
        self.at(self.0.place(arguments), act)
    }

    /// The same for a key.
    fn at_key<R>(&self, key: &Key, act: impl FnOnce(&mut Shard) -> R) -> R {
        match key {
            Key::Call(_, arguments) => self.at_call(arguments, act),
            Key::Text(text) => self.at_text(text.as_str(), act),
        }
    }

    /// The same for a text. What a call has stored, whose key prints so, may be in any shard.
    fn at_text<R>(&self, text: &str, act: impl FnOnce(&mut Shard) -> R) -> R {
        let place = self.0.place(text.as_bytes());
        if !is_made(text) || self.0.shards.len() == 1 {
            return self.at(place, act);
        }
        self.all_at_once(|shards| {
            // All that is held of one key is in one shard.
            let place = shards.iter().position(|shard| shard.manager.holds(text)).unwrap_or(place);
            match shards.get_mut(place) {
                Some(shard) => act(shard),
                None => act(&mut Shard::new(CacheManager::disabled())),
            }
        })
    }

    fn at<R>(&self, place: usize, act: impl FnOnce(&mut Shard) -> R) -> R {
        match self.0.shards.get(place) {
            Some(shard) => with(shard, act),
            // There is no such place, so this is only for the compiler.
            None => act(&mut Shard::new(CacheManager::disabled())),
        }
    }

    /// Does something to the shard of a call that is about to store, when it holds what was set by hand under the call's key.
    fn at_home<R>(&self, key: &Key, act: impl FnOnce(&mut Shard) -> R) -> R {
        let acted = self.at_key(key, |shard| {
            // Asked while the shard is locked: whoever sets a value from now on finds in it what is stored now.
            let has_orphans = self.0.has_orphans.load(Ordering::SeqCst);
            if has_orphans { Err(act) } else { Ok(act(shard)) }
        });
        acted.unwrap_or_else(|act| self.adopt(key, act))
    }

    /// Brings an entry that was set by hand under the key of a call to where the call looks for it, and goes on there.
    fn adopt<R>(&self, key: &Key, act: impl FnOnce(&mut Shard) -> R) -> R {
        let text = key.to_cache_key();
        let home = match key {
            Key::Call(_, arguments) => self.0.place(arguments),
            Key::Text(text) => self.0.place(text.as_str().as_bytes()),
        };
        self.all_at_once(|shards| {
            let mut others = shards.iter_mut().enumerate().filter(|(place, _)| *place != home);
            let handed_over = others.find_map(|(_, shard)| shard.manager.hand_over(text.as_str()));
            let mut nowhere = Shard::new(CacheManager::disabled());
            let shard = shards.get_mut(home).map_or(&mut nowhere, |shard| &mut **shard);
            if let Some(entry) = handed_over {
                shard.manager.take_over(entry, key.clone());
            }
            act(shard)
        })
    }

    /// Does something while all shards are locked. A body that began in one of them after it was evicted, and then read another
    /// one before that was, would store what it made of old data.
    fn everywhere_at_once(&self, act: impl FnMut(&mut Shard) -> usize) -> usize {
        self.all_at_once(|shards| shards.iter_mut().map(|shard| &mut **shard).map(act).sum())
    }

    fn all_at_once<R>(&self, act: impl FnOnce(&mut [MutexGuard<'_, Shard>]) -> R) -> R {
        let mut removed = Removed::default();
        let mut shards: Vec<_> = self.0.shards.iter().map(|shard| lock(shard)).collect();
        let result = act(&mut shards);
        for shard in &mut shards {
            removed.add(shard.manager.removed.take());
        }
        drop(shards);
        removed.settle();
        result
    }

    /// Does something to every shard in turn; the sum of what that gives.
    fn everywhere(&self, mut act: impl FnMut(&mut Shard) -> usize) -> usize {
        let mut removed = Removed::default();
        let mut sum = 0;
        for shard in &self.0.shards {
            let mut shard = lock(shard);
            sum += act(&mut shard);
            removed.add(shard.manager.removed.take());
        }
        // A user's code, which may panic, runs when all parts are done.
        removed.settle();
        sum
    }
}

impl Inner {
    /// Which shard is that of a call with these arguments, or of a text.
    fn place(&self, bytes: &[u8]) -> usize {
        usize::try_from(self.seed.hash(0, bytes) >> 32).unwrap_or(0) % self.shards.len().max(1)
    }
}

fn with<R>(shard: &Mutex<Shard>, act: impl FnOnce(&mut Shard) -> R) -> R {
    let mut shard = lock(shard);
    let result = act(&mut shard);
    if shard.manager.removed.are_none() {
        return result;
    }
    let removed = shard.manager.removed.take();
    drop(shard);
    removed.settle();
    result
}

impl Default for SharedCache {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for SharedCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedCache")
            .field("shards", &self.0.shards.len())
            .field("len", &self.len())
            .field("in_flight", &self.in_flight())
            .finish_non_exhaustive()
    }
}
