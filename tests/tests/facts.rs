//! What went wrong with other crates when we measured them (autumn 2026), each as a promise of ours.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{scope, yield_now};
use std::time::Duration;

use cache_runtime::{CacheManager, ManualClock, SetOptions, SharedCache, cached, evicts};

/// Eight calls at a time; the bodies wait until seven calls wait for another.
fn eight<R: Send>(call: impl Fn(&dyn Fn()) -> R + Sync, cache: &SharedCache) -> Vec<R> {
    let all_wait = || {
        while cache.stats().coalesced < 7 {
            yield_now();
        }
    };
    scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| call(&all_wait))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn fact_1_a_recursive_function_with_single_computations_does_not_hang() {
    #[cached(namespace = "fib")]
    fn fib(n: u64, cache: &SharedCache) -> u64 {
        if n < 2 { n } else { fib(n - 1, cache) + fib(n - 2, cache) }
    }
    let cache = SharedCache::new();
    let results = scope(|scope| {
        [40, 39, 38, 40]
            .map(|n| {
                scope.spawn({
                    let cache = &cache;
                    move || fib(n, cache)
                })
            })
            .map(|thread| thread.join().unwrap())
    });
    assert_eq!(results, [102_334_155, 63_245_986, 39_088_169, 102_334_155]);
}

#[test]
fn fact_2_invalidating_a_key_while_it_is_computed_does_not_bring_the_stale_value_back() {
    static DATA: AtomicU32 = AtomicU32::new(1);
    #[cached(namespace = "stale", skip(meet))]
    fn stale(meet: Option<&Barrier>, cache: &SharedCache) -> u32 {
        let data = DATA.load(Ordering::SeqCst);
        if let Some(meet) = meet {
            meet.wait();
            meet.wait();
        }
        data
    }
    let (cache, meet) = (SharedCache::new(), Barrier::new(2));
    scope(|scope| {
        let old = scope.spawn(|| stale(Some(&meet), &cache));
        meet.wait();
        DATA.store(2, Ordering::SeqCst);
        cache.delete_key(stale_key().unwrap());
        meet.wait();
        assert_eq!(old.join().unwrap(), 1);
    });
    assert_eq!(stale(None, &cache), 2);
}

#[test]
fn fact_3_self_is_in_the_key() {
    struct S(u32);
    impl S {
        #[cached(namespace = "m", key(self.0, x))]
        fn m(&self, x: u32, cache: &mut CacheManager) -> u32 {
            self.0 + x
        }
    }
    let mut cache = CacheManager::new();
    assert_eq!((S(1).m(1, &mut cache), S(100).m(1, &mut cache)), (2, 101));
}

#[test]
fn fact_4_the_err_of_an_alias_of_result_is_not_stored() {
    type Reply = Result<u32, String>;
    #[cached(namespace = "reply", skip(runs))]
    fn reply(runs: &AtomicU32, cache: &mut CacheManager) -> Reply {
        let run = runs.fetch_add(1, Ordering::SeqCst);
        if run == 0 { Err("not yet".to_owned()) } else { Ok(run) }
    }
    let (mut cache, runs) = (CacheManager::new(), AtomicU32::new(0));
    assert!(reply(&runs, &mut cache).is_err());
    assert_eq!((reply(&runs, &mut cache), reply(&runs, &mut cache)), (Ok(1), Ok(1)));
}

#[test]
fn fact_5_eight_callers_run_the_body_once() {
    #[cached(namespace = "once", skip(wait, runs))]
    fn once(wait: &dyn Fn(), runs: &AtomicU32, cache: &SharedCache) -> u32 {
        wait();
        runs.fetch_add(1, Ordering::SeqCst)
    }
    let (cache, runs) = (SharedCache::new(), AtomicU32::new(0));
    assert_eq!(eight(|wait| once(wait, &runs, &cache), &cache), [0; 8]);
    assert_eq!(runs.load(Ordering::SeqCst), 1);
}

#[test]
fn fact_6_a_failing_body_runs_once_for_all_who_wait() {
    #[cached(namespace = "failing", skip(wait, runs))]
    fn failing(wait: &dyn Fn(), runs: &AtomicU32, cache: &SharedCache) -> Result<u32, String> {
        wait();
        Err(runs.fetch_add(1, Ordering::SeqCst).to_string())
    }
    let (cache, runs) = (SharedCache::new(), AtomicU32::new(0));
    assert_eq!(eight(|wait| failing(wait, &runs, &cache), &cache), vec![Err("0".to_owned()); 8]);
}

#[test]
fn fact_7_bounds_are_exact_and_expired_entries_are_freed() {
    let clock = ManualClock::new();
    let mut cache = CacheManager::builder().clock(clock.clone()).max_entries(100).build();
    let shared = SharedCache::builder().clock(clock.clone()).max_entries(100).build();
    for n in 0..1_000 {
        cache.set(n.to_string(), n, SetOptions::new().ttl(Duration::from_secs(1)));
        shared.set(n.to_string(), n, SetOptions::new().ttl(Duration::from_secs(1)));
        assert!(cache.len() <= 100 && shared.len() <= 100);
    }
    clock.advance(Duration::from_secs(1));
    assert_eq!((cache.purge_expired_entries(), shared.purge_expired_entries()), (100, 100));
    assert_eq!((cache.estimate_size_bytes(), shared.estimate_size_bytes()), (0, 0));
}

#[test]
fn fact_8_a_call_that_asks_for_its_own_result_does_not_hang() {
    #[cached(namespace = "own", skip(again))]
    fn own(x: u32, again: bool, cache: &SharedCache) -> u32 {
        if again { own(x, false, cache) + 1 } else { x }
    }
    assert_eq!(own(1, true, &SharedCache::new()), 2);
}

#[test]
fn fact_9_there_are_tags_versions_a_clock_and_an_eviction_attribute() {
    #[cached(namespace = "tagged", version = 3, ttl = 60, tag = "smiles")]
    fn tagged(smiles: &str, cache: &SharedCache) -> usize {
        smiles.len()
    }
    #[evicts(tag = "smiles")]
    fn update(smiles: &str, cache: &SharedCache) {}
    let clock = ManualClock::new();
    let cache = SharedCache::builder().clock(clock.clone()).build();
    tagged("CCO", &cache);
    let key = tagged_key("CCO").unwrap();
    assert!(key.as_str().starts_with("v3:tagged:") && cache.contains(&key));
    update("CCO", &cache);
    assert!(!cache.contains(&key));
    tagged("CCO", &cache);
    clock.advance(Duration::from_secs(60));
    assert!(cache.is_empty());
}
