//! Which entries carry a label: a tag, or the namespace of their key.

use crate::fingerprint::Seed;
use crate::index::{Index, narrow};
use crate::slots::{self, SlotId, Slots, short};
use crate::texts::{Owner, Place, Texts};

/// An index from labels to slots and back, so that adding, removing and listing cost O(what they touch). Labels are numbered,
/// and what is said of a slot takes little space.
pub(crate) struct Labels {
    seed: Seed,
    texts: Texts,
    /// Labels by their texts.
    by_text: Index,
    known: Slots<Label>,
    /// The labels of each slot, up to the last one that has any.
    carried: Vec<Carried>,
    /// Those of slots with more than one.
    several: Slots<Vec<Membership>>,
    /// The label that was added last, which is likely to be added next.
    last: SlotId,
}

#[derive(Debug)]
struct Label {
    text: Place,
    members: Members,
}

impl Owner for Label {
    fn text_mut(&mut self) -> &mut Place {
        &mut self.text
    }
}

/// A slot that carries a label, and which of its labels that is.
#[derive(Debug, Clone, Copy)]
struct Member {
    slot: u32,
    ordinal: u32,
}

/// The slots that carry a label. Many labels are carried by one slot alone, for which nothing is allocated.
#[derive(Debug)]
enum Members {
    One(Member),
    Several(Vec<Member>),
}

impl Members {
    fn as_slice(&self) -> &[Member] {
        match self {
            Self::One(member) => std::slice::from_ref(member),
            Self::Several(members) => members,
        }
    }

    fn push(&mut self, member: Member) {
        match self {
            Self::One(first) => *self = Self::Several(vec![*first, member]),
            Self::Several(members) => members.push(member),
        }
    }

    /// Takes the one at a place out, and moves the last one there.
    fn swap_remove(&mut self, position: usize) {
        match self {
            Self::Several(members) if position < members.len() => {
                members.swap_remove(position);
            }
            Self::Several(_) => {}
            Self::One(_) => *self = Self::Several(Vec::new()),
        }
    }
}

/// A label that a slot carries, and where among its members that slot stands.
#[derive(Debug, Clone, Copy)]
struct Membership {
    label: u32,
    position: u32,
}

/// The labels of a slot, in eight bytes. Most slots have none or one; of more, it says where among several they are.
#[derive(Debug, Clone, Copy)]
struct Carried(Membership);

impl Carried {
    const NONE: Self = Self(Membership { label: u32::MAX, position: 0 });

    /// Stands for a label, in place of which there are several. There are fewer labels.
    const SEVERAL: u32 = u32::MAX - 1;

    fn is_none(self) -> bool {
        self.0.label == Self::NONE.0.label
    }

    fn several(self) -> Option<SlotId> {
        (self.0.label == Self::SEVERAL).then_some(self.0.position as SlotId)
    }

    fn as_slice<'l>(&'l self, several: &'l Slots<Vec<Membership>>) -> &'l [Membership] {
        match self.several() {
            Some(place) => several.get(place).map_or(&[], Vec::as_slice),
            None if self.is_none() => &[],
            None => std::slice::from_ref(&self.0),
        }
    }

    fn get_mut<'l>(
        &'l mut self,
        several: &'l mut Slots<Vec<Membership>>,
        ordinal: usize,
    ) -> Option<&'l mut Membership> {
        match self.several() {
            Some(place) => several.get_mut(place)?.get_mut(ordinal),
            None => Some(&mut self.0).filter(|_| ordinal == 0),
        }
    }

    fn push(&mut self, several: &mut Slots<Vec<Membership>>, membership: Membership) {
        if let Some(memberships) = self.several().and_then(|place| several.get_mut(place)) {
            memberships.push(membership);
        } else if self.is_none() {
            self.0 = membership;
        } else {
            let place = several.insert(vec![self.0, membership]);
            self.0 = Membership { label: Self::SEVERAL, position: short(place) };
        }
    }
}

impl Default for Labels {
    fn default() -> Self {
        Self {
            seed: Seed::random(),
            texts: Texts::default(),
            by_text: Index::default(),
            known: Slots::default(),
            carried: Vec::new(),
            several: Slots::default(),
            last: 0,
        }
    }
}

impl Labels {
    /// Labels a slot that does not carry that label yet.
    pub(crate) fn add(&mut self, slot: SlotId, label: &str) {
        let carried = slots::at(&mut self.carried, slot, || Carried::NONE);
        let ordinal = carried.map_or(0, |carried| carried.as_slice(&self.several).len());
        let member = Member { slot: short(slot), ordinal: short(ordinal) };
        let position = self.join(label, member);
        let membership = Membership { label: short(self.last), position: short(position) };
        if let Some(carried) = self.carried.get_mut(slot) {
            carried.push(&mut self.several, membership);
        }
    }

    /// Adds a member to a label, which then is the last one; where it stands.
    fn join(&mut self, label: &str, member: Member) -> usize {
        if !self.is(self.last, label) {
            let hash = self.hash(label.as_bytes());
            let Some(number) = self.find(label, hash) else {
                self.last = self.known.insert(Label { text: Place::NOWHERE, members: Members::One(member) });
                if let Some(known) = self.known.get_mut(self.last) {
                    known.text = self.texts.add(self.last, label.as_bytes());
                }
                self.by_text.insert(hash, self.last);
                return 0;
            };
            self.last = number;
        }
        let Some(Label { members, .. }) = self.known.get_mut(self.last) else { return 0 };
        members.push(member);
        members.as_slice().len() - 1
    }

