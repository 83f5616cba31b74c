//! From hashes to slots: a compact table, in which what is looked for is compared where it is stored.

use crate::slots::{SlotId, short};

/// Open addressing with linear probing. Eight bytes a bucket, at most three quarters of which are in use.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// A power of two, or none.
    buckets: Vec<Bucket>,
    len: usize,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    hash: u32,
    /// [`Bucket::EMPTY`]'s if there is none.
    slot: u32,
}

impl Bucket {
    const EMPTY: Self = Self { hash: 0, slot: u32::MAX };

    fn is_empty(self) -> bool {
        self.slot == Self::EMPTY.slot
    }
}

impl Index {
    const LEAST: usize = 8;

    /// How many slots can be numbered.
    pub(crate) const MOST: usize = u32::MAX as usize;

    /// What the slot of that hash gives which is the right one.
    #[inline]
    pub(crate) fn find<R>(&self, hash: u32, give: impl Fn(SlotId) -> Option<R>) -> Option<R> {
        let mut place = self.home(hash);
        loop {
            let bucket = self.buckets.get(place).filter(|bucket| !bucket.is_empty())?;
            if bucket.hash == hash
                && let Some(found) = give(bucket.slot as SlotId)
            {
                return Some(found);
            }
            place = self.next(place);
        }
    }

    /// Adds a slot that is not in the index.
    pub(crate) fn insert(&mut self, hash: u32, slot: SlotId) {
        if (self.len + 1) * 4 > self.buckets.len() * 3 {
            self.grow();
        }
        self.put(Bucket { hash, slot: short(slot) });
        self.len += 1;
    }

    /// Removes a slot, if it is in the index under that hash.
    pub(crate) fn remove(&mut self, hash: u32, slot: SlotId) {
        let mut hole = self.home(hash);
        loop {
            let Some(bucket) = self.buckets.get(hole).filter(|bucket| !bucket.is_empty()) else { return };
            if bucket.slot as SlotId == slot {
                break;
            }
            hole = self.next(hole);
        }
        self.len -= 1;
        // What comes behind moves up, unless that would be before where it belongs.
        let mut place = hole;
        loop {
            place = self.next(place);
            let Some(bucket) = self.buckets.get(place).copied().filter(|bucket| !bucket.is_empty()) else { break };
            if self.distance(self.home(bucket.hash), place) >= self.distance(hole, place) {
                self.set(hole, bucket);
                hole = place;
            }
        }
        self.set(hole, Bucket::EMPTY);
    }

    fn grow(&mut self) {
        let capacity = (self.buckets.len() * 2).max(Self::LEAST);
        let old = std::mem::replace(&mut self.buckets, vec![Bucket::EMPTY; capacity]);
        for bucket in old.into_iter().filter(|bucket| !bucket.is_empty()) {
            self.put(bucket);
        }
    }

    /// Puts a bucket into the first empty place.
    fn put(&mut self, bucket: Bucket) {
        let mut place = self.home(bucket.hash);
        while self.buckets.get(place).is_some_and(|other| !other.is_empty()) {
            place = self.next(place);
        }
        self.set(place, bucket);
    }

    fn set(&mut self, place: usize, bucket: Bucket) {
        if let Some(old) = self.buckets.get_mut(place) {
            *old = bucket;
        }
    }

    fn home(&self, hash: u32) -> usize {
        hash as usize & self.buckets.len().wrapping_sub(1)
    }

    fn next(&self, place: usize) -> usize {
        (place + 1) & self.buckets.len().wrapping_sub(1)
    }

    /// How far behind a place another one is.
    fn distance(&self, from: usize, to: usize) -> usize {
        to.wrapping_sub(from) & self.buckets.len().wrapping_sub(1)
    }
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
                    let found = index.find(hash(slot), |other| (other == slot).then_some(other));
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
