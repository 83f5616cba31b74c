//! By what entries are found: what their calls are, the texts of their keys, and their namespaces.

use std::sync::Arc;

use super::{Entries, Kin};
use crate::entry::{FamilyNumber, Stored};
use crate::family::Family;
use crate::fingerprint::Seed;
use crate::index::{Index, narrow};
use crate::key::namespace_in;
use crate::ledger::namespace_of;
use crate::name::Name;
use crate::slots::SlotId;
use crate::texts::Place;

impl Entries {
    /// The hash of a name here.
    #[inline]
    pub(crate) fn hash(&self, name: Name<'_>) -> u64 {
        name.hash(&self.seed)
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
        if let Some(rest) = self.rest.get_mut(slot) {
            rest.hash = hash;
        }
        self.list(slot, name);
    }

    /// Adds an entry, which has its hash, to what finds it by its name.
    pub(super) fn list(&mut self, slot: SlotId, name: Name<'_>) {
        let (Some(stored), Some(rest)) = (self.slots.get_mut(slot), self.rest.get(slot)) else { return };
        stored.text = self.texts.add(slot, name.bytes());
        match name {
            Name::Call(family, _) => {
                stored.family = family.number;
                self.by_call.insert(rest.hash, slot);
                let place = place_of(family.number);
                if self.kin.len() <= place {
                    self.kin.resize_with(place + 1, Kin::default);
                }
                if let Some(kin) = self.kin.get_mut(place) {
                    kin.family.get_or_insert_with(|| Arc::clone(family));
                    kin.members.add(&mut self.rest, slot);
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
            by_text.insert(text_hash(&self.seed, name), slot);
        }
    }

    /// Takes it out of that.
    pub(super) fn unlist(&mut self, slot: SlotId) {
        let Some(stored) = self.slots.get(slot).copied() else { return };
        if self.by_text.get().is_some() {
            let hash = text_hash(&self.seed, self.name(&stored));
            if let Some(by_text) = self.by_text.get_mut() {
                by_text.remove(hash, slot);
            }
        }
        if let Name::Text(text) = self.name(&stored) {
            self.orphans -= usize::from(is_made(text));
            self.namespaces.remove(slot);
        } else {
            if let Some(rest) = self.rest.get(slot) {
                self.by_call.remove(rest.hash, slot);
            }
            if let Some(kin) = self.kin.get_mut(place_of(stored.family)) {
                kin.members.remove(&mut self.rest, slot);
            }
        }
        self.texts.remove(stored.text);
        if let Some(stored) = self.slots.get_mut(slot) {
            (stored.family, stored.text) = (Stored::NO_FAMILY, Place::NOWHERE);
        }
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

    /// The hash of arguments, for [`hash_call`](Self::hash_call).
    #[expect(clippy::inline_always, reason = "or else it is called by hits of a program with results of several types")]
    #[inline(always)]
    pub(crate) fn hash_arguments(&self, arguments: &[u8]) -> u64 {
        self.seed.hash(arguments)
    }

    /// The hash of a call whose arguments have that one.
    #[inline]
    pub(crate) fn hash_call(&self, family: &Family, arguments: u64) -> u64 {
        self.seed.of_family(family.number, arguments)
    }

    /// The entry of a call, if it is the one in that slot.
    #[inline]
    pub(crate) fn find_call_in(
        &self,
        slot: SlotId,
        family: &Arc<Family>,
        arguments: &[u8],
    ) -> Option<(SlotId, &Stored)> {
        self.kin_of(family)?;
        Some((slot, self.call_at(slot, family.number, arguments)?))
    }

    /// Finds the entry of a call, whose hash is known, unless it has yet to [`adopt`](Self::adopt) it.
    #[expect(clippy::inline_always, reason = "or else it is called by hits of a program with results of several types")]
    #[inline(always)]
    pub(crate) fn find_call(&self, family: &Arc<Family>, arguments: &[u8], hash: u64) -> Option<(SlotId, &Stored)> {
        self.kin_of(family)?;
        let (number, hash) = (family.number, narrow(hash));
        let first = self.by_call.first(hash);
        if let Some(slot) = first
            && let Some(stored) = self.call_at(slot, number, arguments)
        {
            return Some((slot, stored));
        }
        self.find_call_beyond(first, number, arguments, hash)
    }

    /// The results of a family, if there are any.
    #[inline]
    fn kin_of(&self, family: &Arc<Family>) -> Option<&Kin> {
        // Another cache's family may have the same number.
        let is_it = |kin: &&Kin| kin.family.as_ref().is_some_and(|its_family| Arc::ptr_eq(its_family, family));
        self.kin.get(place_of(family.number)).filter(is_it)
    }

    // Apart, since it is rare that the first one is not it.
    #[inline(never)]
    fn find_call_beyond(
        &self,
        first: Option<SlotId>,
        family: FamilyNumber,
        arguments: &[u8],
        hash: u32,
    ) -> Option<(SlotId, &Stored)> {
        self.by_call.find_beyond(first, hash, |slot| Some((slot, self.call_at(slot, family, arguments)?)))
    }

    /// What is in a slot, if it is of that call.
    #[expect(clippy::inline_always, reason = "or else it is called by hits of a program with results of several types")]
    #[inline(always)]
    fn call_at(&self, slot: SlotId, family: FamilyNumber, arguments: &[u8]) -> Option<&Stored> {
        let stored = self.slots.get(slot)?;
        let is_it = stored.family == family && self.texts.get(stored.text) == Some(arguments);
        is_it.then_some(stored)
    }

    fn find_text(&self, text: &str) -> Option<SlotId> {
        if self.slots.len() == 0 {
            return None;
        }
        let by_text = self.by_text.get_or_init(|| {
            let mut index = Index::default();
            for (slot, stored) in self.slots.iter() {
                index.insert(text_hash(&self.seed, self.name(stored)), slot);
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

    /// What an entry is called.
    pub(crate) fn name(&self, stored: &Stored) -> Name<'_> {
        let text = self.texts.get(stored.text).unwrap_or_default();
        match self.kin.get(place_of(stored.family)).and_then(|kin| kin.family.as_ref()) {
            Some(family) => Name::Call(family, text),
            // It was a text when it was added.
            None => Name::Text(str::from_utf8(text).unwrap_or_default()),
        }
    }

    pub(crate) fn in_namespace(&self, namespace: &str) -> Vec<SlotId> {
        let is_such = |kin: &&Kin| kin.family.as_ref().is_some_and(|family| *family.namespace == *namespace);
        let of_calls = self.kin.iter().filter(is_such).flat_map(|kin| kin.members.iter(&self.rest));
        of_calls.chain(self.namespaces.members(namespace)).collect()
    }

    /// Whether all entries that calls may have can be found by them.
    pub(crate) fn have_no_orphans(&self) -> bool {
        self.orphans == 0
    }
}

/// Where the kin of that number are.
fn place_of(family: FamilyNumber) -> usize {
    family.get() as usize - 1
}

/// The hash of the text of an entry's key.
fn text_hash(seed: &Seed, name: Name<'_>) -> u32 {
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
impl Entries {
    /// Leaves no call to be found by its hash.
    pub(crate) fn forget_calls(&mut self) {
        self.by_call = Index::default();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Entries;
    use crate::entries::New;
    use crate::family::Family;
    use crate::fingerprint::Seed;
    use crate::name::Name;
    use crate::tags::Tags;
    use crate::values::{Held, Inline};

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
            let (hash, offer) = (entries.hash(name), &mut Some(Inline(number)));
            let (deadline, tags) = (None, Tags::default());
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
