//! A user's code that panics in the middle of things: caches stay in order, and nobody waits for ever.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};
use std::thread::scope;
use std::time::Duration;

use cache_runtime::{CacheManager, Clock, Evict, ManualClock, SetOptions, SharedCache, cached};

/// The panic of a call, if it had one.
fn panics<R>(call: impl FnOnce() -> R) -> bool {
    catch_unwind(AssertUnwindSafe(call)).is_err()
}

/// Panics when it is dropped by a cache, as often as it is told to.
#[derive(Clone)]
struct Explosive(Arc<AtomicU32>);

impl Drop for Explosive {
    fn drop(&mut self) {
        let left = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        assert!(left.is_err(), "dropped");
    }
}

#[cached(namespace = "short", ttl = 1)]
fn short(x: u32, cache: &SharedCache) -> u32 {
    x
}

#[test]
fn a_listener_that_panics_in_a_look_up_leaves_no_computation_without_a_leader() {
    let clock = ManualClock::new();
    let cache = SharedCache::builder().clock(clock.clone()).eviction_listener(|_| panic!("told")).build();
    short(1, &cache);
    clock.advance(Duration::from_secs(1));
    assert!(panics(|| short(1, &cache)));
    assert_eq!(cache.in_flight(), 0);
    let one = scope(|scope| scope.spawn(|| short(1, &cache)).join().unwrap());
    assert_eq!((one, cache.len()), (1, 1));
}

/// A clock that panics once, at as many readings from now as it is told.
#[derive(Debug, Default, Clone)]
struct Fragile(Arc<AtomicU32>);

impl Clock for Fragile {
    fn now(&self) -> Duration {
        let left = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        assert_ne!(left, Ok(1), "out of order");
        Duration::ZERO
    }
}

#[test]
fn a_clock_that_panics_leaves_no_computation_without_a_leader() {
    let clock = Fragile::default();
    let cache = SharedCache::builder().clock(clock.clone()).build();
    clock.0.store(1, Ordering::SeqCst);
    assert!(panics(|| short(1, &cache)));
    assert_eq!(cache.in_flight(), 0);
    let one = scope(|scope| scope.spawn(|| short(1, &cache)).join().unwrap());
    assert_eq!((one, cache.len()), (1, 1));
}

/// What concerns all parts of a cache is done in all of them, or in none.
#[test]
fn a_clock_that_panics_keeps_an_eviction_from_being_half_done() {
    let told = Arc::new(AtomicU32::new(0));
    let (clock, listener) = (Fragile::default(), Arc::clone(&told));
    let count = move |_| {
        listener.fetch_add(1, Ordering::SeqCst);
    };
    let cache = SharedCache::builder().clock(clock.clone()).eviction_listener(count).build();
    let evictions: [&dyn Fn(&SharedCache) -> usize; 6] = [
        &|cache| cache.evict_tag("all"),
        &|cache| cache.evict_namespace("short"),
        &|cache| usize::from(cache.delete_key(short_key(1).unwrap())),
        &|cache| {
            cache.clear();
            0
        },
        &SharedCache::purge_expired_entries,
        &|cache| cache.stats().num_entries,
    ];
    for evict in evictions {
        for x in 0..100 {
            cache.set(short_key(x).unwrap(), x, SetOptions::new().tag("all"));
        }
        let before = told.load(Ordering::SeqCst);
        for reading in 1..=4 {
            clock.0.store(reading, Ordering::SeqCst);
            if panics(|| evict(&cache)) {
                assert_eq!((cache.len(), told.load(Ordering::SeqCst)), (100, before), "reading {reading}");
            } else {
                clock.0.store(0, Ordering::SeqCst);
                assert!(reading > 1, "the clock is read");
                break;
            }
        }
        cache.clear();
    }
}

