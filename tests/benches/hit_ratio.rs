//! How many look-ups a bounded cache answers: ours, `moka`, `quick_cache` and a plain LRU, on the same requests.
//!
//! Each request is a look-up, and on a miss the key is stored. The requests are the same in every run. Hits per hundred
//! requests are printed; there is no time in them, so any machine gives the same table, but for what hashes decide.
//!
//! `cargo bench -p tests --bench hit_ratio`

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a bench may panic")]

use std::collections::{BTreeMap, HashMap};

use cache_runtime::{CacheManager, SetOptions};

/// What each cache may hold.
const CAPACITY: usize = 1_000;
const REQUESTS: usize = 500_000;

/// Numbers without a pattern, the same in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    #[expect(clippy::cast_precision_loss, reason = "53 bits are enough")]
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// Of `keys` keys, the n-th is asked for in proportion to 1 / n^`exponent`.
fn zipf(exponent: f64, keys: u32) -> Vec<u64> {
    let mut sum = 0.0;
    let sums: Vec<f64> = (1..=keys)
        .map(|n| {
            sum += f64::from(n).powf(-exponent);
            sum
        })
        .collect();
    let mut random = Random(1);
    let pick = |_| {
        let place = random.unit() * sum;
        sums.partition_point(|upto| *upto < place) as u64
    };
    (0..REQUESTS).map(pick).collect()
}

/// The same keys over and over, a tenth more of them than fit.
fn looping() -> Vec<u64> {
    (0..REQUESTS as u64).map(|n| n % (CAPACITY as u64 * 11 / 10)).collect()
}

/// Half the requests are for keys that fit twice, the other half for keys that never come again.
fn scan() -> Vec<u64> {
    let mut random = Random(2);
    (0..REQUESTS as u64).map(|n| if n % 2 == 0 { random.below(CAPACITY as u64 / 2) } else { 1_000_000 + n }).collect()
}

/// Nine of ten requests are for keys of which half as many as fit are hot, others every 50,000 requests.
fn shifting() -> Vec<u64> {
    let mut random = Random(3);
    (0..REQUESTS as u64)
        .map(|n| {
            let hot = n / 50_000 * 10_000 + random.below(CAPACITY as u64 / 2);
            if random.below(10) < 9 { hot } else { 10_000_000 + random.below(100_000) }
        })
        .collect()
}

fn ours(requests: &[u64]) -> usize {
    let mut cache = CacheManager::builder().max_entries(CAPACITY).build();
    let hit = |key: &&u64| {
        let name = key.to_string();
        let hit = cache.get::<u64>(&name).is_some();
        if !hit {
            cache.set(&name, **key, SetOptions::new());
        }
        assert!(cache.len() <= CAPACITY);
        hit
    };
    requests.iter().filter(hit).count()
}

fn moka(requests: &[u64]) -> usize {
    let cache = ::moka::sync::Cache::new(CAPACITY as u64);
    let hit = |key: &&u64| {
        let hit = cache.get(*key).is_some();
        if !hit {
            cache.insert(**key, ());
        }
        // Without it, what is to be evicted waits, and more is held than may be.
        cache.run_pending_tasks();
        hit
    };
    requests.iter().filter(hit).count()
}

fn quick_cache(requests: &[u64]) -> usize {
    let mut cache = ::quick_cache::unsync::Cache::new(CAPACITY);
    let hit = |key: &&u64| {
        let hit = cache.get(*key).is_some();
        if !hit {
            cache.insert(**key, ());
        }
        hit
    };
    requests.iter().filter(hit).count()
}

fn lru(requests: &[u64]) -> usize {
    let (mut used, mut order) = (HashMap::new(), BTreeMap::new());
    let mut hits = 0;
    for (now, key) in requests.iter().enumerate() {
        if let Some(last) = used.insert(*key, now) {
            hits += 1;
            order.remove(&last);
        }
        order.insert(now, *key);
        if order.len() > CAPACITY
            && let Some((_, oldest)) = order.pop_first()
        {
            used.remove(&oldest);
        }
    }
    hits
}

fn main() {
    let workloads = [
        ("Zipf 0.7 of 50,000 keys", zipf(0.7, 50_000)),
        ("Zipf 0.9 of 50,000 keys", zipf(0.9, 50_000)),
        ("Zipf 1.1 of 50,000 keys", zipf(1.1, 50_000)),
        ("a loop a tenth too large", looping()),
        ("a scan through a hot set", scan()),
        ("a hot set that shifts", shifting()),
    ];
    println!("hits per 100 requests, {CAPACITY} entries, {REQUESTS} requests");
    println!("{:26} {:>8} {:>8} {:>12} {:>8}", "", "ours", "moka", "quick_cache", "LRU");
    for (name, requests) in &workloads {
        let [ours, moka, quick_cache, lru] = [ours, moka, quick_cache, lru].map(|run| {
            100.0 * f64::from(u32::try_from(run(requests)).unwrap()) / f64::from(u32::try_from(REQUESTS).unwrap())
        });
        println!("{name:26} {ours:>8.1} {moka:>8.1} {quick_cache:>12.1} {lru:>8.1}");
    }
}
