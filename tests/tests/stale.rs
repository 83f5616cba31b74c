//! Values that stand in for a failed body's when their time to live has passed.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;

use cache_runtime::{CacheManager, LookupOutcome, ManualClock, RemovalCause, SetOptions, SharedCache, cached, evicts};
use tests::tasks::block_on;

/// A shop that answers only if it is up.
#[derive(Debug, Default)]
struct Shop {
    price: Cell<Option<u32>>,
    asked: Cell<u32>,
}

impl Shop {
    fn ask(&self) -> Result<u32, String> {
        self.asked.set(self.asked.get() + 1);
        self.price.get().ok_or_else(|| "no answer".to_owned())
    }
}

#[cached(namespace = "price", ttl = 60, stale_if_error = "10m", tag = "item", skip(shop))]
fn price(item: &str, shop: &Shop, cache: &mut CacheManager) -> Result<u32, String> {
    shop.ask()
}

#[evicts(tag = "item")]
fn rename(item: &str, cache: &mut CacheManager) {}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn on(clock: &ManualClock) -> CacheManager {
    CacheManager::builder().clock(clock.clone()).build()
}

/// A cache that holds a price of 7, which has expired a second ago.
fn expired() -> (CacheManager, ManualClock, Shop) {
    let (clock, shop) = (ManualClock::new(), Shop::default());
    let mut cache = on(&clock);
    shop.price.set(Some(7));
    assert_eq!(price("tea", &shop, &mut cache), Ok(7));
    shop.price.set(None);
    clock.advance(seconds(61));
    (cache, clock, shop)
}

#[test]
fn a_failed_body_gives_way_to_the_expired_value_up_to_an_age_that_failures_do_not_renew() {
    let (mut cache, clock, shop) = expired();
    for _ in 0..3 {
        assert_eq!(price("tea", &shop, &mut cache), Ok(7));
        assert_eq!(cache.last_lookup(), Some(LookupOutcome::Expired));
    }
    assert_eq!(shop.asked.get(), 4, "each call tried first");
    clock.advance(seconds(598));
    assert_eq!(price("tea", &shop, &mut cache), Ok(7), "a second before its age is 60 s and 10 min");
    clock.advance(seconds(1));
    assert_eq!(price("tea", &shop, &mut cache), Err("no answer".to_owned()));
    let stats = cache.stats();
    assert_eq!((stats.stale_served, stats.stores, stats.expirations, stats.expired_misses), (4, 1, 1, 5));
}

#[test]
fn it_is_no_entry() {
    let (mut cache, _clock, shop) = expired();
    assert_eq!(price("tea", &shop, &mut cache), Ok(7));
    let key = price_key("tea").unwrap();
    assert_eq!((cache.len(), cache.contains(&key), cache.get::<u32>(&key)), (0, false, None));
    assert_eq!(cache.evict_tag("tea"), 0);
}

#[test]
fn a_body_that_succeeds_replaces_it() {
    let (mut cache, clock, shop) = expired();
    shop.price.set(Some(8));
    assert_eq!(price("tea", &shop, &mut cache), Ok(8));
    shop.price.set(None);
    clock.advance(seconds(60));
    assert_eq!(price("tea", &shop, &mut cache), Ok(8));
    clock.advance(seconds(600));
    assert!(price("tea", &shop, &mut cache).is_err());
    assert_eq!(cache.estimate_size_bytes(), 0);
}

#[test]
fn what_is_evicted_is_never_served() {
    let evictions: [fn(&mut CacheManager); 6] = [
        |cache| rename("tea", cache),
        |cache| assert_eq!(cache.evict_tag("tea"), 0),
        |cache| assert_eq!(cache.evict_namespace("price"), 0),
        |cache| assert!(!cache.delete_key(price_key("tea").unwrap())),
        CacheManager::clear,
        |cache| cache.set(price_key("tea").unwrap(), 9u32, SetOptions::new().ttl(Duration::ZERO)),
    ];
    for evict in evictions {
        let (mut cache, _clock, shop) = expired();
        evict(&mut cache);
        assert!(price("tea", &shop, &mut cache).is_err(), "evicted when nobody had found out that it has expired");
        assert_eq!(cache.estimate_size_bytes(), 0, "and its memory is free");
        let (mut cache, _clock, shop) = expired();
        assert_eq!(price("tea", &shop, &mut cache), Ok(7));
        evict(&mut cache);
        assert!(price("tea", &shop, &mut cache).is_err(), "evicted after it was served");
        assert_eq!(cache.estimate_size_bytes(), 0);
    }
}

