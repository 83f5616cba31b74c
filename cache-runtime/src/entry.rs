//! Entries, and everything that knows of them.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::SetOptions;
use crate::clock::Tick;
use crate::eviction::Eviction;
use crate::expiry::Expiry;
use crate::family::Family;
use crate::fingerprint::Seed;
use crate::index::Index;
use crate::labels::Labels;
use crate::ledger::namespace_of;
use crate::limits::{Limits, Weigher};
use crate::name::{Key, Name};
use crate::slots::{SlotId, Slots};

/// A value of any type that a cache in memory can hold. It is shared so that a hit can leave a locked cache before the
/// value, whose `Clone` is a user's code, is cloned.
pub(crate) type Value = Arc<dyn Any + Send + Sync>;

/// One entry of a cache: a value, its deadline or none, and its tags.
///
/// [`CacheManager::entry`](crate::CacheManager::entry) gives it, to look at without being counted as a hit.
///
/// ```
/// use std::time::Duration;
/// use cache_runtime::{CacheManager, ManualClock, SetOptions};
///
/// let mut cache = CacheManager::builder().clock(ManualClock::new()).build();
/// cache.set("demo", 42, SetOptions::new().ttl(Duration::from_secs(5)).tag("CCO"));
/// let entry = cache.entry("demo").unwrap();
/// assert_eq!(entry.value::<i32>(), Some(&42));
/// assert_eq!(entry.expires_at(), Some(Duration::from_secs(5)));
/// assert_eq!(entry.tags().collect::<Vec<_>>(), ["CCO"]);
/// ```
#[derive(Clone, Copy)]
pub struct CacheEntry<'c> {
    stored: &'c Stored,
    slot: SlotId,
    tags: &'c Labels,
}

impl<'c> CacheEntry<'c> {
    /// The value, or `None` if it is of another type.
    #[must_use]
    pub fn value<V: 'static>(&self) -> Option<&'c V> {
        self.stored.value.downcast_ref()
    }

    /// When the entry expires, on the cache's [`Clock`](crate::Clock); `None` for never.
    #[must_use]
    pub fn expires_at(&self) -> Option<Duration> {
        (self.stored.deadline != Tick::NEVER).then(|| self.stored.deadline.into())
    }

    /// The tags, in the order they were given.
    pub fn tags(&self) -> impl Iterator<Item = &'c str> {
        self.tags.of(self.slot)
    }
}

impl fmt::Debug for CacheEntry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tags: Vec<&str> = self.tags().collect();
        f.debug_struct("CacheEntry")
            .field("key", &self.stored.key.to_cache_key())
            .field("expires_at", &self.expires_at())
            .field("tags", &tags)
            .finish_non_exhaustive()
    }
}

/// An entry as it is held: on most processors a line of their caches, so that a hit waits for memory once less.
#[repr(align(64))]
pub(crate) struct Stored {
    key: Key,
    value: Value,
    /// The instance of the function whose result this is; zero if it has but one, or the value was set by hand.
    instance: u64,
    deadline: Tick,
    size_bytes: u32,
}

impl Stored {
    /// A value that is not in the cache yet.
    pub(crate) fn new(key: Key, value: Value) -> Self {
        Self { key, value, instance: 0, deadline: Tick::NEVER, size_bytes: 0 }
    }

    pub(crate) fn of(self, instance: u64) -> Self {
        Self { instance, ..self }
    }

