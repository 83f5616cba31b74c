//! The cache that a caller makes, passes and drops.

#[cfg(feature = "shared")]
mod hand_over;
mod holding;
mod looking_up;
mod removing;

pub(crate) use self::holding::{Fresh, LookedUp};

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::canonical::{Buffer, Form};
use crate::clock::Tick;
use crate::entries::Entries;
use crate::entry::CacheEntry;
use crate::family::Families;
use crate::generation::{Generations, Target};
use crate::ledger::Ledger;
use crate::limits::Limits;
use crate::name::Name;
use crate::namespaces::Owners;
use crate::reading::TimeSource;
use crate::remains::Remains;
use crate::removed::{Listener, Removed};
use crate::stride::Stride;
use crate::values::{fits, offer};
use crate::{CacheManagerBuilder, CacheStats, LookupOutcome, SetOptions};

/// A tagged cache in memory, for one owner at a time.
///
/// Make one, pass it as `&mut` to [`#[cached]`](crate::cached) functions, and drop it when its results are no longer
/// wanted. It holds values of any types that are `Send + Sync + 'static`.
///
/// An entry that has expired is never seen: it is no hit, does not count in [`len`](Self::len), and cannot be evicted.
/// Its memory is freed when its key is next used, when expired entries are purged, and at the latest when a new entry is
/// stored while more entries have expired than live.
///
/// What calls have stored is found by their arguments. Their keys, which are hashes, are only made when someone asks for an
/// entry by the text of a key ([`get`](Self::get), [`contains`](Self::contains), [`delete_key`](Self::delete_key) and others):
/// the first time for all entries, and from then on for each one that is stored or removed.
///
/// ```
/// use std::time::Duration;
/// use cache_runtime::{CacheManager, SetOptions};
///
/// let mut cache = CacheManager::new();
/// cache.set("demo", vec![1, 2], SetOptions::new().ttl(Duration::from_secs(60)).tag("CCO"));
/// assert_eq!(cache.get::<Vec<i32>>("demo"), Some(&vec![1, 2]));
/// assert_eq!(cache.evict_tag("CCO"), 1);
/// assert_eq!(cache.get::<Vec<i32>>("demo"), None);
/// ```
pub struct CacheManager {
    mode: Mode,
    pub(crate) clock: TimeSource,
    /// The latest time seen, so that a clock that runs backwards does no harm.
    pub(crate) now: Tick,
    pub(crate) entries: Entries,
    pub(crate) remains: Remains,
    pub(crate) families: Families,
    pub(crate) generations: Generations,
    pub(crate) owners: Owners,
    pub(crate) ledger: Ledger,
    pub(crate) last_lookup: Option<LookupOutcome>,
    /// So many calls are likely to miss, from the next one on.
    pub(crate) misses_ahead: u8,
    /// What hits asked for.
    pub(crate) stride: Stride,
    /// Held from call to call, so that space for arguments is allocated once.
    pub(crate) scratch: Buffer,
    pub(crate) removed: Removed,
    pub(crate) limits: Limits,
    /// Whether it is a part of another cache, which settles what is removed.
    pub(crate) is_shard: bool,
    pub(crate) traces_arguments: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Enabled,
    Disabled,
}

impl CacheManager {
    /// An empty cache on the system's monotonic clock.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A cache that never stores anything: the same program, uncached.
    ///
    /// ```
    /// use cache_runtime::{CacheManager, SetOptions};
    ///
    /// let mut cache = CacheManager::disabled();
    /// cache.set("demo", 1, SetOptions::default());
    /// assert_eq!(cache.get::<i32>("demo"), None);
    /// ```
    #[must_use]
    pub fn disabled() -> Self {
        Self { mode: Mode::Disabled, ..Self::new() }
    }

    /// Configures a cache.
    ///
    /// ```
    /// use cache_runtime::{CacheManager, ManualClock};
    ///
    /// let cache = CacheManager::builder().clock(ManualClock::new()).build();
    /// assert_eq!(cache.len(), 0);
    /// ```
    pub fn builder() -> CacheManagerBuilder {
        CacheManagerBuilder::new()
    }

