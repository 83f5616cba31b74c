//! What a cache has removed. Values' `Drop` and the listener are a user's code, so they run when the cache is in order again,
//! and not locked.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use crate::CacheKey;
use crate::name::Name;
use crate::values::Loose;

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

/// Values that are no longer in the cache, on their way out, and what is to be told of that.
#[derive(Default)]
pub(crate) struct Removed {
    listener: Option<Listener>,
    values: Vec<Box<dyn Loose>>,
    removals: Vec<Removal>,
}

impl Removed {
    pub(crate) fn told_to(listener: Option<Listener>) -> Self {
        Self { listener, ..Self::default() }
    }

    pub(crate) fn are_none(&self) -> bool {
        self.values.is_empty() && self.removals.is_empty()
    }

    /// A value that was taken out, if there is anything to drop of it.
    pub(crate) fn bury(&mut self, value: Option<Box<dyn Loose>>) {
        self.values.extend(value);
    }

    /// An entry is about to be removed: its tags count if there is a listener.
    pub(crate) fn announce<'t>(&mut self, name: Name<'_>, tags: impl Iterator<Item = &'t str>, cause: RemovalCause) {
        if self.listener.is_some() {
            let (key, tags) = (name.to_cache_key(), tags.map(str::to_owned).collect());
            self.removals.push(Removal { key, tags, cause });
        }
    }

    /// Takes what there is.
    pub(crate) fn take(&mut self) -> Self {
        Self {
            listener: self.listener.clone().filter(|_| !self.removals.is_empty()),
            values: std::mem::take(&mut self.values),
            removals: std::mem::take(&mut self.removals),
        }
    }

    /// Adds what another part of the same cache has removed.
    #[cfg(feature = "shared")]
    pub(crate) fn add(&mut self, other: Self) {
        self.listener = self.listener.take().or(other.listener);
        self.values.extend(other.values);
        self.removals.extend(other.removals);
    }

    /// Drops the values and tells the listener. If one of these panics, the others are done all the same, and then the first
    /// panic goes on.
    pub(crate) fn settle(self) {
        if self.are_none() {
            return;
        }
        let Self { listener, values, removals } = self;
        let mut panic = None;
        for value in values {
            let dropped = catch_unwind(AssertUnwindSafe(|| drop(value)));
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
