//! Which entries expire next: a hierarchical timer wheel.
//!
//! A deadline is read as a number in base 64. Relative to the time of the last advance, `last`, a timer's *level* is the
//! highest digit in which its deadline differs from `last`, and its *bucket* is that digit of the deadline. Timers in
//! lower buckets expire before those in higher ones, so advancing to `now` takes the buckets up to `now`'s own off the
//! front; only the timers in `now`'s own bucket need to be looked at one by one, and each of them drops at least one of
//! the eleven levels. Those in higher buckets share with `now` what they shared with `last`, so a timer's bucket always
//! follows from its deadline. Scheduling and cancelling are thus O(1), and advancing is O(timers that expired), amortized.
//! (Varghese and Lauck, "Hashed and hierarchical timing wheels", 1987.)

use std::mem;

use crate::chain::{Chain, Linked};
use crate::clock::Tick;
use crate::slots::{SlotId, Slots};

/// Bits of a digit.
const DIGIT: u32 = 6;

/// Buckets of a level.
const BUCKETS: usize = 1 << DIGIT;

/// What is chained by when it expires.
pub(crate) trait Timed: Linked<ByDeadline> {
    fn deadline(&self) -> Tick;
}

/// The chains of timers.
#[derive(Debug)]
pub(crate) enum ByDeadline {}

/// The timers run through slots, which the caller keeps.
#[derive(Debug, Default)]
pub(crate) struct Expiry {
    last: Tick,
    /// Those that have expired and wait to be collected.
    due: Chain<ByDeadline>,
    /// Up to the highest one that was ever needed: at most 11.
    levels: Vec<Level>,
    /// A bit for each level that is not empty.
    occupied: u32,
}

#[derive(Debug)]
struct Level {
    /// A bit for each bucket that is not empty.
    occupied: u64,
    buckets: [Chain<ByDeadline>; BUCKETS],
}

impl Default for Level {
    fn default() -> Self {
        Self { occupied: 0, buckets: [(); BUCKETS].map(|()| Chain::default()) }
    }
}

/// The bucket of a time to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bucket {
    level: usize,
    digit: usize,
}

impl Bucket {
    /// That of a time after `last`.
    fn of(time: Tick, last: Tick) -> Self {
        let highest_difference = (time.0 ^ last.0).checked_ilog2().unwrap_or(0);
        let level = highest_difference / DIGIT;
        let digit = (time.0 >> (level * DIGIT)) & (BUCKETS as u64 - 1);
        Self { level: level as usize, digit: usize::try_from(digit).unwrap_or(0) }
    }
}

impl Expiry {
    /// Schedules a slot that has no timer yet.
    pub(crate) fn schedule<T: Timed>(&mut self, slots: &mut Slots<T>, slot: SlotId) {
        let Some(deadline) = slots.get(slot).map(Timed::deadline) else { return };
        if deadline <= self.last {
            return self.due.add(slots, slot);
        }
        let Bucket { level: number, digit } = Bucket::of(deadline, self.last);
        if self.levels.len() <= number {
            self.levels.resize_with(number + 1, Level::default);
        }
        if let Some(level) = self.levels.get_mut(number)
            && let Some(timers) = level.buckets.get_mut(digit)
        {
            timers.add(slots, slot);
            level.occupied |= 1 << digit;
            self.occupied |= 1 << number;
        }
    }

    /// Forgets the timer of a slot that has one.
    pub(crate) fn cancel<T: Timed>(&mut self, slots: &mut Slots<T>, slot: SlotId) {
        let Some(deadline) = slots.get(slot).map(Timed::deadline) else { return };
        if deadline <= self.last {
            return self.due.remove(slots, slot);
        }
        let Bucket { level: number, digit } = Bucket::of(deadline, self.last);
        if let Some(level) = self.levels.get_mut(number)
            && let Some(timers) = level.buckets.get_mut(digit)
        {
            timers.remove(slots, slot);
            level.occupied &= !(u64::from(timers.is_empty()) << digit);
            self.occupied &= !(u32::from(level.occupied == 0) << number);
        }
    }

    /// Takes the first chain of timers in one of these buckets of a level.
    fn take(&mut self, number: usize, digits: u64) -> Option<Chain<ByDeadline>> {
        let level = self.levels.get_mut(number)?;
        let digit = (level.occupied & digits).trailing_zeros();
        let timers = level.buckets.get_mut(digit as usize)?;
        level.occupied &= !(1 << digit);
        self.occupied &= !(u32::from(level.occupied == 0) << number);
        Some(mem::take(timers))
    }

    /// Sorts out which timers have expired by `now`: those whose deadline is not after it.
    pub(crate) fn advance<T: Timed>(&mut self, slots: &mut Slots<T>, now: Tick) {
        if now <= self.last {
            return;
        }
        let reached = Bucket::of(now, self.last);
        self.last = now;
        // Most often none of these holds any.
        if self.occupied & reached.levels() == 0 {
            return;
        }
        for number in 0..=reached.level {
            while let Some(timers) = self.take(number, reached.digits(number)) {
                let mut next = timers.first();
                while let Some(slot) = next {
                    next = Chain::after(slots, slot);
                    self.schedule(slots, slot);
                }
            }
        }
    }

