//! Bounds hold at every moment, and who listens hears of every entry that goes.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cache_runtime::{
    CacheManager, ManualClock, Removal, RemovalCause, SetOptions, SharedCache, cached, make_cache_key,
};
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Set { key: u8, weight: usize, ttl: Option<u64>, tag: u8 },
    Get(u8),
    Evict(u8),
    Delete(u8),
    Wait(u64),
    Purge,
    Clear,
}

fn step() -> impl Strategy<Value = Step> {
    let ttl = prop::option::weighted(0.3, 0..20u64);
    prop_oneof![
        8 => (0..40u8, 0..30usize, ttl, 0..4u8).prop_map(|(key, weight, ttl, tag)| Step::Set { key, weight, ttl, tag }),
        6 => (0..40u8).prop_map(Step::Get),
        1 => (0..4u8).prop_map(Step::Evict),
        1 => (0..40u8).prop_map(Step::Delete),
        1 => (0..9u64).prop_map(Step::Wait),
        1 => Just(Step::Purge),
        1 => Just(Step::Clear),
    ]
}

/// What was stored last under each key, as far as nothing said that it went: its value, weight, deadline and tag.
type Model = BTreeMap<String, (u32, usize, Option<u64>, u8)>;

type Log = Arc<Mutex<Vec<Removal>>>;

fn logging() -> (Log, impl Fn(Removal) + Send + Sync) {
    let log = Log::default();
    (Arc::clone(&log), move |removal| log.lock().unwrap().push(removal))
}

/// Takes from the model what the listener was told of.
fn heed(model: &mut Model, log: &Log, now: u64) {
    for removal in log.lock().unwrap().drain(..) {
        let (_, _, deadline, tag) = model.remove(removal.key.as_str()).unwrap();
        assert_eq!(removal.tags, [tag.to_string()]);
        assert_eq!(
            removal.cause == RemovalCause::Expired,
            deadline.is_some_and(|deadline| deadline <= now),
            "{removal:?}"
        );
    }
}

fn agrees(entries: Option<usize>, bytes: Option<usize>, steps: Vec<Step>) -> Result<(), TestCaseError> {
    let (clock, (log, listener)) = (ManualClock::new(), logging());
    let mut builder = CacheManager::builder().clock(clock.clone()).eviction_listener(listener);
    if let Some(entries) = entries {
        builder = builder.max_entries(entries);
    }
    if let Some(bytes) = bytes {
        builder = builder.max_bytes(bytes);
    }
    let (mut cache, mut model, mut now) = (builder.build(), Model::new(), 0);
    for (value, step) in (0u32..).zip(steps) {
        match step {
            Step::Set { key, weight, ttl, tag } => {
                let ttl_seconds = ttl.map(Duration::from_secs);
                cache.set(key.to_string(), value, SetOptions::new().ttl(ttl_seconds).tag(tag).weight(weight));
                heed(&mut model, &log, now);
                let is_stored = bytes.is_none_or(|most| weight <= most) && entries != Some(0) && ttl != Some(0);
                prop_assert_eq!(cache.contains(key.to_string()), is_stored);
                if is_stored {
                    model.insert(key.to_string(), (value, weight, ttl.map(|ttl| now + ttl), tag));
                }
            }
            Step::Get(key) => {
                let got = cache.get::<u32>(key.to_string()).copied();
                let live = model
                    .get(&key.to_string())
                    .filter(|(_, _, deadline, _)| deadline.is_none_or(|deadline| deadline > now));
                prop_assert_eq!(got, live.map(|(value, ..)| *value));
            }
            Step::Evict(tag) => drop(cache.evict_tag(&tag.to_string())),
            Step::Delete(key) => drop(cache.delete_key(key.to_string())),
            Step::Wait(seconds) => {
                clock.advance(Duration::from_secs(seconds));
                now += seconds;
            }
            Step::Purge => drop(cache.purge_expired_entries()),
            Step::Clear => cache.clear(),
        }
        heed(&mut model, &log, now);
        let live = model.values().filter(|(_, _, deadline, _)| deadline.is_none_or(|deadline| deadline > now)).count();
        prop_assert_eq!(cache.len(), live);
        prop_assert!(entries.is_none_or(|most| model.len() <= most));
        prop_assert!(bytes.is_none_or(|most| model.values().map(|(_, weight, ..)| weight).sum::<usize>() <= most));
    }
    Ok(())
}

proptest! {
    #[test]
    fn bounds_hold_and_every_removal_is_told(
        entries in prop::option::of(0..12usize),
        bytes in prop::option::of(0..100usize),
        steps in prop::collection::vec(step(), 1..150),
    ) {
        agrees(entries, bytes, steps)?;
    }
}

