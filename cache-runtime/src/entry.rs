//! One entry.

use std::fmt;
use std::num::NonZero;
use std::time::Duration;

use crate::chain::{Linked, Links};
use crate::clock::Tick;
use crate::entries::Entries;
use crate::expiry::{ByDeadline, Timed};
use crate::slots::SlotId;
use crate::texts::{Owner, Place};
use crate::values::{Cell, Held};

/// One entry of a cache: a value, its deadline or none, and its tags.
///
/// [`CacheManager::entry`](crate::CacheManager::entry) gives it, to look at without being counted as a hit.
///
/// ```
/// use std::time::Duration;
/// use cache_runtime::{CacheManager, ManualClock, SetOptions};
///
/// let mut cache = CacheManager::builder().clock(ManualClock::new()).build();
/// cache.set("demo", 42, SetOptions::new().ttl(Duration::from_secs(5)).tag("CCO"));
/// let entry = cache.entry("demo").unwrap();
/// assert_eq!(entry.value::<i32>(), Some(&42));
/// assert_eq!(entry.expires_at(), Some(Duration::from_secs(5)));
/// assert_eq!(entry.tags().collect::<Vec<_>>(), ["CCO"]);
/// ```
#[derive(Clone, Copy)]
pub struct CacheEntry<'c> {
    entries: &'c Entries,
    slot: SlotId,
    stored: Stored,
}

impl<'c> CacheEntry<'c> {
    pub(crate) fn new(entries: &'c Entries, slot: SlotId, stored: Stored) -> Self {
        Self { entries, slot, stored }
    }

    /// The value, or `None` if it is of another type.
    #[must_use]
    pub fn value<V: 'static>(&self) -> Option<&'c V> {
        self.entries.value::<V>(&self.stored).map(Held::get)
    }

    /// When the entry expires, on the cache's [`Clock`](crate::Clock); `None` for never.
    #[must_use]
    pub fn expires_at(&self) -> Option<Duration> {
        self.stored.deadline().map(Into::into)
    }

    /// The tags, in the order they were given.
    pub fn tags(&self) -> impl Iterator<Item = &'c str> {
        self.entries.tags_at(self.slot)
    }
}

impl fmt::Debug for CacheEntry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tags: Vec<&str> = self.tags().collect();
        f.debug_struct("CacheEntry")
            .field("key", &self.entries.name(&self.stored).to_cache_key())
            .field("expires_at", &self.expires_at())
            .field("tags", &tags)
            .finish_non_exhaustive()
    }
}

/// The number of a family, or that of none.
pub(crate) type FamilyNumber = NonZero<u32>;

/// What a hit looks at of an entry, but for what its key and its value are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stored {
    /// Whose call it is the result of: [`NO_FAMILY`](Self::NO_FAMILY) if it was set by hand.
    pub(crate) family: FamilyNumber,
    pub(crate) text: Place,
    pub(crate) cell: Cell,
    pub(crate) deadline: Tick,
}

/// The rest of what is held of an entry. It lies apart, so that hits fetch less from memory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rest {
    /// The instance of the function whose result this is; zero if it has but one, or the value was set by hand.
    pub(crate) instance: u64,
    /// That of the entry, here too for the timers, which look at nothing else.
    pub(crate) deadline: Tick,
    /// By which it is listed: taking it off the list then does not read its key.
    pub(crate) hash: u32,
    pub(crate) size_bytes: NonZero<u32>,
    pub(crate) timer: Links,
    pub(crate) kin: Links,
}

impl Rest {
    /// What an entry takes, in the form in which it is held: no more than can be counted, and no less than a byte.
    pub(crate) fn size(size_bytes: usize) -> NonZero<u32> {
        NonZero::new(u32::try_from(size_bytes).unwrap_or(u32::MAX)).unwrap_or(NonZero::<u32>::MIN)
    }

    pub(crate) fn size_bytes(&self) -> usize {
        self.size_bytes.get() as usize
    }

    pub(crate) fn is_of(&self, instance: u64) -> bool {
        self.instance == instance || self.instance == 0
    }
}

impl Stored {
    pub(crate) const NO_FAMILY: FamilyNumber = NonZero::<u32>::MAX;

    /// What an entry takes that is held, but for its key and its value.
    pub(crate) const SIZE: usize = size_of::<Self>() + size_of::<Rest>();

    pub(crate) fn has_expired(&self, now: Tick) -> bool {
        self.deadline <= now && self.expires()
    }

    /// When it expires, if it does.
    pub(crate) fn deadline(&self) -> Option<Tick> {
        self.expires().then_some(self.deadline)
    }

    /// Whether it expires at all: else nobody has to ask what time it is.
    pub(crate) fn expires(&self) -> bool {
        self.deadline != Tick::NEVER
    }
}

impl Owner for Stored {
    fn text_mut(&mut self) -> &mut Place {
        &mut self.text
    }
}

impl Linked<ByDeadline> for Rest {
    fn links(&self) -> Links {
        self.timer
    }

    fn links_mut(&mut self) -> &mut Links {
        &mut self.timer
    }
}

impl Timed for Rest {
    fn deadline(&self) -> Tick {
        self.deadline
    }
}

/// The chains of results of one family.
#[derive(Debug)]
pub(crate) enum ByFamily {}

impl Linked<ByFamily> for Rest {
    fn links(&self) -> Links {
        self.kin
    }

    fn links_mut(&mut self) -> &mut Links {
        &mut self.kin
    }
}

#[cfg(test)]
mod tests {
    use super::{Rest, Stored};

    #[test]
    fn what_a_hit_looks_at_is_half_a_line_of_most_processors_caches() {
        assert_eq!(size_of::<Option<Stored>>(), 32);
        assert_eq!(size_of::<Option<Rest>>(), 40);
    }
}
