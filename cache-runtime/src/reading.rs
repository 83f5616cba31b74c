//! How a cache reads its clock.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
#[cfg(feature = "shared")]
use std::sync::atomic::{AtomicU64, Ordering};
#[cfg(feature = "shared")]
use std::time::Duration;

use crate::clock::{Clock, SystemClock, Tick};

/// Where a cache's time comes from.
#[derive(Clone)]
pub(crate) enum TimeSource {
    System(SystemClock),
    Other(Arc<dyn Clock>),
}

impl TimeSource {
    pub(crate) fn of(clock: impl Clock + 'static) -> Self {
        let any: &dyn Any = &clock;
        let shared = || any.downcast_ref::<Arc<SystemClock>>().map(|clock| &**clock);
        match any.downcast_ref::<SystemClock>().or_else(shared) {
            Some(clock) => Self::System(*clock),
            None => Self::Other(Arc::new(clock)),
        }
    }

    /// The same clock, no reading of which is earlier than one before it, whoever reads it.
    #[cfg(feature = "shared")]
    pub(crate) fn monotonic(self) -> Self {
        match self {
            Self::Other(clock) if !clock.is_monotonic() => Self::of(Monotonic { clock, latest: AtomicU64::new(0) }),
            monotonic => monotonic,
        }
    }

    /// What time it is.
    #[inline]
    pub(crate) fn read(&self) -> Tick {
        match self {
            Self::System(clock) => clock.now().into(),
            Self::Other(clock) => clock.now().into(),
        }
    }

    /// The same as well as it can be told cheaply.
    #[inline]
    pub(crate) fn glance(&self) -> Reading {
        match self {
            Self::System(clock) => clock.glance(),
            Self::Other(clock) => Reading::exact(clock.now().into()),
        }
    }
}

/// A clock that stands still rather than run backwards.
#[cfg(feature = "shared")]
#[derive(Debug)]
struct Monotonic {
    clock: Arc<dyn Clock>,
    /// In nanoseconds.
    latest: AtomicU64,
}

#[cfg(feature = "shared")]
impl Clock for Monotonic {
    fn now(&self) -> Duration {
        let Tick(now) = self.clock.now().into();
        // What need not be written is not taken from other processors' caches.
        let latest = match self.latest.load(Ordering::SeqCst) {
            latest if latest < now => self.latest.fetch_max(now, Ordering::SeqCst),
            latest => latest,
        };
        Tick(latest.max(now)).into()
    }

    fn is_monotonic(&self) -> bool {
        true
    }
}

impl fmt::Debug for TimeSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System(clock) => clock.fmt(f),
            Self::Other(clock) => clock.fmt(f),
        }
    }
}

/// What is known of the time: two bounds, rather than one of several kinds, since they are compared without asking which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The time is no earlier than this.
    pub(crate) earliest: Tick,
    /// The time is no later than this.
    pub(crate) latest: Tick,
}

impl Reading {
    /// A second, in nanoseconds. A tick takes some milliseconds, but it may come late where processors are shared.
    const TOLERANCE: u64 = 1_000_000_000;

    /// The clock has not been read.
    pub(crate) const NONE: Self = Self { earliest: Tick(0), latest: Tick::NEVER };

    /// What the clock shows.
    #[inline]
    pub(crate) const fn exact(now: Tick) -> Self {
        Self { earliest: now, latest: now }
    }

    /// What the clock shows is no later than its last tick and the tolerance. It may be earlier than that tick, whose origin is
    /// another one.
    #[inline]
    pub(crate) fn rough(tick: Tick) -> Self {
        let latest = tick.0.saturating_add(Self::TOLERANCE);
        Self { earliest: Tick(0), latest: Tick(latest.min(Tick::LAST.0)) }
    }

    /// What the clock shows, if it has been read.
    #[inline]
    pub(crate) fn time(self) -> Option<Tick> {
        (self.earliest == self.latest).then_some(self.earliest)
    }
}

pub(crate) use self::rough::Rough;

/// Where the time as of the last tick is the same clock's: elsewhere the two may drift apart.
#[cfg(all(feature = "coarse-clock", any(target_os = "linux", target_os = "android")))]
mod rough {
    use coarsetime::Instant;

    use crate::clock::Tick;

    /// The system's time as of its last tick.
    #[derive(Debug, Clone, Copy)]
    pub(crate) struct Rough(Instant);

    impl Rough {
        pub(crate) fn new() -> Self {
            Self(Instant::now_without_cache_update())
        }

        /// The time since this was made, give or take a tick.
        #[inline]
        #[expect(clippy::unnecessary_wraps, reason = "elsewhere there is none")]
        pub(crate) fn now(self) -> Option<Tick> {
            Some(Tick(Instant::now_without_cache_update().duration_since(self.0).as_nanos()))
        }
    }
}

#[cfg(not(all(feature = "coarse-clock", any(target_os = "linux", target_os = "android"))))]
mod rough {
    use crate::clock::Tick;

    /// Only the time itself can be told.
    #[derive(Debug, Clone, Copy)]
    pub(crate) struct Rough;

    impl Rough {
        pub(crate) fn new() -> Self {
            Self
        }

        #[inline]
        #[expect(clippy::unused_self, reason = "elsewhere there is something to tell")]
        pub(crate) fn now(self) -> Option<Tick> {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Reading, Tick, TimeSource};
    use crate::{ManualClock, SystemClock};

    #[test]
    fn a_rough_reading_leaves_open_what_is_near() {
        let second = 1_000_000_000;
        for exact in [0, 4, u64::MAX].map(Tick) {
            assert_eq!(Reading::exact(exact), Reading { earliest: exact, latest: exact });
            assert_eq!(Reading::exact(exact).time(), Some(exact));
        }
        assert_eq!(Reading::rough(Tick(4)), Reading { earliest: Tick(0), latest: Tick(second + 4) });
        let last = Reading::rough(Tick(u64::MAX - 5));
        assert!(last.latest == Tick::LAST && last != Reading::NONE, "it has been read");
        for inexact in [Reading::NONE, Reading::rough(Tick(0)), Reading::rough(Tick(4))] {
            assert_eq!(inexact.time(), None);
        }
    }

    #[test]
    fn a_glance_agrees_with_the_time() {
        assert_eq!(TimeSource::of(ManualClock::new()).glance(), Reading::exact(Tick(0)));
        let source = TimeSource::of(SystemClock::new());
        assert!(matches!(source, TimeSource::System(_)));
        assert!(matches!(TimeSource::of(Arc::new(SystemClock::new())), TimeSource::System(_)));
        for _ in 0..1_000 {
            let (before, glance, after) = (source.read(), source.glance(), source.read());
            assert!(glance.earliest <= after && before <= glance.latest, "{before:?} {glance:?} {after:?}");
            assert!(glance.latest.0 < after.0 + 2 * Reading::TOLERANCE, "{glance:?} {after:?}");
        }
    }
}
