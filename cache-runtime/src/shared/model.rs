//! What holds whatever the threads' order, as the model checker tries orders out.
//!
//! `RUSTFLAGS="--cfg shuttle" cargo test -p cache-runtime --features shared --lib model`

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use cache_macros::cached;
use shuttle::scheduler::RandomScheduler;
use shuttle::sync::{Condvar, Mutex};
use shuttle::thread::{self, JoinHandle};
use shuttle::{Config, Runner};

use super::SharedCache;
use super::sync::{lock, wait};
use crate::{CacheManager, SetOptions};

/// So many orders are tried of each program.
const ORDERS: usize = 20_000;

fn check(program: impl Fn() + Send + Sync + 'static) {
    let mut config = Config::new();
    // Making a key takes more than the model's threads are given otherwise, in a build that is not optimized.
    config.stack_size = 1 << 18;
    Runner::new(RandomScheduler::new(ORDERS), config).run(program);
}

fn small(wait_timeout: Option<Duration>) -> SharedCache {
    SharedCache::of(CacheManager::new(), [], wait_timeout)
}

/// A source of data, which `x` is computed from, and of trouble.
#[derive(Debug, Default)]
struct Source {
    data: AtomicU32,
    runs: AtomicU32,
    running: AtomicU32,
}

impl Source {
    fn read(&self) -> u32 {
        self.runs.fetch_add(1, Ordering::SeqCst);
        assert_eq!(self.running.fetch_add(1, Ordering::SeqCst), 0, "one at a time");
        let data = self.data.load(Ordering::SeqCst);
        thread::yield_now();
        self.running.fetch_sub(1, Ordering::SeqCst);
        data
    }

    fn runs(&self) -> u32 {
        self.runs.load(Ordering::SeqCst)
    }
}

#[cached(namespace = "read", tag = fixed("data"), skip(source))]
fn read(source: &Source, cache: &SharedCache) -> u32 {
    source.read()
}

fn spawn<R: Send + 'static>(body: impl FnOnce() -> R + Send + 'static) -> JoinHandle<R> {
    thread::spawn(body)
}

fn join<R>(thread: JoinHandle<R>) -> R {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}

/// Runs a future on a thread of the model's.
fn block_on<F: Future>(future: F) -> F::Output {
    #[derive(Default)]
    struct Bell(Mutex<bool>, Condvar);
    impl Wake for Bell {
        fn wake(self: Arc<Self>) {
            *lock(&self.0) = true;
            self.1.notify_one();
        }
    }
    let bell = Arc::new(Bell::default());
    let waker = Waker::from(Arc::clone(&bell));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        let mut rung = lock(&bell.0);
        while !std::mem::take(&mut *rung) {
            rung = wait(&bell.1, rung);
        }
    }
}

