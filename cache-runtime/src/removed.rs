//! What a cache has removed, whose values' `Drop` is a user's code.

use crate::entry::Stored;

/// Entries that are no longer in the cache.
#[derive(Default)]
pub(crate) enum Removed {
    /// They are dropped at once.
    #[default]
    Dropped,
    /// They are kept until the cache is no longer locked.
    #[cfg_attr(not(feature = "shared"), expect(dead_code, reason = "a cache with one owner is never locked"))]
    Kept(Vec<Stored>),
}

impl Removed {
    pub(crate) fn bury(&mut self, stored: Stored) {
        match self {
            Self::Dropped => drop(stored),
            Self::Kept(kept) => kept.push(stored),
        }
    }

    /// Takes what was kept.
    #[cfg(feature = "shared")]
    pub(crate) fn take(&mut self) -> Vec<Stored> {
        match self {
            Self::Dropped => Vec::new(),
            Self::Kept(kept) => std::mem::take(kept),
        }
    }
}