    /// The value, if it is of that type and not another instance's result.
    pub(crate) fn value_of<V: 'static>(&self, instance: u64) -> Option<&V> {
        self.is_of(instance).then(|| self.value.downcast_ref()).flatten()
    }

    /// The same, shared.
    pub(crate) fn shared_value_of<V: 'static>(&self, instance: u64) -> Option<Value> {
        self.value_of::<V>(instance).is_some().then(|| Value::clone(&self.value))
    }

    fn is_of(&self, instance: u64) -> bool {
        self.instance == instance || self.instance == 0 || instance == 0
    }

    pub(crate) fn size_bytes(&self) -> usize {
        self.size_bytes as usize
    }

    /// Notes its size, which is shallow. The weight is that of the options, or the weigher's, or else the size.
    pub(crate) fn weigh(&mut self, options: &SetOptions, weigher: Option<&Weigher>) -> usize {
        let tag_bytes: usize = options.tags.iter().map(String::len).sum();
        let size_bytes = size_of::<Self>() + self.key.heap_bytes() + size_of_val(&*self.value) + tag_bytes;
        self.size_bytes = u32::try_from(size_bytes).unwrap_or(u32::MAX);
        options.weight.unwrap_or_else(|| match weigher {
            Some(weigher) => weigher(self.key.to_cache_key().as_str(), &*self.value),
            None => size_bytes,
        })
    }

    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    pub(crate) fn has_expired(&self, now: Tick) -> bool {
        self.deadline <= now && self.expires()
    }

    /// When it expires, if it does.
    #[cfg(feature = "shared")]
    pub(crate) fn deadline(&self) -> Option<Tick> {
        self.expires().then_some(self.deadline)
    }

    /// The same under another key.
    #[cfg(feature = "shared")]
    pub(crate) fn under(self, key: Key) -> Self {
        Self { key, ..self }
    }

    /// Whether it expires at all: else nobody has to ask what time it is.
    pub(crate) fn expires(&self) -> bool {
        self.deadline != Tick::NEVER
    }
}

/// The entries with their indexes. Only [`insert`](Self::insert), [`remove`](Self::remove) and [`adopt`](Self::adopt) change
/// anything, so indexes, tags, namespaces, deadlines and size cannot disagree.
pub(crate) struct Entries {
    seed: Seed,
    slots: Slots<Stored>,
    /// Those whose key is a call.
    by_call: Index,
    /// All of them by the texts of their keys, once someone has asked for one. What calls have stored may never be asked for
    /// like that, and then its keys need not be made.
    by_text: OnceLock<Index>,
    /// How many have a key that is a text which a call's key may print as.
    orphans: usize,
    tags: Labels,
    namespaces: Labels,
    expiry: Expiry,
    size_bytes: usize,
    /// For a cache with a bound, which knows what they weigh.
    eviction: Option<Eviction>,
}

impl Default for Entries {
    fn default() -> Self {
        Self {
            seed: Seed::random(),
            slots: Slots::default(),
            by_call: Index::default(),
            by_text: OnceLock::new(),
            orphans: 0,
            tags: Labels::default(),
            namespaces: Labels::default(),
            expiry: Expiry::default(),
            size_bytes: 0,
            eviction: None,
        }
    }
}

impl Entries {
    /// Entries of which some may have to go when there are too many.
    pub(crate) fn bounded(by: &Limits) -> Self {
        let eviction = by.is_bounded().then(|| Eviction::new(by.bytes.is_some()));
        Self { eviction, ..Self::default() }
    }

    /// Adds an entry, which has been weighed, under a key that has none. No tag occurs twice.
    pub(crate) fn insert(
        &mut self,
        stored: Stored,
        weight: usize,
        deadline: Option<Tick>,
        tags: Vec<String>,
    ) -> SlotId {
        self.size_bytes += stored.size_bytes();
        let slot = self.slots.insert(Stored { deadline: deadline.unwrap_or(Tick::NEVER), ..stored });
        self.list(slot);
        if let Some(deadline) = deadline {
            self.expiry.schedule(slot, deadline);
        }
        if let Some(stored) = self.slots.get(slot) {
            if let Some(eviction) = &mut self.eviction {
                eviction.add(slot, stored.key.name().hash(self.seed), weight);
            }
            if let Some(namespace) = stored.key.namespace() {
                self.namespaces.add(slot, namespace);
            }
        }
        for tag in tags {
            self.tags.add(slot, &tag);
        }
        slot
    }

    /// Removes an entry, which comes with its weight, if there is a bound in bytes.
    pub(crate) fn remove(&mut self, slot: SlotId) -> Option<(Stored, usize)> {
        self.unlist(slot);
        let stored = self.slots.remove(slot)?;
        self.tags.remove(slot);
        self.namespaces.remove(slot);
        self.expiry.cancel(slot);
        self.size_bytes -= stored.size_bytes();
        let weight = self.eviction.as_mut().map_or(0, |eviction| eviction.remove(slot));
        Some((stored, weight))
    }