/// Gives way once.
async fn give_way() {
    let mut given = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut given, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[test]
fn three_calls_compute_once() {
    check(|| {
        let (cache, source) = (small(None), Arc::new(Source::default()));
        let threads = [(); 3].map(|()| {
            let (cache, source) = (cache.clone(), Arc::clone(&source));
            spawn(move || read(&source, &cache))
        });
        assert_eq!(threads.map(join), [0; 3]);
        assert_eq!((source.runs(), cache.in_flight()), (1, 0));
    });
}

#[test]
fn a_call_that_begins_after_an_eviction_sees_nothing_older() {
    #[cached(namespace = "fresh", tag = fixed("data"), skip(source))]
    fn fresh(source: &Source, cache: &SharedCache) -> u32 {
        let data = source.data.load(Ordering::SeqCst);
        thread::yield_now();
        data
    }
    check(|| {
        let (cache, source) = (small(None), Arc::new(Source::default()));
        let readers = [(); 2].map(|()| {
            let (cache, source) = (cache.clone(), Arc::clone(&source));
            spawn(move || fresh(&source, &cache))
        });
        source.data.store(1, Ordering::SeqCst);
        cache.evict_tag("data");
        assert_eq!(fresh(&source, &cache), 1);
        for reader in readers {
            join(reader);
        }
        assert_eq!(fresh(&source, &cache), 1, "the old value did not come back");
        assert_eq!(cache.in_flight(), 0);
    });
}

#[test]
fn after_a_panic_one_takes_over_and_none_hangs() {
    #[cached(namespace = "panicking", skip(source))]
    fn panicking(source: &Source, cache: &SharedCache) -> u32 {
        let run = source.runs() + source.read();
        if run == 0 {
            resume_unwind(Box::new("the first run fails"));
        }
        run
    }
    check(|| {
        let (cache, source) = (small(None), Arc::new(Source::default()));
        let threads = [(); 3].map(|()| {
            let (cache, source) = (cache.clone(), Arc::clone(&source));
            spawn(move || catch_unwind(AssertUnwindSafe(|| panicking(&source, &cache))).ok())
        });
        let mut results = threads.map(join);
        results.sort_unstable();
        assert_eq!(results, [None, Some(1), Some(1)]);
        assert_eq!((source.runs(), cache.in_flight()), (2, 0));
    });
}

#[test]
fn an_error_is_shared_or_computed_anew_but_never_lost() {
    #[cached(namespace = "failing", skip(source))]
    fn failing(source: &Source, cache: &SharedCache) -> Result<u32, String> {
        Err(source.read().to_string())
    }
    #[cached(namespace = "failing_alone", skip(source))]
    fn failing_alone(source: &Source, cache: &SharedCache) -> Result<u32, Box<dyn std::error::Error>> {
        Err(source.read().to_string().into())
    }
    check(|| {
        let (cache, source) = (small(None), Arc::new(Source::default()));
        let threads =
            [false, false, true, true].map(|alone| {
                let (cache, source) = (cache.clone(), [Arc::clone(&source), Arc::default()]);
                spawn(move || {
                    if alone {
                        failing_alone(&source[0], &cache).is_err()
                    } else {
                        failing(&source[1], &cache).is_err()
                    }
                })
            });
        assert_eq!(threads.map(join), [true; 4]);
        assert_eq!((source.runs(), cache.in_flight()), (2, 0));
    });
}

#[test]
fn threads_and_tasks_that_are_dropped_leave_no_one_waiting() {
    #[cached(namespace = "read", tag = fixed("data"), skip(source))]
    async fn read_later(source: &Source, cache: &SharedCache) -> u32 {
        give_way().await;
        source.read()
    }
    check(|| {
        let (cache, source) = (small(None), Arc::new(Source::default()));
        let dropped = {
            let (cache, source) = (cache.clone(), Arc::clone(&source));
            spawn(move || {
                let mut future = Box::pin(read_later(&source, &cache));
                let _ = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                thread::yield_now();
            })
        };
        let task = {
            let (cache, source) = (cache.clone(), Arc::clone(&source));
            spawn(move || block_on(read_later(&source, &cache)))
        };
        assert_eq!((read(&source, &cache), join(task)), (0, 0));
        join(dropped);
        assert_eq!((source.runs(), cache.in_flight()), (1, 0));
    });
}

#[test]
fn who_waits_too_long_computes() {
    #[cached(namespace = "impatient", skip(runs))]
    fn impatient(runs: &AtomicU32, cache: &SharedCache) -> u32 {
        thread::yield_now();
        runs.fetch_add(1, Ordering::SeqCst)
    }
    check(|| {
        let (cache, runs) = (small(Some(Duration::ZERO)), Arc::new(AtomicU32::new(0)));
        let threads = [(); 3].map(|()| {
            let (cache, runs) = (cache.clone(), Arc::clone(&runs));
            spawn(move || impatient(&runs, &cache))
        });
        for thread in threads {
            join(thread);
        }
        let timeouts = cache.stats().wait_timeouts;
        assert_eq!(u64::from(runs.load(Ordering::SeqCst)), 1 + timeouts);
        assert_eq!((cache.stats().stores, cache.in_flight()), (1, 0));
    });
}

#[test]
fn threads_never_wait_in_a_circle() {
    /// Each asks for the next, and the last for the first.
    #[cached(namespace = "circle", skip(asks))]
    fn circle(x: u32, asks: bool, cache: &SharedCache) -> u32 {
        if asks { x + circle((x + 1) % 3, false, cache) } else { x }
    }
    check(|| {
        let cache = small(None);
        let threads = [0, 1, 2].map(|x| {
            let cache = cache.clone();
            spawn(move || circle(x, true, &cache))
        });
        for thread in threads {
            join(thread);
        }
        assert_eq!(cache.in_flight(), 0);
    });
}

#[test]
fn what_is_set_by_hand_while_it_is_computed_is_one_entry() {
    #[cached(namespace = "double", tag = "x")]
    fn double(x: u32, cache: &SharedCache) -> u32 {
        thread::yield_now();
        2 * x
    }
    check(|| {
        // Two parts: the call and the text of its key may belong to different ones.
        let cache = SharedCache::of(CacheManager::new(), [CacheManager::new()], None);
        let key = double_key(1).unwrap();
        let (caller, setter, asker) = (cache.clone(), cache.clone(), cache.clone());
        let (by_hand, asked) = (key.clone(), key.clone());
        let call = spawn(move || double(1, &caller));
        let set = spawn(move || setter.set(&by_hand, 7u32, SetOptions::new()));
        let ask = spawn(move || asker.get::<u32>(&asked));
        assert!([2, 7].contains(&join(call)));
        join(set);
        assert!([None, Some(2), Some(7)].contains(&join(ask)));
        // Whoever came last, all ask the same.
        let known = cache.get::<u32>(&key);
        assert_eq!((cache.len(), known), (1, Some(double(1, &cache))));
        assert_eq!((cache.len(), cache.stats().num_entries), (1, 1));
        assert!(cache.delete_key(&key) && !cache.contains(&key) && cache.is_empty());
        assert_eq!(double(1, &cache), 2);
    });
}
