//! What a cache tells of what it did: in all, by namespace, and of the last call.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::time::Duration;

use cache_runtime::{CacheManager, LookupOutcome, ManualClock, SetOptions, SharedCache, cached};

#[cached(namespace = "slow", ttl = 60, skip(clock), refresh = x == 9, enabled = x != 8)]
fn slow(x: u64, clock: &ManualClock, cache: &mut CacheManager) -> Result<u64, String> {
    clock.advance(Duration::from_secs(x));
    if x == 7 { Err("seven".to_owned()) } else { Ok(x) }
}

#[cached(namespace = "outer", skip(clock))]
fn outer(x: u64, clock: &ManualClock, cache: &mut CacheManager) -> Result<u64, String> {
    slow(x, clock, cache)
}

#[cached(namespace = "slow", skip(clock))]
fn slow_shared(x: u64, clock: &ManualClock, cache: &SharedCache) -> u64 {
    clock.advance(Duration::from_secs(x));
    x
}

#[test]
fn statistics_are_kept_by_namespace() {
    let clock = ManualClock::new();
    let mut cache = CacheManager::builder().clock(clock.clone()).build();
    for x in [2, 4, 2, 2, 7, 9, 9] {
        let _ = slow(x, &clock, &mut cache);
    }
    cache.set("by hand", 1u8, SetOptions::new().tag("hand"));
    cache.get::<u8>("by hand");
    let by_namespace = cache.stats_by_namespace();
    assert_eq!(by_namespace.keys().collect::<Vec<_>>(), ["slow"]);
    let slow = &by_namespace["slow"];
    assert_eq!((slow.hits, slow.misses, slow.stores, slow.num_entries, slow.replacements), (2, 3, 4, 3, 1));
    assert_eq!((slow.bodies, slow.body_time.as_secs()), (5, 2 + 4 + 7 + 9 + 9));
    assert_eq!(slow.time_saved, Duration::from_millis(2 * 31_000 / 5));
    let all = cache.stats();
    assert_eq!((all.hits, all.misses, all.stores, all.num_entries), (3, 3, 5, 4));
    assert_eq!((all.time_saved, all.size_bytes), (slow.time_saved, cache.estimate_size_bytes()));
    assert_eq!(cache.evict_tag("hand"), 1);
    cache.evict_namespace("slow");
    let all = cache.stats();
    assert_eq!((all.evictions, all.tag_evictions, all.namespace_evictions), (4, 1, 3));
    assert_eq!((all.num_entries, all.size_bytes, cache.stats_by_namespace()["slow"].num_entries), (0, 0, 0));
}

#[cached(namespace = "double")]
fn double(x: u64, cache: &SharedCache) -> u64 {
    2 * x
}

/// Whoever has hits of its own, and however often they take turns.
#[test]
fn hits_of_a_shared_cache_are_counted_to_the_last_one() {
    let (clock, cache) = (ManualClock::new(), SharedCache::new());
    for turn in 0..100 {
        slow_shared(turn % 5, &clock, &cache);
        double(turn % 3, &cache);
        double(turn % 3, &cache);
        if turn % 10 == 9 {
            let by_namespace = cache.stats_by_namespace();
            let of = |namespace: &str| (by_namespace[namespace].hits, by_namespace[namespace].misses);
            assert_eq!((of("slow"), of("double")), ((turn + 1 - 5, 5), (2 * (turn + 1) - 3, 3)));
            assert_eq!((cache.stats().hits, cache.stats().misses), (3 * (turn + 1) - 8, 8));
        }
    }
}

#[test]
fn the_last_look_up_can_be_asked_for() {
    let clock = ManualClock::new();
    let mut cache = CacheManager::builder().clock(clock.clone()).build();
    assert_eq!(cache.last_lookup(), None);
    let mut after = |x| {
        let _ = outer(x, &clock, &mut cache);
        let _ = slow(x, &clock, &mut cache);
        cache.last_lookup().unwrap()
    };
    assert_eq!([after(1), after(9), after(8)], [LookupOutcome::Hit, LookupOutcome::Refreshed, LookupOutcome::Bypassed]);
    clock.advance(Duration::from_secs(60));
    let _ = slow(1, &clock, &mut cache);
    assert_eq!(cache.last_lookup(), Some(LookupOutcome::Expired));
    let _ = outer(2, &clock, &mut cache);
    assert_eq!(cache.last_lookup(), Some(LookupOutcome::Absent), "of the call, not of the one within it");
    let _ = outer(2, &clock, &mut cache);
    assert_eq!(cache.last_lookup(), Some(LookupOutcome::Hit));
    cache.get::<u8>("nothing");
    assert_eq!(cache.last_lookup().map(LookupOutcome::name), Some("absent"));
}

#[test]
fn a_shared_cache_keeps_the_same_statistics() {
    let clock = ManualClock::new();
    let cache = SharedCache::builder().clock(clock.clone()).build();
    for x in [1, 2, 3, 3, 3, 3] {
        slow_shared(x, &clock, &cache);
    }
    let slow = &cache.stats_by_namespace()["slow"];
    assert_eq!((slow.hits, slow.misses, slow.bodies, slow.body_time.as_secs()), (3, 3, 3, 6));
    assert_eq!((slow.time_saved.as_secs(), cache.stats().time_saved), (6, slow.time_saved));
}
