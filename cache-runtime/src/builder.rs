//! How a cache is configured.

use std::sync::Arc;

use crate::CacheManager;
use crate::clock::{Clock, SystemClock};

/// Configures a [`CacheManager`]; [`CacheManager::builder`] makes one.
///
/// ```
/// use cache_runtime::{CacheManager, ManualClock};
///
/// let clock = ManualClock::new();
/// let cache = CacheManager::builder().clock(clock.clone()).build();
/// assert!(cache.is_empty());
/// ```
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct CacheManagerBuilder {
    clock: Arc<dyn Clock>,
}

impl CacheManagerBuilder {
    pub(crate) fn new() -> Self {
        Self { clock: Arc::new(SystemClock::new()) }
    }

    /// Where the time comes from: a [`SystemClock`] unless told otherwise.
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock) }
    }

    /// The empty cache.
    #[must_use]
    pub fn build(self) -> CacheManager {
        CacheManager::on(self.clock)
    }
}
