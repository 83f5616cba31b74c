//! Where the time comes from.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::reading::{Reading, Rough};

/// A source of monotonic time.
///
/// A cache reads the time only from here, so a test can bring its own ([`ManualClock`]).
///
/// ```
/// use std::time::Duration;
/// use cache_runtime::{CacheManager, Clock};
///
/// /// Every reading comes a second after the one before.
/// #[derive(Debug, Default)]
/// struct Ticking(std::sync::atomic::AtomicU64);
///
/// impl Clock for Ticking {
///     fn now(&self) -> Duration {
///         Duration::from_secs(self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
///     }
/// }
///
/// let cache = CacheManager::builder().clock(Ticking::default()).build();
/// assert!(cache.is_empty());
/// ```
pub trait Clock: Debug + Send + Sync {
    /// The time since a moment of the clock's own choosing, the same for all of its readings.
    ///
    /// A reading earlier than one before it is taken for that earlier one: for a cache, time stands still rather than
    /// run backwards. It is read while the cache is in use, so it must not use the cache itself.
    fn now(&self) -> Duration;

    /// Whether no reading is earlier than one before it, on whatever threads. A cache that threads share then need not keep the
    /// latest one, which each of them would have to look at. A cache asks when it is made.
    fn is_monotonic(&self) -> bool {
        false
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Duration {
        C::now(self)
    }

    fn is_monotonic(&self) -> bool {
        C::is_monotonic(self)
    }
}

/// The operating system's monotonic clock, which a cache uses unless told otherwise.
///
/// With the feature `coarse-clock`, on Linux, a cache looks at the clock's last tick first, which is several times faster: that
/// tells whether an entry expires within the next second, and only then the time itself is read, or, by a `CacheManager`, soon after
/// a miss. So a value is not returned after its time to live, unless the system is a second late with a tick.
///
/// ```
/// use cache_runtime::{Clock, SystemClock};
///
/// let clock = SystemClock::new();
/// assert!(clock.now() <= clock.now());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    origin: Instant,
    rough: Rough,
}

impl SystemClock {
    /// A clock that counts from now.
    #[must_use]
    pub fn new() -> Self {
        // In this order: whatever keeps this waiting in between, a rough reading then is not behind for it.
        let rough = Rough::new();
        Self { origin: system_now(), rough }
    }

    /// What time it is, as well as it can be told cheaply.
    #[inline]
    pub(crate) fn glance(&self) -> Reading {
        match self.rough.now() {
            Some(now) => Reading::rough(now),
            None => Reading::exact(self.now().into()),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        system_now().saturating_duration_since(self.origin)
    }

    fn is_monotonic(&self) -> bool {
        true
    }
}

/// The operating system's monotonic clock as of its last tick, which is several times faster to read than its time: reading that
/// is a good part of a hit, and of a miss. With the feature `coarse-clock`.
///
/// A reading is behind by up to a tick: 1 to 10 milliseconds on Linux, 16 on Windows. So a value may be returned for that much
/// longer than its time to live.
///
/// ```
/// use cache_runtime::{CacheManager, CoarseClock};
///
/// let cache = CacheManager::builder().clock(CoarseClock::new()).build();
/// assert!(cache.is_empty());
/// ```
#[cfg(feature = "coarse-clock")]
#[derive(Debug, Clone, Copy)]
pub struct CoarseClock {
    origin: coarsetime::Instant,
}

#[cfg(feature = "coarse-clock")]
impl CoarseClock {
    /// A clock that counts from now.
    #[must_use]
    pub fn new() -> Self {
        Self { origin: coarsetime::Instant::now_without_cache_update() }
    }
}

#[cfg(feature = "coarse-clock")]
impl Default for CoarseClock {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(feature = "coarse-clock")]
impl Clock for CoarseClock {
    fn now(&self) -> Duration {
        coarsetime::Instant::now_without_cache_update().duration_since(self.origin).into()
    }

    fn is_monotonic(&self) -> bool {
        cfg!(any(target_os = "linux", target_os = "android"))
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
fn system_now() -> Instant {
    Instant::now()
}

/// A clock that stands still until it is advanced, for tests. Clones show the same time.
///
/// ```
/// use std::time::Duration;
/// use cache_runtime::{CacheManager, ManualClock, SetOptions};
///
/// let clock = ManualClock::new();
/// let mut cache = CacheManager::builder().clock(clock.clone()).build();
/// cache.set("answer", 42, SetOptions::new().ttl(Duration::from_secs(60)));
/// clock.advance(Duration::from_secs(59));
/// assert_eq!(cache.get::<i32>("answer"), Some(&42));
/// clock.advance(Duration::from_secs(1));
/// assert_eq!(cache.get::<i32>("answer"), None);
/// ```
#[derive(Debug, Clone, Default)]
pub struct ManualClock {
    nanoseconds: Arc<AtomicU64>,
}

impl ManualClock {
    /// A clock at zero.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Moves the time forward, at most to 2⁶⁴ − 1 nanoseconds (584 years).
    pub fn advance(&self, by: Duration) {
        let by = Tick::from(by).0;
        let advanced = |now: u64| Some(now.saturating_add(by));
        // The closure always gives a value, so this cannot fail.
        let _ = self.nanoseconds.fetch_update(Ordering::SeqCst, Ordering::SeqCst, advanced);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Duration {
        Duration::from_nanos(self.nanoseconds.load(Ordering::SeqCst))
    }

    fn is_monotonic(&self) -> bool {
        true
    }
}

/// A reading of a clock in nanoseconds. All arithmetic saturates: the last tick, 584 years on, means never.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tick(pub(crate) u64);

impl Tick {
    /// The last one, at which nothing expires.
    pub(crate) const NEVER: Self = Self(u64::MAX);

    /// The one before, after which nothing is kept.
    pub(crate) const LAST: Self = Self(u64::MAX - 1);

    /// The time since an earlier tick.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// When an entry that is stored now and lives for `ttl` expires; `None` for never.
    pub(crate) fn after(self, ttl: Duration) -> Option<Self> {
        let deadline = self.0.saturating_add(Self::from(ttl).0);
        (deadline < u64::MAX).then_some(Self(deadline))
    }
}

impl From<Duration> for Tick {
    fn from(duration: Duration) -> Self {
        let seconds = duration.as_secs().checked_mul(1_000_000_000);
        let nanoseconds = seconds.and_then(|seconds| seconds.checked_add(u64::from(duration.subsec_nanos())));
        Self(nanoseconds.unwrap_or(u64::MAX))
    }
}

impl From<Tick> for Duration {
    fn from(tick: Tick) -> Self {
        Self::from_nanos(tick.0)
    }
}