#[test]
fn what_is_evicted_while_the_body_fails_is_not_served() {
    #[cached(namespace = "own", ttl = 60, stale_if_error = 600, tag = fixed("all"), skip(fail))]
    fn own(x: u32, fail: bool, cache: &mut CacheManager) -> Result<u32, ()> {
        if fail {
            cache.evict_tag("all");
            return Err(());
        }
        Ok(x)
    }
    let clock = ManualClock::new();
    let mut cache = on(&clock);
    assert_eq!(own(1, false, &mut cache), Ok(1));
    clock.advance(seconds(61));
    assert_eq!(own(1, true, &mut cache), Err(()));
}

#[test]
fn other_keys_and_types_are_not_served() {
    #[cached(namespace = "name", ttl = 1, stale_if_error = 9, skip(fail))]
    fn name(x: &(impl serde::Serialize + ToString), fail: bool, cache: &mut CacheManager) -> Result<String, ()> {
        if fail { Err(()) } else { Ok(x.to_string()) }
    }
    let (mut cache, clock, shop) = expired();
    assert!(price("coffee", &shop, &mut cache).is_err());
    let key = price_key("sugar").unwrap();
    cache.set(&key, "seven", SetOptions::new().ttl(seconds(1)).stale_if_error(seconds(9)));
    clock.advance(seconds(2));
    assert!(price("sugar", &shop, &mut cache).is_err());
    assert_eq!(name(&1u32, false, &mut cache), Ok("1".to_owned()));
    clock.advance(seconds(2));
    assert_eq!(name(&1u8, true, &mut cache), Err(()), "it is the result of another instance");
    assert_eq!(name(&1u32, true, &mut cache), Ok("1".to_owned()));
}

#[test]
fn a_refresh_that_fails_gives_way_to_the_live_value() {
    #[cached(namespace = "fresh", ttl = 60, stale_if_error = 1, refresh = force, skip(force, answer))]
    fn fresh(x: u32, force: bool, answer: Option<u32>, cache: &mut CacheManager) -> Result<u32, ()> {
        answer.ok_or(())
    }
    let mut cache = on(&ManualClock::new());
    assert_eq!(fresh(1, false, Some(1), &mut cache), Ok(1));
    assert_eq!(fresh(1, true, None, &mut cache), Ok(1));
    assert_eq!(fresh(1, true, Some(2), &mut cache), Ok(2));
    assert_eq!(fresh(1, false, None, &mut cache), Ok(2));
}

#[test]
fn the_value_that_stands_in_is_not_stored_whatever_the_value_decides() {
    #[cached(
        namespace = "kept",
        ttl_with = |ttl| (*ttl > 0).then(|| Duration::from_secs(*ttl)),
        tags_with = |_| ["all"],
        keep_if = |ttl| *ttl < 100,
        stale_if_error = Duration::from_secs(600),
        skip(answer)
    )]
    fn kept(x: u32, answer: Option<u64>, cache: &mut CacheManager) -> Result<u64, ()> {
        answer.ok_or(())
    }
    let clock = ManualClock::new();
    let mut cache = on(&clock);
    assert_eq!(kept(1, Some(5), &mut cache), Ok(5));
    clock.advance(seconds(5));
    assert_eq!(kept(1, None, &mut cache), Ok(5));
    assert_eq!(kept(1, Some(100), &mut cache), Ok(100), "which is not kept");
    assert_eq!(kept(1, None, &mut cache), Ok(5));
    assert_eq!(cache.len(), 0);
    assert_eq!(cache.stats().stores, 1);
    cache.evict_tag("all");
    assert_eq!(kept(1, None, &mut cache), Err(()));
    assert_eq!(kept(2, Some(0), &mut cache), Ok(0), "and this one lives for ever");
    clock.advance(seconds(1_000_000));
    assert_eq!(kept(2, None, &mut cache), Ok(0));
}

