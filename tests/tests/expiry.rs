//! Results expire, on the cache's clock.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cache_runtime::{CacheManager, Clock, LookupOutcome, ManualClock, SetOptions, SharedCache, cached};

fn manual() -> (ManualClock, CacheManager) {
    let clock = ManualClock::new();
    let cache = CacheManager::builder().clock(clock.clone()).build();
    (clock, cache)
}

/// How long a result of `call` is served, found to the millisecond.
fn lifetime(call: impl Fn(&mut CacheManager)) -> Option<Duration> {
    let (_, mut cache) = manual();
    call(&mut cache);
    let entry = cache.entry(cache_runtime::make_cache_key("ttl", 1, &(1,), &()).unwrap())?;
    entry.expires_at()
}

macro_rules! lifetime_of {
    ($($ttl:tt)*) => {
        lifetime(|cache| {
            #[cached(namespace = "ttl", $($ttl)*)]
            fn f(x: u32, cache: &mut CacheManager) -> u32 {
                x
            }
            f(1, cache);
        })
    };
}

#[test]
fn a_time_to_live_is_written_in_many_ways() {
    const HOUR: Duration = Duration::from_secs(3600);
    assert_eq!(lifetime_of!(ttl = 3600), Some(HOUR));
    assert_eq!(lifetime_of!(ttl = 0.25), Some(Duration::from_millis(250)));
    assert_eq!(lifetime_of!(ttl = "250ms"), Some(Duration::from_millis(250)));
    assert_eq!(lifetime_of!(ttl = "90m"), Some(HOUR + HOUR / 2));
    assert_eq!(lifetime_of!(ttl = "1h30m"), Some(HOUR + HOUR / 2));
    assert_eq!(lifetime_of!(ttl = "7d"), Some(HOUR * 24 * 7));
    assert_eq!(lifetime_of!(ttl = "1w"), Some(HOUR * 24 * 7));
    assert_eq!(lifetime_of!(ttl = "45s"), Some(Duration::from_secs(45)));
    assert_eq!(lifetime_of!(ttl = Duration::from_secs(60 * 60)), Some(HOUR));
    assert_eq!(lifetime_of!(ttl = Some(HOUR)), Some(HOUR));
    assert_eq!(lifetime_of!(ttl = None::<Duration>), None);
    assert_eq!(lifetime_of!(ttl = Duration::MAX), None);
    assert_eq!(lifetime_of!(), None);
}

#[test]
fn an_expired_entry_is_recomputed() {
    #[cached(namespace = "slow", ttl = "1m")]
    fn slow(x: u32, cache: &mut CacheManager) -> u32 {
        x
    }
    let (clock, mut cache) = manual();
    slow(1, &mut cache);
    clock.advance(Duration::from_nanos(59_999_999_999));
    slow(1, &mut cache);
    assert_eq!(cache.stats().hits, 1);
    clock.advance(Duration::from_nanos(1));
    slow(1, &mut cache);
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.misses, stats.expirations, stats.num_entries), (1, 2, 1, 1));
}

