//! A worker that waits may be the one that the computation waits for.

use std::sync::atomic::{AtomicU32, Ordering};

use cache_runtime::{SharedCache, cached};
use rayon::prelude::*;

#[cached(namespace = "sum", skip(runs))]
fn sum(x: u64, runs: &AtomicU32, cache: &SharedCache) -> u64 {
    runs.fetch_add(1, Ordering::SeqCst);
    // Work that other workers may take over, and that itself has parts.
    (0..64u64).into_par_iter().map(|y| (0..16u64).into_par_iter().map(|z| x * y + z).sum::<u64>()).sum()
}

#[cached(namespace = "tree", skip(runs))]
fn tree(depth: u64, runs: &AtomicU32, cache: &SharedCache) -> u64 {
    if depth == 0 {
        return 1;
    }
    let (left, right) = rayon::join(|| tree(depth - 1, runs, cache), || sum(depth % 3, runs, cache));
    left + right
}

#[test]
fn parallel_bodies_on_one_pool_do_not_deadlock() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build();
    let expected = |x: u64| (0..64).map(|y| (0..16).map(|z| x * y + z).sum::<u64>()).sum::<u64>();
    if let Ok(pool) = pool {
        for _ in 0..200 {
            let (cache, runs) = (SharedCache::new(), AtomicU32::new(0));
            pool.install(|| {
                (0..64u64).into_par_iter().for_each(|n| {
                    assert_eq!(sum(n % 3, &runs, &cache), expected(n % 3));
                    assert!(tree(n % 8, &runs, &cache) >= 1);
                });
            });
            assert_eq!(cache.in_flight(), 0);
        }
    }
}
