//! Entries with everything that knows of them.

use std::sync::{Arc, OnceLock};

use crate::chain::{Chain, Links};
use crate::clock::Tick;
use crate::entry::{ByFamily, CacheEntry, FamilyNumber, Stored};
use crate::eviction::Eviction;
use crate::expiry::Expiry;
use crate::family::Family;
use crate::fingerprint::Seed;
use crate::index::{Index, narrow};
use crate::key::namespace_in;
use crate::labels::Labels;
use crate::ledger::namespace_of;
use crate::limits::Limits;
use crate::name::{Key, Name};
use crate::slots::{SlotId, Slots};
use crate::texts::{Place, Texts};
use crate::values::{Held, Loose, Offer, Values};

/// The entries with their indexes. Only [`insert`](Self::insert), [`bury`](Self::bury), [`take`](Self::take) and
/// [`adopt`](Self::adopt) change anything, so indexes, tags, families, deadlines and size cannot disagree.
pub(crate) struct Entries {
    seed: Seed,
    slots: Slots<Stored>,
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
    /// None occurs twice.
    pub(crate) tags: Vec<String>,
}

/// An entry that was.
pub(crate) struct Taken {
    pub(crate) key: Key,
    pub(crate) value: Box<dyn Loose>,
    pub(crate) instance: u64,
    pub(crate) deadline: Option<Tick>,
    pub(crate) size_bytes: usize,
    pub(crate) weight: usize,
    pub(crate) tags: Vec<String>,
}

