//! A cache that threads share: one computation for each key at a time, whatever becomes of it, and evictions that win.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Barrier};
use std::thread::{scope, yield_now};
use std::time::Duration;

use cache_runtime::{ManualClock, SetOptions, SharedCache, cached, evicts};

/// Waits for what other threads are certain to bring about.
fn until(mut holds: impl FnMut() -> bool) {
    while !holds() {
        yield_now();
    }
}

/// What a body of these tests reports to, and is told by.
#[derive(Debug, Default)]
struct Lab {
    runs: AtomicU32,
    running: AtomicU32,
    most_at_a_time: AtomicU32,
    /// Bodies wait until so many calls have waited for another.
    until_coalesced: AtomicU32,
}

impl Lab {
    fn work(&self, cache: &SharedCache) -> u32 {
        let run = self.runs.fetch_add(1, Ordering::SeqCst);
        let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_a_time.fetch_max(running, Ordering::SeqCst);
        until(|| cache.stats().coalesced >= u64::from(self.until_coalesced.load(Ordering::SeqCst)));
        self.running.fetch_sub(1, Ordering::SeqCst);
        run
    }

    fn runs(&self) -> u32 {
        self.runs.load(Ordering::SeqCst)
    }
}

#[cached(namespace = "value", tag = "tag", skip(lab))]
fn value(x: u32, tag: &str, lab: &Lab, cache: &SharedCache) -> u32 {
    x + lab.work(cache)
}

#[cached(namespace = "failing", skip(lab))]
fn failing(x: u32, lab: &Lab, cache: &SharedCache) -> Result<u32, String> {
    Err(format!("{x} failed in run {}", lab.work(cache)))
}

#[derive(Debug, PartialEq)]
struct Uncloneable(u32);

#[cached(namespace = "failing_alone", skip(lab))]
fn failing_alone(x: u32, lab: &Lab, cache: &SharedCache) -> Result<u32, Uncloneable> {
    Err(Uncloneable(x + lab.work(cache)))
}

/// Eight calls of which seven wait for the first.
fn eight<R: Send>(lab: &Lab, cache: &SharedCache, call: impl Fn() -> R + Sync) -> Vec<R> {
    lab.until_coalesced.store(7, Ordering::SeqCst);
    let results = scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(&call)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(cache.in_flight(), 0);
    results
}

#[test]
fn eight_callers_run_the_body_once() {
    let (lab, cache) = (Lab::default(), SharedCache::new());
    assert_eq!(eight(&lab, &cache, || value(1, "t", &lab, &cache)), [1; 8]);
    assert_eq!(lab.runs(), 1);
    let stats = cache.stats();
    assert_eq!((stats.misses, stats.coalesced, stats.hits, stats.stores), (1, 7, 0, 1));
}

#[test]
fn those_who_wait_share_the_error() {
    let (lab, cache) = (Lab::default(), SharedCache::new());
    let results = eight(&lab, &cache, || failing(1, &lab, &cache));
    assert_eq!(results, vec![Err("1 failed in run 0".to_owned()); 8]);
    assert_eq!(failing(1, &lab, &cache), Err("1 failed in run 1".to_owned()), "and it is not stored");
}

