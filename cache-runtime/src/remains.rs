//! Values whose time to live has passed, kept for a while longer for calls whose body fails.

use std::collections::HashMap;

use crate::clock::Tick;
use crate::entries::{Entries, Taken};
use crate::limits::Limits;
use crate::name::Name;
use crate::slots::SlotId;
use crate::values::{Held, Loose};

/// They are no entries: nothing finds them but a failed body. But their tags, namespaces and keys are evicted like those of
/// entries, and they count towards a cache's bounds.
#[derive(Default)]
pub(crate) struct Remains {
    kept: Entries,
    /// Until when what expires of an entry is to be kept, by the slot of the entry.
    until: HashMap<SlotId, Tick>,
}

impl Remains {
    /// Nothing yet, in a cache with these bounds.
    pub(crate) fn bounded(by: &Limits) -> Self {
        Self { kept: Entries::bounded(by), ..Self::default() }
    }

    /// Whether there is none.
    pub(crate) fn are_none(&self) -> bool {
        self.kept.is_empty()
    }

    /// An entry has been stored of which something is to be kept when it has expired.
    pub(crate) fn expect(&mut self, slot: SlotId, until: Tick) {
        self.until.insert(slot, until);
    }

    /// An entry is removed; until when to keep it, if it has expired.
    pub(crate) fn release(&mut self, slot: SlotId) -> Option<Tick> {
        if self.until.is_empty() { None } else { self.until.remove(&slot) }
    }

    /// Keeps an entry that has expired. There is none of its key yet.
    pub(crate) fn keep(&mut self, taken: Taken, until: Tick) {
        self.kept.put(Taken { deadline: Some(until), ..taken });
    }

    /// Where the value under a key is kept.
    pub(crate) fn find(&self, name: Name<'_>) -> Option<SlotId> {
        if self.kept.is_empty() { None } else { self.kept.find(name) }
    }

    /// Whether one is no longer to be kept.
    pub(crate) fn is_over(&self, slot: SlotId, now: Tick) -> bool {
        self.kept.get(slot).is_none_or(|stored| stored.has_expired(now))
    }

    /// Where the value under a key is kept, if it may still be given out.
    pub(crate) fn find_kept(&self, name: Name<'_>, now: Tick) -> Option<SlotId> {
        self.find(name).filter(|slot| !self.is_over(*slot, now))
    }

    /// The value that is kept there, if it is of that type and instance.
    pub(crate) fn value_at<V: 'static>(&self, slot: SlotId, instance: u64) -> Option<Held<'_, V>> {
        self.kept.value_of(slot, self.kept.get(slot)?, instance)
    }

    /// Takes one out for good.
    pub(crate) fn bury(&mut self, slot: SlotId) -> Option<Box<dyn Loose>> {
        self.kept.bury(slot)
    }

    /// Takes one out with all that is known of it.
    #[cfg(feature = "shared")]
    pub(crate) fn take(&mut self, name: Name<'_>) -> Option<Taken> {
        let slot = self.find(name)?;
        self.kept.take(slot)
    }

    pub(crate) fn tagged(&self, tag: &str) -> Vec<SlotId> {
        self.kept.tagged(tag)
    }

    pub(crate) fn in_namespace(&self, namespace: &str) -> Vec<SlotId> {
        self.kept.in_namespace(namespace)
    }

    pub(crate) fn all(&self) -> Vec<SlotId> {
        self.kept.all()
    }

    /// One that is no longer to be kept.
    pub(crate) fn next_over(&mut self, now: Tick) -> Option<SlotId> {
        if self.kept.is_empty() {
            return None;
        }
        self.kept.advance(now);
        self.kept.next_expired()
    }

    /// One that has to go because the cache is full.
    pub(crate) fn victim(&self) -> Option<SlotId> {
        self.kept.next_expiring()
    }

    pub(crate) fn held(&self) -> (usize, u128) {
        self.kept.held()
    }

    pub(crate) fn size_bytes(&self) -> usize {
        self.kept.size_bytes()
    }
}
