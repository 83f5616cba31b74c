//! What the Python original documents, one test for each of its functions.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::time::Duration;

use cache_runtime::{CacheManager, ManualClock, SetOptions, kwargs, make_args_hash, make_cache_key};

fn seconds(seconds: u64) -> SetOptions {
    SetOptions::new().ttl(Duration::from_secs(seconds))
}

fn manual() -> (ManualClock, CacheManager) {
    let clock = ManualClock::new();
    let cache = CacheManager::builder().clock(clock.clone()).build();
    (clock, cache)
}

#[test]
fn make_args_hash_gives_64_hexadecimal_characters() {
    let hash = make_args_hash(&("CCO",), &kwargs! { az_model = "USPTO" }).unwrap();
    assert_eq!(hash, "6ad01e27a3a319962ad084787e060ab0fa0e661cc7d3e018e96747b06f7bacf7");
    assert_eq!(hash.len(), 64);
}

#[test]
fn make_cache_key_puts_version_and_namespace_before_the_hash() {
    let key = make_cache_key("run_az", 1, &("CCO",), &kwargs! { az_model = "USPTO" }).unwrap();
    assert_eq!(key.to_string(), "v1:run_az:6ad01e27a3a319962ad084787e060ab0fa0e661cc7d3e018e96747b06f7bacf7");
}

#[test]
fn get_gives_the_value_or_a_default() {
    let mut cache = CacheManager::new();
    cache.set("demo", 42, SetOptions::default());
    assert_eq!(cache.get::<i32>("demo"), Some(&42));
    assert_eq!(cache.get::<i32>("absent").copied().unwrap_or(7), 7);
}

#[test]
fn set_overwrites_and_takes_a_time_to_live_and_a_tag() {
    let (clock, mut cache) = manual();
    cache.set("demo", "old", SetOptions::new().tag("CCO"));
    cache.set("demo", "new", seconds(60).tag("CCC"));
    assert_eq!(cache.get::<&str>("demo"), Some(&"new"));
    assert_eq!(cache.evict_tag("CCO"), 0, "the old entry's tag went with it");
    clock.advance(Duration::from_secs(60));
    assert_eq!(cache.get::<&str>("demo"), None);
}

#[test]
fn evict_tag_gives_the_number_evicted() {
    let mut cache = CacheManager::new();
    cache.set("a", 1, SetOptions::new().tag("CCO"));
    cache.set("b", 2, SetOptions::new().tag("CCO"));
    cache.set("c", 3, SetOptions::new().tag("CCC"));
    assert_eq!(cache.evict_tag("CCO"), 2);
    assert_eq!(cache.evict_tag("CCO"), 0);
    assert_eq!(cache.len(), 1);
}

#[test]
fn delete_key_tells_whether_there_was_one() {
    let mut cache = CacheManager::new();
    cache.set("demo", 1, SetOptions::default());
    assert!(cache.delete_key("demo"));
    assert!(!cache.delete_key("demo"));
}

#[test]
fn clear_removes_everything() {
    let mut cache = CacheManager::new();
    cache.set("a", 1, seconds(60).tag("CCO"));
    cache.set("b", 2, SetOptions::default());
    cache.clear();
    assert!(cache.is_empty());
    assert_eq!(cache.estimate_size_bytes(), 0);
}

#[test]
fn purge_if_expired_tells_whether_it_was() {
    let (clock, mut cache) = manual();
    cache.set("demo", 1, seconds(60));
    assert!(!cache.purge_if_expired("demo"));
    clock.advance(Duration::from_secs(61));
    assert!(cache.purge_if_expired("demo"));
    assert!(!cache.purge_if_expired("demo"));
}

#[test]
fn purge_expired_entries_leaves_the_others() {
    let (clock, mut cache) = manual();
    cache.set("short", 1, seconds(1));
    cache.set("long", 2, seconds(60));
    cache.set("for ever", 3, SetOptions::default());
    clock.advance(Duration::from_secs(2));
    assert_eq!(cache.purge_expired_entries(), 1);
    assert_eq!(cache.len(), 2);
}

#[test]
fn estimate_size_bytes_is_shallow_and_kept_up_to_date() {
    let mut cache = CacheManager::new();
    assert_eq!(cache.estimate_size_bytes(), 0);
    cache.set("a", [0u8; 100], SetOptions::default());
    let one = cache.estimate_size_bytes();
    assert!(one > 100);
    cache.set("b", vec![0u8; 100_000], SetOptions::default());
    assert_eq!(cache.estimate_size_bytes(), 2 * one - 100 + size_of::<Vec<u8>>());
    cache.delete_key("b");
    assert_eq!(cache.estimate_size_bytes(), one);
}

#[test]
fn stats_are_of_live_entries() {
    let (clock, mut cache) = manual();
    cache.set("short", 1, seconds(1));
    cache.set("long", 2, SetOptions::default());
    let one = cache.estimate_size_bytes() / 2;
    cache.get::<i32>("long");
    cache.get::<i32>("absent");
    clock.advance(Duration::from_secs(2));
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.misses, stats.num_entries), (1, 1, 1));
    assert!(stats.size_bytes.abs_diff(one) <= 1, "a key is one letter longer than the other");
}
