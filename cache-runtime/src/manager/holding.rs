//! How a manager holds its entries: every store and every removal comes through here.

use super::Mode;
use crate::clock::Tick;
use crate::entry::{Stored, Value};
use crate::generation::{Begun, Target};
use crate::name::Key;
use crate::removed::RemovalCause;
use crate::slots::SlotId;
use crate::{CacheManager, SetOptions};

impl CacheManager {
    /// How many expired entries storing a new one frees at most.
    const SWEPT: usize = 8;

    /// Stores a value at a time that has just been read.
    pub(crate) fn store(&mut self, mut stored: Stored, options: SetOptions, now: Tick) {
        if self.is_disabled() {
            return self.refuse(stored);
        }
        // A user's weigher comes before anything changes.
        let weight = stored.weigh(&options, self.limits.weigher.as_ref());
        if let Ok(old) = self.find_live(stored.key().name()) {
            self.remove(old, RemovalCause::Replaced);
        }
        self.forget(self.remains.find(stored.key().name()));
        if !options.is_stored() || !self.limits.hold(1, weight as u128) || self.entries.are_full() {
            return self.refuse(stored);
        }
        self.entries.advance(now);
        self.make_room(weight as u128);
        let deadline = options.ttl_of(stored.key()).and_then(|ttl| now.after(ttl));
        if let (Some(_), Key::Call(family, _)) = (deadline, stored.key()) {
            family.expect_expiry();
        }
        let until = deadline.and_then(|deadline| Some(deadline.after(options.stale_if_error?).unwrap_or(Tick::LAST)));
        let account = self.account_of(stored.key());
        account.stores += 1;
        account.hold(stored.size_bytes());
        let slot = self.entries.insert(stored, weight, deadline, options.tags);
        if let Some(until) = until {
            self.remains.expect(slot, until);
        }
        // A few at a time, so that no one call pays for all.
        for _ in 0..Self::SWEPT {
            let over = self.remains.next_over(now);
            let expired = if self.entries.are_mostly_expired() { self.entries.next_expired() } else { None };
            self.forget(over);
            match expired {
                Some(expired) => self.remove(expired, RemovalCause::Expired),
                None if over.is_none() => break,
                None => {}
            }
        }
    }

    pub(super) fn refuse(&mut self, stored: Stored) {
        self.account_of(stored.key()).refused_stores += 1;
        self.removed.discard(stored);
    }

    /// Whether nothing that a result was computed from was evicted since `begun`.
    pub(crate) fn is_fresh(&mut self, key: &Key, options: &SetOptions, begun: &Begun) -> bool {
        let tags = options.tags.iter().map(|tag| Target::Tag(tag));
        let namespace = key.namespace().map(Target::Namespace);
        let text = self.generations.have_keys().then(|| key.to_cache_key());
        let targets = tags.chain(namespace).chain(text.as_ref().map(|text| Target::Key(text.as_str())));
        let is_stale = self.generations.is_stale(begun, targets);
        if is_stale {
            self.account_of(key).stale_results += 1;
        }
        !is_stale
    }

    pub(crate) fn is_disabled(&self) -> bool {
        self.mode == Mode::Disabled
    }

    /// The value that may stand in for a failed body's: the one that is there, or was until it expired. Counted.
    pub(crate) fn stale_value<V: 'static>(&mut self, key: &Key, instance: u64) -> Option<Value> {
        let value = match self.find_live(key.name()) {
            Ok(slot) => self.entries.get(slot)?.shared_value_of::<V>(instance),
            Err(_) => self.remains.value_of::<V>(key.name(), instance, self.now),
        };
        self.account_of(key).stale_served += u64::from(value.is_some());
        value
    }

    /// Whether a call that was not found by what it is has nothing under its key at all.
    pub(crate) fn has_nothing_else(&self) -> bool {
        self.entries.have_no_orphans() && self.remains.are_none()
    }

    /// Removes entries; how many of them had not expired.
    pub(super) fn evict(&mut self, slots: impl IntoIterator<Item = SlotId>, cause: RemovalCause) -> usize {
        let now = self.read_clock();
        let mut evicted = 0;
        for slot in slots {
            if self.entries.get(slot).is_some_and(|stored| stored.has_expired(now)) {
                self.remove(slot, RemovalCause::Expired);
            } else {
                self.remove(slot, cause);
                evicted += 1;
            }
        }
        evicted
    }

    /// Removes one entry. Every removal comes through here.
    pub(super) fn remove(&mut self, slot: SlotId, cause: RemovalCause) {
        let are_tags_needed = self.removed.has_listener() || self.remains.expects(slot);
        let tags = if are_tags_needed { self.entries.tags_of(slot) } else { Vec::new() };
        let until = self.remains.release(slot).filter(|until| cause == RemovalCause::Expired && *until > self.now);
        let Some((stored, weight)) = self.entries.remove(slot) else { return };
        let account = self.account_of(stored.key());
        account.count_removal(cause);
        account.release(stored.size_bytes());
        let Some(until) = until else { return self.removed.bury(stored, tags, cause) };
        self.removed.announce(stored.key(), tags.clone(), cause);
        self.remains.keep(stored, weight, until, tags);
    }

    /// Drops what remains of entries that have expired.
    pub(super) fn forget(&mut self, remains: impl IntoIterator<Item = SlotId>) {
        for stored in remains.into_iter().filter_map(|slot| self.remains.remove(slot)) {
            self.removed.discard(stored);
        }
    }

    /// Drops the values of what was removed, and tells the listener, unless whoever holds this cache does.
    pub(crate) fn settle(&mut self) {
        if !self.is_shard && !self.removed.are_none() {
            self.removed.take().settle();
        }
    }

    /// Removes entries until one more of that weight is within the bounds.
    pub(super) fn make_room(&mut self, weight: u128) {
        loop {
            let ((entries, bytes), (remains, their_bytes)) = (self.entries.held(), self.remains.held());
            if self.limits.hold(entries + remains + 1, bytes + their_bytes + weight) {
                return;
            }
            if let Some(expired) = self.entries.next_expired() {
                self.remove(expired, RemovalCause::Expired);
            } else if let Some(stale) = self.remains.victim() {
                self.forget([stale]);
            } else if let Some(victim) = self.entries.victim() {
                self.remove(victim, RemovalCause::Capacity);
            } else {
                return;
            }
        }
    }
}