#[test]
fn a_value_that_a_clock_keeps_from_being_stored_is_dropped_where_nothing_is_locked() {
    /// Uses its cache when it is dropped.
    #[derive(Clone)]
    struct Curious(SharedCache, Arc<AtomicU32>);
    impl Drop for Curious {
        fn drop(&mut self) {
            self.1.fetch_add(1 + u32::try_from(self.0.len()).unwrap(), Ordering::SeqCst);
        }
    }
    #[cached(namespace = "curious", skip(drops, clock))]
    fn curious(drops: &Arc<AtomicU32>, clock: &Fragile, cache: &SharedCache) -> Curious {
        clock.0.store(1, Ordering::SeqCst);
        Curious(cache.clone(), Arc::clone(drops))
    }
    let (clock, drops) = (Fragile::default(), Arc::new(AtomicU32::new(0)));
    let cache = SharedCache::builder().clock(clock.clone()).build();
    clock.0.store(1, Ordering::SeqCst);
    let value = Curious(cache.clone(), Arc::clone(&drops));
    assert!(panics(|| cache.set("demo", value, SetOptions::new())));
    assert_eq!(drops.swap(0, Ordering::SeqCst), 1);
    assert!(panics(|| curious(&drops, &clock, &cache)));
    // The function's own, and the clone that was to be stored.
    assert_eq!((drops.load(Ordering::SeqCst), cache.in_flight(), cache.len()), (2, 0, 0));
}

#[test]
fn values_whose_drop_panics_are_all_removed_and_told_of() {
    let told = Arc::new(Mutex::new(0));
    let listener = Arc::clone(&told);
    let cache = SharedCache::builder().eviction_listener(move |_| *listener.lock().unwrap() += 1).build();
    let fuse = Arc::new(AtomicU32::new(0));
    for n in 0..100 {
        cache.set(n.to_string(), Explosive(Arc::clone(&fuse)), SetOptions::new().tag("all"));
    }
    fuse.store(3, Ordering::SeqCst);
    assert!(panics(|| cache.evict_tag("all")));
    assert_eq!((cache.len(), *told.lock().unwrap(), fuse.load(Ordering::SeqCst)), (0, 100, 0));
}

#[test]
fn a_weigher_that_panics_changes_nothing() {
    let weigh = |key: &str, _: &(dyn std::any::Any + Send + Sync)| if key == "heavy" { panic!("weighed") } else { 1 };
    let cache = SharedCache::builder().max_bytes(10).weigher(weigh).build();
    let mut manager = CacheManager::builder().max_bytes(10).weigher(weigh).build();
    cache.set("light", 1, SetOptions::new());
    for options in [SetOptions::new().weight(1), SetOptions::new()] {
        let _ = panics(|| cache.set("heavy", 1, options.clone()));
        let _ = panics(|| manager.set("heavy", 1, options));
    }
    assert_eq!((cache.len(), cache.get("heavy"), manager.get("heavy")), (2, Some(1), Some(&1)));
}

#[test]
fn weights_of_any_size_add_up() {
    for mut cache in [CacheManager::new(), CacheManager::builder().max_bytes(usize::MAX).build()] {
        for key in ["a", "b"] {
            cache.set(key, 1, SetOptions::new().weight(usize::MAX));
        }
        cache.clear();
        assert_eq!((cache.len(), cache.estimate_size_bytes()), (0, 0));
    }
    let mut full = CacheManager::builder().max_bytes(usize::MAX).build();
    full.set("a", 1, SetOptions::new().weight(usize::MAX));
    full.set("b", 1, SetOptions::new().weight(1));
    assert_eq!(full.len(), 1);
}

