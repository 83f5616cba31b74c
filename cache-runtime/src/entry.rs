//! Entries, and everything that knows of them.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Tick;
use crate::eviction::Eviction;
use crate::expiry::Expiry;
use crate::labels::Labels;
use crate::limits::{Limits, Weigher};
use crate::slots::{SlotId, Slots};
use crate::{CacheKey, SetOptions};

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
        self.stored.deadline.map(Duration::from)
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
            .field("key", &self.stored.key)
            .field("expires_at", &self.expires_at())
            .field("tags", &tags)
            .finish_non_exhaustive()
    }
}

/// An entry as it is held.
pub(crate) struct Stored {
    key: CacheKey,
    value: Value,
    /// The instance of the function whose result this is; zero if it has but one, or the value was set by hand.
    instance: u64,
    deadline: Option<Tick>,
    size_bytes: usize,
    /// What counts towards a bound in bytes.
    weight: usize,
}

impl Stored {
    /// A value that is not in the cache yet.
    pub(crate) fn new(key: CacheKey, value: Value) -> Self {
        Self { key, value, instance: 0, deadline: None, size_bytes: 0, weight: 0 }
    }

    pub(crate) fn of(self, instance: u64) -> Self {
        Self { instance, ..self }
    }

    /// The value, if it is of that type and not another instance's result.
    pub(crate) fn value_of<V: 'static>(&self, instance: u64) -> Option<&Value> {
        if self.instance != 0 && instance != 0 && self.instance != instance {
            return None;
        }
        Some(&self.value).filter(|value| value.is::<V>())
    }

    pub(crate) fn value(&self) -> &Value {
        &self.value
    }

    pub(crate) fn size_bytes(&self) -> usize {
        self.size_bytes
    }

    /// What was weighed, if it was.
    pub(crate) fn weight(&self) -> Option<usize> {
        (self.size_bytes > 0).then_some(self.weight)
    }

    pub(crate) fn cache_key(&self) -> &CacheKey {
        &self.key
    }

    /// Takes the weight from a weigher or the options; else it is the size, which is shallow.
    pub(crate) fn weigh(&mut self, options: &SetOptions, weigher: Option<&Weigher>) -> usize {
        let tag_bytes: usize = options.tags.iter().map(String::len).sum();
        self.size_bytes = size_of::<Self>() + self.key().len() + size_of_val(&*self.value) + tag_bytes;
        let by_default = || weigher.map_or(self.size_bytes, |weigher| weigher(self.key(), &*self.value));
        self.weight = options.weight.unwrap_or_else(by_default);
        self.weight
    }

    pub(crate) fn key(&self) -> &str {
        self.key.as_str()
    }

    pub(crate) fn has_expired(&self, now: Tick) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= now)
    }
}

/// The entries with their indexes. Only [`insert`](Self::insert) and [`remove`](Self::remove) change anything, so
/// index, tags, namespaces, deadlines and size cannot disagree.
#[derive(Default)]
pub(crate) struct Entries {
    index: HashMap<CacheKey, SlotId>,
    slots: Slots<Stored>,
    tags: Labels,
    namespaces: Labels,
    expiry: Expiry,
    size_bytes: usize,
    /// Wide enough for any number of entries of any weight.
    weight: u128,
    /// For a cache with a bound.
    eviction: Option<Eviction>,
}

impl Entries {
    /// Entries of which some may have to go when there are too many.
    pub(crate) fn bounded(by: &Limits) -> Self {
        let eviction = by.is_bounded().then(|| Eviction::new(by.bytes.is_some()));
        Self { eviction, ..Self::default() }
    }

    /// Adds an entry, which has been weighed, under a key that has none. No tag occurs twice.
    pub(crate) fn insert(&mut self, stored: Stored, deadline: Option<Tick>, tags: Vec<String>) -> SlotId {
        let (key, weight) = (stored.key.clone(), stored.weight);
        self.size_bytes += stored.size_bytes;
        self.weight += weight as u128;
        let slot = self.slots.insert(Stored { deadline, ..stored });
        if let Some(eviction) = &mut self.eviction {
            eviction.add(slot, key.as_str(), weight);
        }
        for tag in tags {
            self.tags.add(slot, &tag);
        }
        if let Some(namespace) = key.namespace() {
            self.namespaces.add(slot, namespace);
        }
        if let Some(deadline) = deadline {
            self.expiry.schedule(slot, deadline);
        }
        self.index.insert(key, slot);
        slot
    }

    pub(crate) fn remove(&mut self, slot: SlotId) -> Option<Stored> {
        let stored = self.slots.remove(slot)?;
        self.index.remove(stored.key());
        self.tags.remove(slot);
        self.namespaces.remove(slot);
        self.expiry.cancel(slot);
        self.size_bytes -= stored.size_bytes;
        self.weight -= stored.weight as u128;
        if let Some(eviction) = &mut self.eviction {
            eviction.remove(slot);
        }
        Some(stored)
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

    /// How many entries are held, expired ones included, and what they weigh.
    pub(crate) fn held(&self) -> (usize, u128) {
        (self.slots.len(), self.weight)
    }

    /// The tags of a slot.
    pub(crate) fn tags_of(&self, slot: SlotId) -> Vec<String> {
        self.tags.of(slot).map(str::to_owned).collect()
    }

    pub(crate) fn find(&self, key: &str) -> Option<SlotId> {
        self.index.get(key).copied()
    }

    pub(crate) fn get(&self, slot: SlotId) -> Option<&Stored> {
        self.slots.get(slot)
    }

    pub(crate) fn view(&self, slot: SlotId) -> Option<CacheEntry<'_>> {
        Some(CacheEntry { stored: self.slots.get(slot)?, slot, tags: &self.tags })
    }

    pub(crate) fn all(&self) -> Vec<SlotId> {
        self.slots.ids()
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
