//! Which entries expire next: a hierarchical timer wheel.
//!
//! A deadline is read as a number in base 64. Relative to the time of the last advance, `last`, a timer's *level* is the
//! highest digit in which its deadline differs from `last`, and its *bucket* is that digit of the deadline. Timers in
//! lower buckets expire before those in higher ones, so advancing to `now` takes the buckets up to `now`'s own off the
//! front; only the timers in `now`'s own bucket need to be looked at one by one, and each of them drops at least one of
//! the eleven levels. Scheduling and cancelling are thus O(1), and advancing is O(timers that expired), amortized.
//! (Varghese and Lauck, "Hashed and hierarchical timing wheels", 1987.)

use std::collections::BTreeMap;

use crate::clock::Tick;
use crate::slots::SlotId;

/// Bits of a digit.
const DIGIT: u32 = 6;

/// The bucket of timers that have expired and wait to be collected. It lies behind all others.
const DUE: u32 = u32::MAX;

#[derive(Debug, Default)]
pub(crate) struct Expiry {
    last: Tick,
    /// At most 11 × 64 buckets and the due ones, so finding one takes constant time.
    buckets: BTreeMap<u32, Vec<Timer>>,
    /// Where each slot's timer lies.
    places: Vec<Place>,
}

#[derive(Debug, Clone, Copy)]
struct Timer {
    slot: SlotId,
    deadline: Tick,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    bucket: u32,
    index: u32,
}

impl Place {
    /// That of no timer.
    const NONE: Self = Self { bucket: u32::MAX - 1, index: u32::MAX };
}

impl Expiry {
    /// Schedules a slot that has no timer yet.
    pub(crate) fn schedule(&mut self, slot: SlotId, deadline: Tick) {
        self.place(Timer { slot, deadline });
    }

    /// Forgets a slot's timer, if it has one.
    pub(crate) fn cancel(&mut self, slot: SlotId) {
        let Some(place) = self.places.get_mut(slot) else { return };
        let Place { bucket, index } = std::mem::replace(place, Place::NONE);
        let Some(timers) = self.buckets.get_mut(&bucket) else { return };
        if (index as usize) < timers.len() {
            timers.swap_remove(index as usize);
        }
        let moved = timers.get(index as usize).map(|timer| timer.slot);
        if timers.is_empty() {
            self.buckets.remove(&bucket);
        }
        if let Some(place) = moved.and_then(|slot| self.places.get_mut(slot)) {
            *place = Place { bucket, index };
        }
    }

    /// Sorts out which timers have expired by `now`: those whose deadline is not after it.
    pub(crate) fn advance(&mut self, now: Tick) {
        if now <= self.last {
            return;
        }
        let reached = bucket(now, self.last);
        if self.buckets.keys().next().is_none_or(|first| *first > reached) {
            self.last = now;
            return;
        }
        let later = self.buckets.split_off(&(reached + 1));
        let reached = std::mem::replace(&mut self.buckets, later);
        self.last = now;
        for timer in reached.into_values().flatten() {
            self.place(timer);
        }
    }

    /// Takes one expired slot, as of the last advance, that is not cancelled yet. The caller cancels it.
    pub(crate) fn next_due(&self) -> Option<SlotId> {
        self.buckets.get(&DUE)?.last().map(|timer| timer.slot)
    }

    /// A timer of the bucket that expires first.
    pub(crate) fn soonest(&self) -> Option<SlotId> {
        self.next_due().or_else(|| self.buckets.values().next()?.last().map(|timer| timer.slot))
    }

    /// How many timers had expired at the last advance and still wait.
    pub(crate) fn due(&self) -> usize {
        self.buckets.get(&DUE).map_or(0, Vec::len)
    }

    /// How many timers have expired by `now`, without advancing.
    pub(crate) fn count_expired(&self, now: Tick) -> usize {
        if now <= self.last {
            return self.due();
        }
        let own = bucket(now, self.last);
        let before: usize = self.buckets.range(..own).map(|(_, timers)| timers.len()).sum();
        let within = self.buckets.get(&own).into_iter().flatten().filter(|timer| timer.deadline <= now).count();
        self.due() + before + within
    }

    fn place(&mut self, timer: Timer) {
        let bucket = if timer.deadline <= self.last { DUE } else { bucket(timer.deadline, self.last) };
        let timers = self.buckets.entry(bucket).or_default();
        let place = Place { bucket, index: u32::try_from(timers.len()).unwrap_or(u32::MAX) };
        timers.push(timer);
        if self.places.len() <= timer.slot {
            self.places.resize(timer.slot + 1, Place::NONE);
        }
        if let Some(slot) = self.places.get_mut(timer.slot) {
            *slot = place;
        }
    }
}

/// The bucket of a time after `last`: its level, then its digit at that level.
fn bucket(time: Tick, last: Tick) -> u32 {
    let highest_difference = (time.0 ^ last.0).checked_ilog2().unwrap_or(0);
    let level = highest_difference / DIGIT;
    let digit = (time.0 >> (level * DIGIT)) & ((1 << DIGIT) - 1);
    (level << DIGIT) | u32::try_from(digit).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{Expiry, Tick};

    #[derive(Debug, Clone)]
    enum Step {
        Schedule(usize, u64),
        Cancel(usize),
        Advance(u64),
        Collect,
    }

    fn span() -> impl Strategy<Value = u64> {
        (0u32..64, any::<u64>()).prop_map(|(shift, bits)| bits >> shift)
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => (0usize..40, span()).prop_map(|(slot, ttl)| Step::Schedule(slot, ttl)),
            1 => (0usize..40).prop_map(Step::Cancel),
            2 => span().prop_map(|by| Step::Advance(by >> 8)),
            1 => Just(Step::Collect),
        ]
    }

    proptest! {
        #[test]
        fn the_wheel_agrees_with_a_sorted_list(steps in prop::collection::vec(step(), 1..200)) {
            let mut wheel = Expiry::default();
            let mut model: BTreeMap<usize, u64> = BTreeMap::new();
            let mut now = 0u64;
            for step in steps {
                match step {
                    Step::Schedule(slot, ttl) => {
                        wheel.cancel(slot);
                        let deadline = now.saturating_add(ttl);
                        wheel.schedule(slot, Tick(deadline));
                        model.insert(slot, deadline);
                    }
                    Step::Cancel(slot) => {
                        wheel.cancel(slot);
                        model.remove(&slot);
                    }
                    Step::Advance(by) => now = now.saturating_add(by),
                    Step::Collect => {
                        wheel.advance(Tick(now));
                        let mut collected = Vec::new();
                        while let Some(slot) = wheel.next_due() {
                            wheel.cancel(slot);
                            collected.push(slot);
                        }
                        collected.sort_unstable();
                        let expired: Vec<usize> =
                            model.iter().filter(|(_, deadline)| **deadline <= now).map(|(slot, _)| *slot).collect();
                        model.retain(|_, deadline| *deadline > now);
                        prop_assert_eq!(collected, expired);
                    }
                }
                let expired = model.values().filter(|deadline| **deadline <= now).count();
                prop_assert_eq!(wheel.count_expired(Tick(now)), expired);
                let timers: usize = wheel.buckets.values().map(Vec::len).sum();
                prop_assert_eq!(timers, model.len());
            }
        }
    }
}