#[test]
fn an_expired_entry_goes_before_a_live_one() {
    let (clock, (log, listener)) = (ManualClock::new(), logging());
    let mut cache = CacheManager::builder().clock(clock.clone()).max_entries(3).eviction_listener(listener).build();
    cache.set("old", 1, SetOptions::new());
    cache.set("short", 2, SetOptions::new().ttl(Duration::from_secs(1)));
    cache.set("new", 3, SetOptions::new());
    clock.advance(Duration::from_secs(1));
    cache.set("more", 4, SetOptions::new());
    assert_eq!(log.lock().unwrap().iter().map(|removal| removal.key.as_str()).collect::<Vec<_>>(), ["short"]);
    assert_eq!((cache.len(), cache.stats().expirations, cache.stats().capacity_evictions), (3, 1, 0));
}

#[test]
fn a_scan_does_not_drive_out_what_is_used() {
    let mut cache = CacheManager::builder().max_entries(100).build();
    for round in 0..4 {
        for hot in 0..50 {
            if cache.get::<i32>(format!("hot {hot}")).is_none() {
                assert!(round < 2);
                cache.set(format!("hot {hot}"), hot, SetOptions::new());
            }
        }
    }
    for cold in 0..10_000 {
        cache.set(format!("cold {cold}"), cold, SetOptions::new());
        assert!(cache.len() <= 100);
    }
    let hits = (0..50).filter(|hot| cache.contains(format!("hot {hot}"))).count();
    assert_eq!((hits, cache.len()), (50, 100));
}

#[test]
fn a_result_that_is_too_heavy_is_returned_and_not_stored() {
    #[cached(namespace = "heavy")]
    fn heavy(len: usize, cache: &mut CacheManager) -> String {
        "x".repeat(len)
    }
    #[cached(namespace = "heavy")]
    fn heavy_shared(len: usize, cache: &SharedCache) -> String {
        "x".repeat(len)
    }
    let weigh =
        |_: &str, value: &(dyn std::any::Any + Send + Sync)| value.downcast_ref::<String>().map_or(0, String::len);
    let mut cache = CacheManager::builder().max_bytes(100).weigher(weigh).build();
    assert_eq!((heavy(101, &mut cache).len(), heavy(60, &mut cache).len(), heavy(41, &mut cache).len()), (101, 60, 41));
    assert!(!cache.contains(heavy_key(101).unwrap()) && !cache.contains(heavy_key(60).unwrap()));
    assert!(cache.contains(heavy_key(41).unwrap()));
    assert_eq!((cache.stats().refused_stores, cache.stats().capacity_evictions), (1, 1));
    let shared = SharedCache::builder().max_bytes(100).weigher(weigh).build();
    assert_eq!((heavy_shared(101, &shared).len(), shared.len()), (101, 0));
    assert_eq!((heavy_shared(100, &shared).len(), shared.len()), (100, 1));
}

#[test]
fn a_shared_cache_never_holds_more_than_it_may() {
    let (seen, most) = (Arc::new(Mutex::new(0)), 300);
    let cache = SharedCache::builder().max_entries(most).build();
    std::thread::scope(|scope| {
        for thread in 0..8u32 {
            let (cache, seen) = (&cache, &seen);
            scope.spawn(move || {
                for n in 0..2_000u32 {
                    cache.set(format!("{}", n * (thread + 1)), n, SetOptions::new());
                    let len = cache.len();
                    let mut seen = seen.lock().unwrap();
                    *seen = len.max(*seen);
                }
            });
        }
    });
    assert!((200..=most).contains(&*seen.lock().unwrap()), "{seen:?}");
}

#[test]
fn the_listener_may_use_the_cache_and_may_panic() {
    static CACHE: std::sync::OnceLock<SharedCache> = std::sync::OnceLock::new();
    let causes = Arc::new(Mutex::new(HashMap::<String, RemovalCause>::new()));
    let told = Arc::clone(&causes);
    let cache = CACHE.get_or_init(|| {
        SharedCache::builder()
            .eviction_listener(move |removal| {
                CACHE.wait().set(format!("{} was here", removal.key), 1, SetOptions::new());
                told.lock().unwrap().insert(removal.key.to_string(), removal.cause);
                assert!(!removal.key.as_str().starts_with("panic"), "told to");
            })
            .build()
    });
    let made = make_cache_key("made", 1, &(), &()).unwrap();
    for key in ["panic 1", "panic 2", "tagged", "deleted", "replaced", made.as_str()] {
        cache.set(key, 1, SetOptions::new().tag(key.split(' ').next().unwrap_or_default()));
    }
    cache.set("replaced", 2, SetOptions::new());
    cache.evict_tag("tagged");
    cache.evict_namespace("made");
    cache.delete_key("deleted");
    assert!(catch_unwind(AssertUnwindSafe(|| cache.evict_tag("panic"))).is_err());
    let causes = causes.lock().unwrap().clone();
    let expected = [
        ("panic 1", RemovalCause::Tag),
        ("panic 2", RemovalCause::Tag),
        ("tagged", RemovalCause::Tag),
        ("deleted", RemovalCause::Key),
        ("replaced", RemovalCause::Replaced),
        (made.as_str(), RemovalCause::Namespace),
    ];
    assert_eq!(causes, expected.map(|(key, cause)| (key.to_owned(), cause)).into());
    assert!(cache.contains("panic 2 was here") && !cache.contains("panic 1"));
}