    /// One expired slot, as of the last advance, that is not cancelled yet. The caller cancels it.
    pub(crate) fn next_due(&self) -> Option<SlotId> {
        self.due.first()
    }

    /// A timer of the bucket that expires first.
    pub(crate) fn soonest(&self) -> Option<SlotId> {
        let first = |level: &Level| level.buckets.get(level.occupied.trailing_zeros() as usize)?.first();
        self.next_due().or_else(|| self.levels.iter().find_map(first))
    }

    /// How many timers had expired at the last advance and still wait.
    pub(crate) fn due(&self) -> usize {
        self.due.len()
    }

    /// How many timers have expired by `now`, without advancing.
    pub(crate) fn count_expired<T: Timed>(&self, slots: &Slots<T>, now: Tick) -> usize {
        if now <= self.last {
            return self.due();
        }
        let reached = Bucket::of(now, self.last);
        let mut expired = self.due();
        for (number, level) in self.levels.iter().enumerate().take(reached.level + 1) {
            let reached_digits = reached.digits(number);
            for (digit, timers) in
                level.buckets.iter().enumerate().filter(|(digit, _)| reached_digits >> digit & 1 == 1)
            {
                let is_reached = Bucket { level: number, digit } == reached;
                let expired_of = || timers.iter(slots).filter(|slot| has_expired(slots, *slot, now)).count();
                expired += if is_reached { expired_of() } else { timers.len() };
            }
        }
        expired
    }
}

impl Bucket {
    /// A bit for each level that is not above this one's.
    fn levels(self) -> u32 {
        (2 << self.level) - 1
    }

    /// A bit for each bucket of a level that does not lie behind this one.
    fn digits(self, level: usize) -> u64 {
        if level < self.level { u64::MAX } else { u64::MAX >> (BUCKETS - 1 - self.digit) }
    }
}

fn has_expired<T: Timed>(slots: &Slots<T>, slot: SlotId, now: Tick) -> bool {
    slots.get(slot).is_some_and(|timed| timed.deadline() <= now)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{ByDeadline, Expiry, Tick, Timed};
    use crate::chain::{Chain, Linked, Links};
    use crate::slots::{SlotId, Slots};

    struct Timer {
        deadline: Tick,
        links: Links,
    }

    impl Linked<ByDeadline> for Timer {
        fn links(&self) -> Links {
            self.links
        }

        fn links_mut(&mut self) -> &mut Links {
            &mut self.links
        }
    }

    impl Timed for Timer {
        fn deadline(&self) -> Tick {
            self.deadline
        }
    }

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
            let (mut wheel, mut slots) = (Expiry::default(), Slots::default());
            // Deadlines by slots, and slots by numbers.
            let (mut model, mut numbered) = (BTreeMap::<SlotId, u64>::new(), BTreeMap::<usize, SlotId>::new());
            let mut now = 0u64;
            for step in steps {
                match step {
                    Step::Schedule(number, ttl) => {
                        let deadline = now.saturating_add(ttl);
                        let slot = slots.insert(Timer { deadline: Tick(deadline), links: Links::NONE });
                        wheel.schedule(&mut slots, slot);
                        model.insert(slot, deadline);
                        if let Some(slot) = numbered.insert(number, slot).filter(|slot| model.remove(slot).is_some()) {
                            wheel.cancel(&mut slots, slot);
                            slots.remove(slot);
                        }
                    }
                    Step::Cancel(number) => {
                        if let Some(slot) = numbered.remove(&number).filter(|slot| model.remove(slot).is_some()) {
                            wheel.cancel(&mut slots, slot);
                            slots.remove(slot);
                        }
                    }
                    Step::Advance(by) => now = now.saturating_add(by),
                    Step::Collect => {
                        wheel.advance(&mut slots, Tick(now));
                        let mut collected = Vec::new();
                        while let Some(slot) = wheel.next_due() {
                            wheel.cancel(&mut slots, slot);
                            slots.remove(slot);
                            numbered.retain(|_, other| *other != slot);
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
                prop_assert_eq!(wheel.count_expired(&slots, Tick(now)), expired);
                let buckets = wheel.levels.iter().flat_map(|level| &level.buckets);
                prop_assert_eq!(buckets.map(Chain::len).sum::<usize>() + wheel.due(), model.len());
                let soonest = wheel.soonest().map(|slot| model[&slot]);
                prop_assert!(soonest.is_none_or(|soonest| soonest >= *model.values().min().unwrap()));
                prop_assert_eq!(soonest.is_some(), !model.is_empty());
            }
        }
    }
}
