//! One entry.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::SetOptions;
use crate::clock::Tick;
use crate::labels::Labels;
use crate::limits::Weigher;
use crate::name::Key;
use crate::slots::SlotId;

/// A value of any type that a cache in memory can hold. It is shared so that a hit can leave a locked cache before the
/// value, whose `Clone` is a user's code, is cloned.
pub(crate) type Value = Arc<dyn Any + Send + Sync>;

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
    stored: &'c Stored,
    slot: SlotId,
    tags: &'c Labels,
}

impl<'c> CacheEntry<'c> {
    pub(crate) fn new(stored: &'c Stored, slot: SlotId, tags: &'c Labels) -> Self {
        Self { stored, slot, tags }
    }

    /// The value, or `None` if it is of another type.
    #[must_use]
    pub fn value<V: 'static>(&self) -> Option<&'c V> {
        self.stored.value.downcast_ref()
    }

    /// When the entry expires, on the cache's [`Clock`](crate::Clock); `None` for never.
    #[must_use]
    pub fn expires_at(&self) -> Option<Duration> {
        (self.stored.deadline != Tick::NEVER).then(|| self.stored.deadline.into())
    }

    /// The tags, in the order they were given.
    pub fn tags(&self) -> impl Iterator<Item = &'c str> {
        self.tags.of(self.slot)
    }
}

impl fmt::Debug for CacheEntry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tags: Vec<&str> = self.tags().collect();
        f.debug_struct("CacheEntry")
            .field("key", &self.stored.key.to_cache_key())
            .field("expires_at", &self.expires_at())
            .field("tags", &tags)
            .finish_non_exhaustive()
    }
}

/// An entry as it is held: on most processors a line of their caches, so that a hit waits for memory once less.
#[repr(align(64))]
pub(crate) struct Stored {
    pub(crate) key: Key,
    value: Value,
    /// The instance of the function whose result this is; zero if it has but one, or the value was set by hand.
    instance: u64,
    deadline: Tick,
    size_bytes: u32,
    /// That of a call, by which it is listed: taking it off the list then does not read its arguments.
    pub(crate) hash: u32,
}

impl Stored {
    /// A value that is not in the cache yet.
    pub(crate) fn new(key: Key, value: Value) -> Self {
        Self { key, value, instance: 0, deadline: Tick::NEVER, size_bytes: 0, hash: 0 }
    }

    /// The same with a deadline, or none.
    pub(crate) fn until(self, deadline: Option<Tick>) -> Self {
        Self { deadline: deadline.unwrap_or(Tick::NEVER), ..self }
    }

    pub(crate) fn of(self, instance: u64) -> Self {
        Self { instance, ..self }
    }

    /// The value, if it is of that type and not another instance's result.
    #[inline]
    pub(crate) fn value_of<V: 'static>(&self, instance: u64) -> Option<&V> {
        self.is_of(instance).then(|| self.value.downcast_ref()).flatten()
    }

    /// The same, shared.
    pub(crate) fn shared_value_of<V: 'static>(&self, instance: u64) -> Option<Value> {
        self.value_of::<V>(instance).is_some().then(|| Value::clone(&self.value))
    }

    fn is_of(&self, instance: u64) -> bool {
        self.instance == instance || self.instance == 0 || instance == 0
    }

    pub(crate) fn size_bytes(&self) -> usize {
        self.size_bytes as usize
    }

    /// Notes its size, which is shallow. The weight is that of the options, or the weigher's, or else the size.
    pub(crate) fn weigh(&mut self, options: &SetOptions, weigher: Option<&Weigher>) -> usize {
        let tag_bytes: usize = options.tags.iter().map(String::len).sum();
        let size_bytes = size_of::<Self>() + self.key.heap_bytes() + size_of_val(&*self.value) + tag_bytes;
        self.size_bytes = u32::try_from(size_bytes).unwrap_or(u32::MAX);
        options.weight.unwrap_or_else(|| match weigher {
            Some(weigher) => weigher(self.key.to_cache_key().as_str(), &*self.value),
            None => size_bytes,
        })
    }

    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    pub(crate) fn has_expired(&self, now: Tick) -> bool {
        self.deadline <= now && self.expires()
    }

    /// When it expires, if it does.
    #[cfg(feature = "shared")]
    pub(crate) fn deadline(&self) -> Option<Tick> {
        self.expires().then_some(self.deadline)
    }

    /// The same under another key.
    #[cfg(feature = "shared")]
    pub(crate) fn under(self, key: Key) -> Self {
        Self { key, ..self }
    }

    /// Whether it expires at all: else nobody has to ask what time it is.
    pub(crate) fn expires(&self) -> bool {
        self.deadline != Tick::NEVER
    }
}

#[cfg(test)]
mod tests {
    use super::Stored;

    #[cfg(target_pointer_width = "64")]
    #[test]
    fn an_entry_is_a_line_of_the_processors_cache() {
        assert_eq!(size_of::<Option<Stored>>(), 64);
    }
}
