//! Caches that threads share.

use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use cache_runtime::{SharedCache, cached};

use crate::contestants::{Borrowed, Exact, TTL};
use crate::data::{Answer, PAIRS, order, pairs};
use crate::table::{Row, Table};
use crate::turns::{by_turns, rounds};

/// Medians of so many rounds at least, in each of which everyone runs.
const ROUNDS: usize = 20;

/// So often a thread asks for everything in a round, which then takes tens of milliseconds: threads that end sooner may all have
/// run on one processor.
const PASSES: usize = 20;

/// A function that answers from a cache.
type Call = Box<dyn Fn(&str, &str) -> u64 + Sync>;

/// A way to share its results.
struct Contestant {
    name: &'static str,
    call: Call,
}

#[cached(ttl = 3600)]
fn ours(smiles: &str, az_model: &str, cache: &SharedCache) -> u64 {
    body(smiles, az_model)
}

#[cached::macros::concurrent_cached(ttl_secs = 3600)]
fn theirs(smiles: &str, az_model: &str) -> u64 {
    body(smiles, az_model)
}

/// How often bodies have run, and whether they take a while.
static BODIES: AtomicUsize = AtomicUsize::new(0);
static SLOW: AtomicUsize = AtomicUsize::new(0);

fn body(smiles: &str, az_model: &str) -> u64 {
    BODIES.fetch_add(1, Ordering::Relaxed);
    sleep(Duration::from_millis(SLOW.load(Ordering::Relaxed) as u64));
    u64::of(smiles, az_model)
}

/// Everyone, each with a cache of its own for so many entries, where it asks for their number.
fn contestants(entries: usize) -> Vec<Contestant> {
    let cache = SharedCache::new();
    let exact = SharedCache::builder().clock(Exact(Instant::now())).build();
    let moka = || moka::sync::Cache::builder().max_capacity(2 * entries as u64).time_to_live(TTL).build();
    let (moka, moka_borrowed) = (moka(), moka());
    let quick = quick_cache::sync::Cache::<(String, String), u64>::new(2 * entries);
    let quick_borrowed = quick_cache::sync::Cache::<(String, String), u64>::new(2 * entries);
    let owned = |smiles: &str, az_model: &str| (smiles.to_owned(), az_model.to_owned());
    vec![
        Contestant { name: "ours", call: Box::new(move |smiles, az_model| ours(smiles, az_model, &cache)) },
        Contestant {
            name: "ours, without coarse-clock",
            call: Box::new(move |smiles, az_model| ours(smiles, az_model, &exact)),
        },
        Contestant {
            name: "moka::sync",
            call: Box::new(move |smiles, az_model| moka.get_with(owned(smiles, az_model), || body(smiles, az_model))),
        },
        Contestant {
            name: "moka::sync, borrowed",
            call: Box::new(move |smiles, az_model| {
                let found = moka_borrowed.get(&Borrowed(smiles, az_model));
                found.unwrap_or_else(|| moka_borrowed.get_with(owned(smiles, az_model), || body(smiles, az_model)))
            }),
        },
        Contestant {
            name: "quick_cache::sync",
            call: Box::new(move |smiles, az_model| {
                let found = quick.get_or_insert_with(&owned(smiles, az_model), || Ok::<_, ()>(body(smiles, az_model)));
                found.unwrap_or_default()
            }),
        },
        Contestant {
            name: "quick_cache::sync, borrowed",
            call: Box::new(move |smiles, az_model| {
                if let Some(value) = quick_borrowed.get(&Borrowed(smiles, az_model)) {
                    return value;
                }
                let with = || Ok::<_, ()>(body(smiles, az_model));
                quick_borrowed.get_or_insert_with(&owned(smiles, az_model), with).unwrap_or_default()
            }),
        },
        Contestant { name: "cached, concurrent", call: Box::new(theirs) },
    ]
}

fn names(contestants: &[Contestant]) -> Vec<&'static str> {
    contestants.iter().map(|contestant| contestant.name).collect()
}

/// Millions of hits a second, by all threads together.
fn throughput(contestant: &Contestant, pairs: &[(String, String)], order: &[usize], threads: usize) -> f64 {
    let ready = Barrier::new(threads);
    let run = |thread: usize| {
        ready.wait();
        let start = Instant::now();
        // Each begins elsewhere.
        let (later, first) = order.split_at(order.len() * thread / threads);
        for _ in 0..PASSES {
            for place in first.iter().chain(later) {
                let (smiles, az_model) = &pairs[*place];
                black_box((contestant.call)(smiles, az_model));
            }
        }
        (start, Instant::now())
    };
    let times: Vec<(Instant, Instant)> = scope(|scope| {
        let run = &run;
        let threads: Vec<_> = (0..threads).map(|thread| scope.spawn(move || run(thread))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let first = times.iter().map(|(start, _)| *start).min();
    let last = times.iter().map(|(_, end)| *end).max();
    let took = first.zip(last).map_or(Duration::MAX, |(first, last)| last - first);
    (threads * PASSES * order.len()) as f64 / took.as_secs_f64() / 1e6
}

pub(crate) fn hits() {
    let (pairs, order, contestants) = (pairs(PAIRS), order(PAIRS), contestants(PAIRS));
    let names = names(&contestants);
    for threads in [1, 2, 4] {
        let rate = |place: usize| throughput(&contestants[place], &pairs, &order, threads);
        for place in 0..names.len() {
            rate(place);
        }
        let rows = by_turns(&names, rounds(names.len(), ROUNDS), |place, _| Some(rate(place)));
        let name = format!("(h) hits of a shared cache, u64, {threads} threads: more is better");
        Table::new(&name, "M calls/s").print(rows);
    }
}

/// Pairs that nobody has seen before, by one thread.
pub(crate) fn misses() {
    const CALLS: usize = 2_000;
    let names = names(&contestants(0));
    let rounds = rounds(names.len(), ROUNDS);
    let entries = CALLS * rounds;
    let (pairs, contestants) = (pairs(PAIRS + entries), contestants(entries));
    let rows = by_turns(&names, rounds, |place, round| {
        let start = Instant::now();
        for (smiles, az_model) in &pairs[PAIRS + round * CALLS..][..CALLS] {
            black_box((contestants[place].call)(smiles, az_model));
        }
        Some(start.elapsed().as_secs_f64() * 1e9 / CALLS as f64)
    });
    let means = rows.iter().map(Row::mean).collect();
    Table::new("(h) misses of a shared cache, u64, 1 thread", "ns a call").print(rows);
    Table::new("(h) misses of a shared cache, u64, 1 thread, mean of all rounds", "ns a call").print(means);
}

/// How often the body runs for 8 callers of one missing key at a time.
pub(crate) fn callers_of_one() {
    SLOW.store(50, Ordering::Relaxed);
    let rows = contestants(PAIRS).into_iter().map(|contestant| {
        let (before, ready) = (BODIES.load(Ordering::Relaxed), Barrier::new(8));
        scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    ready.wait();
                    (contestant.call)("a molecule that nobody has asked for", "USPTO")
                });
            }
        });
        Row::new(contestant.name, [(BODIES.load(Ordering::Relaxed) - before) as f64])
    });
    Table::new("(h) 8 callers of one missing key at a time", "bodies").print(rows.collect());
    SLOW.store(0, Ordering::Relaxed);
}
