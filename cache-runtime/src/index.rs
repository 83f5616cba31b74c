//! From hashes to slots: a compact table, in which what is looked for is compared where it is stored.

use crate::slots::{SlotId, short};

/// Open addressing by groups of eight buckets, which are compared at once: one by one, processors would have to guess how far to
/// go. (As in Bronson and Shi, "Open-sourcing F14 for faster, more memory-efficient hash tables", 2019, but without a count of
/// what went by: a group that is not full was passed by none.) Eight bytes a bucket, at most three quarters of which are in use.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// A power of two, or none.
    groups: Vec<Group>,
    len: usize,
}

/// As large as a line of most processors' caches, and in one.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Group {
    hashes: [u32; Group::BUCKETS],
    /// Those of slots, one more each: an empty bucket has none.
    numbers: [u32; Group::BUCKETS],
}

/// What is in a bucket: a hash, and the number of a slot.
type Bucket = (u32, u32);

impl Group {
    const BUCKETS: usize = 8;
    const EMPTY: Self = Self { hashes: [0; Self::BUCKETS], numbers: [0; Self::BUCKETS] };

    /// The number of the slot of that hash, if there is but one; none if there is none, and anything if there are several.
    #[inline]
    fn number_of(&self, hash: u32) -> u32 {
        // In this form compilers compare all at once.
        let buckets = self.hashes.iter().zip(&self.numbers);
        buckets.fold(0, |found, (other, number)| found | if *other == hash { *number } else { 0 })
    }

    #[inline]
    fn is_full(&self) -> bool {
        self.numbers.iter().fold(0, |spaces, number| spaces | u32::from(*number == 0)) == 0
    }

    fn buckets(&self) -> impl Iterator<Item = Bucket> {
        self.hashes.into_iter().zip(self.numbers)
    }
}

impl Index {
    /// How many slots can be numbered.
    pub(crate) const MOST: usize = u32::MAX as usize;

    /// The slot that most likely is the right one of that hash: any may be, and if it is not, there may be another.
    #[inline]
    pub(crate) fn first(&self, hash: u32) -> Option<SlotId> {
        slot_of(self.groups.get(self.home(hash))?.number_of(hash))
    }

    /// What the slot of that hash gives which is the right one. Others that are asked need not have that hash.
    pub(crate) fn find<R>(&self, hash: u32, give: impl Fn(SlotId) -> Option<R>) -> Option<R> {
        let first = self.first(hash);
        first.and_then(&give).or_else(|| self.find_beyond(first, hash, give))
    }

    /// The same where the [`first`](Self::first) one is not.
    pub(crate) fn find_beyond<R>(
        &self,
        first: Option<SlotId>,
        hash: u32,
        give: impl Fn(SlotId) -> Option<R>,
    ) -> Option<R> {
        let home = self.home(hash);
        let is_all = first.is_none() && !self.groups.get(home)?.is_full();
        if is_all { None } else { self.find_further(hash, home, give) }
    }

    /// The same where there may be several of that hash, or some went by.
    // Apart, since that is rare, and nothing has to be kept for it otherwise.
    #[cold]
    fn find_further<R>(&self, hash: u32, home: usize, give: impl Fn(SlotId) -> Option<R>) -> Option<R> {
        self.run(home).find_map(|(_, group)| {
            let buckets = group.hashes.iter().zip(&group.numbers).filter(|(other, _)| **other == hash);
            buckets.filter_map(|(_, number)| slot_of(*number)).find_map(&give)
        })
    }

    /// Adds a slot that is not in the index.
    pub(crate) fn insert(&mut self, hash: u32, slot: SlotId) {
        if (self.len + 1) * 4 > self.groups.len() * Group::BUCKETS * 3 {
            self.grow();
        }
        self.put((hash, number_of(slot)));
        self.len += 1;
    }

    /// Removes a slot, if it is in the index under that hash.
    pub(crate) fn remove(&mut self, hash: u32, slot: SlotId) {
        let number = number_of(slot);
        let found = self.run(self.home(hash)).find_map(|(at, group)| {
            let place = group.numbers.iter().position(|other| *other == number)?;
            Some((at, place))
        });
        let Some((mut at, mut place)) = found else { return };
        self.len -= 1;
        // What went by moves up, since there now is space for it.
        while let Some((from, its_place, bucket)) = self.passed_by(at) {
            self.set(at, place, bucket);
            (at, place) = (from, its_place);
        }
        self.set(at, place, (0, 0));
    }