#[test]
fn a_time_to_live_may_depend_on_the_arguments_and_starts_when_the_value_is_stored() {
    #[cached(namespace = "slow", ttl = Duration::from_secs(seconds))]
    fn slow(seconds: u64, clock: &Ticker, cache: &mut CacheManager) -> u64 {
        clock.0.advance(Duration::from_secs(1000));
        seconds
    }
    #[derive(serde::Serialize)]
    struct Ticker(#[serde(skip)] ManualClock, ());
    let (clock, mut cache) = manual();
    let ticker = Ticker(clock.clone(), ());
    slow(5, &ticker, &mut cache);
    clock.advance(Duration::from_secs(4));
    slow(5, &ticker, &mut cache);
    assert_eq!(cache.stats().hits, 1);
    clock.advance(Duration::from_secs(1));
    assert!(cache.is_empty());
}

#[test]
fn a_time_to_live_of_zero_stores_nothing_and_removes_what_was_there() {
    let (_, mut cache) = manual();
    cache.set("demo", 1, SetOptions::default());
    cache.set("demo", 2, SetOptions::new().ttl(Duration::ZERO));
    assert_eq!(cache.get::<i32>("demo"), None);
    assert_eq!(cache.stats().refused_stores, 1);
}

#[test]
fn the_longest_time_to_live_is_for_ever() {
    let (clock, mut cache) = manual();
    clock.advance(Duration::from_secs(1));
    cache.set("demo", 1, SetOptions::new().ttl(Duration::MAX));
    clock.advance(Duration::MAX);
    assert_eq!(cache.get::<i32>("demo"), Some(&1));
}

#[test]
fn an_expired_entry_is_never_seen() {
    let (clock, mut cache) = manual();
    cache.set("short", 1, SetOptions::new().ttl(Duration::from_secs(1)).tag("CCO"));
    cache.set("long", 1, SetOptions::new().ttl(Duration::from_secs(9)).tag("CCO"));
    clock.advance(Duration::from_secs(5));
    assert!(!cache.contains("short"));
    assert!(cache.entry("short").is_none());
    assert_eq!(cache.len(), 1);
    assert!(!cache.delete_key("short"));
    assert_eq!(cache.evict_tag("CCO"), 1);
    let stats = cache.stats();
    assert_eq!((stats.evictions, stats.expirations, stats.num_entries), (1, 1, 0));
}

#[test]
fn purging_tells_what_it_removed() {
    let (clock, mut cache) = manual();
    for n in 0..10u64 {
        cache.set(n.to_string(), n, SetOptions::new().ttl(Duration::from_secs(n + 1)));
    }
    assert!(!cache.purge_if_expired("0"));
    clock.advance(Duration::from_secs(4));
    assert!(cache.purge_if_expired("0"));
    assert!(!cache.purge_if_expired("0"));
    assert!(!cache.purge_if_expired("absent"));
    assert_eq!(cache.purge_expired_entries(), 3);
    assert_eq!(cache.purge_expired_entries(), 0);
    assert_eq!(cache.stats().num_entries, 6);
}

#[test]
fn expired_entries_that_nobody_asks_for_are_freed_as_others_are_stored() {
    let (clock, mut cache) = manual();
    cache.set("one", [0u8; 100], SetOptions::default());
    let one = cache.estimate_size_bytes();
    for n in 0..100_000 {
        cache.set(n.to_string(), [0u8; 100], SetOptions::new().ttl(Duration::from_millis(10)));
        clock.advance(Duration::from_millis(1));
        assert!(cache.len() <= 11);
    }
    assert!(cache.estimate_size_bytes() < 200 * one, "{} bytes", cache.estimate_size_bytes());
}

#[test]
fn statistics_agree_with_themselves_on_a_clock_that_never_stands_still() {
    #[derive(Debug, Default)]
    struct Ticking(AtomicU64);
    impl Clock for Ticking {
        fn now(&self) -> Duration {
            Duration::from_secs(self.0.fetch_add(1, Ordering::Relaxed))
        }
    }
    for ttl in 1..10 {
        let mut cache = CacheManager::builder().clock(Ticking::default()).build();
        cache.set("demo", 1, SetOptions::new().ttl(Duration::from_secs(ttl)));
        let stats = cache.stats();
        assert_eq!(stats.num_entries == 0, stats.size_bytes == 0, "{ttl}");
    }
}

#[test]
fn a_clock_that_runs_backwards_does_no_harm() {
    #[derive(Debug, Default)]
    struct Backwards(AtomicU64);
    impl Clock for Backwards {
        fn now(&self) -> Duration {
            Duration::from_secs(1000 - self.0.fetch_add(1, Ordering::Relaxed))
        }
    }
    let mut cache = CacheManager::builder().clock(Backwards::default()).build();
    cache.set("demo", 1, SetOptions::new().ttl(Duration::from_secs(1)));
    assert_eq!(cache.get::<i32>("demo"), Some(&1));
    assert_eq!(cache.len(), 1);
    assert_eq!(cache.purge_expired_entries(), 0);
}

/// Shows what it is set to, or first what is queued.
#[derive(Debug, Clone, Default)]
struct Erratic(Arc<Mutex<VecDeque<u64>>>);

impl Erratic {
    fn show(&self, seconds: impl IntoIterator<Item = u64>) {
        *self.0.lock().unwrap() = seconds.into_iter().collect();
    }
}

impl Clock for Erratic {
    fn now(&self) -> Duration {
        let mut seconds = self.0.lock().unwrap();
        let last = seconds.len() == 1;
        let now = if last { seconds.front().copied() } else { seconds.pop_front() };
        Duration::from_secs(now.unwrap_or_default())
    }
}

#[cached(namespace = "run", ttl = Duration::from_secs(seconds), skip(seconds, runs))]
fn run(x: u32, seconds: u64, runs: &Cell<u32>, cache: &mut CacheManager) -> u32 {
    runs.set(runs.get() + 1);
    x
}

#[cached(namespace = "run", ttl = Duration::from_secs(seconds), skip(seconds, runs))]
fn run_shared(x: u32, seconds: u64, runs: &Cell<u32>, cache: &SharedCache) -> u32 {
    runs.set(runs.get() + 1);
    x
}

#[test]
fn what_has_expired_stays_so_when_the_clock_is_set_back() {
    // A hit, of another value or of none, saw 100 before the clock was set back.
    for shown in [vec![10], vec![100, 10]] {
        let (clock, other_clock, runs) = (Erratic::default(), Erratic::default(), Cell::new(0));
        let mut cache = CacheManager::builder().clock(clock.clone()).build();
        let shared = SharedCache::builder().clock(other_clock.clone()).build();
        let mut call = |x, seconds| {
            run(x, seconds, &runs, &mut cache);
            run_shared(x, seconds, &runs, &shared);
        };
        call(1, 60);
        call(2, 200);
        assert_eq!(runs.replace(0), 4);
        for clock in [&clock, &other_clock] {
            clock.show([100]);
        }
        call(2, 200);
        assert_eq!(runs.get(), 0);
        for clock in [&clock, &other_clock] {
            clock.show(shown.clone());
        }
        call(1, 60);
        assert_eq!(runs.get(), 2, "{shown:?}");
    }
}

#[test]
fn a_coarse_clock_does_not_run_backwards_and_is_not_far_behind() {
    let (coarse, fine) = (cache_runtime::CoarseClock::new(), cache_runtime::SystemClock::new());
    let mut last = coarse.now();
    while fine.now() < Duration::from_millis(50) {
        let now = coarse.now();
        assert!(last <= now);
        last = now;
    }
    assert!(last > Duration::ZERO, "it goes on");
    let mut cache = CacheManager::builder().clock(coarse).build();
    cache.set("short", 1, SetOptions::new().ttl(Duration::from_nanos(1)));
    cache.set("long", 2, SetOptions::new().ttl(Duration::from_secs(3600)));
    while cache.contains("short") {
        std::hint::spin_loop();
    }
    assert_eq!(cache.get::<i32>("long"), Some(&2));
}

#[cached(namespace = "mixed", ttl_with = |x: &u32| (*x < 10).then(|| Duration::from_secs(60)))]
fn mixed(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

/// Also where it is read for something that does not expire.
#[test]
fn each_reading_of_a_clock_counts() {
    let clock = Seconds::default();
    let mut cache = CacheManager::builder().clock(clock.clone()).build();
    assert_eq!((mixed(1, &mut cache), mixed(11, &mut cache)), (1, 11));
    clock.0.store(100, Ordering::SeqCst);
    mixed(11, &mut cache);
    assert_eq!(cache.last_lookup(), Some(LookupOutcome::Hit));
    clock.0.store(50, Ordering::SeqCst);
    mixed(1, &mut cache);
    assert_eq!(cache.last_lookup(), Some(LookupOutcome::Expired));
}

/// Shows what it is set to.
#[derive(Debug, Clone, Default)]
struct Seconds(Arc<AtomicU64>);

impl Clock for Seconds {
    fn now(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

#[cached(namespace = "moment", ttl = Duration::from_nanos(1), skip(runs))]
fn moment(runs: &Cell<u32>, cache: &mut CacheManager) -> u32 {
    runs.set(runs.get() + 1);
    runs.get()
}

#[cached(namespace = "moment", ttl = Duration::from_nanos(1), skip(runs))]
fn shared_moment(runs: &Cell<u32>, cache: &SharedCache) -> u32 {
    runs.set(runs.get() + 1);
    runs.get()
}

/// Even where a cache looks at the last tick of the system first.
#[test]
fn what_has_expired_by_a_nanosecond_is_not_served() {
    let (mut cache, shared, clock) = (CacheManager::new(), SharedCache::new(), cache_runtime::SystemClock::new());
    let (runs, shared_runs) = (Cell::new(0), Cell::new(0));
    for run in 1..=1_000 {
        assert_eq!((moment(&runs, &mut cache), shared_moment(&shared_runs, &shared)), (run, run));
        let stored = clock.now();
        while clock.now() <= stored {}
    }
    assert_eq!((cache.stats().expired_misses, shared.stats().expired_misses), (999, 999));
}

#[test]
fn jitter_spreads_expiry_by_key_and_never_lengthens_a_life() {
    #[cached(namespace = "spread", ttl = 100, ttl_jitter = 0.5)]
    fn spread(x: u32, cache: &mut CacheManager) -> u32 {
        x
    }
    #[cached(namespace = "own", ttl_with = |_| Duration::from_secs(10), ttl_jitter = f32::from(1u8))]
    fn own(x: u32, cache: &mut CacheManager) -> u32 {
        x
    }
    let mut cache = CacheManager::builder().clock(ManualClock::new()).build();
    let life = |key, cache: &CacheManager| cache.entry(&key).and_then(|entry| entry.expires_at()).unwrap();
    let mut lives: Vec<Duration> = Vec::new();
    for x in 0..200 {
        spread(x, &mut cache);
        own(x, &mut cache);
        lives.push(life(spread_key(x).unwrap(), &cache));
        assert!(life(own_key(x).unwrap(), &cache) <= Duration::from_secs(10));
    }
    lives.sort_unstable();
    assert!(lives[0] >= Duration::from_secs(50) && lives[199] <= Duration::from_secs(100));
    assert!(lives[0] < Duration::from_secs(55) && lives[199] > Duration::from_secs(95), "{lives:?}");
    cache.set("long", 1, SetOptions::new().ttl(Duration::MAX).ttl_jitter(1e-20));
    assert_eq!(cache.entry("long").unwrap().expires_at(), None);
    for share in [f64::NAN, -1.0, 0.0] {
        cache.set("plain", 1, SetOptions::new().ttl(Duration::from_secs(9)).ttl_jitter(share));
        assert_eq!(life("plain".into(), &cache), Duration::from_secs(9));
    }
}
