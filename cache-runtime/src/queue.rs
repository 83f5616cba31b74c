//! Queues of slots, linked through one table, so that a slot leaves its queue in constant time wherever it stands.

use crate::slots::{self, NOBODY, SlotId, short};

/// Which queue, of those that share a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    Small,
    Main,
}

/// A slot's place in a queue, and what it weighs.
#[derive(Debug)]
struct Link {
    queue: Name,
    older: u32,
    newer: u32,
    weight: usize,
}

/// Where a queue begins and ends, and how much is in it.
#[derive(Debug, Default)]
struct Ends {
    oldest: Option<SlotId>,
    newest: Option<SlotId>,
    weight: usize,
}

/// Two queues. Each slot is in one of them at most, and has a weight.
#[derive(Debug, Default)]
pub(crate) struct Queues {
    links: Vec<Option<Link>>,
    small: Ends,
    main: Ends,
}

impl Queues {
    /// Puts a slot that is in no queue behind all others of one.
    pub(crate) fn push(&mut self, queue: Name, slot: SlotId, weight: usize) {
        let older = self.ends(queue).newest;
        if let Some(place) = slots::at(&mut self.links, slot, || None) {
            *place = Some(Link { queue, older: older.map_or(NOBODY, short), newer: NOBODY, weight });
        }
        match older.and_then(|older| self.link(older)) {
            Some(link) => link.newer = short(slot),
            None => self.ends(queue).oldest = Some(slot),
        }
        let ends = self.ends(queue);
        ends.newest = Some(slot);
        ends.weight += weight;
    }

    /// Takes a slot out of its queue, if it is in one; which that was, and its weight.
    pub(crate) fn remove(&mut self, slot: SlotId) -> Option<(Name, usize)> {
        let Link { queue, older, newer, weight } = self.links.get_mut(slot)?.take()?;
        match slots::slot(older).and_then(|older| self.link(older)) {
            Some(link) => link.newer = newer,
            None => self.ends(queue).oldest = slots::slot(newer),
        }
        match slots::slot(newer).and_then(|newer| self.link(newer)) {
            Some(link) => link.older = older,
            None => self.ends(queue).newest = slots::slot(older),
        }
        self.ends(queue).weight -= weight;
        Some((queue, weight))
    }

    /// The slot that has been in a queue for longest.
    pub(crate) fn oldest(&self, queue: Name) -> Option<SlotId> {
        match queue {
            Name::Small => self.small.oldest,
            Name::Main => self.main.oldest,
        }
    }

    /// What the slots of a queue weigh.
    pub(crate) fn weight(&self, queue: Name) -> usize {
        match queue {
            Name::Small => self.small.weight,
            Name::Main => self.main.weight,
        }
    }

    fn ends(&mut self, queue: Name) -> &mut Ends {
        match queue {
            Name::Small => &mut self.small,
            Name::Main => &mut self.main,
        }
    }

    fn link(&mut self, slot: SlotId) -> Option<&mut Link> {
        self.links.get_mut(slot)?.as_mut()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::{Name, Queues};

    proptest! {
        #[test]
        fn queues_agree_with_lists(steps in prop::collection::vec((0usize..12, 0u8..4, 1usize..5), 1..200)) {
            let mut queues = Queues::default();
            let mut model = [VecDeque::new(), VecDeque::new()];
            for (slot, step, weight) in steps {
                if let Some((_, known)) = queues.remove(slot) {
                    let was: usize = model.iter().flatten().filter(|(other, _)| *other == slot).map(|(_, weight)| weight).sum();
                    prop_assert_eq!(known, was);
                    for list in &mut model {
                        list.retain(|(other, _)| *other != slot);
                    }
                }
                if step < 2 {
                    queues.push(if step == 0 { Name::Small } else { Name::Main }, slot, weight);
                    model[usize::from(step)].push_back((slot, weight));
                }
                for (queue, list) in [Name::Small, Name::Main].into_iter().zip(&model) {
                    prop_assert_eq!(queues.oldest(queue), list.front().map(|(slot, _)| *slot));
                    prop_assert_eq!(queues.weight(queue), list.iter().map(|(_, weight)| weight).sum::<usize>());
                }
            }
        }
    }
}
