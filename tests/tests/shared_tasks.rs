//! A cache that tasks share, with each other and with threads.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::future::{pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll};
use std::thread::{scope, yield_now};
use std::time::Duration;

use cache_runtime::{SharedCache, cached, evicts};
use tests::tasks::{bell, block_on, give_way};

type Boxed<'f, R> = Pin<Box<dyn Future<Output = R> + Send + 'f>>;

/// Runs futures as one task.
async fn all<R>(mut futures: Vec<Boxed<'_, R>>) -> Vec<R> {
    let mut results: Vec<Option<R>> = futures.iter().map(|_| None).collect();
    poll_fn(|cx| {
        for (future, result) in futures.iter_mut().zip(&mut results) {
            if result.is_none()
                && let Poll::Ready(output) = future.as_mut().poll(cx)
            {
                *result = Some(output);
            }
        }
        if results.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    results.into_iter().flatten().collect()
}

fn ran(runs: &AtomicU32) -> u32 {
    runs.fetch_add(1, Ordering::SeqCst)
}

#[cached(namespace = "fetch", tag = "x", skip(runs))]
async fn fetch(x: u32, runs: &AtomicU32, cache: &SharedCache) -> u32 {
    let run = ran(runs);
    give_way().await;
    x + run
}

#[cached(namespace = "fail", skip(runs))]
async fn fail(runs: &AtomicU32, cache: &SharedCache) -> Result<u32, String> {
    give_way().await;
    Err(format!("run {}", ran(runs)))
}

fn boxed<'f, R>(future: impl Future<Output = R> + Send + 'f) -> Boxed<'f, R> {
    Box::pin(future)
}

#[test]
fn tasks_compute_once() {
    let (cache, runs) = (SharedCache::new(), AtomicU32::new(0));
    let eight = (0..8).map(|_| boxed(fetch(1, &runs, &cache))).collect();
    assert_eq!(block_on(all(eight)), [1; 8]);
    let stats = cache.stats();
    assert_eq!((stats.misses, stats.coalesced, stats.hits, stats.stores), (1, 7, 0, 1));
    assert_eq!((block_on(fetch(1, &runs, &cache)), cache.in_flight()), (1, 0));
}

#[test]
fn tasks_share_an_error() {
    let (cache, runs) = (SharedCache::new(), AtomicU32::new(0));
    let eight = (0..8).map(|_| boxed(fail(&runs, &cache))).collect();
    assert_eq!(block_on(all(eight)), vec![Err("run 0".to_owned()); 8]);
    assert_eq!((block_on(fail(&runs, &cache)), cache.len()), (Err("run 1".to_owned()), 0));
}

#[test]
fn a_future_that_is_dropped_lets_one_of_those_who_wait_compute() {
    let (cache, runs) = (SharedCache::new(), AtomicU32::new(0));
    let (waker, rings) = bell();
    let mut cx = Context::from_waker(&waker);
    let mut leader = Box::pin(fetch(1, &runs, &cache));
    assert!(leader.as_mut().poll(&mut cx).is_pending());
    let (mut one, mut two) = (pin!(fetch(1, &runs, &cache)), pin!(fetch(1, &runs, &cache)));
    assert!(one.as_mut().poll(&mut cx).is_pending() && two.as_mut().poll(&mut cx).is_pending());
    let gone = Box::pin(fetch(1, &runs, &cache));
    drop(gone);
    while rings.try_recv().is_ok() {}
    drop(leader);
    assert_eq!(rings.try_iter().count(), 2, "both are woken");
    assert_eq!(block_on(one), 2);
    assert_eq!(block_on(two), 2);
    assert_eq!((runs.load(Ordering::SeqCst), cache.in_flight()), (2, 0));
}

#[test]
fn a_task_that_needs_its_own_result_computes_it_without_the_cache() {
    #[cached(namespace = "nested", skip(depth))]
    async fn nested(x: u32, depth: u32, cache: &SharedCache) -> u32 {
        give_way().await;
        match depth {
            0 => x,
            1 => block_on(nested(x, 0, cache)) + 1,
            _ => Box::pin(nested(x, depth - 1, cache)).await + 1,
        }
    }
    let cache = SharedCache::new();
    assert_eq!(block_on(nested(1, 3, &cache)), 4);
    assert_eq!((cache.stats().reentrant_calls, cache.stats().stores, cache.in_flight()), (3, 1, 0));
}

