//! How a cache is configured.

use crate::CacheManager;
use crate::clock::SystemClock;
use crate::limits::Limits;
use crate::reading::TimeSource;
use crate::removed::Listener;

/// What all caches in memory have in common.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) clock: TimeSource,
    pub(crate) limits: Limits,
    pub(crate) listener: Option<Listener>,
    /// Whether events have the arguments of calls.
    pub(crate) traces_arguments: bool,
}

impl Settings {
    pub(crate) fn new() -> Self {
        Self {
            clock: TimeSource::System(SystemClock::new()),
            limits: Limits::default(),
            listener: None,
            traces_arguments: false,
        }
    }

    pub(crate) fn build(&self, limits: Limits) -> CacheManager {
        let mut manager = CacheManager::on(self.clock.clone()).within(limits, self.listener.clone());
        manager.traces_arguments = self.traces_arguments;
        manager
    }
}

/// Writes what both builders can be told.
macro_rules! configure {
    () => {
        /// Where the time comes from: a [`SystemClock`](crate::SystemClock) unless told otherwise.
        pub fn clock(mut self, clock: impl $crate::Clock + 'static) -> Self {
            self.settings.clock = $crate::reading::TimeSource::of(clock);
            self
        }

        /// The most entries that the cache ever holds; any number unless told otherwise. With none, it stores nothing.
        ///
        /// When one more would be too many, an expired entry goes, or else one that is used little (by S3-FIFO: what is used
        /// once does not drive out what is used often).
        pub fn max_entries(mut self, entries: usize) -> Self {
            self.settings.limits.entries = Some(entries);
            self
        }

        /// The most bytes that all entries together ever weigh; any number unless told otherwise.
        ///
        /// An entry weighs what [`SetOptions::weight`](crate::SetOptions::weight) says, or else the
        /// [`weigher`](Self::weigher), or else its shallow estimate: see
        /// [`estimate_size_bytes`](crate::CacheManager::estimate_size_bytes). One that weighs more than all may is not
        /// stored, and its function still returns it.
        pub fn max_bytes(mut self, bytes: usize) -> Self {
            self.settings.limits.bytes = Some(bytes);
            self
        }

        /// Says what an entry weighs, by its key and value. It is called while the cache is in use, so it must not use it.
        pub fn weigher(
            mut self,
            weigher: impl Fn(&str, &(dyn ::std::any::Any + Send + Sync)) -> usize + Send + Sync + 'static,
        ) -> Self {
            self.settings.limits.weigher = Some(::std::sync::Arc::new(weigher));
            self
        }

        /// Tells the arguments of each call too, in the event that the feature `tracing` makes of it: as the text that its key
        /// is the hash of. Whoever reads the events then reads them.
        #[cfg(feature = "tracing")]
        pub fn trace_arguments(mut self) -> Self {
            self.settings.traces_arguments = true;
            self
        }

        /// Is told of every entry that is removed, whatever the cause, after the call that removed it has done its work.
        ///
        /// Nothing is locked then, and the listener may use the cache. If it panics, the panic reaches whoever made
        /// that call, and the cache is in order.
        pub fn eviction_listener(mut self, listener: impl Fn($crate::Removal) + Send + Sync + 'static) -> Self {
            self.settings.listener = Some($crate::removed::Listener(::std::sync::Arc::new(listener)));
            self
        }
    };
}
#[cfg_attr(not(feature = "shared"), expect(unused_imports, reason = "the other builder is switched off"))]
pub(crate) use configure;

/// Configures a [`CacheManager`]; [`CacheManager::builder`] makes one.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use cache_runtime::{CacheManager, ManualClock, RemovalCause, SetOptions};
///
/// let removed = Arc::new(Mutex::new(Vec::new()));
/// let listener = Arc::clone(&removed);
/// let mut cache = CacheManager::builder()
///     .clock(ManualClock::new())
///     .max_entries(2)
///     .max_bytes(1_000)
///     .weigher(|_key, value| value.downcast_ref::<String>().map_or(8, String::len))
///     .eviction_listener(move |removal| listener.lock().unwrap().push((removal.key.to_string(), removal.cause)))
///     .build();
/// for key in ["a", "b", "c"] {
///     cache.set(key, key.repeat(100), SetOptions::new());
/// }
/// assert_eq!(cache.len(), 2);
/// assert_eq!(*removed.lock().unwrap(), [("a".to_owned(), RemovalCause::Capacity)]);
/// cache.set("heavy", "x".repeat(1_001), SetOptions::new());
/// assert!(!cache.contains("heavy"));
/// ```
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct CacheManagerBuilder {
    settings: Settings,
}

impl CacheManagerBuilder {
    configure!();

    pub(crate) fn new() -> Self {
        Self { settings: Settings::new() }
    }

    /// The empty cache.
    #[must_use]
    pub fn build(self) -> CacheManager {
        self.settings.build(self.settings.limits.clone())
    }
}
