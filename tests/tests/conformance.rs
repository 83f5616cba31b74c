//! What every store promises, on every store, and through every pointer to one.

#![allow(clippy::panic, reason = "a test may panic")]

use std::fmt::Debug;

use cache_runtime::__private::named;
use cache_runtime::{Begin, Cache, CacheManager, SetOptions, SharedCache, cached};

#[cached(namespace = "conformance", tags = ["tag", fixed("all")])]
fn double<C: Cache<u64>>(x: u64, tag: &str, cache: &mut C) -> u64 {
    x * 2
}

#[cached(namespace = "nested")]
fn nested<C: Cache<u64>>(x: u64, cache: &mut C) -> u64 {
    double(x, "inner", cache) + double(x, "inner", cache)
}

/// Hits and misses are told apart by what [`Cache::begin`] gives, and not by statistics, which a store need not have.
fn conforms<C: Cache<u64>>(mut store: C)
where
    C::Claim: Debug,
    C::Wait: Debug,
{
    assert_eq!(double(1, "a", &mut store), 2);
    assert_eq!(double(1, "a", &mut store), 2);
    assert_eq!(double(2, "a", &mut store), 4);
    assert_eq!(nested(3, &mut store), 12);
    assert_eq!(nested(3, &mut store), 12);
    let call = named("conformance", 1, &[&1u64, &"a"]);
    let begun = store.begin(&call);
    assert!(matches!(begun, Begin::Hit(2)), "{begun:?}");
    let absent = named("absent", 1, &[]);
    let Begin::Miss(dropped) = store.begin(&absent) else { panic!("nothing is stored yet") };
    drop(dropped);
    let Begin::Miss(claim) = store.begin(&absent) else { panic!("the claim was dropped") };
    store.finish(claim, &7, SetOptions::new());
    assert!(matches!(store.begin(&absent), Begin::Hit(7)));
}

#[test]
fn the_manager_conforms() {
    conforms(CacheManager::new());
}

#[test]
fn the_shared_cache_conforms() {
    conforms(SharedCache::new());
    conforms(&SharedCache::new());
    conforms(&mut Box::new(SharedCache::new()));
}

#[test]
fn pointers_to_it_conform() {
    conforms(&mut CacheManager::new());
    conforms(Box::new(CacheManager::new()));
    conforms(&mut Box::new(&mut CacheManager::new()));
}

#[test]
fn a_manager_can_be_sent_and_shared() {
    fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<CacheManager>();
    is_send_and_sync::<<CacheManager as Cache<u64>>::Claim>();
    is_send_and_sync::<SharedCache>();
    is_send_and_sync::<<SharedCache as Cache<u64>>::Claim>();
    is_send_and_sync::<<SharedCache as Cache<u64>>::Wait>();
}
