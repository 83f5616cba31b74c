//! How a manager removes: every removal comes through here. By a time that was read before, since a clock may be a user's code,
//! and a cache of several parts reads it once for all of them.

use crate::CacheManager;
use crate::clock::Tick;
use crate::generation::Target;
use crate::name::Name;
use crate::remains::Remains;
use crate::removed::RemovalCause;
use crate::slots::SlotId;

impl CacheManager {
    pub(crate) fn evict_tag_at(&mut self, tag: &str, now: Tick) -> usize {
        self.generations.evict(Target::Tag(tag));
        let slots = self.entries.tagged(tag);
        let evicted = self.evict(slots, RemovalCause::Tag, now);
        self.forget(self.remains.tagged(tag));
        self.settle();
        evicted
    }

    pub(crate) fn evict_namespace_at(&mut self, namespace: &str, now: Tick) -> usize {
        self.generations.evict(Target::Namespace(namespace));
        let slots = self.entries.in_namespace(namespace);
        let evicted = self.evict(slots, RemovalCause::Namespace, now);
        self.forget(self.remains.in_namespace(namespace));
        self.settle();
        evicted
    }

    pub(crate) fn delete_key_at(&mut self, key: &str, now: Tick) -> bool {
        self.generations.evict(Target::Key(key));
        let slot = self.entries.find(Name::Text(key));
        let evicted = self.evict(slot, RemovalCause::Key, now);
        self.forget(self.remains.find(Name::Text(key)));
        self.settle();
        evicted == 1
    }

    pub(crate) fn clear_at(&mut self, now: Tick) {
        self.generations.evict_all();
        let slots = self.entries.all();
        self.evict(slots, RemovalCause::Clear, now);
        self.forget(self.remains.all());
        // What is empty now need not keep its space.
        self.entries = self.entries.emptied(&self.limits);
        self.remains = Remains::bounded(&self.limits);
        self.settle();
    }

    pub(crate) fn purge_at(&mut self, now: Tick) -> usize {
        let now = Self::note(&mut self.now, now);
        self.entries.advance(now);
        let mut purged = 0;
        while let Some(slot) = self.entries.next_expired() {
            self.remove(slot, RemovalCause::Expired);
            purged += 1;
        }
        while let Some(slot) = self.remains.next_over(now) {
            self.forget([slot]);
        }
        self.settle();
        purged
    }

    /// Removes entries; how many of them had not expired.
    fn evict(&mut self, slots: impl IntoIterator<Item = SlotId>, cause: RemovalCause, now: Tick) -> usize {
        let now = Self::note(&mut self.now, now);
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
        let until = self.remains.release(slot).filter(|until| cause == RemovalCause::Expired && *until > self.now);
        let Some(stored) = self.entries.get(slot) else { return };
        let name = self.entries.name(stored);
        self.removed.announce(name, self.entries.tags_at(slot), cause);
        let account = name.account(&mut self.ledger);
        let account = self.ledger.by(account);
        account.count_removal(cause);
        account.release(stored.size_bytes as usize);
        match until {
            None => self.removed.bury(self.entries.bury(slot)),
            Some(until) => {
                if let Some(taken) = self.entries.take(slot) {
                    self.remains.keep(taken, until);
                }
            }
        }
    }

    /// Drops what remains of entries that have expired.
    pub(super) fn forget(&mut self, remains: impl IntoIterator<Item = SlotId>) {
        for slot in remains {
            self.removed.bury(self.remains.bury(slot));
        }
    }

    /// Drops the values of what was removed, and tells the listener, unless whoever holds this cache does.
    pub(crate) fn settle(&mut self) {
        if !self.is_shard && !self.removed.are_none() {
            self.removed.take().settle();
        }
    }
}
