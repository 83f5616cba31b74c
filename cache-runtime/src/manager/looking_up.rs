//! How a manager looks values up, and by what time.

use crate::clock::Tick;
use crate::entry::Stored;
use crate::ledger::AccountId;
use crate::name::Name;
use crate::reading::{Reading, TimeSource};
use crate::removed::RemovalCause;
use crate::slots::SlotId;
use crate::values::Held;
#[cfg(feature = "shared")]
use crate::values::Leaving;
use crate::{CacheManager, CacheStats, LookupOutcome};

impl CacheManager {
    /// Finds a live value of that type and instance. A hit is counted; a miss is not yet.
    pub(crate) fn look_up<V: 'static>(&mut self, name: Name<'_>, instance: u64) -> Result<SlotId, LookupOutcome> {
        let slot = self.find_value::<V>(name, self.entries.hash(name), instance)?;
        self.count(name, LookupOutcome::Hit);
        Ok(slot)
    }

    /// The same without counting anything, where the hash of the name is known.
    fn find_value<V: 'static>(&mut self, name: Name<'_>, hash: u64, instance: u64) -> Result<SlotId, LookupOutcome> {
        let slot = self.find_live_at(name, hash)?;
        self.kept_at::<V>(slot, instance).ok_or(LookupOutcome::OtherType)?;
        self.entries.touch(slot);
        self.entries.adopt(slot, name);
        Ok(slot)
    }

    /// Counts what came of a look-up.
    pub(crate) fn count(&mut self, name: Name<'_>, outcome: LookupOutcome) {
        let account = name.account(&mut self.ledger);
        self.count_in(account, outcome);
    }

    /// The same where the account is known.
    pub(crate) fn count_in(&mut self, account: AccountId, outcome: LookupOutcome) {
        self.ledger.by(account).count(outcome);
        self.last_lookup = Some(outcome);
    }

    /// The account of what is done with a key.
    pub(crate) fn account_of(&mut self, name: Name<'_>) -> &mut CacheStats {
        let account = name.account(&mut self.ledger);
        self.ledger.by(account)
    }

    /// The value of that name, hash, type and instance, if it is live. A hit is counted, unless the call has been counted already; a
    /// miss is not yet.
    #[cfg(feature = "shared")]
    pub(crate) fn leaving_value<V: Clone + 'static>(
        &mut self,
        name: Name<'_>,
        hash: u64,
        instance: u64,
        is_counted: bool,
    ) -> Result<Leaving<V>, LookupOutcome> {
        let slot = self.find_value::<V>(name, hash, instance)?;
        if !is_counted {
            self.count(name, LookupOutcome::Hit);
        }
        self.kept_at(slot, instance).map(Held::leave).ok_or(LookupOutcome::Absent)
    }

    /// The value in a slot, if it is of that type and instance.
    pub(crate) fn kept_at<V: 'static>(&self, slot: SlotId, instance: u64) -> Option<Held<'_, V>> {
        self.entries.value_of(slot, self.entries.get(slot)?, instance)
    }

    /// The value that was found.
    pub(crate) fn value_at<V: 'static>(&self, slot: SlotId, instance: u64) -> Option<&V> {
        self.kept_at(slot, instance).map(Held::get)
    }

    /// Whether a call that no entry is found of by what it is has none under its key either, nor remains of one.
    pub(crate) fn has_nothing_else(&self) -> bool {
        self.entries.have_no_orphans() && self.remains.are_none()
    }

    /// Finds a live entry; one that has expired is removed.
    pub(super) fn find_live(&mut self, name: Name<'_>) -> Result<SlotId, LookupOutcome> {
        self.find_live_at(name, self.entries.hash(name))
    }

    /// The same where the hash of the name is known.
    pub(super) fn find_live_at(&mut self, name: Name<'_>, hash: u64) -> Result<SlotId, LookupOutcome> {
        let Some(slot) = self.entries.find_at(name, hash) else {
            let Some(slot) = self.remains.find(name) else { return Err(LookupOutcome::Absent) };
            let now = self.read_clock();
            if self.remains.is_over(slot, now) {
                self.forget([slot]);
            }
            return Err(LookupOutcome::Expired);
        };
        let stored = self.entries.get(slot);
        if stored.is_some_and(|stored| Self::is_live(&mut self.now, &self.clock, Reading::NONE, stored)) {
            return Ok(slot);
        }
        self.remove(slot, RemovalCause::Expired);
        Err(LookupOutcome::Expired)
    }

    /// Whether what is found there may be given out. The clock is read only if what is known of the time leaves that open.
    #[inline]
    pub(crate) fn is_live(now: &mut Tick, clock: &TimeSource, known: Reading, stored: &Stored) -> bool {
        let latest = Self::note(now, known.earliest).max(known.latest);
        !stored.has_expired(latest) || (known.time().is_none() && Self::is_live_now(now, clock, known, stored))
    }

    /// The same by what the clock shows now.
    #[inline(never)]
    fn is_live_now(now: &mut Tick, clock: &TimeSource, known: Reading, stored: &Stored) -> bool {
        let is_unread = known == Reading::NONE;
        let known = if is_unread { clock.glance() } else { Reading::exact(clock.read()) };
        Self::is_live(now, clock, known, stored)
    }

    pub(crate) fn read_clock(&mut self) -> Tick {
        Self::note(&mut self.now, self.clock.read())
    }

    /// What time it is as of a reading.
    #[inline]
    pub(crate) fn note(now: &mut Tick, read: Tick) -> Tick {
        *now = (*now).max(read);
        *now
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{CacheManager, Name, Reading, Tick, TimeSource};
    use crate::{ManualClock, SetOptions};

    /// What is rough decides only where it is far from the deadline.
    #[test]
    fn the_time_is_read_where_an_entry_may_expire_soon() {
        let (clock, at) = (ManualClock::new(), |millis| Tick::from(Duration::from_millis(millis)));
        let mut cache = CacheManager::builder().clock(clock.clone()).build();
        cache.set("demo", 1, SetOptions::new().ttl(Duration::from_secs(10)));
        let slot = cache.entries.find(Name::Text("demo")).unwrap();
        let stored = cache.entries.get(slot).unwrap();
        let is_live = |latest: u64, read| {
            let mut now = at(latest);
            let is_live = CacheManager::is_live(&mut now, &TimeSource::of(clock.clone()), read, stored);
            (is_live, now)
        };
        clock.advance(Duration::from_secs(10));
        assert_eq!(is_live(0, Reading::rough(at(8_999))), (true, at(0)), "the clock is not read");
        assert_eq!(is_live(0, Reading::rough(at(9_000))), (false, at(10_000)));
        assert_eq!(is_live(0, Reading::exact(at(9_999))), (true, at(9_999)));
        assert_eq!(is_live(0, Reading::exact(at(10_000))), (false, at(10_000)));
        assert!(!is_live(10_000, Reading::rough(at(1))).0, "it was later before");
        assert!(!is_live(10_000, Reading::exact(at(1))).0, "it was later before");
    }
}