    /// Lets calls find an entry by what they are whose key was given as a text.
    pub(crate) fn adopt(&mut self, slot: SlotId, name: Name<'_>) {
        let is_orphan = self.slots.get(slot).is_some_and(|stored| matches!(stored.key, Key::Text(_)));
        if !is_orphan || matches!(name, Name::Text(_)) {
            return;
        }
        self.unlist(slot);
        // Its size stays what it was when it was stored.
        if let Some(stored) = self.slots.get_mut(slot) {
            stored.key = name.to_key();
        }
        self.list(slot);
    }

    /// Adds an entry to the indexes of keys.
    fn list(&mut self, slot: SlotId) {
        let Some(stored) = self.slots.get(slot) else { return };
        match &stored.key {
            Key::Call(..) => self.by_call.insert(stored.key.name().hash(self.seed), slot),
            Key::Text(key) => self.orphans += usize::from(is_made(key.as_str())),
        }
        if let Some(by_text) = self.by_text.get_mut() {
            by_text.insert(text_hash(self.seed, stored), slot);
        }
    }

    /// Takes it out of them.
    fn unlist(&mut self, slot: SlotId) {
        let Some(stored) = self.slots.get(slot) else { return };
        match &stored.key {
            Key::Call(..) => self.by_call.remove(stored.key.name().hash(self.seed), slot),
            Key::Text(key) => self.orphans -= usize::from(is_made(key.as_str())),
        }
        if let Some(by_text) = self.by_text.get_mut() {
            by_text.remove(text_hash(self.seed, stored), slot);
        }
    }

    /// An entry was used.
    pub(crate) fn touch(&mut self, slot: SlotId) {
        if let Some(eviction) = &mut self.eviction {
            eviction.touch(slot);
        }
    }

    /// The entry that is to go next, if there is a bound.
    pub(crate) fn victim(&mut self) -> Option<SlotId> {
        self.eviction.as_mut()?.victim()
    }

    /// How many entries are held, expired ones included, and what they weigh, if there is a bound in bytes.
    pub(crate) fn held(&self) -> (usize, u128) {
        (self.slots.len(), self.eviction.as_ref().map_or(0, Eviction::weight))
    }

    /// Whether there is no number left for one more.
    pub(crate) fn are_full(&self) -> bool {
        self.slots.len() >= Index::MOST
    }

    /// The tags of a slot.
    pub(crate) fn tags_of(&self, slot: SlotId) -> Vec<String> {
        self.tags.of(slot).map(str::to_owned).collect()
    }

    pub(crate) fn find(&self, name: Name<'_>) -> Option<SlotId> {
        match name {
            Name::Text(text) => self.find_text(text),
            Name::Call(family, arguments) => match self.find_call(family, arguments) {
                None if self.orphans > 0 => self.find_text(family.key(arguments).as_str()),
                found => found,
            },
        }
    }

    /// The same for a call, unless it has yet to [`adopt`](Self::adopt) its entry.
    pub(crate) fn find_call(&self, family: &Arc<Family>, arguments: &[u8]) -> Option<SlotId> {
        let hash = Name::Call(family, arguments).hash(self.seed);
        self.by_call.find(hash, |slot| self.is_call(slot, family, arguments))
    }

    fn is_call(&self, slot: SlotId, family: &Arc<Family>, arguments: &[u8]) -> bool {
        self.slots.get(slot).is_some_and(|stored| match &stored.key {
            Key::Call(its_family, its_arguments) => **its_arguments == *arguments && Arc::ptr_eq(its_family, family),
            Key::Text(_) => false,
        })
    }

    fn find_text(&self, text: &str) -> Option<SlotId> {
        if self.slots.len() == 0 {
            return None;
        }
        let by_text = self.by_text.get_or_init(|| {
            let mut index = Index::default();
            for (slot, stored) in self.slots.iter() {
                index.insert(text_hash(self.seed, stored), slot);
            }
            index
        });
        by_text.find(Name::Text(text).hash(self.seed), |slot| {
            self.slots.get(slot).is_some_and(|stored| match &stored.key {
                Key::Text(key) => key.as_str() == text,
                Key::Call(family, arguments) => family.key(arguments).as_str() == text,
            })
        })
    }

    pub(crate) fn get(&self, slot: SlotId) -> Option<&Stored> {
        self.slots.get(slot)
    }

