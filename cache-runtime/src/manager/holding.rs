//! How a manager stores: every store comes through here.

use super::Mode;
use crate::clock::Tick;
use crate::entries::New;
use crate::entry::Stored;
use crate::generation::{Begun, Target};
use crate::key::namespace_in;
use crate::limits::Weigher;
use crate::name::Name;
use crate::removed::RemovalCause;
use crate::slots::SlotId;
use crate::values::{Held, Offer};
use crate::{CacheManager, SetOptions};

/// What is to be stored.
pub(crate) struct Fresh<'f> {
    pub(crate) name: Name<'f>,
    pub(crate) offer: &'f mut dyn Offer,
    pub(crate) instance: u64,
    pub(crate) looked_up: Option<LookedUp>,
}

/// What was found out when a call was looked up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LookedUp {
    /// That of its name, in the index of entries.
    pub(crate) hash: u64,
    /// How many entries had been added when there was nothing under that name, if so.
    pub(crate) absent_at: Option<u64>,
}

/// What an entry takes, and what it counts for where that is bounded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weighed {
    size_bytes: usize,
    pub(crate) weight: usize,
}

impl Fresh<'_> {
    /// The size is shallow. The weight is that of the options, or the weigher's, or else the size.
    pub(crate) fn weigh(&self, options: &SetOptions, weigher: Option<&Weigher>) -> Weighed {
        let tag_bytes = options.tags.len_bytes();
        let value = self.offer.value();
        let size_bytes = Stored::SIZE + self.name.bytes().len() + value.map_or(0, size_of_val) + tag_bytes;
        // As much as an entry says of itself, and what is counted for it has to be the same.
        let size_bytes = size_bytes.min(u32::MAX as usize);
        let weight = options.weight.unwrap_or_else(|| match (weigher, value) {
            (Some(weigher), Some(value)) => weigher(self.name.to_cache_key().as_str(), value),
            _ => size_bytes,
        });
        Weighed { size_bytes, weight }
    }
}

/// Where a value is that stands in for a failed body's.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Standing {
    Entry(SlotId),
    Remains(SlotId),
}

impl CacheManager {
    /// How many expired entries storing a new one frees at most.
    const SWEPT: usize = 8;

    /// Stores a value at a time that has just been read.
    pub(crate) fn store(&mut self, fresh: Fresh<'_>, options: SetOptions, now: Tick) {
        let name = fresh.name;
        if self.is_disabled() {
            return self.refuse(fresh);
        }
        // A user's weigher comes before anything changes.
        let Weighed { size_bytes, weight } = fresh.weigh(&options, self.limits.weigher.as_ref());
        let hash = fresh.looked_up.map_or_else(|| self.entries.hash(name), |looked_up| looked_up.hash);
        // There still is nothing under that name if nothing has been added since.
        let is_absent = fresh.looked_up.is_some_and(|looked_up| looked_up.absent_at == Some(self.entries.added()));
        if !is_absent && let Ok(old) = self.find_live_at(name, hash) {
            self.remove(old, RemovalCause::Replaced);
        }
        self.forget(self.remains.find(name));
        if !options.is_stored()
            || !self.limits.hold(1, weight as u128)
            || !self.entries.have_room_for(name, &options.tags)
        {
            return self.refuse(fresh);
        }
        self.entries.advance(now);
        self.make_room(weight as u128);
        let deadline = options.ttl_of(name).and_then(|ttl| now.after(ttl));
        if let (Some(_), Name::Call(family, _)) = (deadline, name) {
            family.expect_expiry();
        }
        let until = deadline.and_then(|deadline| Some(deadline.after(options.stale_if_error?).unwrap_or(Tick::LAST)));
        let account = self.account_of(name);
        account.stores += 1;
        account.hold(size_bytes);
        let Fresh { offer, instance, .. } = fresh;
        let tags = options.tags;
        let slot = self.entries.insert(New { name, hash, offer, instance, deadline, size_bytes, weight, tags });
        if let Some((slot, until)) = slot.zip(until) {
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

    fn refuse(&mut self, Fresh { name, offer, .. }: Fresh<'_>) {
        self.account_of(name).refused_stores += 1;
        self.removed.bury(offer.withdraw());
    }

    /// Whether nothing that a result was computed from was evicted since `begun`.
    pub(crate) fn is_fresh(&mut self, name: Name<'_>, options: &SetOptions, begun: &Begun) -> bool {
        let text = self.generations.have_keys().then(|| name.to_cache_key());
        let tags = options.tags.iter().map(Target::Tag);
        let namespace = match name {
            Name::Call(family, _) => Some(&*family.namespace),
            Name::Text(text) => namespace_in(text),
        };
        let keys = text.as_ref().map(|text| Target::Key(text.as_str()));
        let is_stale = self.generations.is_stale(begun, tags.chain(namespace.map(Target::Namespace)).chain(keys));
        if is_stale {
            self.account_of(name).stale_results += 1;
        }
        !is_stale
    }

    pub(crate) fn is_disabled(&self) -> bool {
        self.mode == Mode::Disabled
    }

    /// The value that may stand in for a failed body's: the one that is there, or was until it expired. Counted.
    pub(crate) fn find_stale<V: 'static>(&mut self, name: Name<'_>, instance: u64) -> Option<Standing> {
        let place = match self.find_live(name) {
            Ok(slot) => Standing::Entry(slot),
            Err(_) => Standing::Remains(self.remains.find_kept(name, self.now)?),
        };
        self.standing_value::<V>(place, instance)?;
        self.account_of(name).stale_served += 1;
        Some(place)
    }

    pub(crate) fn standing_value<V: 'static>(&self, place: Standing, instance: u64) -> Option<Held<'_, V>> {
        match place {
            Standing::Entry(slot) => self.kept_at(slot, instance),
            Standing::Remains(slot) => self.remains.value_at(slot, instance),
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