    /// Whether a number is that of a label.
    fn is(&self, number: SlotId, label: &str) -> bool {
        self.known.get(number).is_some_and(|known| self.texts.get(known.text) == Some(label.as_bytes()))
    }

    /// The number of a label that is carried.
    fn find(&self, label: &str, hash: u32) -> Option<SlotId> {
        self.by_text.find(hash, |number| self.is(number, label).then_some(number))
    }

    fn hash(&self, label: &[u8]) -> u32 {
        narrow(self.seed.hash(label))
    }

    /// Takes all labels off a slot.
    pub(crate) fn remove(&mut self, slot: SlotId) {
        let Some(carried) = self.carried.get_mut(slot) else { return };
        let carried = std::mem::replace(carried, Carried::NONE);
        if let Some(place) = carried.several() {
            for membership in self.several.remove(place).unwrap_or_default() {
                self.leave(membership);
            }
        } else if !carried.is_none() {
            self.leave(carried.0);
        }
    }

    /// Takes a slot that no longer carries a label out of its members.
    fn leave(&mut self, Membership { label: number, position }: Membership) {
        let Some(label) = self.known.get_mut(number as SlotId) else { return };
        label.members.swap_remove(position as usize);
        if let Some(moved) = label.members.as_slice().get(position as usize)
            && let Some(carried) = self.carried.get_mut(moved.slot as SlotId)
            && let Some(membership) = carried.get_mut(&mut self.several, moved.ordinal as usize)
        {
            membership.position = position;
        }
        if label.members.as_slice().is_empty()
            && let Some(Label { text, .. }) = self.known.remove(number as SlotId)
        {
            let hash = self.hash(self.texts.get(text).unwrap_or_default());
            self.by_text.remove(hash, number as SlotId);
            self.texts.remove(text);
            self.texts.compact(&mut self.known);
        }
    }

    /// The slots that carry a label, in no particular order.
    pub(crate) fn members(&self, label: &str) -> Vec<SlotId> {
        let label = self.find(label, self.hash(label.as_bytes())).and_then(|number| self.known.get(number));
        label.into_iter().flat_map(|label| label.members.as_slice()).map(|member| member.slot as SlotId).collect()
    }

    /// The labels of a slot, in the order they were added.
    pub(crate) fn of(&self, slot: SlotId) -> impl Iterator<Item = &str> {
        let carried = self.carried.get(slot).map_or(&[][..], |carried| carried.as_slice(&self.several));
        let text = |membership: &Membership| self.texts.get(self.known.get(membership.label as SlotId)?.text);
        // It was a text when it was added.
        carried.iter().filter_map(text).filter_map(|text| str::from_utf8(text).ok())
    }

    /// How many different labels are carried.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.known.len()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::Labels;

    proptest! {
        /// Slots with none, one and several labels, and labels that come and go.
        #[test]
        fn labels_agree_with_lists(steps in prop::collection::vec((0usize..6, prop::collection::hash_set(0u8..5, 0..4)), 1..80)) {
            let mut labels = Labels::default();
            let mut model = HashMap::<usize, Vec<String>>::new();
            for (slot, numbers) in steps {
                labels.remove(slot);
                let given: Vec<String> = numbers.iter().map(u8::to_string).collect();
                for label in &given {
                    labels.add(slot, label);
                }
                model.insert(slot, given);
                let mut carried = 0;
                for label in (0u8..5).map(|number| number.to_string()) {
                    let mut expected: Vec<usize> =
                        model.iter().filter(|(_, given)| given.contains(&label)).map(|(slot, _)| *slot).collect();
                    expected.sort_unstable();
                    carried += usize::from(!expected.is_empty());
                    prop_assert_eq!(members(&labels, &label), expected);
                }
                prop_assert_eq!(labels.len(), carried);
                for (slot, given) in &model {
                    prop_assert_eq!(labels.of(*slot).collect::<Vec<_>>(), given.iter().collect::<Vec<_>>());
                }
            }
        }
    }

    fn members(labels: &Labels, label: &str) -> Vec<usize> {
        let mut members = labels.members(label);
        members.sort_unstable();
        members
    }

    #[test]
    fn removing_a_slot_keeps_the_others_labelled() {
        let mut labels = Labels::default();
        for slot in 0..5 {
            labels.add(slot, "all");
            labels.add(slot, if slot % 2 == 0 { "even" } else { "odd" });
        }
        labels.remove(0);
        labels.remove(3);
        assert_eq!(members(&labels, "all"), [1, 2, 4]);
        assert_eq!(members(&labels, "even"), [2, 4]);
        assert_eq!(members(&labels, "odd"), [1]);
        labels.remove(1);
        assert_eq!(labels.len(), 2, "a label that nothing carries is forgotten");
        labels.remove(1);
        assert_eq!(members(&labels, "all"), [2, 4]);
    }
}