    pub(crate) fn view(&self, slot: SlotId) -> Option<CacheEntry<'_>> {
        Some(CacheEntry { stored: self.slots.get(slot)?, slot, tags: &self.tags })
    }

    pub(crate) fn all(&self) -> Vec<SlotId> {
        self.slots.iter().map(|(slot, _)| slot).collect()
    }

    pub(crate) fn tagged(&self, tag: &str) -> Vec<SlotId> {
        self.tags.members(tag)
    }

    pub(crate) fn in_namespace(&self, namespace: &str) -> Vec<SlotId> {
        self.namespaces.members(namespace)
    }

    /// Sorts out which entries have expired by now, for [`next_expired`](Self::next_expired).
    pub(crate) fn advance(&mut self, now: Tick) {
        self.expiry.advance(now);
    }

    pub(crate) fn next_expired(&self) -> Option<SlotId> {
        self.expiry.next_due()
    }

    /// One of those that expire soonest, if any does.
    pub(crate) fn next_expiring(&self) -> Option<SlotId> {
        self.expiry.soonest()
    }

    /// Whether all entries that calls may have can be found by them.
    pub(crate) fn have_no_orphans(&self) -> bool {
        self.orphans == 0
    }

    /// Whether nothing is held, expired or not.
    pub(crate) fn is_empty(&self) -> bool {
        self.slots.len() == 0
    }

    /// Whether, as of the last advance, more expired entries than live ones are held, and enough to be worth a sweep.
    pub(crate) fn is_mostly_expired(&self) -> bool {
        let expired = self.expiry.due();
        expired > 64.max(self.slots.len() - expired)
    }

    /// How many entries are live.
    pub(crate) fn len(&self, now: Tick) -> usize {
        self.slots.len() - self.expiry.count_expired(now)
    }

    /// What the entries take, expired ones that are still held included.
    pub(crate) fn size_bytes(&self) -> usize {
        self.size_bytes
    }
}

/// The hash of the text of an entry's key.
fn text_hash(seed: Seed, stored: &Stored) -> u64 {
    Name::Text(stored.key.to_cache_key().as_str()).hash(seed)
}

/// Whether a text may be what the key of a call prints as.
pub(crate) fn is_made(text: &str) -> bool {
    !namespace_of(text).is_empty()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Entries, Stored};
    use crate::family::Family;
    use crate::fingerprint::Seed;
    use crate::name::{Key, Name};

    /// However all hashes come out.
    #[test]
    fn keys_of_one_hash_are_told_apart() {
        let mut entries = Entries { seed: Seed::COLLIDING, ..Entries::default() };
        let families = [1, 2].map(|number| Arc::new(Family::for_tests("f", number)));
        let arguments: Vec<String> = (0..50).map(|n| format!("\"{n}\"")).collect();
        let names = || {
            let calls = families.iter().enumerate().flat_map(|(place, family)| {
                let calls = arguments.iter().enumerate();
                calls.map(move |(n, arguments)| (Name::Call(family, arguments.as_bytes()), place * 50 + n))
            });
            calls.chain(arguments.iter().enumerate().map(|(n, text)| (Name::Text(text), 100 + n)))
        };
        for (name, number) in names() {
            assert_eq!(entries.find(name), None);
            let mut stored = Stored::new(name.to_key(), Arc::new(number));
            stored.weigh(&crate::SetOptions::new(), None);
            entries.insert(stored, 0, None, Vec::new());
        }
        for (name, number) in names() {
            let slot = entries.find(name).unwrap();
            assert_eq!(entries.get(slot).unwrap().value_of::<usize>(0), Some(&number));
            if number % 2 == 0 {
                assert!(entries.remove(slot).is_some());
            }
        }
        for (name, number) in names() {
            let found = entries.find(name).and_then(|slot| entries.get(slot)?.value_of::<usize>(0).copied());
            assert_eq!(found, (number % 2 == 1).then_some(number));
        }
        // Two families of one name and version would print the same keys; a cache has but one.
        let texts = entries
            .all()
            .into_iter()
            .filter_map(|slot| entries.get(slot))
            .filter(|stored| matches!(stored.key(), Key::Text(_)));
        assert_eq!(texts.count(), 25);
    }

    #[cfg(target_pointer_width = "64")]
    #[test]
    fn an_entry_is_a_line_of_the_processors_cache() {
        assert_eq!(size_of::<Option<Stored>>(), 64);
    }
}
