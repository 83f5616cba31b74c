//! What a cache has removed. Values' `Drop` and the listener are a user's code, so they run when the cache is in order again,
//! and not locked.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use crate::CacheKey;
use crate::entry::Stored;
use crate::name::Key;

/// Why an entry was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RemovalCause {
    /// Its time to live had passed.
    Expired,
    /// Another value was stored under its key.
    Replaced,
    /// One of its tags was evicted.
    Tag,
    /// Its namespace was evicted.
    Namespace,
    /// Its key was deleted.
    Key,
    /// The cache was cleared.
    Clear,
    /// The cache was full.
    Capacity,
}

/// An entry that was removed, as an eviction listener gets it.
///
/// See [`CacheManagerBuilder::eviction_listener`](crate::CacheManagerBuilder::eviction_listener).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Removal {
    /// The key.
    pub key: CacheKey,
    /// The tags, in the order they were given.
    pub tags: Vec<String>,
    /// Why it was removed.
    pub cause: RemovalCause,
}

/// What is told of removals.
#[derive(Clone)]
pub(crate) struct Listener(pub(crate) Arc<dyn Fn(Removal) + Send + Sync>);

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}

/// Entries that are no longer in the cache, on their way out.
#[derive(Default)]
pub(crate) struct Removed {
    listener: Option<Listener>,
    stored: Vec<Stored>,
    removals: Vec<Removal>,
}

impl Removed {
    pub(crate) fn told_to(listener: Option<Listener>) -> Self {
        Self { listener, ..Self::default() }
    }

    pub(crate) fn are_none(&self) -> bool {
        self.stored.is_empty() && self.removals.is_empty()
    }

    pub(crate) fn has_listener(&self) -> bool {
        self.listener.is_some()
    }

    /// A value that was not in the cache.
    pub(crate) fn discard(&mut self, stored: Stored) {
        self.stored.push(stored);
    }

    /// An entry that was; its tags count if there is a listener.
    pub(crate) fn bury(&mut self, stored: Stored, tags: Vec<String>, cause: RemovalCause) {
        self.announce(stored.key(), tags, cause);
        self.stored.push(stored);
    }

    /// An entry that was, and whose value is still needed.
    pub(crate) fn announce(&mut self, key: &Key, tags: Vec<String>, cause: RemovalCause) {
        if self.has_listener() {
            self.removals.push(Removal { key: key.to_cache_key(), tags, cause });
        }
    }

    /// Takes what there is.
    pub(crate) fn take(&mut self) -> Self {
        Self {
            listener: self.listener.clone().filter(|_| !self.removals.is_empty()),
            stored: std::mem::take(&mut self.stored),
            removals: std::mem::take(&mut self.removals),
        }
    }

    /// Adds what another part of the same cache has removed.
    #[cfg(feature = "shared")]
    pub(crate) fn add(&mut self, other: Self) {
        self.listener = self.listener.take().or(other.listener);
        self.stored.extend(other.stored);
        self.removals.extend(other.removals);
    }

    /// Drops the values and tells the listener. If one of these panics, the others are done all the same, and then the first
    /// panic goes on.
    pub(crate) fn settle(self) {
        if self.are_none() {
            return;
        }
        let Self { listener, stored, removals } = self;
        let mut panic = None;
        for stored in stored {
            let dropped = catch_unwind(AssertUnwindSafe(|| drop(stored)));
            panic = panic.or(dropped.err());
        }
        if let Some(Listener(listener)) = listener {
            for removal in removals {
                let told = catch_unwind(AssertUnwindSafe(|| listener(removal)));
                panic = panic.or(told.err());
            }
        }
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }
}
