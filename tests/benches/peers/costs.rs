//! What operations of a `CacheManager` cost, among 1,000 entries and among 1,000,000: the promise is that it is the same, but
//! for caches of the processor. Peers have no tags.

use std::hint::black_box;
use std::time::{Duration, Instant};

use cache_runtime::{CacheManager, ManualClock, SetOptions};

use crate::table::{median, note, ratio};

/// Every tag is on so many entries, and so many entries expire at a time.
const GROUP: usize = 100;

/// Medians of so many rounds.
const ROUNDS: usize = 51;

struct Filled {
    clock: ManualClock,
    cache: CacheManager,
    entries: usize,
    next: usize,
}

impl Filled {
    fn new(entries: usize) -> Self {
        let clock = ManualClock::new();
        let cache = CacheManager::builder().clock(clock.clone()).build();
        let mut filled = Self { clock, cache, entries, next: 0 };
        for _ in 0..entries {
            filled.add(&SetOptions::new().ttl(Duration::from_secs(3600)));
        }
        filled
    }

    fn add(&mut self, options: &SetOptions) -> usize {
        let n = self.next;
        self.next += 1;
        self.cache.set(n.to_string(), n, options.clone());
        n
    }

    /// An entry that was there from the start, another each time.
    fn some_key(&mut self) -> String {
        self.next += 1;
        (self.next.wrapping_mul(2_654_435_761) % self.entries).to_string()
    }
}

/// A measurement: prepares, and times what it says it does.
type Operation = fn(&mut Filled) -> Duration;

fn timed<R>(f: impl FnOnce() -> R) -> Duration {
    let start = Instant::now();
    black_box(f());
    start.elapsed()
}

const OPERATIONS: [(&str, Operation); 7] = [
    ("(e) evict_tag of 100 entries", |filled| {
        for _ in 0..GROUP {
            filled.add(&SetOptions::new().tag("CCO"));
        }
        timed(|| filled.cache.evict_tag("CCO"))
    }),
    ("(f) purge_expired_entries, 100 expired", |filled| {
        expire_some(filled);
        timed(|| filled.cache.purge_expired_entries())
    }),
    ("(g) stats, 100 expired", |filled| {
        expire_some(filled);
        timed(|| filled.cache.stats())
    }),
    ("(g) stats, none expired", |filled| timed(|| filled.cache.stats())),
    ("len", |filled| timed(|| filled.cache.len())),
    ("get by text, 100 hits", |filled| {
        let keys: Vec<String> = (0..GROUP).map(|_| filled.some_key()).collect();
        timed(|| keys.iter().filter_map(|key| filled.cache.get::<usize>(key).copied()).sum::<usize>())
    }),
    ("set and delete_key, 100 new", |filled| {
        timed(|| {
            for n in 0..GROUP {
                let key = format!("new {n}");
                filled.cache.set(&key, n, SetOptions::new().ttl(Duration::from_secs(60)));
                filled.cache.delete_key(&key);
            }
        })
    }),
];

fn expire_some(filled: &mut Filled) {
    for _ in 0..GROUP {
        filled.add(&SetOptions::new().ttl(Duration::from_millis(1)));
    }
    filled.clock.advance(Duration::from_millis(1));
}

pub(crate) fn by_size() {
    let (mut small, mut large) = (Filled::new(1000), Filled::new(1_000_000));
    println!("\n{:42} {:>12} {:>12} {:>8}", "among so many entries, us", "1,000", "1,000,000", "ratio");
    for (name, operation) in OPERATIONS {
        // Interleaved, so that a noisy machine hits both alike.
        let (mut of_small, mut of_large) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            // Where clocks are coarse, the shortest take no time.
            of_small.push((operation(&mut small).as_secs_f64() * 1e6).max(1e-3));
            of_large.push(operation(&mut large).as_secs_f64() * 1e6);
        }
        let ratio = ratio(&of_large, &of_small);
        let (of_small, of_large) = (median(of_small), median(of_large));
        note(name, "ours among 1,000 entries", ratio);
        println!("{name:42} {of_small:>12.2} {of_large:>12.2} {ratio:>8.2}");
    }
}
