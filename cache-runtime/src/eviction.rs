//! Which entry goes when a bounded cache is full: S3-FIFO.
//!
//! New entries pass through a small queue, a tenth of the cache. What was used there more than once moves on to the main queue;
//! the rest leaves, and is remembered by the hash of its key for a while, so that what comes back soon goes to the main
//! queue at once. There, what was used since it last stood in front goes round again. A scan through many keys that are
//! used once so never reaches the entries that are used often.
//! (Yang, Zhang, Qiu, Yue and Rashmi, "FIFO queues are all you need for cache eviction", SOSP 2023.)

use std::collections::{HashSet, VecDeque};
use std::sync::atomic::{AtomicU8, Ordering};

use crate::queue::{Name, Queues};
use crate::slots::{self, SlotId};

#[derive(Debug, Default)]
pub(crate) struct Eviction {
    queues: Queues,
    /// How often each slot was used since it was last looked at, up to [`Self::OFTEN`], and the hash of its key.
    uses: Vec<(AtomicU8, u64)>,
    ghosts: Ghosts,
    len: usize,
    by_weight: bool,
}

/// Keys that left the small queue not long ago, by their hashes. Two keys of one hash make one of them stay a little longer.
#[derive(Debug, Default)]
struct Ghosts {
    order: VecDeque<u64>,
    hashes: HashSet<u64>,
}

impl Eviction {
    /// More uses than these count as no more.
    const OFTEN: u8 = 3;

    /// The small queue's share of all weight.
    const SMALL_SHARE: usize = 10;

    /// For a cache that is bounded by weight too, and not by the number of entries alone.
    pub(crate) fn new(by_weight: bool) -> Self {
        Self { by_weight, ..Self::default() }
    }

    /// A new entry, with the hash of its key.
    pub(crate) fn add(&mut self, slot: SlotId, hash: u64, weight: usize) {
        let weight = if self.by_weight { weight } else { 1 };
        if let Some(uses) = slots::at(&mut self.uses, slot, Default::default) {
            *uses = (AtomicU8::new(0), hash);
        }
        let queue = if self.ghosts.hashes.contains(&hash) { Name::Main } else { Name::Small };
        self.queues.push(queue, slot, weight);
        self.len += 1;
    }

    /// An entry was used. Of several threads that say so at once, one may do.
    pub(crate) fn touch(&self, slot: SlotId) {
        if let Some((uses, _)) = self.uses.get(slot) {
            let before = uses.load(Ordering::Relaxed);
            // What is not written is not taken from other processors' caches.
            if before < Self::OFTEN {
                uses.store(before + 1, Ordering::Relaxed);
            }
        }
    }

    /// An entry has gone, for whatever reason; its weight.
    pub(crate) fn remove(&mut self, slot: SlotId) -> usize {
        let Some((_, weight)) = self.queues.remove(slot) else { return 0 };
        self.len -= 1;
        weight
    }

    /// What all entries weigh, if that is bounded.
    pub(crate) fn weight(&self) -> u128 {
        let weight = |queue| self.queues.weight(queue) as u128;
        if self.by_weight { weight(Name::Small) + weight(Name::Main) } else { 0 }
    }

    /// The entry that is to go next; the caller removes it.
    pub(crate) fn victim(&mut self) -> Option<SlotId> {
        // Each turn takes a use away from an entry, so there is an end.
        loop {
            let total = self.queues.weight(Name::Small) + self.queues.weight(Name::Main);
            let small = self.queues.oldest(Name::Small);
            let main = self.queues.oldest(Name::Main);
            let is_small_full = self.queues.weight(Name::Small) >= (total / Self::SMALL_SHARE).max(1);
            let (slot, queue) = match (small, main) {
                (Some(slot), None) => (slot, Name::Small),
                (Some(slot), Some(_)) if is_small_full => (slot, Name::Small),
                (_, Some(slot)) => (slot, Name::Main),
                (None, None) => return None,
            };
            let Some((uses, hash)) = self.uses.get_mut(slot) else { return Some(slot) };
            let uses = uses.get_mut();
            match (queue, *uses) {
                (Name::Small, 0 | 1) => {
                    let hash = *hash;
                    self.ghosts.remember(hash, self.len);
                    return Some(slot);
                }
                (Name::Main, 0) => return Some(slot),
                (Name::Small, _) => *uses = 0,
                (Name::Main, _) => *uses -= 1,
            }
            if let Some((_, weight)) = self.queues.remove(slot) {
                self.queues.push(Name::Main, slot, weight);
            }
        }
    }
}

impl Ghosts {
    fn remember(&mut self, hash: u64, most: usize) {
        if self.hashes.insert(hash) {
            self.order.push_back(hash);
        }
        while self.order.len() > most
            && let Some(oldest) = self.order.pop_front()
        {
            self.hashes.remove(&oldest);
        }
    }
}
