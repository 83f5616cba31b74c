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
    /// Removes what an eviction is about; how many entries of it were live.
    pub(crate) fn evict_at(&mut self, target: Target<'_>, now: Tick) -> usize {
        self.generations.evict(target);
        let evicted = match target {
            Target::Tag(tag) => self.evict(self.entries.tagged(tag), RemovalCause::Tag, now),
            Target::Namespace(namespace) => {
                self.evict(self.entries.in_namespace(namespace), RemovalCause::Namespace, now)
            }
            Target::Key(key) => self.evict(self.entries.find(Name::Text(key)), RemovalCause::Key, now),
        };
        // After that, since what had expired has become one of them.
        match target {
            Target::Tag(tag) => self.forget(self.remains.tagged(tag)),
            Target::Namespace(namespace) => self.forget(self.remains.in_namespace(namespace)),
            Target::Key(key) => self.forget(self.remains.find(Name::Text(key))),
        }
        self.settle();
        evicted
    }

    pub(crate) fn clear_at(&mut self, now: Tick) {
        self.generations.evict_all();
        self.evict(self.entries.all(), RemovalCause::Clear, now);
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
        account.release(self.entries.size_at(slot));
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
