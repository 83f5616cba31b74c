//! Entries with everything that knows of them.

mod listing;

#[cfg(feature = "shared")]
pub(crate) use self::listing::is_made;

use std::sync::{Arc, OnceLock};

use crate::chain::{Chain, Links};
use crate::clock::Tick;
use crate::entry::{ByFamily, CacheEntry, Rest, Stored};
use crate::eviction::Eviction;
use crate::expiry::Expiry;
use crate::family::Family;
use crate::fingerprint::Seed;
use crate::index::{Index, narrow};
use crate::labels::Labels;
use crate::limits::Limits;
use crate::name::{Key, Name};
use crate::slots::{SlotId, Slots};
use crate::tags::Tags;
use crate::texts::{Place, Texts};
use crate::values::{Held, Loose, Offer, Values};

/// The entries with their indexes. Only [`insert`](Self::insert), [`bury`](Self::bury), [`take`](Self::take) and
/// [`adopt`](Self::adopt) change what is held, so indexes, tags, families, deadlines and size cannot disagree.
pub(crate) struct Entries {
    seed: Seed,
    slots: Slots<Stored>,
    /// The rest of them, in the same slots.
    rest: Slots<Rest>,
    /// What they are called, and their values.
    texts: Texts,
    values: Values,
    /// Those whose key is a call.
    by_call: Index,
    /// All of them by the texts of their keys, once someone has asked for one. What calls have stored may never be asked for
    /// like that, and then its keys need not be made.
    by_text: OnceLock<Index>,
    /// How many have a key that is a text which a call's key may print as.
    orphans: usize,
    tags: Labels,
    /// By the numbers of families.
    kin: Vec<Kin>,
    /// The namespaces of those that are of no family.
    namespaces: Labels,
    expiry: Expiry,
    size_bytes: usize,
    /// How many have been added so far.
    added: u64,
    /// For a cache with a bound, which knows what they weigh.
    eviction: Option<Eviction>,
}

/// The results of one family.
#[derive(Debug, Default)]
struct Kin {
    family: Option<Arc<Family>>,
    members: Chain<ByFamily>,
}

/// An entry to be.
pub(crate) struct New<'n> {
    pub(crate) name: Name<'n>,
    /// That of the name.
    pub(crate) hash: u64,
    pub(crate) offer: &'n mut dyn Offer,
    pub(crate) instance: u64,
    pub(crate) deadline: Option<Tick>,
    pub(crate) size_bytes: usize,
    pub(crate) weight: usize,
    pub(crate) tags: Tags,
}

/// An entry that was.
pub(crate) struct Taken {
    pub(crate) key: Key,
    pub(crate) value: Box<dyn Loose>,
    pub(crate) instance: u64,
    pub(crate) deadline: Option<Tick>,
    pub(crate) size_bytes: usize,
    pub(crate) weight: usize,
    pub(crate) tags: Tags,
}