impl Default for Entries {
    fn default() -> Self {
        Self {
            seed: Seed::random(),
            slots: Slots::default(),
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

    /// The hash of a name here.
    #[inline]
    pub(crate) fn hash(&self, name: Name<'_>) -> u64 {
        name.hash(self.seed)
    }

    /// Adds an entry, which has been weighed, under a key that has none. It takes the value that is offered.
    pub(crate) fn insert(&mut self, new: New<'_>) -> Option<SlotId> {
        let New { name, hash, offer, instance, deadline, size_bytes, weight, tags } = new;
        let stored = Stored {
            family: Stored::NO_FAMILY,
            hash: narrow(hash),
            text: Place::NOWHERE,
            cell: offer.give(&mut self.values)?,
            instance,
            deadline: deadline.unwrap_or(Tick::NEVER),
            size_bytes: u32::try_from(size_bytes).unwrap_or(u32::MAX),
            timer: Links::NONE,
            kin: Links::NONE,
        };
        let slot = self.slots.insert(stored);
        self.added += 1;
        self.size_bytes += stored.size_bytes as usize;
        self.list(slot, name);
        if stored.expires() {
            self.expiry.schedule(&mut self.slots, slot);
        }
        if let Some(eviction) = &mut self.eviction {
            eviction.add(slot, hash, weight);
        }
        for tag in tags {
            self.tags.add(slot, &tag);
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
        let (stored, _) = self.remove(slot)?;
        self.values.bury(stored.cell)
    }

    /// Takes an entry out with all that is known of it. It has a weight if there is a bound in bytes.
    pub(crate) fn take(&mut self, slot: SlotId) -> Option<Taken> {
        let (key, tags) = (self.name(self.slots.get(slot)?).to_key(), self.tags_of(slot));
        let (stored, weight) = self.remove(slot)?;
        let (deadline, size_bytes) = (stored.deadline(), stored.size_bytes as usize);
        let value = self.values.take(stored.cell)?;
        Some(Taken { key, value, instance: stored.instance, deadline, size_bytes, weight, tags })
    }

    /// Removes everything but the value.
    fn remove(&mut self, slot: SlotId) -> Option<(Stored, usize)> {
        self.unlist(slot);
        if self.slots.get(slot)?.expires() {
            self.expiry.cancel(&mut self.slots, slot);
        }
        let stored = self.slots.remove(slot)?;
        self.tags.remove(slot);
        self.size_bytes -= stored.size_bytes as usize;
        let weight = self.eviction.as_mut().map_or(0, |eviction| eviction.remove(slot));
        self.compact();
        Some((stored, weight))
    }

    /// Lets calls find an entry by what they are whose key was given as a text.
    pub(crate) fn adopt(&mut self, slot: SlotId, name: Name<'_>) {
        let is_orphan = self.slots.get(slot).is_some_and(|stored| stored.family == Stored::NO_FAMILY);
        if !is_orphan || matches!(name, Name::Text(_)) {
            return;
        }
        self.unlist(slot);
        let hash = narrow(self.hash(name));
        // Its size stays what it was when it was stored.
        if let Some(stored) = self.slots.get_mut(slot) {
            stored.hash = hash;
        }
        self.list(slot, name);
    }

    /// Adds an entry, which has its hash, to what finds it by its name.
    fn list(&mut self, slot: SlotId, name: Name<'_>) {
        let Some(stored) = self.slots.get_mut(slot) else { return };
        stored.text = self.texts.add(slot, name.bytes());
        match name {
            Name::Call(family, _) => {
                stored.family = family.number;
                self.by_call.insert(stored.hash, slot);
                let place = place_of(family.number);
                if self.kin.len() <= place {
                    self.kin.resize_with(place + 1, Kin::default);
                }
                if let Some(kin) = self.kin.get_mut(place) {
                    kin.family.get_or_insert_with(|| Arc::clone(family));
                    kin.members.add(&mut self.slots, slot);
                }
            }
            Name::Text(text) => {
                self.orphans += usize::from(is_made(text));
                if let Some(namespace) = namespace_in(text) {
                    self.namespaces.add(slot, namespace);
                }
            }
        }
        if let Some(by_text) = self.by_text.get_mut() {
            by_text.insert(text_hash(self.seed, name), slot);
        }
    }

    /// Takes it out of that.
    fn unlist(&mut self, slot: SlotId) {
        let Some(stored) = self.slots.get(slot).copied() else { return };
        if self.by_text.get().is_some() {
            let hash = text_hash(self.seed, self.name(&stored));
            if let Some(by_text) = self.by_text.get_mut() {
                by_text.remove(hash, slot);
            }
        }
        if let Name::Text(text) = self.name(&stored) {
            self.orphans -= usize::from(is_made(text));
            self.namespaces.remove(slot);
        } else {
            self.by_call.remove(stored.hash, slot);
            if let Some(kin) = self.kin.get_mut(place_of(stored.family)) {
                kin.members.remove(&mut self.slots, slot);
            }
        }
        self.texts.remove(stored.text);
        if let Some(stored) = self.slots.get_mut(slot) {
            (stored.family, stored.text) = (Stored::NO_FAMILY, Place::NOWHERE);
        }
    }

    /// Moves a few texts, if so much space then is given back.
    fn compact(&mut self) {
        let Some(emptied) = self.texts.compact() else { return };
        for (owner, place, text) in emptied.texts() {
            if let Some(stored) = self.slots.get_mut(owner).filter(|stored| stored.text == place) {
                stored.text = self.texts.add(owner, text);
            }
        }
        self.texts.reuse(emptied);
    }

    /// An entry was used.
    #[inline]
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

    /// Whether there is space, and a number, for one more of that name.
    pub(crate) fn have_room_for(&self, name: Name<'_>) -> bool {
        self.slots.len() < Index::MOST && Texts::can_hold(name.bytes())
    }

    /// The tags of a slot.
    pub(crate) fn tags_at(&self, slot: SlotId) -> impl Iterator<Item = &str> {
        self.tags.of(slot)
    }

    pub(crate) fn tags_of(&self, slot: SlotId) -> Vec<String> {
        self.tags_at(slot).map(str::to_owned).collect()
    }

    pub(crate) fn find(&self, name: Name<'_>) -> Option<SlotId> {
        self.find_at(name, self.hash(name))
    }

    /// The same where the hash of the name is known.
    pub(crate) fn find_at(&self, name: Name<'_>, hash: u64) -> Option<SlotId> {
        match name {
            Name::Text(text) => self.find_text(text),
            Name::Call(family, arguments) => match self.find_call(family, arguments, hash) {
                None if self.orphans > 0 => self.find_text(name.to_cache_key().as_str()),
                found => found.map(|(slot, _)| slot),
            },
        }
    }

    /// The hash of a call whose arguments have that one.
    #[cfg(feature = "shared")]
    pub(crate) fn hash_call(&self, family: &Family, arguments: u64) -> u64 {
        self.seed.of_family(family.number, arguments)
    }

    /// The same for a call, whose hash is known, unless it has yet to [`adopt`](Self::adopt) its entry.
    #[inline]
    pub(crate) fn find_call(&self, family: &Arc<Family>, arguments: &[u8], hash: u64) -> Option<(SlotId, &Stored)> {
        // Another cache's family may have the same number.
        let its_kin = self.kin.get(place_of(family.number))?.family.as_ref();
        its_kin.filter(|its_family| Arc::ptr_eq(its_family, family))?;
        self.by_call.find(narrow(hash), |slot| {
            let stored = self.slots.get(slot)?;
            let is_it = stored.family == family.number && self.texts.get(stored.text) == Some(arguments);
            is_it.then_some((slot, stored))
        })
    }

    fn find_text(&self, text: &str) -> Option<SlotId> {
        if self.slots.len() == 0 {
            return None;
        }
        let by_text = self.by_text.get_or_init(|| {
            let mut index = Index::default();
            for (slot, stored) in self.slots.iter() {
                index.insert(text_hash(self.seed, self.name(stored)), slot);
            }
            index
        });
        by_text.find(narrow(self.hash(Name::Text(text))), |slot| {
            let is_it = match self.name(self.slots.get(slot)?) {
                Name::Text(key) => key == text,
                name @ Name::Call(..) => name.to_cache_key().as_str() == text,
            };
            is_it.then_some(slot)
        })
    }

    #[inline]
    pub(crate) fn get(&self, slot: SlotId) -> Option<&Stored> {
        self.slots.get(slot)
    }

    /// The value of an entry, if it is of that type.
    #[inline]
    pub(crate) fn value<V: 'static>(&self, stored: &Stored) -> Option<&Held<V>> {
        self.values.get(stored.cell)
    }

    /// The same, unless it is another instance's result.
    #[inline]
    pub(crate) fn value_of<V: 'static>(&self, stored: &Stored, instance: u64) -> Option<&Held<V>> {
        if stored.is_of(instance) { self.value(stored) } else { None }
    }

    /// What an entry is called.
    pub(crate) fn name(&self, stored: &Stored) -> Name<'_> {
        let text = self.texts.get(stored.text).unwrap_or_default();
        match self.kin.get(place_of(stored.family)).and_then(|kin| kin.family.as_ref()) {
            Some(family) => Name::Call(family, text),
            // It was a text when it was added.
            None => Name::Text(str::from_utf8(text).unwrap_or_default()),
        }
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

    pub(crate) fn in_namespace(&self, namespace: &str) -> Vec<SlotId> {
        let is_such = |kin: &&Kin| kin.family.as_ref().is_some_and(|family| *family.namespace == *namespace);
        let of_calls = self.kin.iter().filter(is_such).flat_map(|kin| kin.members.iter(&self.slots));
        of_calls.chain(self.namespaces.members(namespace)).collect()
    }

    /// Sorts out which entries have expired by now, for [`next_expired`](Self::next_expired).
    pub(crate) fn advance(&mut self, now: Tick) {
        self.expiry.advance(&mut self.slots, now);
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
        self.slots.len() - self.expiry.count_expired(&self.slots, now)
    }

    /// What the entries take, expired ones that are still held included.
    pub(crate) fn size_bytes(&self) -> usize {
        self.size_bytes
    }
}

/// Where the kin of that number are.
fn place_of(family: FamilyNumber) -> usize {
    family.get() as usize - 1
}

/// The hash of the text of an entry's key.
fn text_hash(seed: Seed, name: Name<'_>) -> u32 {
    match name {
        Name::Text(_) => narrow(name.hash(seed)),
        Name::Call(..) => narrow(Name::Text(name.to_cache_key().as_str()).hash(seed)),
    }
}

/// Whether a text may be what the key of a call prints as.
pub(crate) fn is_made(text: &str) -> bool {
    !namespace_of(text).is_empty()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Entries, New};
    use crate::family::Family;
    use crate::fingerprint::Seed;
    use crate::name::Name;
    use crate::values::Held;

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
            let (hash, offer) = (entries.hash(name), &mut Some(Held::Own(number)));
            let (deadline, tags) = (None, Vec::new());
            assert_eq!(hash, 0);
            entries.insert(New { name, hash, offer, instance: 0, deadline, size_bytes: 1, weight: 0, tags });
        }
        for (name, number) in names() {
            let slot = entries.find(name).unwrap();
            assert_eq!(entries.value::<usize>(entries.get(slot).unwrap()).map(Held::get), Some(&number));
            if number % 2 == 0 {
                assert!(entries.bury(slot).is_none(), "a number needs no burial");
            }
        }
        for (name, number) in names() {
            let found = entries.find(name).and_then(|slot| entries.value::<usize>(entries.get(slot)?));
            assert_eq!(found.map(Held::get), (number % 2 == 1).then_some(&number));
        }
        // Two families of one name and version would print the same keys; a cache has but one.
        let texts = entries
            .all()
            .into_iter()
            .filter_map(|slot| entries.get(slot))
            .filter(|stored| matches!(entries.name(stored), Name::Text(_)));
        assert_eq!(texts.count(), 25);
    }
}
