//! Entries with everything that knows of them.

use std::sync::{Arc, OnceLock};

use crate::clock::Tick;
use crate::entry::{CacheEntry, Stored};
use crate::eviction::Eviction;
use crate::expiry::Expiry;
use crate::family::Family;
use crate::fingerprint::Seed;
use crate::index::{Index, narrow};
use crate::labels::Labels;
use crate::ledger::namespace_of;
use crate::limits::Limits;
use crate::name::{Key, Name};
use crate::slots::{SlotId, Slots};

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

    /// The same for none any more, in the place of these.
    pub(crate) fn emptied(&self, by: &Limits) -> Self {
        Self { seed: self.seed, ..Self::bounded(by) }
    }

    /// Shares a seed with others, as long as there are none.
    #[cfg(feature = "shared")]
    pub(crate) fn reseed(&mut self, seed: Seed) {
        if self.is_empty() {
            self.seed = seed;
        }
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
        let slot = self.slots.insert(stored.until(deadline));
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
        let Some(stored) = self.slots.get_mut(slot) else { return };
        match &stored.key {
            Key::Call(..) => {
                stored.hash = narrow(stored.key.name().hash(self.seed));
                self.by_call.insert(stored.hash, slot);
            }
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
            Key::Call(..) => self.by_call.remove(stored.hash, slot),
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
        self.find_hashed(family, arguments, self.seed.hash(arguments))
    }

    /// The same where the hash of the arguments is known.
    pub(crate) fn find_hashed(&self, family: &Arc<Family>, arguments: &[u8], hash: u64) -> Option<SlotId> {
        self.by_call.find(narrow(family.hash(hash)), |slot| self.is_call(slot, family, arguments))
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
        by_text.find(narrow(Name::Text(text).hash(self.seed)), |slot| {
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
        Some(CacheEntry::new(self.slots.get(slot)?, slot, &self.tags))
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
    pub(crate) fn are_mostly_expired(&self) -> bool {
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
fn text_hash(seed: Seed, stored: &Stored) -> u32 {
    narrow(Name::Text(stored.key.to_cache_key().as_str()).hash(seed))
}

/// Whether a text may be what the key of a call prints as.
pub(crate) fn is_made(text: &str) -> bool {
    !namespace_of(text).is_empty()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Entries;
    use crate::entry::Stored;
    use crate::family::Family;
    use crate::fingerprint::Seed;
    use crate::name::{Key, Name};

    /// However all hashes come out.
    #[test]
    fn keys_of_one_hash_are_told_apart() {
        let mut entries = Entries { seed: Seed::COLLIDING, ..Entries::default() };
        let families = [0, 0].map(|number| Arc::new(Family::for_tests("f", number)));
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
}
