//! Which entries carry a label: a tag, or the namespace of their key.

use std::collections::HashMap;
use std::sync::Arc;

use crate::slots::SlotId;

/// An index from labels to slots and back, so that adding, removing and listing cost O(what they touch).
#[derive(Debug, Default)]
pub(crate) struct Labels {
    members: HashMap<Arc<str>, Vec<Member>>,
    /// The labels of each slot.
    labels: Vec<Vec<Membership>>,
}

/// A slot that carries a label, and which of its labels that is.
#[derive(Debug, Clone, Copy)]
struct Member {
    slot: SlotId,
    ordinal: usize,
}

/// A label that a slot carries, and where among its members that slot stands.
#[derive(Debug)]
struct Membership {
    label: Arc<str>,
    position: usize,
}

impl Labels {
    /// Labels a slot that does not carry that label yet.
    pub(crate) fn add(&mut self, slot: SlotId, label: &str) {
        if self.labels.len() <= slot {
            self.labels.resize_with(slot + 1, Vec::new);
        }
        let Some(memberships) = self.labels.get_mut(slot) else { return };
        let label = match self.members.get_key_value(label) {
            Some((label, _)) => Arc::clone(label),
            None => label.into(),
        };
        let members = self.members.entry(Arc::clone(&label)).or_default();
        let membership = Membership { label, position: members.len() };
        members.push(Member { slot, ordinal: memberships.len() });
        memberships.push(membership);
    }

    /// Takes all labels off a slot.
    pub(crate) fn remove(&mut self, slot: SlotId) {
        for Membership { label, position } in self.labels.get_mut(slot).map(std::mem::take).unwrap_or_default() {
            let Some(members) = self.members.get_mut(&label) else { continue };
            if position < members.len() {
                members.swap_remove(position);
            }
            if let Some(moved) = members.get(position)
                && let Some(membership) =
                    self.labels.get_mut(moved.slot).and_then(|memberships| memberships.get_mut(moved.ordinal))
            {
                membership.position = position;
            }
            if members.is_empty() {
                self.members.remove(&label);
            }
        }
    }

    /// The slots that carry a label, in no particular order.
    pub(crate) fn members(&self, label: &str) -> Vec<SlotId> {
        self.members.get(label).into_iter().flatten().map(|member| member.slot).collect()
    }

    /// The labels of a slot, in the order they were added.
    pub(crate) fn of(&self, slot: SlotId) -> impl Iterator<Item = &str> {
        self.labels.get(slot).into_iter().flatten().map(|membership| &*membership.label)
    }

    /// How many different labels are carried.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }
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
