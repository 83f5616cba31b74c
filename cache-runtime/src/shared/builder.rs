//! How a [`SharedCache`] is configured.

use std::thread::available_parallelism;
use std::time::Duration;

use crate::SharedCache;
use crate::builder::{Settings, configure};
use crate::limits::Limits;

/// Configures a [`SharedCache`]; [`SharedCache::builder`] makes one.
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct SharedCacheBuilder {
    settings: Settings,
    wait_timeout: Option<Duration>,
}

impl SharedCacheBuilder {
    configure!();

    /// So many parts that are locked apart, for each thread that can run at a time.
    const SHARDS_PER_THREAD: usize = 2;

    /// A part of a cache with a bound holds at least so many entries, so that the bound is of use whatever the keys.
    const LEAST_IN_SHARD: usize = 64;

    pub(super) fn new() -> Self {
        Self { settings: Settings::new(), wait_timeout: None }
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
        let limits = &self.settings.limits;
        let shards = self.shards();
        let manager = |shard| {
            // The bounds of all parts add up to the bound.
            let entries = limits.entries.map(|most| most / shards + usize::from(shard < most % shards));
            self.settings.build(Limits { entries, ..limits.clone() })
        };
        SharedCache::of(manager(0), (1..shards).map(manager), self.wait_timeout)
    }

    /// A bound in bytes keeps the cache in one part, since an entry may take all of it.
    fn shards(&self) -> usize {
        if self.settings.limits.bytes.is_some() {
            return 1;
        }
        let threads = available_parallelism().map_or(1, usize::from);
        let shards = (threads * Self::SHARDS_PER_THREAD).next_power_of_two();
        self.settings.limits.entries.map_or(shards, |most| shards.min(most / Self::LEAST_IN_SHARD).max(1))
    }
}
