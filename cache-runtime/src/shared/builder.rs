//! How a [`SharedCache`] is configured.

use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::{CacheManager, SharedCache};

/// Configures a [`SharedCache`]; [`SharedCache::builder`] makes one.
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct SharedCacheBuilder {
    clock: Arc<dyn Clock>,
    wait_timeout: Option<Duration>,
}

impl SharedCacheBuilder {
    /// So many parts that are locked apart, for each thread that can run at a time.
    const SHARDS_PER_THREAD: usize = 4;

    pub(super) fn new() -> Self {
        Self { clock: Arc::new(SystemClock::new()), wait_timeout: None }
    }

    /// Where the time comes from: a [`SystemClock`] unless told otherwise.
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// How long a call waits for another that computes the same result; for ever unless told otherwise.
    ///
    /// After that it computes the result itself, without the cache, and is counted in
    /// [`CacheStats::wait_timeouts`](crate::CacheStats::wait_timeouts). It is for computations that may never end, such as a
    /// task that is alive but never polled again. The time is real time, whatever the cache's clock says, because
    /// it is threads and tasks that wait.
    pub fn wait_timeout(self, timeout: Duration) -> Self {
        Self { wait_timeout: Some(timeout), ..self }
    }

    /// The empty cache.
    #[must_use]
    pub fn build(self) -> SharedCache {
        let threads = available_parallelism().map_or(1, usize::from);
        let shards = (threads * Self::SHARDS_PER_THREAD).next_power_of_two();
        SharedCache::of((0..shards).map(|_| CacheManager::on(Arc::clone(&self.clock))), self.wait_timeout)
    }
}