#[test]
fn a_waker_that_panics_does_not_keep_the_others_asleep() {
    struct Bad;
    impl Wake for Bad {
        fn wake(self: Arc<Self>) {
            panic!("woken");
        }
    }
    struct Good(AtomicU32);
    impl Wake for Good {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    #[cached(namespace = "pending")]
    async fn pending(cache: &SharedCache) -> u32 {
        std::future::pending().await
    }
    let cache = SharedCache::new();
    let good = Arc::new(Good(AtomicU32::new(0)));
    let (bad, counting) = (Waker::from(Arc::new(Bad)), Waker::from(Arc::clone(&good)));
    let mut futures = [(); 3].map(|()| Box::pin(pending(&cache)));
    for (future, waker) in futures.iter_mut().zip([Waker::noop(), &bad, &counting]) {
        assert!(future.as_mut().poll(&mut Context::from_waker(waker)).is_pending());
    }
    let [leader, _one, _two] = futures;
    assert!(!panics(|| drop(leader)), "a future that is dropped does not panic");
    assert_eq!((good.0.load(Ordering::SeqCst), cache.in_flight()), (1, 0));
}

#[test]
fn what_is_derived_from_a_cached_result_goes_away_with_it() {
    #[cached(namespace = "inner", tag = fixed("data"), skip(data))]
    fn inner(x: u32, data: &AtomicU32, cache: &SharedCache) -> u32 {
        data.load(Ordering::SeqCst)
    }
    #[cached(namespace = "outer", tag = fixed("data"), skip(data))]
    fn outer(x: u32, data: &AtomicU32, cache: &SharedCache) -> u32 {
        inner(x, data, cache)
    }
    for _ in 0..200 {
        let (cache, data) = (SharedCache::new(), AtomicU32::new(0));
        for x in 0..30 {
            inner(x, &data, &cache);
        }
        scope(|scope| {
            scope.spawn(|| (0..30).map(|x| outer(x, &data, &cache)).sum::<u32>());
            data.store(1, Ordering::SeqCst);
            cache.evict_tag("data");
        });
        assert!((0..30).all(|x| outer(x, &data, &cache) == 1));
    }
}

#[test]
fn a_default_namespace_has_one_owner_in_all_of_a_cache() {
    fn first(x: u32, cache: &SharedCache) -> u32 {
        #[cached]
        fn pun(x: u32, cache: &SharedCache) -> u32 {
            x
        }
        pun(x, cache)
    }
    fn second(x: u32, cache: &SharedCache) -> u32 {
        #[cached]
        fn pun(x: u32, cache: &SharedCache) -> u32 {
            x + 1
        }
        pun(x, cache)
    }
    let cache = SharedCache::new();
    first(0, &cache);
    for x in 0..100 {
        assert_eq!((second(x, &cache), first(x, &cache)), (x + 1, x));
    }
    assert_eq!((cache.stats().namespace_conflicts, cache.stats().stores), (100, 100));
}

#[test]
fn functions_of_one_key_and_one_error_do_not_share_it() {
    #[cached(namespace = "pun")]
    fn number(outer: bool, cache: &SharedCache) -> Result<u32, String> {
        // Another thread, so that it is not a call from within.
        let text = scope(|scope| scope.spawn(|| text(outer, cache)).join().unwrap());
        Err(text.unwrap())
    }
    #[cached(namespace = "pun")]
    fn text(outer: bool, cache: &SharedCache) -> Result<String, String> {
        Ok("text".to_owned())
    }
    let cache = SharedCache::new();
    assert_eq!(number(true, &cache), Err("text".to_owned()));
    assert_eq!((cache.stats().type_mismatches, cache.in_flight()), (1, 0));
}

#[test]
fn pointers_to_a_shared_cache_are_caches() {
    struct Owner<'c> {
        borrowed: &'c SharedCache,
        counted: Arc<SharedCache>,
    }
    impl Owner<'_> {
        #[cached(namespace = "borrowed", skip(self), cache = self.borrowed)]
        fn borrowed(&self, x: u32) -> u32 {
            x
        }
        #[cached(namespace = "counted", skip(self), cache = self.counted)]
        fn counted(&self, x: u32) -> u32 {
            x
        }
        #[cached(namespace = "counted", skip(self), cache = self.counted)]
        fn counted_by_mut(&mut self, x: u32) -> u32 {
            x
        }
        #[cached(namespace = "borrowed", skip(self), cache = self.borrowed)]
        fn borrowed_by_mut(&mut self, x: u32) -> u32 {
            x
        }
    }
    #[cached(namespace = "pointer")]
    fn pointer(x: u32, cache: &Arc<SharedCache>) -> u32 {
        x
    }
    #[cached(namespace = "mutable")]
    fn mutable(x: u32, mut cache: SharedCache) -> u32 {
        Evict::clear(&mut cache);
        x
    }
    let cache = SharedCache::new();
    let mut owner = Owner { borrowed: &cache, counted: Arc::new(cache.clone()) };
    for x in [1, 1] {
        let sum = owner.borrowed(x) + owner.counted(x) + owner.counted_by_mut(x) + owner.borrowed_by_mut(x);
        assert_eq!(sum + pointer(x, &owner.counted), 5);
    }
    assert_eq!((cache.stats().stores, cache.stats().hits), (3, 7));
    mutable(1, cache.clone());
    assert_eq!(cache.len(), 0, "what it computed was cleared while it was computed");
}