#[test]
fn it_counts_towards_the_bounds_and_goes_before_live_entries() {
    let clock = ManualClock::new();
    let mut cache = CacheManager::builder().clock(clock.clone()).max_entries(3).build();
    let options = || SetOptions::new().ttl(seconds(10)).stale_if_error(seconds(100));
    for key in ["a", "b"] {
        cache.set(key, 1u32, options());
    }
    let size = cache.estimate_size_bytes();
    clock.advance(seconds(10));
    assert_eq!(cache.purge_expired_entries(), 2);
    assert_eq!(cache.estimate_size_bytes(), size, "they are still held");
    for key in ["c", "d", "e"] {
        cache.set(key, 1u32, SetOptions::new());
    }
    assert_eq!((cache.len(), cache.stats().capacity_evictions), (3, 0));
    assert_eq!(cache.estimate_size_bytes(), cache.stats().size_bytes);
}

#[test]
fn purging_drops_those_that_are_too_old() {
    let (mut cache, clock, _shop) = expired();
    assert_eq!(cache.purge_expired_entries(), 1);
    assert!(cache.estimate_size_bytes() > 0);
    clock.advance(seconds(599));
    assert_eq!(cache.purge_expired_entries(), 0);
    assert_eq!(cache.estimate_size_bytes(), 0);
}

#[test]
fn storing_frees_those_that_are_too_old() {
    let (mut cache, clock, shop) = expired();
    assert_eq!(price("tea", &shop, &mut cache), Ok(7));
    clock.advance(seconds(600));
    cache.set("demo", 1, SetOptions::new());
    assert_eq!(cache.estimate_size_bytes(), cache.stats().size_bytes);
}

#[test]
fn the_listener_is_told_once_when_the_entry_expires() {
    let (told, clock, shop) = (Arc::new(Mutex::new(Vec::new())), ManualClock::new(), Shop::default());
    let listener = Arc::clone(&told);
    let mut cache = CacheManager::builder()
        .clock(clock.clone())
        .eviction_listener(move |removal| listener.lock().unwrap().push((removal.tags, removal.cause)))
        .build();
    shop.price.set(Some(7));
    assert_eq!(price("tea", &shop, &mut cache), Ok(7));
    shop.price.set(None);
    clock.advance(seconds(60));
    assert_eq!(price("tea", &shop, &mut cache), Ok(7));
    cache.evict_tag("tea");
    assert_eq!(*told.lock().unwrap(), [(vec!["tea".to_owned()], RemovalCause::Expired)]);
}

#[test]
fn those_who_wait_are_served_too() {
    #[cached(namespace = "shared", ttl = 60, stale_if_error = 600, skip(answer))]
    fn shared(x: u32, answer: impl Fn() -> Result<u32, String>, cache: &SharedCache) -> Result<u32, String> {
        answer()
    }
    let (clock, bodies) = (ManualClock::new(), AtomicUsize::new(0));
    let cache = SharedCache::builder().clock(clock.clone()).build();
    assert_eq!(shared(1, || Ok(7), &cache), Ok(7));
    clock.advance(seconds(60));
    let started = Barrier::new(2);
    let fail = || {
        bodies.fetch_add(1, Ordering::Relaxed);
        started.wait();
        // The others have joined.
        while cache.stats().coalesced < 3 {
            std::thread::yield_now();
        }
        Err("no answer".to_owned())
    };
    std::thread::scope(|scope| {
        let leader = scope.spawn(|| shared(1, fail, &cache));
        started.wait();
        let waiting: Vec<_> = (0..3).map(|_| scope.spawn(|| shared(1, fail, &cache))).collect();
        for call in waiting.into_iter().chain([leader]) {
            assert_eq!(call.join().unwrap(), Ok(7));
        }
    });
    assert_eq!(bodies.load(Ordering::Relaxed), 1);
    let stats = cache.stats();
    assert_eq!((stats.stale_served, stats.coalesced, stats.stores, cache.in_flight()), (1, 3, 1, 0));
    assert_eq!(cache.evict_namespace("shared"), 0);
    assert!(shared(1, || Err("no answer".to_owned()), &cache).is_err());
}

