//! The cache that a caller makes, passes and drops.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, Tick};
use crate::entries::Entries;
use crate::entry::{CacheEntry, Stored, Value};
use crate::family::Families;
use crate::generation::{Begun, Generations, Target};
use crate::ledger::{AccountId, Ledger};
use crate::limits::Limits;
use crate::name::{Key, Name};
use crate::namespaces::Owners;
use crate::remains::Remains;
use crate::removed::{Listener, RemovalCause, Removed};
use crate::slots::SlotId;
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
    pub(crate) clock: Arc<dyn Clock>,
    /// The latest time seen, so that a clock that runs backwards does no harm.
    pub(crate) now: Tick,
    pub(crate) entries: Entries,
    remains: Remains,
    pub(crate) families: Families,
    pub(crate) generations: Generations,
    pub(crate) owners: Owners,
    pub(crate) ledger: Ledger,
    pub(crate) last_lookup: Option<LookupOutcome>,
    /// Kept from call to call, so that making a key allocates its payload's space once.
    pub(crate) scratch: Vec<u8>,
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
    /// How many expired entries storing a new one frees at most.
    const SWEPT: usize = 8;

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

    /// Finds a live value of that type and instance. A hit is counted; a miss is not yet.
    pub(crate) fn look_up<V: 'static>(&mut self, name: Name<'_>, instance: u64) -> Result<SlotId, LookupOutcome> {
        let slot = self.find_value::<V>(name, instance)?;
        self.count(name, LookupOutcome::Hit);
        Ok(slot)
    }

    /// The same without counting anything.
    fn find_value<V: 'static>(&mut self, name: Name<'_>, instance: u64) -> Result<SlotId, LookupOutcome> {
        let slot = self.find_live(name)?;
        let stored = self.entries.get(slot).ok_or(LookupOutcome::Absent)?;
        if stored.value_of::<V>(instance).is_none() {
            return Err(LookupOutcome::OtherType);
        }
        self.entries.touch(slot);
        self.entries.adopt(slot, name);
        Ok(slot)
    }

    /// Counts what came of a look-up.
    pub(crate) fn count(&mut self, name: Name<'_>, outcome: LookupOutcome) {
        let account = name.account(&mut self.ledger);
        self.count_in(account, outcome);
    }

    /// The same where the account is known.
    pub(crate) fn count_in(&mut self, account: AccountId, outcome: LookupOutcome) {
        self.ledger.by(account).count(outcome);
        self.last_lookup = Some(outcome);
    }

    /// The account of what is done with a key.
    pub(crate) fn account_of(&mut self, key: &Key) -> &mut CacheStats {
        let account = key.name().account(&mut self.ledger);
        self.ledger.by(account)
    }

    /// The same, with the value. Nothing is counted for a call that has been counted already.
    #[cfg(feature = "shared")]
    pub(crate) fn shared_value<V: 'static>(
        &mut self,
        name: Name<'_>,
        instance: u64,
        is_counted: bool,
    ) -> Result<Value, LookupOutcome> {
        let found = if is_counted { self.find_value::<V>(name, instance) } else { self.look_up::<V>(name, instance) };
        let slot = found?;
        self.entries.get(slot).and_then(|stored| stored.shared_value_of::<V>(instance)).ok_or(LookupOutcome::Absent)
    }

    /// The value that was found.
    pub(crate) fn value_at<V: 'static>(&self, slot: SlotId, instance: u64) -> Option<&V> {
        self.entries.get(slot)?.value_of(instance)
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
        self.set_stored(Stored::new(Key::Text(key.as_ref().into()), Arc::new(value)), options, now);
    }

    /// The same for a value that has been boxed.
    pub(crate) fn set_stored(&mut self, stored: Stored, options: SetOptions, now: Tick) {
        self.store(stored, options, now);
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
        let now = self.peek_clock();
        self.entries.view(slot).filter(|_| self.entries.get(slot).is_some_and(|stored| !stored.has_expired(now)))
    }

    /// Removes every entry that carries `tag`; the number of live ones among them. O(entries with that tag).
    ///
    /// Results that are being computed now and carry the tag are not stored when they are finished. (Beyond 65,536
    /// different evictions during one computation they count as evictions of everything.)
    pub fn evict_tag(&mut self, tag: &str) -> usize {
        self.generations.evict(Target::Tag(tag));
        let slots = self.entries.tagged(tag);
        let evicted = self.evict(slots, RemovalCause::Tag);
        self.forget(self.remains.tagged(tag));
        self.settle();
        evicted
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
        self.generations.evict(Target::Namespace(namespace));
        let slots = self.entries.in_namespace(namespace);
        let evicted = self.evict(slots, RemovalCause::Namespace);
        self.forget(self.remains.in_namespace(namespace));
        self.settle();
        evicted
    }

    /// Removes the entry under `key`; whether there was a live one. O(1).
    ///
    /// A result that is being computed now under that key is not stored when it is finished.
    pub fn delete_key(&mut self, key: impl AsRef<str>) -> bool {
        let key = key.as_ref();
        self.generations.evict(Target::Key(key));
        let slot = self.entries.find(Name::Text(key));
        let evicted = self.evict(slot, RemovalCause::Key);
        self.forget(self.remains.find(Name::Text(key)));
        self.settle();
        evicted == 1
    }

    /// Removes every entry. Results that are being computed now are not stored when they are finished.
    pub fn clear(&mut self) {
        self.generations.evict_all();
        let slots = self.entries.all();
        self.evict(slots, RemovalCause::Clear);
        self.forget(self.remains.all());
        // What is empty now need not keep its space.
        self.entries = Entries::bounded(&self.limits);
        self.remains = Remains::bounded(&self.limits);
        self.settle();
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
        let now = self.read_clock();
        self.entries.advance(now);
        let mut purged = 0;
        while let Some(slot) = self.entries.next_expired() {
            self.remove(slot, RemovalCause::Expired);
            purged += 1;
        }
        while let Some(slot) = self.remains.next_over(now) {
            self.forget([slot]);
        }
        self.settle();
        purged
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
        self.purge_expired_entries();
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
        self.purge_expired_entries();
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
        self.entries.len(self.peek_clock())
    }

    /// Whether there is no live entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Stores a value at a time that has just been read.
    pub(crate) fn store(&mut self, mut stored: Stored, options: SetOptions, now: Tick) {
        if self.is_disabled() {
            return self.refuse(stored);
        }
        // A user's weigher comes before anything changes.
        let weight = stored.weigh(&options, self.limits.weigher.as_ref());
        if let Ok(old) = self.find_live(stored.key().name()) {
            self.remove(old, RemovalCause::Replaced);
        }
        self.forget(self.remains.find(stored.key().name()));
        if !options.is_stored() || !self.limits.hold(1, weight as u128) || self.entries.are_full() {
            return self.refuse(stored);
        }
        self.entries.advance(now);
        self.make_room(weight as u128);
        let deadline = options.ttl_of(stored.key()).and_then(|ttl| now.after(ttl));
        let until = deadline.and_then(|deadline| Some(deadline.after(options.stale_if_error?).unwrap_or(Tick::LAST)));
        let account = self.account_of(stored.key());
        account.stores += 1;
        account.hold(stored.size_bytes());
        let slot = self.entries.insert(stored, weight, deadline, options.tags);
        if let Some(until) = until {
            self.remains.expect(slot, until);
        }
        // A few at a time, so that no one call pays for all.
        for _ in 0..Self::SWEPT {
            if let Some(over) = self.remains.next_over(now) {
                self.forget([over]);
            }
            if self.entries.is_mostly_expired()
                && let Some(expired) = self.entries.next_expired()
            {
                self.remove(expired, RemovalCause::Expired);
            }
        }
    }

    fn refuse(&mut self, stored: Stored) {
        self.account_of(stored.key()).refused_stores += 1;
        self.removed.discard(stored);
    }

    /// Whether nothing that a result was computed from was evicted since `begun`.
    pub(crate) fn is_fresh(&mut self, key: &Key, options: &SetOptions, begun: &Begun) -> bool {
        let tags = options.tags.iter().map(|tag| Target::Tag(tag));
        let namespace = key.namespace().map(Target::Namespace);
        let text = self.generations.have_keys().then(|| key.to_cache_key());
        let targets = tags.chain(namespace).chain(text.as_ref().map(|text| Target::Key(text.as_str())));
        let stale = self.generations.is_stale(begun, targets);
        self.account_of(key).stale_results += u64::from(stale);
        !stale
    }

    pub(crate) fn is_disabled(&self) -> bool {
        self.mode == Mode::Disabled
    }

    /// The value that may stand in for a failed body's: the one that is there, or was until it expired. Counted.
    pub(crate) fn stale_value<V: 'static>(&mut self, key: &Key, instance: u64) -> Option<Value> {
        let value = match self.find_live(key.name()) {
            Ok(slot) => self.entries.get(slot)?.shared_value_of::<V>(instance),
            Err(_) => self.remains.value_of::<V>(key.name(), instance, self.now),
        };
        self.account_of(key).stale_served += u64::from(value.is_some());
        value
    }

    /// Whether anything is held under a text: an entry, or what remains of one.
    #[cfg(feature = "shared")]
    pub(crate) fn holds(&self, text: &str) -> bool {
        self.entries.find(Name::Text(text)).is_some() || self.remains.find(Name::Text(text)).is_some()
    }

    /// Takes out what was set by hand under a text, for another part of the same cache.
    #[cfg(feature = "shared")]
    pub(crate) fn hand_over(&mut self, text: &str) -> Option<HandedOver> {
        let Some(slot) = self.entries.find(Name::Text(text)) else {
            let (stored, weight, tags) = self.remains.take(Name::Text(text))?;
            let until = stored.deadline();
            return Some(HandedOver { stored, weight, tags, until, has_expired: true });
        };
        let (tags, until) = (self.entries.tags_of(slot), self.remains.release(slot));
        let (stored, weight) = self.entries.remove(slot)?;
        self.account_of(stored.key()).release(stored.size_bytes());
        Some(HandedOver { stored, weight, tags, until, has_expired: false })
    }

    /// Holds what another part has handed over, from now on under the key of its call.
    #[cfg(feature = "shared")]
    pub(crate) fn take_over(&mut self, entry: HandedOver, key: Key) {
        let HandedOver { stored, weight, tags, until, has_expired } = entry;
        if let Some(slot) = self.entries.find(key.name()) {
            self.remove(slot, RemovalCause::Replaced);
        }
        self.forget(self.remains.find(key.name()));
        self.make_room(weight as u128);
        let (deadline, stored) = (stored.deadline(), stored.under(key));
        if let (true, Some(until)) = (has_expired, until) {
            return self.remains.keep(stored, weight, until, tags);
        }
        self.account_of(stored.key()).hold(stored.size_bytes());
        let slot = self.entries.insert(stored, weight, deadline, tags);
        if let Some(until) = until {
            self.remains.expect(slot, until);
        }
    }

    /// Whether a call that was not found by what it is has nothing under its key at all.
    pub(crate) fn has_nothing_else(&self) -> bool {
        self.entries.have_no_orphans() && self.remains.are_none()
    }

    /// Finds a live entry; one that has expired is removed.
    fn find_live(&mut self, name: Name<'_>) -> Result<SlotId, LookupOutcome> {
        let Some(slot) = self.entries.find(name) else {
            let Some(slot) = self.remains.find(name) else { return Err(LookupOutcome::Absent) };
            let now = self.read_clock();
            if self.remains.is_over(slot, now) {
                self.forget([slot]);
            }
            return Err(LookupOutcome::Expired);
        };
        if self.entries.get(slot).is_some_and(|stored| !stored.expires()) {
            return Ok(slot);
        }
        let now = self.read_clock();
        if self.entries.get(slot).is_none_or(|stored| stored.has_expired(now)) {
            self.remove(slot, RemovalCause::Expired);
            return Err(LookupOutcome::Expired);
        }
        Ok(slot)
    }

    /// Removes entries; how many of them had not expired.
    fn evict(&mut self, slots: impl IntoIterator<Item = SlotId>, cause: RemovalCause) -> usize {
        let now = self.read_clock();
        let mut evicted = 0;
        for slot in slots {
            if self.entries.get(slot).is_some_and(|stored| stored.has_expired(now)) {
                self.remove(slot, RemovalCause::Expired);
            } else {
                self.remove(slot, cause);
                evicted += 1;
            }
        }
        evicted
    }

    /// Removes one entry. Every removal comes through here.
    fn remove(&mut self, slot: SlotId, cause: RemovalCause) {
        let are_tags_needed = self.removed.has_listener() || self.remains.expects(slot);
        let tags = if are_tags_needed { self.entries.tags_of(slot) } else { Vec::new() };
        let until = self.remains.release(slot).filter(|until| cause == RemovalCause::Expired && *until > self.now);
        let Some((stored, weight)) = self.entries.remove(slot) else { return };
        let account = self.account_of(stored.key());
        account.count_removal(cause);
        account.release(stored.size_bytes());
        let Some(until) = until else { return self.removed.bury(stored, tags, cause) };
        self.removed.announce(stored.key(), tags.clone(), cause);
        self.remains.keep(stored, weight, until, tags);
    }

    /// Drops what remains of entries that have expired.
    fn forget(&mut self, remains: impl IntoIterator<Item = SlotId>) {
        for stored in remains.into_iter().filter_map(|slot| self.remains.remove(slot)) {
            self.removed.discard(stored);
        }
    }

    /// Drops the values of what was removed, and tells the listener, unless whoever holds this cache does.
    pub(crate) fn settle(&mut self) {
        if !self.is_shard && !self.removed.are_none() {
            self.removed.take().settle();
        }
    }

    /// Removes entries until one more of that weight is within the bounds.
    fn make_room(&mut self, weight: u128) {
        loop {
            let ((entries, bytes), (remains, their_bytes)) = (self.entries.held(), self.remains.held());
            if self.limits.hold(entries + remains + 1, bytes + their_bytes + weight) {
                return;
            }
            if let Some(expired) = self.entries.next_expired() {
                self.remove(expired, RemovalCause::Expired);
            } else if let Some(stale) = self.remains.victim() {
                self.forget([stale]);
            } else if let Some(victim) = self.entries.victim() {
                self.remove(victim, RemovalCause::Capacity);
            } else {
                return;
            }
        }
    }

    /// An empty cache on a clock.
    pub(crate) fn on(clock: Arc<dyn Clock>) -> Self {
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
            scratch: Vec::new(),
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

    /// Whether what is found there may be given out.
    pub(crate) fn is_live(now: &mut Tick, clock: &dyn Clock, stored: &Stored) -> bool {
        if !stored.expires() {
            return true;
        }
        *now = (*now).max(clock.now().into());
        !stored.has_expired(*now)
    }

    pub(crate) fn read_clock(&mut self) -> Tick {
        self.now = self.peek_clock();
        self.now
    }

    fn peek_clock(&self) -> Tick {
        self.now.max(self.clock.now().into())
    }
}

/// An entry on its way from one part of a cache to another.
#[cfg(feature = "shared")]
pub(crate) struct HandedOver {
    stored: Stored,
    weight: usize,
    tags: Vec<String>,
    /// Until when it is kept for bodies that fail.
    until: Option<Tick>,
    /// Whether it only is.
    has_expired: bool,
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
