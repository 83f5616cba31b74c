//! How entries that were set by hand move from one part of a shared cache to another.

use crate::CacheManager;
use crate::clock::Tick;
use crate::entries::Taken;
use crate::name::{Key, Name};
use crate::removed::RemovalCause;

/// An entry on its way from one part of a cache to another.
pub(crate) struct HandedOver {
    taken: Taken,
    /// Until when it is kept for bodies that fail.
    until: Option<Tick>,
    /// Whether it only is.
    has_expired: bool,
}

impl CacheManager {
    /// Whether anything is held under a text: an entry, or what remains of one.
    pub(crate) fn holds(&self, text: &str) -> bool {
        self.entries.find(Name::Text(text)).is_some() || self.remains.find(Name::Text(text)).is_some()
    }

    /// Takes out what was set by hand under a text, for another part of the same cache.
    pub(crate) fn hand_over(&mut self, text: &str) -> Option<HandedOver> {
        let Some(slot) = self.entries.find(Name::Text(text)) else {
            let taken = self.remains.take(Name::Text(text))?;
            let until = taken.deadline;
            return Some(HandedOver { taken, until, has_expired: true });
        };
        let until = self.remains.release(slot);
        let taken = self.entries.take(slot)?;
        self.account_of(taken.key.name()).release(taken.size_bytes);
        Some(HandedOver { taken, until, has_expired: false })
    }

    /// Holds what another part has handed over, from now on under the key of its call.
    pub(crate) fn take_over(&mut self, entry: HandedOver, key: Key) {
        let HandedOver { taken, until, has_expired } = entry;
        if let Some(slot) = self.entries.find(key.name()) {
            self.remove(slot, RemovalCause::Replaced);
        }
        self.forget(self.remains.find(key.name()));
        self.make_room(taken.weight as u128);
        let taken = Taken { key, ..taken };
        if let (true, Some(until)) = (has_expired, until) {
            return self.remains.keep(taken, until);
        }
        self.account_of(taken.key.name()).hold(taken.size_bytes);
        if let Some((slot, until)) = self.entries.put(taken).zip(until) {
            self.remains.expect(slot, until);
        }
    }
}