    /// A bucket, and where it is, that went by a group since that was full.
    fn passed_by(&self, group: usize) -> Option<(usize, usize, Bucket)> {
        self.run(group).skip(1).find_map(|(at, later)| {
            let has_passed =
                |(hash, number): Bucket| number != 0 && self.distance(self.home(hash), at) >= self.distance(group, at);
            let place = later.buckets().position(has_passed)?;
            Some((at, place, later.buckets().nth(place)?))
        })
    }

    fn grow(&mut self) {
        let count = (self.groups.len() * 2).max(1);
        for group in std::mem::replace(&mut self.groups, vec![Group::EMPTY; count]) {
            for bucket in group.buckets().filter(|(_, number)| *number != 0) {
                self.put(bucket);
            }
        }
    }

    /// Puts a bucket into the first space.
    fn put(&mut self, bucket: Bucket) {
        let space = self.run(self.home(bucket.0)).find_map(|(at, group)| {
            let place = group.numbers.iter().position(|number| *number == 0)?;
            Some((at, place))
        });
        if let Some((at, place)) = space {
            self.set(at, place, bucket);
        }
    }

    fn set(&mut self, at: usize, place: usize, (hash, number): Bucket) {
        if let Some(group) = self.groups.get_mut(at)
            && let (Some(its_hash), Some(its_number)) = (group.hashes.get_mut(place), group.numbers.get_mut(place))
        {
            (*its_hash, *its_number) = (hash, number);
        }
    }

    /// The groups from one on, each with where it is, up to the first that is not full: what is looked for cannot be behind it.
    fn run(&self, from: usize) -> impl Iterator<Item = (usize, &Group)> {
        let mut next = Some(from);
        std::iter::from_fn(move || {
            let at = next?;
            let group = self.groups.get(at)?;
            next = group.is_full().then_some((at + 1) & self.groups.len().wrapping_sub(1));
            Some((at, group))
        })
    }

    #[inline]
    fn home(&self, hash: u32) -> usize {
        hash as usize & self.groups.len().wrapping_sub(1)
    }

    /// How far behind a group another one is.
    fn distance(&self, from: usize, to: usize) -> usize {
        to.wrapping_sub(from) & self.groups.len().wrapping_sub(1)
    }
}

/// What stands for a slot in a bucket.
#[inline]
fn number_of(slot: SlotId) -> u32 {
    short(slot + 1)
}

/// The slot that a number stands for.
#[inline]
fn slot_of(number: u32) -> Option<SlotId> {
    (number as SlotId).checked_sub(1)
}

/// The half of a hash that an index is asked by.
pub(crate) fn narrow(hash: u64) -> u32 {
    let [.., a, b, c, d] = hash.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::{Index, narrow};

    proptest! {
        /// Few different hashes, so that many collide and probing wraps around.
        #[test]
        fn the_index_agrees_with_a_map(steps in prop::collection::vec((0usize..60, any::<bool>()), 1..300), spread in 0u64..4) {
            let hash = |slot: usize| narrow((slot as u64 % (1 << (2 * spread))).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 0xf << 32);
            let mut index = Index::default();
            let mut model = HashMap::new();
            for (slot, is_added) in steps {
                if !is_added {
                    index.remove(hash(slot), slot);
                    model.remove(&slot);
                } else if model.insert(slot, hash(slot)).is_none() {
                    index.insert(hash(slot), slot);
                }
                for slot in 0..60 {
                    let found = index.find(hash(slot), |other| (other == slot && model.contains_key(&slot)).then_some(other));
                    prop_assert_eq!(found, model.contains_key(&slot).then_some(slot));
                }
                prop_assert_eq!(index.len, model.len());
            }
        }
    }

    #[test]
    fn an_empty_index_finds_nothing() {
        let mut index = Index::default();
        assert_eq!(index.find(7, Some), None);
        index.remove(7, 7);
    }
}