impl Default for Entries {
    fn default() -> Self {
        Self {
            seed: Seed::random(),
            slots: Slots::default(),
            rest: Slots::default(),
            texts: Texts::default(),
            values: Values::default(),
            by_call: Index::default(),
            by_text: OnceLock::new(),
            orphans: 0,
            tags: Labels::default(),
            kin: Vec::new(),
            namespaces: Labels::default(),
            expiry: Expiry::default(),
            size_bytes: 0,
            added: 0,
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

    /// The same for none any more, in the place of these.
    pub(crate) fn emptied(&self, by: &Limits) -> Self {
        Self { seed: self.seed, added: self.added, ..Self::bounded(by) }
    }

    /// Shares a seed with others, as long as there are none.
    #[cfg(feature = "shared")]
    pub(crate) fn reseed(&mut self, seed: Seed) {
        if self.is_empty() {
            self.seed = seed;
        }
    }

    /// Adds an entry, which has been weighed, under a key that has none. It takes the value that is offered.
    pub(crate) fn insert(&mut self, new: New<'_>) -> Option<SlotId> {
        let New { name, hash, offer, instance, deadline, size_bytes, weight, tags } = new;
        let stored = Stored {
            family: Stored::NO_FAMILY,
            text: Place::NOWHERE,
            cell: offer.give(&mut self.values)?,
            deadline: deadline.unwrap_or(Tick::NEVER),
        };
        let rest = Rest {
            instance,
            deadline: stored.deadline,
            hash: narrow(hash),
            size_bytes: Rest::size(size_bytes),
            timer: Links::NONE,
            kin: Links::NONE,
        };
        let slot = self.slots.insert(stored);
        let its_slot = self.rest.insert(rest);
        debug_assert_eq!(slot, its_slot, "both are filled and emptied together");
        self.added += 1;
        self.size_bytes += rest.size_bytes();
        self.list(slot, name);
        if stored.expires() {
            self.expiry.schedule(&mut self.rest, slot);
        }
        if let Some(eviction) = &mut self.eviction {
            eviction.add(slot, hash, weight);
        }
        for tag in tags.iter() {
            self.tags.add(slot, tag);
        }
        Some(slot)
    }

    /// Adds an entry that was taken out elsewhere, of the same or another key.
    pub(crate) fn put(&mut self, taken: Taken) -> Option<SlotId> {
        let Taken { key, value, instance, deadline, size_bytes, weight, tags } = taken;
        let (name, offer) = (key.name(), &mut Some(value));
        self.insert(New { name, hash: self.hash(name), offer, instance, deadline, size_bytes, weight, tags })
    }

    /// Takes an entry out for good: its value, if there is anything to drop of it.
    pub(crate) fn bury(&mut self, slot: SlotId) -> Option<Box<dyn Loose>> {
        let (stored, ..) = self.remove(slot)?;
        self.values.bury(stored.cell)
    }

    /// Takes an entry out with all that is known of it. It has a weight if there is a bound in bytes.
    pub(crate) fn take(&mut self, slot: SlotId) -> Option<Taken> {
        let (key, tags) = (self.name(self.slots.get(slot)?).to_key(), self.tags_at(slot).collect());
        let (stored, rest, weight) = self.remove(slot)?;
        let (instance, deadline, size_bytes) = (rest.instance, stored.deadline(), rest.size_bytes());
        let value = self.values.take(stored.cell)?;
        Some(Taken { key, value, instance, deadline, size_bytes, weight, tags })
    }

    /// Removes everything but the value.
    fn remove(&mut self, slot: SlotId) -> Option<(Stored, Rest, usize)> {
        self.unlist(slot);
        if self.slots.get(slot)?.expires() {
            self.expiry.cancel(&mut self.rest, slot);
        }
        let (stored, rest) = (self.slots.remove(slot)?, self.rest.remove(slot)?);
        self.tags.remove(slot);
        self.size_bytes -= rest.size_bytes();
        let weight = self.eviction.as_mut().map_or(0, |eviction| eviction.remove(slot));
        self.texts.compact(&mut self.slots);
        Some((stored, rest, weight))
    }

    /// An entry was used.
    #[inline]
    pub(crate) fn touch(&self, slot: SlotId) {
        if let Some(eviction) = &self.eviction {
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

    /// Whether there is space, and a number, for one more of that name and those tags.
    pub(crate) fn have_room_for(&self, name: Name<'_>, tags: &Tags) -> bool {
        let mut texts = std::iter::once(name.bytes()).chain(tags.iter().map(str::as_bytes));
        self.slots.len() < Index::MOST && texts.all(Texts::can_hold)
    }

    /// The tags of a slot.
    pub(crate) fn tags_at(&self, slot: SlotId) -> impl Iterator<Item = &str> {
        self.tags.of(slot)
    }

    #[inline]
    pub(crate) fn get(&self, slot: SlotId) -> Option<&Stored> {
        self.slots.get(slot)
    }

    /// The value of an entry, if it is of that type.
    #[inline]
    pub(crate) fn value<V: 'static>(&self, stored: &Stored) -> Option<Held<'_, V>> {
        self.values.get(stored.cell)
    }

    /// The same, unless it is another instance's result.
    #[inline]
    pub(crate) fn value_of<V: 'static>(&self, slot: SlotId, stored: &Stored, instance: u64) -> Option<Held<'_, V>> {
        let is_of_it = || self.rest.get(slot).is_some_and(|rest| rest.is_of(instance));
        if instance == 0 || is_of_it() { self.value(stored) } else { None }
    }

    /// What an entry takes.
    pub(crate) fn size_at(&self, slot: SlotId) -> usize {
        self.rest.get(slot).map_or(0, Rest::size_bytes)
    }

    pub(crate) fn view(&self, slot: SlotId) -> Option<CacheEntry<'_>> {
        Some(CacheEntry::new(self, slot, *self.slots.get(slot)?))
    }

    pub(crate) fn all(&self) -> Vec<SlotId> {
        self.slots.iter().map(|(slot, _)| slot).collect()
    }

    pub(crate) fn tagged(&self, tag: &str) -> Vec<SlotId> {
        self.tags.members(tag)
    }

    /// Sorts out which entries have expired by now, for [`next_expired`](Self::next_expired).
    pub(crate) fn advance(&mut self, now: Tick) {
        self.expiry.advance(&mut self.rest, now);
    }

    pub(crate) fn next_expired(&self) -> Option<SlotId> {
        self.expiry.next_due()
    }

    /// One of those that expire soonest, if any does.
    pub(crate) fn next_expiring(&self) -> Option<SlotId> {
        self.expiry.soonest()
    }

    /// How many have been added so far.
    pub(crate) fn added(&self) -> u64 {
        self.added
    }

    /// Whether nothing is held, expired or not.
    pub(crate) fn is_empty(&self) -> bool {
        self.slots.len() == 0
    }

    /// Whether, as of the last advance, more expired entries than live ones are held, and enough to be worth a sweep.
    pub(crate) fn are_mostly_expired(&self) -> bool {
        let expired = self.expiry.due();
        expired > 64.max(self.slots.len() - expired)
    }

    /// How many entries are live.
    pub(crate) fn len(&self, now: Tick) -> usize {
        self.slots.len() - self.expiry.count_expired(&self.rest, now)
    }

    /// What the entries take, expired ones that are still held included.
    pub(crate) fn size_bytes(&self) -> usize {
        self.size_bytes
    }
}
