//! Which entries carry a label: a tag, or the namespace of their key.

use std::collections::HashMap;
use std::sync::Arc;

use crate::slots::{SlotId, Slots};

/// An index from labels to slots and back, so that adding, removing and listing cost O(what they touch). Labels are numbered,
/// and what is said of a slot takes little space.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    numbers: HashMap<Arc<str>, u32>,
    known: Slots<Label>,
    /// The labels of each slot, up to the last one that has any.
    carried: Vec<Carried>,
    /// The label that was added last, which is likely to be added next.
    last: u32,
}

#[derive(Debug)]
struct Label {
    text: Arc<str>,
    members: Vec<Member>,
}

/// A slot that carries a label, and which of its labels that is.
#[derive(Debug, Clone, Copy)]
struct Member {
    slot: u32,
    ordinal: u32,
}

/// A label that a slot carries, and where among its members that slot stands.
#[derive(Debug, Clone, Copy)]
struct Membership {
    label: u32,
    position: u32,
}

/// The labels of a slot: most have none or one.
#[derive(Debug, Default)]
enum Carried {
    #[default]
    None,
    One(Membership),
    Several(Box<[Membership]>),
}

impl Carried {
    fn as_slice(&self) -> &[Membership] {
        match self {
            Self::None => &[],
            Self::One(membership) => std::slice::from_ref(membership),
            Self::Several(memberships) => memberships,
        }
    }

    fn get_mut(&mut self, ordinal: usize) -> Option<&mut Membership> {
        match self {
            Self::None => None,
            Self::One(membership) => Some(membership).filter(|_| ordinal == 0),
            Self::Several(memberships) => memberships.get_mut(ordinal),
        }
    }

    fn push(&mut self, membership: Membership) {
        match self {
            Self::None => *self = Self::One(membership),
            Self::One(first) => *self = Self::Several([*first, membership].into()),
            Self::Several(memberships) => *self = Self::Several([memberships, &[membership][..]].concat().into()),
        }
    }
}

impl Labels {
    /// Labels a slot that does not carry that label yet.
    pub(crate) fn add(&mut self, slot: SlotId, label: &str) {
        if self.carried.len() <= slot {
            self.carried.resize_with(slot + 1, Carried::default);
        }
        let number = self.last_if(label).or_else(|| self.numbers.get(label).copied());
        let number = number.unwrap_or_else(|| self.open(label));
        self.last = number;
        let (Some(carried), Some(label)) = (self.carried.get_mut(slot), self.known.get_mut(number as SlotId)) else {
            return;
        };
        let member = Member { slot: short(slot), ordinal: short(carried.as_slice().len()) };
        carried.push(Membership { label: number, position: short(label.members.len()) });
        label.members.push(member);
    }

    fn last_if(&self, label: &str) -> Option<u32> {
        self.known.get(self.last as SlotId).is_some_and(|last| *last.text == *label).then_some(self.last)
    }

    fn open(&mut self, label: &str) -> u32 {
        let text: Arc<str> = label.into();
        let number = short(self.known.insert(Label { text: Arc::clone(&text), members: Vec::new() }));
        self.numbers.insert(text, number);
        number
    }

    /// Takes all labels off a slot.
    pub(crate) fn remove(&mut self, slot: SlotId) {
        let Some(carried) = self.carried.get_mut(slot).map(std::mem::take) else { return };
        for Membership { label: number, position } in carried.as_slice() {
            let Some(label) = self.known.get_mut(*number as SlotId) else { continue };
            if (*position as usize) < label.members.len() {
                label.members.swap_remove(*position as usize);
            }
            if let Some(moved) = label.members.get(*position as usize)
                && let Some(carried) = self.carried.get_mut(moved.slot as SlotId)
                && let Some(membership) = carried.get_mut(moved.ordinal as usize)
            {
                membership.position = *position;
            }
            if label.members.is_empty()
                && let Some(label) = self.known.remove(*number as SlotId)
            {
                self.numbers.remove(&label.text);
            }
        }
    }

    /// The slots that carry a label, in no particular order.
    pub(crate) fn members(&self, label: &str) -> Vec<SlotId> {
        let label = self.numbers.get(label).and_then(|number| self.known.get(*number as SlotId));
        label.into_iter().flat_map(|label| &label.members).map(|member| member.slot as SlotId).collect()
    }

    /// The labels of a slot, in the order they were added.
    pub(crate) fn of(&self, slot: SlotId) -> impl Iterator<Item = &str> {
        let carried = self.carried.get(slot).map_or(&[][..], Carried::as_slice);
        carried.iter().filter_map(|membership| Some(&*self.known.get(membership.label as SlotId)?.text))
    }

    /// How many different labels are carried.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.numbers.len()
    }
}

/// A number of a slot, or of what there are no more of than slots, all of which are numbered by 32 bits.
fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::Labels;

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