#[test]
fn two_calls_in_one_task_are_not_within_each_other() {
    let (cache, runs) = (SharedCache::new(), AtomicU32::new(0));
    let two = vec![boxed(fetch(1, &runs, &cache)), boxed(fetch(1, &runs, &cache))];
    assert_eq!(block_on(all(two)), [1, 1]);
    assert_eq!((runs.load(Ordering::SeqCst), cache.stats().reentrant_calls), (1, 0));
}

#[test]
fn a_task_waits_no_longer_than_it_is_told() {
    #[cached(namespace = "stuck", skip(is_stuck))]
    async fn stuck(is_stuck: bool, cache: &SharedCache) -> bool {
        if is_stuck {
            pending::<()>().await;
        }
        is_stuck
    }
    let cache = SharedCache::builder().wait_timeout(Duration::from_millis(1)).build();
    let mut leader = Box::pin(stuck(true, &cache));
    let (waker, _rings) = bell();
    assert!(leader.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    assert!(!block_on(stuck(false, &cache)), "the leader is alive, but nobody polls it");
    assert_eq!((cache.stats().wait_timeouts, cache.len(), cache.in_flight()), (1, 0, 1));
    drop(leader);
    assert_eq!(cache.in_flight(), 0);
}

#[test]
fn threads_and_tasks_wait_for_each_other() {
    #[cached(namespace = "mixed", skip(begun))]
    fn in_thread(begun: &Barrier, cache: &SharedCache) -> &'static str {
        begun.wait();
        while cache.stats().coalesced < 1 {
            yield_now();
        }
        "thread"
    }
    #[cached(namespace = "mixed", skip(begun))]
    async fn in_task(begun: &Barrier, cache: &SharedCache) -> &'static str {
        begun.wait();
        while cache.stats().coalesced < 1 {
            give_way().await;
        }
        "task"
    }
    let begun = Barrier::new(2);
    for is_led_by_thread in [true, false] {
        let cache = SharedCache::new();
        scope(|scope| {
            let (cache, begun) = (&cache, &begun);
            let leader =
                scope.spawn(
                    move || {
                        if is_led_by_thread { in_thread(begun, cache) } else { block_on(in_task(begun, cache)) }
                    },
                );
            begun.wait();
            let waited = if is_led_by_thread { block_on(in_task(begun, cache)) } else { in_thread(begun, cache) };
            assert_eq!(waited, if is_led_by_thread { "thread" } else { "task" });
            assert_eq!(leader.join().unwrap(), waited);
        });
        assert_eq!((cache.stats().stores, cache.in_flight()), (1, 0));
    }
}

#[test]
fn an_eviction_beats_a_task() {
    #[evicts(tag = "x")]
    async fn update(x: u32, cache: &SharedCache) {
        give_way().await;
    }
    let (cache, runs) = (SharedCache::new(), AtomicU32::new(0));
    let (waker, _rings) = bell();
    let mut old = pin!(fetch(1, &runs, &cache));
    assert!(old.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    block_on(update(1, &cache));
    assert_eq!(block_on(fetch(1, &runs, &cache)), 2);
    assert_eq!(block_on(old), 1);
    assert_eq!(block_on(fetch(1, &runs, &cache)), 2);
    assert_eq!(cache.stats().stale_results, 1);
}

#[test]
fn futures_are_send_and_run_on_tokio() {
    async fn many(cache: SharedCache) {
        let tasks: Vec<_> = (0..64u32)
            .map(|n| {
                let cache = cache.clone();
                tokio::spawn(async move {
                    static RUNS: AtomicU32 = AtomicU32::new(0);
                    let first = fetch(n % 8, &RUNS, &cache).await;
                    cache.evict_tag(&(n % 3).to_string());
                    (first, fail(&RUNS, &cache).await.is_err())
                })
            })
            .collect();
        for task in tasks {
            assert!(task.await.unwrap().1);
        }
    }
    let current = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let several = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap();
    for runtime in [current, several] {
        let cache = SharedCache::new();
        runtime.block_on(many(cache.clone()));
        assert_eq!(cache.in_flight(), 0);
    }
}
