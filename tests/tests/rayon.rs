//! A worker that waits may be the one that the computation waits for.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::yield_now;

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

/// Waits for what another worker is certain to do.
fn until(holds: impl Fn() -> bool) {
    while !holds() {
        yield_now();
    }
}

/// One worker computes, and waits for a part that another has begun. That one waits for a part of its own, and takes over a
/// call of the same key meanwhile: now each waits for the other.
#[test]
fn a_worker_that_holds_a_part_of_the_computation_waits_for_it_in_vain_but_not_for_ever() {
    #[cached(namespace = "parted", skip(stage))]
    fn parted(stage: &Stage, cache: &SharedCache) -> u32 {
        if stage.runs.fetch_add(1, Ordering::SeqCst) > 0 {
            return 7;
        }
        let part = || {
            stage.part_begun.store(true, Ordering::SeqCst);
            let own_part = || {
                stage.own_part_begun.store(true, Ordering::SeqCst);
                // This call can be taken over by the worker that waits for this very part.
                rayon::scope(|scope| {
                    scope.spawn(|_| assert_eq!(parted(stage, cache), 7));
                    until(|| cache.stats().coalesced + cache.stats().reentrant_calls > 0);
                });
            };
            rayon::join(|| until(|| stage.own_part_begun.load(Ordering::SeqCst)), own_part);
        };
        rayon::join(|| until(|| stage.part_begun.load(Ordering::SeqCst)), part);
        7
    }

    #[derive(Default)]
    struct Stage {
        runs: AtomicU32,
        part_begun: AtomicBool,
        own_part_begun: AtomicBool,
    }

    let Ok(pool) = rayon::ThreadPoolBuilder::new().num_threads(3).build() else { return };
    let (cache, stage) = (SharedCache::new(), Stage::default());
    assert_eq!(pool.install(|| parted(&stage, &cache)), 7);
    assert_eq!((cache.in_flight(), cache.stats().stores), (0, 1));
}