    /// The value under `key`, if there is a live one of type `V`. Counts as a hit or a miss.
    ///
    /// A value of another type is a miss, counted in
    /// [`CacheStats::type_mismatches`] too, and stays where it is. O(1).
    ///
    /// ```
    /// # use cache_runtime::{CacheManager, SetOptions};
    /// let mut cache = CacheManager::new();
    /// cache.set("demo", 7u8, SetOptions::default());
    /// assert_eq!(cache.get("demo").copied().unwrap_or(0), 7u8);
    /// assert_eq!(cache.get::<String>("demo"), None);
    /// ```
    pub fn get<V: Send + Sync + 'static>(&mut self, key: impl AsRef<str>) -> Option<&V> {
        self.get_of(key.as_ref(), 0)
    }

    /// The same, unless the value is another instance's result.
    pub(crate) fn get_of<V: 'static>(&mut self, key: &str, instance: u64) -> Option<&V> {
        let found = self.look_up::<V>(Name::Text(key), instance);
        self.settle();
        match found {
            Ok(slot) => self.value_at(slot, instance),
            Err(miss) => {
                self.count(Name::Text(key), miss);
                None
            }
        }
    }

    /// Stores `value` under `key`, in place of what was there.
    ///
    /// With a time to live of zero, or a tag that cannot be displayed, nothing is stored, and what was there is removed
    /// all the same. O(1) for each tag, amortized.
    ///
    /// ```
    /// # use cache_runtime::{CacheManager, SetOptions};
    /// let mut cache = CacheManager::new();
    /// cache.set("demo", "value", SetOptions::new().tag("CCO"));
    /// assert!(cache.contains("demo"));
    /// ```
    pub fn set<V: Send + Sync + 'static>(&mut self, key: impl AsRef<str>, value: V, options: SetOptions) {
        let now = self.read_clock();
        let name = Name::Text(key.as_ref());
        offer(
            || value,
            fits::<V>(),
            |offer| self.store(Fresh { name, offer, instance: 0, looked_up: None }, options, now),
        );
        self.settle();
    }

    /// Whether there is a live entry under `key`, of whatever type. Counts as nothing. O(1).
    #[must_use]
    pub fn contains(&self, key: impl AsRef<str>) -> bool {
        self.entry(key).is_some()
    }

    /// The live entry under `key`, to look at. Counts as nothing. O(1).
    #[must_use]
    pub fn entry(&self, key: impl AsRef<str>) -> Option<CacheEntry<'_>> {
        let slot = self.entries.find(Name::Text(key.as_ref()))?;
        let now = self.now.max(self.clock.read());
        self.entries.view(slot).filter(|_| self.entries.get(slot).is_some_and(|stored| !stored.has_expired(now)))
    }

    /// Removes every entry that carries `tag`; the number of live ones among them. O(entries with that tag).
    ///
    /// Results that are being computed now and carry the tag are not stored when they are finished. (Beyond 65,536
    /// different evictions during one computation they count as evictions of everything.)
    pub fn evict_tag(&mut self, tag: &str) -> usize {
        self.evict_at(Target::Tag(tag), self.clock.read())
    }

    /// Removes every entry whose key has this namespace, of any version; the number of live ones among them.
    /// O(entries of that namespace).
    ///
    /// Results of that namespace that are being computed now are not stored when they are finished.
    ///
    /// ```
    /// # use cache_runtime::{CacheManager, SetOptions, make_cache_key};
    /// let mut cache = CacheManager::new();
    /// cache.set(make_cache_key("run_az", 1, &("CCO",), &())?, 1, SetOptions::default());
    /// cache.set(make_cache_key("other", 1, &("CCO",), &())?, 2, SetOptions::default());
    /// assert_eq!(cache.evict_namespace("run_az"), 1);
    /// assert_eq!(cache.len(), 1);
    /// # Ok::<(), cache_runtime::KeyError>(())
    /// ```
    pub fn evict_namespace(&mut self, namespace: &str) -> usize {
        self.evict_at(Target::Namespace(namespace), self.clock.read())
    }

    /// Removes the entry under `key`; whether there was a live one. O(1).
    ///
    /// A result that is being computed now under that key is not stored when it is finished.
    pub fn delete_key(&mut self, key: impl AsRef<str>) -> bool {
        self.evict_at(Target::Key(key.as_ref()), self.clock.read()) == 1
    }

    /// Removes every entry. Results that are being computed now are not stored when they are finished.
    pub fn clear(&mut self) {
        self.clear_at(self.clock.read());
    }

    /// Removes the entry under `key` if it has expired; whether it did. O(1).
    pub fn purge_if_expired(&mut self, key: impl AsRef<str>) -> bool {
        let name = Name::Text(key.as_ref());
        let purged = self.entries.find(name).is_some() && self.find_live(name).is_err();
        self.settle();
        purged
    }

    /// Removes every entry that has expired and is still held; their number. O(that number), amortized over the stores
    /// of entries with a time to live.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use cache_runtime::{CacheManager, ManualClock, SetOptions};
    /// let clock = ManualClock::new();
    /// let mut cache = CacheManager::builder().clock(clock.clone()).build();
    /// cache.set("short", 1, SetOptions::new().ttl(Duration::from_secs(1)));
    /// cache.set("long", 2, SetOptions::new().ttl(Duration::from_secs(9)));
    /// clock.advance(Duration::from_secs(5));
    /// assert_eq!(cache.purge_expired_entries(), 1);
    /// ```
    pub fn purge_expired_entries(&mut self) -> usize {
        self.purge_at(self.clock.read())
    }

    /// Bytes that the entries take, those that have expired and are still held included. O(1).
    ///
    /// The estimate is shallow: what an entry occupies itself, the text of its key and tags, and the value without what
    /// it points to (24 bytes for a `Vec` of any length).
    #[must_use]
    pub fn estimate_size_bytes(&self) -> usize {
        self.entries.size_bytes() + self.remains.size_bytes()
    }

    /// What the cache has done and holds, after purging expired entries. O(entries that expired), amortized over the
    /// stores of entries with a time to live.
    pub fn stats(&mut self) -> CacheStats {
        self.stats_at(self.clock.read())
    }

    pub(crate) fn stats_at(&mut self, now: Tick) -> CacheStats {
        self.purge_at(now);
        let estimated = self.ledger.each().map(|(_, account)| account.clone().estimated().time_saved);
        let time_saved = estimated.fold(Duration::ZERO, Duration::saturating_add);
        CacheStats { time_saved, ..self.ledger.total() }
    }

    /// The same for each namespace, by its name; what is done with keys picked by hand is in none of them. O(namespaces) in
    /// addition. Beyond 1,024 of them, the rest are counted in [`stats`](Self::stats) alone.
    ///
    /// ```
    /// # use cache_runtime::{CacheManager, cached};
    /// #[cached(namespace = "square")]
    /// fn square(x: u64, cache: &mut CacheManager) -> u64 {
    ///     x * x
    /// }
    ///
    /// let mut cache = CacheManager::new();
    /// square(2, &mut cache);
    /// square(2, &mut cache);
    /// let stats = cache.stats_by_namespace();
    /// assert_eq!((stats["square"].hits, stats["square"].misses, stats["square"].num_entries), (1, 1, 1));
    /// ```
    pub fn stats_by_namespace(&mut self) -> BTreeMap<String, CacheStats> {
        self.stats_by_namespace_at(self.clock.read())
    }

    pub(crate) fn stats_by_namespace_at(&mut self, now: Tick) -> BTreeMap<String, CacheStats> {
        self.purge_at(now);
        self.ledger.each().map(|(name, account)| (name.to_owned(), account.clone().estimated())).collect()
    }

    /// What came of the last call of a [`#[cached]`](crate::cached) function, or of the last `get`.
    ///
    /// ```
    /// # use cache_runtime::{CacheManager, LookupOutcome, cached};
    /// # #[cached(namespace = "square")]
    /// # fn square(x: u64, cache: &mut CacheManager) -> u64 {
    /// #     x * x
    /// # }
    /// let mut cache = CacheManager::new();
    /// square(2, &mut cache);
    /// assert_eq!(cache.last_lookup(), Some(LookupOutcome::Absent));
    /// square(2, &mut cache);
    /// assert_eq!(cache.last_lookup(), Some(LookupOutcome::Hit));
    /// ```
    #[must_use]
    pub fn last_lookup(&self) -> Option<LookupOutcome> {
        self.last_lookup
    }

    /// The number of live entries. O(1), and O(entries that expired, or are next to, since a value was last stored or
    /// entries purged).
    #[must_use]
    pub fn len(&self) -> usize {
        self.len_at(self.clock.read())
    }

    pub(crate) fn len_at(&self, now: Tick) -> usize {
        self.entries.len(self.now.max(now))
    }

    /// Whether there is no live entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An empty cache on a clock.
    pub(crate) fn on(clock: TimeSource) -> Self {
        Self {
            mode: Mode::Enabled,
            clock,
            now: Tick::default(),
            entries: Entries::default(),
            remains: Remains::default(),
            families: Families::default(),
            generations: Generations::default(),
            owners: Owners::default(),
            ledger: Ledger::default(),
            last_lookup: None,
            misses_ahead: 0,
            stride: Stride::default(),
            scratch: Buffer::new(Form::Raw),
            removed: Removed::default(),
            limits: Limits::default(),
            is_shard: false,
            traces_arguments: false,
        }
    }

    /// The same within bounds, and with someone to tell of removals.
    pub(crate) fn within(self, limits: Limits, listener: Option<Listener>) -> Self {
        let (entries, remains) = (Entries::bounded(&limits), Remains::bounded(&limits));
        Self { entries, remains, removed: Removed::told_to(listener), limits, ..self }
    }
}

impl Default for CacheManager {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for CacheManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheManager")
            .field("mode", &self.mode)
            .field("clock", &self.clock)
            .field("len", &self.len())
            .field("counters", &self.ledger.total())
            .finish_non_exhaustive()
    }
}