#[test]
fn asynchronous_methods_have_it_too() {
    struct Client {
        up: bool,
        cache: SharedCache,
    }
    impl Client {
        #[cached(namespace = "Client.fetch", ttl = 60, stale_if_error = 600, key(url), skip(self), cache = self.cache)]
        async fn fetch(&self, url: &str) -> std::io::Result<String> {
            std::future::ready(()).await;
            if self.up { Ok(url.to_uppercase()) } else { Err(std::io::ErrorKind::TimedOut.into()) }
        }
    }
    let clock = ManualClock::new();
    let mut client = Client { up: true, cache: SharedCache::builder().clock(clock.clone()).build() };
    let fetch = |client: &Client| block_on(client.fetch("a")).map_err(|error| error.kind());
    assert_eq!(fetch(&client).as_deref(), Ok("A"));
    client.up = false;
    clock.advance(seconds(60));
    assert_eq!(fetch(&client).as_deref(), Ok("A"));
    clock.advance(seconds(600));
    assert_eq!(fetch(&client), Err(std::io::ErrorKind::TimedOut));
}

/// So many calls that those of them and the texts of their keys belong to different parts of a shared cache.
const CALLS: u32 = 32;

#[cached(namespace = "quote", ttl = 60, stale_if_error = 600, skip(answer))]
fn quote(x: u32, answer: Option<u32>, cache: &SharedCache) -> Result<u32, ()> {
    answer.ok_or(())
}

/// A shared cache in which a quote of 1 has expired.
fn shared_and_expired(x: u32) -> (SharedCache, ManualClock) {
    let clock = ManualClock::new();
    let cache = SharedCache::builder().clock(clock.clone()).build();
    assert_eq!(quote(x, Some(1), &cache), Ok(1));
    clock.advance(seconds(61));
    cache.purge_expired_entries();
    assert_eq!(quote(x, None, &cache), Ok(1));
    (cache, clock)
}

#[test]
fn what_is_set_by_hand_takes_the_place_of_what_has_expired_in_all_parts_of_a_shared_cache() {
    for x in 0..CALLS {
        let key = quote_key(x).unwrap();
        let (cache, _clock) = shared_and_expired(x);
        cache.set(&key, 2u32, SetOptions::new().ttl(Duration::ZERO));
        assert_eq!(quote(x, None, &cache), Err(()));
        let (cache, clock) = shared_and_expired(x);
        cache.set(&key, 2u32, SetOptions::new().ttl(seconds(1)));
        clock.advance(seconds(2));
        cache.purge_expired_entries();
        assert_eq!(quote(x, None, &cache), Err(()));
        let (cache, clock) = shared_and_expired(x);
        cache.set(&key, 2u32, SetOptions::new().ttl(seconds(1)).stale_if_error(Duration::MAX));
        clock.advance(seconds(2));
        cache.purge_expired_entries();
        assert_eq!(quote(x, None, &cache), Ok(2));
        assert!(!cache.delete_key(&key));
        assert_eq!((quote(x, None, &cache), cache.estimate_size_bytes()), (Err(()), 0));
    }
}

#[test]
fn a_body_that_fails_after_it_set_its_value_by_hand_gives_that() {
    #[cached(namespace = "own by hand", ttl = 60, stale_if_error = 600)]
    fn own(x: u32, cache: &SharedCache) -> Result<u32, ()> {
        cache.set(own_key(x).unwrap(), 5u32, SetOptions::new());
        Err(())
    }
    for x in 0..CALLS {
        assert_eq!(own(x, &SharedCache::new()), Ok(5));
    }
}
