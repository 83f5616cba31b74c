//! How much a cache may hold.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// What a value weighs, by its key and itself.
pub(crate) type Weigher = Arc<dyn Fn(&str, &(dyn Any + Send + Sync)) -> usize + Send + Sync>;

/// Bounds that hold at every moment.
#[derive(Clone, Default)]
pub(crate) struct Limits {
    pub(crate) entries: Option<usize>,
    pub(crate) bytes: Option<usize>,
    pub(crate) weigher: Option<Weigher>,
}

impl Limits {
    pub(crate) fn is_bounded(&self) -> bool {
        self.entries.is_some() || self.bytes.is_some()
    }

    /// Whether so many entries that weigh so much are within the bounds.
    pub(crate) fn hold(&self, entries: usize, bytes: u128) -> bool {
        self.entries.is_none_or(|most| entries <= most) && self.bytes.is_none_or(|most| bytes <= most as u128)
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits").field("entries", &self.entries).field("bytes", &self.bytes).finish_non_exhaustive()
    }
}
