//! Many threads, many keys, and evictions all the while.
//!
//! So many rounds as fit a test; `CACHE_STRESS_SECONDS=10` makes it go on for so long.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic, and this one may be told a time"
)]

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::scope;
use std::time::{Duration, Instant};

use cache_runtime::{SharedCache, cached};

const THREADS: usize = 64;
const KEYS: usize = 1_000;
const TAGS: usize = 10;
const ROUNDS: u32 = 4_000;

/// What results are computed from: a number for each tag, that only grows.
#[derive(Debug, Default)]
struct Source {
    written: [AtomicU64; TAGS],
    /// What had been written when the tag was last evicted, as far as an eviction has returned.
    evicted: [AtomicU64; TAGS],
}

#[cached(namespace = "read", tags = ["tag", fixed("all")], skip(source))]
fn read(key: usize, tag: usize, source: &Source, cache: &SharedCache) -> u64 {
    let value = source.written[tag].load(Ordering::SeqCst);
    if key.is_multiple_of(50) {
        std::thread::yield_now();
    }
    assert!(!(key.is_multiple_of(97) && value % 4 == 3), "some computations fail");
    value
}

/// Numbers without a pattern, the same for each seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

fn work(seed: u64, source: &Source, cache: &SharedCache, goes_on: impl Fn(u32) -> bool) {
    let mut random = Random(seed);
    for round in (0..).take_while(|round| goes_on(*round)) {
        let key = random.below(KEYS);
        let tag = key % TAGS;
        if random.below(100) == 0 {
            source.written[tag].fetch_add(1, Ordering::SeqCst);
            let written = source.written[tag].load(Ordering::SeqCst);
            cache.evict_tag(&tag.to_string());
            source.evicted[tag].fetch_max(written, Ordering::SeqCst);
            if round % 64 == 63 {
                cache.clear();
            }
            continue;
        }
        let evicted = source.evicted[tag].load(Ordering::SeqCst);
        let call = std::panic::AssertUnwindSafe(|| read(key, tag, source, cache));
        if let Ok(value) = std::panic::catch_unwind(call) {
            assert!(value >= evicted, "{value} is older than the eviction of {evicted}");
        }
    }
}

#[test]
fn no_call_gets_a_value_older_than_an_eviction_that_had_returned_when_it_began() {
    let seconds = std::env::var("CACHE_STRESS_SECONDS").ok().map(|text| Duration::from_secs(text.parse().unwrap()));
    let (source, cache, start) = (Source::default(), SharedCache::new(), Instant::now());
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let failed = scope(|scope| {
        let threads: Vec<_> = (1..=THREADS as u64)
            .map(|thread| {
                let (source, cache) = (&source, &cache);
                let goes_on = move |round| seconds.map_or(round < ROUNDS, |seconds| start.elapsed() < seconds);
                scope.spawn(move || work(thread.wrapping_mul(0x9E37_79B9_7F4A_7C15), source, cache, goes_on))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().err()).find_map(|panic| panic)
    });
    std::panic::set_hook(hook);
    let failed = failed.map(|panic| panic.downcast_ref::<String>().cloned().unwrap_or_default());
    assert_eq!(failed, None);
    let stats = cache.stats();
    assert!(stats.hits > 0 && stats.coalesced > 0 && stats.evictions > 0, "{stats:?}");
    assert_eq!(cache.in_flight(), 0);
    cache.evict_tag("all");
    assert_eq!((cache.len(), cache.estimate_size_bytes()), (0, 0));
}