#[test]
fn those_who_cannot_share_the_error_compute_one_after_another() {
    let (lab, cache) = (Lab::default(), SharedCache::new());
    let mut results = eight(&lab, &cache, || failing_alone(1, &lab, &cache).unwrap_err().0);
    results.sort_unstable();
    assert_eq!(results, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(lab.most_at_a_time.load(Ordering::SeqCst), 1);
}

#[test]
fn a_result_that_is_not_kept_is_shared_with_those_who_wait() {
    #[cached(namespace = "unkept", skip(lab), keep_if = |_| false)]
    fn unkept(lab: &Lab, cache: &SharedCache) -> u32 {
        lab.work(cache)
    }
    let (lab, cache) = (Lab::default(), SharedCache::new());
    assert_eq!(eight(&lab, &cache, || unkept(&lab, &cache)), [0; 8]);
    assert!(cache.is_empty());
}

#[test]
fn after_a_panic_one_of_those_who_wait_computes() {
    #[cached(namespace = "panicking", skip(lab))]
    fn panicking(lab: &Lab, cache: &SharedCache) -> u32 {
        let run = lab.work(cache);
        assert_ne!(run, 0, "the first run fails");
        run
    }
    let (lab, cache) = (Lab::default(), SharedCache::new());
    let results = eight(&lab, &cache, || catch_unwind(AssertUnwindSafe(|| panicking(&lab, &cache))).ok());
    assert_eq!(results.iter().filter(|result| result.is_none()).count(), 1);
    assert_eq!(results.iter().filter(|result| **result == Some(1)).count(), 7);
    assert_eq!(lab.runs(), 2);
}

#[test]
fn a_call_that_needs_its_own_result_computes_it_without_the_cache() {
    #[cached(namespace = "reentrant", skip(depth))]
    fn reentrant(x: u32, depth: u32, cache: &SharedCache) -> u32 {
        if depth == 0 { x } else { reentrant(x, depth - 1, cache) + 1 }
    }
    let cache = SharedCache::new();
    assert_eq!(reentrant(1, 3, &cache), 4);
    assert_eq!(reentrant(1, 0, &cache), 4, "the outermost result is stored");
    assert_eq!((cache.stats().reentrant_calls, cache.in_flight()), (3, 0));
}

#[test]
fn threads_that_would_wait_for_each_other_do_not() {
    /// Begins `x`, then, when `y` has begun too, asks for `y` as well.
    #[cached(namespace = "circle", skip(meet, inner))]
    fn circle(x: u32, y: u32, inner: bool, meet: &Barrier, cache: &SharedCache) -> u32 {
        if inner {
            return x;
        }
        meet.wait();
        x + circle(y, x, true, meet, cache)
    }
    let (cache, meet) = (SharedCache::new(), Barrier::new(2));
    let results = scope(|scope| {
        let one = scope.spawn(|| circle(1, 2, false, &meet, &cache));
        let two = scope.spawn(|| circle(2, 1, false, &meet, &cache));
        (one.join().unwrap(), two.join().unwrap())
    });
    // Who came last computes the other's result for itself, and then the other gets that one's.
    assert!(results == (3, 5) || results == (4, 3), "{results:?}");
    assert_eq!((cache.stats().reentrant_calls, cache.in_flight()), (1, 0));
}

#[test]
fn evictions_beat_computations() {
    type Evict = fn(&SharedCache);
    let evictions: [Evict; 4] = [
        |cache| assert_eq!(cache.evict_tag("t"), 0),
        |cache| assert_eq!(cache.evict_namespace("value"), 0),
        |cache| assert!(!cache.delete_key(cache_runtime::make_cache_key("value", 1, &(1, "t"), &()).unwrap())),
        SharedCache::clear,
    ];
    for evict in evictions {
        let (lab, cache) = (Lab::default(), SharedCache::new());
        lab.until_coalesced.store(2, Ordering::SeqCst);
        scope(|scope| {
            let old = scope.spawn(|| value(1, "t", &lab, &cache));
            until(|| lab.runs() == 1);
            let waiting = scope.spawn(|| value(1, "t", &lab, &cache));
            until(|| cache.stats().coalesced == 1);
            evict(&cache);
            // The old computation still runs, and this call does not wait for it.
            let new = scope.spawn(|| value(1, "t", &lab, &cache));
            until(|| lab.runs() == 2);
            let after = scope.spawn(|| value(1, "t", &lab, &cache));
            assert_eq!([old, waiting, new, after].map(|thread| thread.join().unwrap()), [1, 1, 2, 2]);
        });
        assert_eq!(value(1, "t", &lab, &cache), 2, "the old result did not come back");
        assert_eq!((cache.stats().stale_results, cache.stats().stores, cache.in_flight()), (1, 1, 0));
    }
}

#[test]
fn other_evictions_leave_a_computation_alone() {
    let (lab, cache) = (Lab::default(), SharedCache::new());
    lab.until_coalesced.store(1, Ordering::SeqCst);
    scope(|scope| {
        let one = scope.spawn(|| value(1, "t", &lab, &cache));
        until(|| lab.runs() == 1);
        cache.evict_tag("another");
        cache.evict_namespace("another");
        cache.delete_key("another");
        let two = scope.spawn(|| value(1, "t", &lab, &cache));
        assert_eq!((one.join().unwrap(), two.join().unwrap()), (1, 1));
    });
    assert_eq!((lab.runs(), cache.stats().stores), (1, 1));
}

#[test]
fn a_computation_whose_tags_come_from_its_value_is_not_joined_after_an_eviction() {
    #[cached(namespace = "open", skip(lab), tags_with = |run: &u32| [*run])]
    fn open(lab: &Lab, cache: &SharedCache) -> u32 {
        let run = lab.work(cache);
        until(|| lab.runs() == 2);
        run
    }
    let (lab, cache) = (Lab::default(), SharedCache::new());
    scope(|scope| {
        let one = scope.spawn(|| open(&lab, &cache));
        until(|| lab.runs() == 1);
        cache.evict_tag("0");
        let two = scope.spawn(|| open(&lab, &cache));
        assert_eq!((one.join().unwrap(), two.join().unwrap()), (0, 1));
    });
    assert_eq!(open(&lab, &cache), 1);
    assert_eq!(cache.stats().stale_results, 1);
}

#[test]
fn refreshing_supersedes_what_is_being_computed() {
    #[cached(namespace = "refreshed", skip(lab, refresh), refresh = refresh)]
    fn refreshed(refresh: bool, lab: &Lab, cache: &SharedCache) -> u32 {
        let run = lab.work(cache);
        until(|| run == 1 || cache.stats().stores == 1);
        run
    }
    let (lab, cache) = (Lab::default(), SharedCache::new());
    scope(|scope| {
        let old = scope.spawn(|| refreshed(false, &lab, &cache));
        until(|| lab.runs() == 1);
        assert_eq!(refreshed(true, &lab, &cache), 1);
        assert_eq!(old.join().unwrap(), 0);
    });
    assert_eq!(refreshed(false, &lab, &cache), 1);
}

/// Of one key at a time: the old computation has been overtaken by the new one.
#[test]
fn calls_join_the_new_computation_until_it_has_ended() {
    /// Ends when so many may.
    #[cached(namespace = "gated", skip(refresh, lab, open), refresh = refresh)]
    fn gated(refresh: bool, lab: &Lab, open: &AtomicU32, cache: &SharedCache) -> u32 {
        let run = lab.runs.fetch_add(1, Ordering::SeqCst);
        until(|| open.load(Ordering::SeqCst) > run);
        run
    }
    for refresh in [false, true] {
        let (lab, open, cache) = (Lab::default(), AtomicU32::new(0), SharedCache::new());
        let call = |refresh| gated(refresh, &lab, &open, &cache);
        // Each time one more waits, or, which would be wrong, computes.
        let have_joined = |count: u64| until(|| cache.stats().coalesced == count || lab.runs() > 2);
        let results = scope(|scope| {
            let old = scope.spawn(|| call(false));
            until(|| lab.runs() == 1);
            if !refresh {
                cache.evict_namespace("gated");
            }
            let new = scope.spawn(|| call(refresh));
            until(|| lab.runs() == 2);
            let joined = scope.spawn(|| call(false));
            have_joined(1);
            open.store(1, Ordering::SeqCst);
            let old = old.join().unwrap();
            let after = scope.spawn(|| call(false));
            have_joined(2);
            open.store(u32::MAX, Ordering::SeqCst);
            [old, new.join().unwrap(), joined.join().unwrap(), after.join().unwrap()]
        });
        assert_eq!((results, lab.runs(), cache.in_flight()), ([0, 1, 1, 1], 2, 0), "refresh: {refresh}");
    }
}

#[test]
fn a_result_of_another_type_takes_the_place_of_what_is_stored() {
    #[cached(namespace = "twin")]
    fn number(x: u32, cache: &SharedCache) -> u32 {
        x
    }
    #[cached(namespace = "twin")]
    fn text(x: u32, cache: &SharedCache) -> String {
        x.to_string()
    }
    let cache = SharedCache::new();
    assert_eq!((number(7, &cache), text(7, &cache), text(7, &cache)), (7, "7".to_owned(), "7".to_owned()));
    let stats = cache.stats();
    assert_eq!((stats.type_mismatches, stats.replacements, stats.num_entries, stats.hits), (1, 1, 1, 1));
    assert_eq!(cache.get::<String>(text_key(7).unwrap()), Some("7".to_owned()));
}

#[test]
fn what_has_expired_is_no_absent_value() {
    #[cached(namespace = "kept", ttl = 10, stale_if_error = 60)]
    fn kept(x: u32, cache: &SharedCache) -> Result<u32, ()> {
        Ok(x)
    }
    for is_removed in [false, true] {
        let clock = ManualClock::new();
        let cache = SharedCache::builder().clock(clock.clone()).build();
        assert_eq!(kept(1, &cache), Ok(1));
        clock.advance(Duration::from_secs(10));
        if is_removed {
            assert_eq!(cache.purge_expired_entries(), 1);
        }
        assert_eq!(kept(1, &cache), Ok(1));
        assert_eq!((cache.stats().misses, cache.stats().expired_misses), (2, 1), "removed: {is_removed}");
    }
}

#[test]
fn the_time_of_waiting_is_not_that_of_a_body() {
    /// Panics after a hundred seconds if it is told to.
    #[cached(namespace = "late", skip(panics, clock), ttl = 3600)]
    fn late(panics: bool, clock: &ManualClock, cache: &SharedCache) -> u32 {
        if panics {
            until(|| cache.stats().coalesced == 1);
            clock.advance(Duration::from_secs(100));
            panic!("the other one computes");
        }
        clock.advance(Duration::from_secs(1));
        7
    }
    let clock = ManualClock::new();
    let cache = SharedCache::builder().clock(clock.clone()).build();
    // Now results are known to expire, so that calls read the clock before they are looked up.
    assert_eq!(late(false, &clock, &cache), 7);
    cache.clear();
    scope(|scope| {
        let first = scope.spawn(|| catch_unwind(AssertUnwindSafe(|| late(true, &clock, &cache))));
        until(|| cache.in_flight() == 1);
        assert_eq!(late(false, &clock, &cache), 7);
        assert!(first.join().unwrap().is_err());
    });
    assert_eq!((cache.stats().bodies, cache.stats().body_time), (2, Duration::from_secs(2)));
}

#[test]
fn the_time_of_bodies_that_fail_is_counted() {
    #[cached(namespace = "hopeless", skip(clock))]
    fn hopeless(clock: &ManualClock, cache: &SharedCache) -> Result<u32, ()> {
        clock.advance(Duration::from_secs(3));
        Err(())
    }
    let clock = ManualClock::new();
    let cache = SharedCache::builder().clock(clock.clone()).build();
    assert!(hopeless(&clock, &cache).is_err());
    assert_eq!((cache.stats().bodies, cache.stats().body_time), (1, Duration::from_secs(3)));
}

#[test]
fn a_call_waits_no_longer_than_it_is_told() {
    #[cached(namespace = "stuck", skip(answered, is_stuck))]
    fn stuck(is_stuck: bool, answered: &AtomicBool, cache: &SharedCache) -> bool {
        until(|| !is_stuck || answered.load(Ordering::SeqCst));
        is_stuck
    }
    let cache = SharedCache::builder().wait_timeout(Duration::from_millis(1)).build();
    let answered = AtomicBool::new(false);
    scope(|scope| {
        let leader = scope.spawn(|| stuck(true, &answered, &cache));
        until(|| cache.in_flight() == 1);
        assert!(!stuck(false, &answered, &cache));
        answered.store(true, Ordering::SeqCst);
        assert!(leader.join().unwrap());
    });
    assert_eq!((cache.stats().wait_timeouts, cache.stats().stores), (1, 1));
    assert!(stuck(false, &answered, &cache), "what the leader computed is stored");
}

#[test]
fn two_functions_of_one_key_never_share_a_value() {
    #[cached(namespace = "pun", skip(begun))]
    fn number(begun: &Barrier, cache: &SharedCache) -> u32 {
        begun.wait();
        until(|| cache.stats().type_mismatches == 1);
        7
    }
    #[cached(namespace = "pun", skip(_begun))]
    fn text(_begun: &Barrier, cache: &SharedCache) -> String {
        "seven".to_owned()
    }
    let (cache, begun) = (SharedCache::new(), Barrier::new(2));
    scope(|scope| {
        let leader = scope.spawn(|| number(&begun, &cache));
        begun.wait();
        assert_eq!(text(&begun, &cache), "seven");
        assert_eq!(leader.join().unwrap(), 7);
    });
    assert_eq!(cache.stats().type_mismatches, 1);
}

#[test]
fn nothing_is_locked_while_a_value_is_cloned_or_dropped() {
    struct Nosy(SharedCache);
    impl Clone for Nosy {
        fn clone(&self) -> Self {
            self.0.evict_tag("other");
            Self(self.0.clone())
        }
    }
    impl Drop for Nosy {
        fn drop(&mut self) {
            self.0.evict_tag("other");
        }
    }
    #[cached(namespace = "nosy", tag = "x")]
    fn nosy(x: u32, cache: &SharedCache) -> Nosy {
        Nosy(cache.clone())
    }
    let cache = SharedCache::new();
    for _ in 0..2 {
        nosy(1, &cache);
    }
    assert_eq!(cache.evict_tag("1"), 1);
    cache.set("nosy", Nosy(cache.clone()), SetOptions::new());
    cache.set("nosy", Nosy(cache.clone()), SetOptions::new().ttl(Duration::ZERO));
    assert!(cache.get::<Nosy>("nosy").is_none());
    nosy(2, &cache);
    cache.clear();
}

#[test]
fn handles_and_places_are_caches() {
    #[cached(namespace = "owned")]
    fn owned(x: u64, cache: SharedCache) -> u64 {
        let moved = cache;
        if x < 2 { x } else { owned(x - 1, moved.clone()) + owned(x - 2, moved) }
    }
    #[cached(namespace = "pointed")]
    fn pointed(x: u64, cache: Arc<SharedCache>) -> u64 {
        x + cache.stats().stores
    }
    struct Planner {
        memory: SharedCache,
    }
    impl Planner {
        #[cached(namespace = "plan", skip(self), cache = self.memory)]
        fn plan(&self, x: u64) -> u64 {
            x + self.memory.stats().stores
        }

        #[cached(namespace = "change", skip(self), cache = self.memory)]
        fn change(&mut self, x: u64) -> Result<u64, String> {
            u64::try_from(self.memory.len()).map(|len| len + x).map_err(|error| error.to_string())
        }

        #[evicts(namespace = "plan", cache = self.memory)]
        fn forget(self: &Arc<Self>) {}
    }
    let cache = SharedCache::new();
    assert_eq!(owned(40, cache.clone()), 102_334_155);
    assert_eq!(cache.stats().stores, 41);
    let arc = Arc::new(cache.clone());
    assert_eq!((pointed(1, Arc::clone(&arc)), pointed(1, arc)), (42, 42));
    let mut planner = Planner { memory: cache.clone() };
    assert_eq!((planner.plan(1), planner.plan(1)), (43, 43));
    assert_eq!((planner.change(1), planner.change(1)), (Ok(44), Ok(44)));
    Arc::new(planner).forget();
    assert_eq!((cache.len(), cache.in_flight()), (43, 0));
}

#[test]
fn it_does_what_a_manager_does() {
    let clock = ManualClock::new();
    let cache = SharedCache::builder().clock(clock.clone()).build();
    for n in 0..100u32 {
        let ttl = (n % 2 == 0).then_some(Duration::from_secs(9));
        cache.set(n.to_string(), n, SetOptions::new().ttl(ttl).tag(n % 10).tag("all"));
    }
    assert_eq!((cache.len(), cache.stats().num_entries, cache.evict_tag("3")), (100, 100, 10));
    assert_eq!((cache.get("4"), cache.get::<u32>("3"), cache.get::<u8>("4")), (Some(4u32), None, None));
    assert!(cache.contains("4") && !cache.contains("3") && cache.estimate_size_bytes() > 0);
    clock.advance(Duration::from_secs(9));
    assert!(cache.purge_if_expired("4") && !cache.purge_if_expired("5"));
    assert_eq!((cache.purge_expired_entries(), cache.len()), (49, 40));
    assert!(cache.delete_key("5") && !cache.delete_key("5"));
    assert_eq!(cache.evict_tag("all"), 39);
    assert!(cache.is_empty() && cache.clone().is_empty());
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.misses, stats.type_mismatches), (1, 2, 1));
    assert_eq!((stats.stores, stats.evictions, stats.expirations, stats.size_bytes), (100, 50, 50, 0));
    let disabled = SharedCache::disabled();
    disabled.set("x", 1, SetOptions::new());
    assert!(disabled.get::<i32>("x").is_none() && disabled.is_empty());
}
