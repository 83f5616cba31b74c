//! A hit allocates nothing, unless there are maps among its arguments whose keys are no strings; a small entry needs no
//! allocation of its own; and space for what is large is given back.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may panic")]

use std::alloc::System;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use cache_runtime::{CacheManager, SharedCache, cached, make_cache_key};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The allocator counts for all threads, so the tests take turns.
static TURN: Mutex<()> = Mutex::new(());

#[cached(ttl = 3600)]
fn count(smiles: &str, az_model: &str, cache: &mut CacheManager) -> usize {
    smiles.len() + az_model.len()
}

#[cached(namespace = "routes", ttl = 3600, tag = "smiles", kwargs(az_model))]
fn routes(smiles: &str, az_model: &str, scores: &[f64], cache: &mut CacheManager) -> Arc<Vec<String>> {
    Arc::new(vec![format!("{smiles} {az_model} {scores:?}")])
}

#[cached(ttl = 3600, tag = "smiles")]
fn tagged(smiles: &str, az_model: &str, cache: &mut CacheManager) -> usize {
    smiles.len() + az_model.len()
}

#[derive(serde::Serialize)]
struct Query<'q> {
    smiles: &'q str,
    models: HashMap<&'q str, Option<u32>>,
}

#[cached(namespace = "query", key(query))]
fn count_models(query: &Query<'_>, cache: &mut CacheManager) -> usize {
    query.models.len()
}

#[cached(ttl = 3600)]
fn share(smiles: &str, query: &Query<'_>, cache: &SharedCache) -> usize {
    smiles.len() + query.models.len()
}

#[cached(namespace = "parse")]
fn parse(text: &str, cache: &mut CacheManager) -> Result<u32, std::num::ParseIntError> {
    text.parse()
}

/// The harness may allocate too, but not all the time.
#[test]
fn a_hit_allocates_nothing() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    // Neither its fields nor their keys are in order.
    let models = ["uspto", "reaxys", "\"ibm\" rxn", "pistachio", "é"].map(|model| (model, Some(1)));
    let query = Query { smiles: "CCO", models: HashMap::from(models) };
    let shared = SharedCache::new();
    let mut cache = CacheManager::builder().max_entries(100).build();
    let mut call_all = || {
        let mut sum = count_models(&query, &mut cache);
        for smiles in ["CCO", "c1ccccc1", "CC(=O)Oc1ccccc1C(=O)O, of a name that is \"quoted\" and is longer than most"]
        {
            sum += count(smiles, "USPTO", &mut cache) + share(smiles, &query, &shared);
            sum += routes(smiles, "USPTO", &[0.5, 1.0, 2.25], &mut cache).len();
        }
        sum + usize::try_from(parse("17", &mut cache).unwrap()).unwrap()
    };
    let first = call_all();
    // What is made once is made by the first hits.
    call_all();
    let mut fewest = usize::MAX;
    for _ in 0..100 {
        let hits = Region::new(ALLOCATOR);
        let sum = call_all();
        let change = hits.change();
        assert_eq!(sum, first);
        fewest = fewest.min(change.allocations + change.reallocations + change.deallocations);
    }
    assert_eq!(fewest, 0);
    assert_eq!((cache.stats().hits, shared.stats().hits), (101 * 8, 101 * 3));
}

/// Neither its key nor its tag: so what bodies allocate lies side by side, as far as that is up to a cache.
#[test]
fn a_small_entry_needs_no_allocation_of_its_own() {
    const ENTRIES: usize = 10_000;
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut cache = CacheManager::new();
    let misses = Region::new(ALLOCATOR);
    for n in 0..ENTRIES {
        let smiles = format!("{}{n}", "C".repeat(n % 70));
        assert_eq!(tagged(&smiles, "USPTO", &mut cache), smiles.len() + 5);
    }
    let change = misses.change();
    let left = change.allocations.saturating_sub(change.deallocations);
    assert!(left < ENTRIES / 50, "{left} allocations for {ENTRIES} entries");
    assert_eq!((cache.len(), cache.evict_tag("CCC3")), (ENTRIES, 1));
}

/// Bytes that are left when some work is done.
fn left_by(work: impl FnOnce()) -> usize {
    let region = Region::new(ALLOCATOR);
    work();
    let change = region.change();
    change.bytes_allocated.saturating_sub(change.bytes_deallocated)
}

struct Panicking;

impl serde::Serialize for Panicking {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        panic!("half-way")
    }
}

#[test]
fn what_a_large_argument_was_written_in_is_given_back() {
    /// As much as is kept for what is smaller, and what others allocate meanwhile.
    const LITTLE: usize = 3 << 20;
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let large = "C".repeat(16 << 20);
    let query = Query { smiles: "CCO", models: HashMap::new() };
    let mut cache = CacheManager::new();
    let panic_after = |text: &str| {
        let key = catch_unwind(AssertUnwindSafe(|| make_cache_key("large", 1, &(text, Panicking), &())));
        assert!(key.is_err());
    };
    // What a first panic loads, to tell of it, stays.
    panic_after("");
    let left = [
        left_by(|| drop(make_cache_key("large", 1, &(&large,), &()))),
        left_by(|| panic_after(&large)),
        left_by(|| assert_eq!(share(&large, &query, &SharedCache::new()), large.len())),
        left_by(|| {
            assert_eq!(count(&large, "", &mut cache), large.len());
            cache.clear();
        }),
    ];
    assert!(left.iter().all(|left| *left < LITTLE), "{left:?}");
}

#[cached]
fn large(x: u8, cache: &mut CacheManager) -> [u8; 1 << 14] {
    [x; 1 << 14]
}

#[test]
fn large_values_take_space_while_they_are_there() {
    const VALUES: u8 = 100;
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut cache = CacheManager::new();
    let left = left_by(|| {
        for x in 0..VALUES {
            assert_eq!(large(x, &mut cache)[7], x);
        }
        for x in 1..VALUES {
            assert!(cache.delete_key(large_key(x).unwrap()));
        }
    });
    assert!(left < 3 << 14, "{left} bytes for one of them");
    assert_eq!((large(0, &mut cache)[7], cache.stats().hits), (0, 1));
}

/// One in a hundred stays, so that what goes leaves space everywhere and a whole of it hardly anywhere.
#[test]
fn a_cache_in_which_much_comes_and_goes_takes_no_more_space_for_it() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut cache = CacheManager::new();
    let mut call = |n: usize| {
        let molecule = format!("{}{}", "C".repeat(40), n % 50_000);
        assert_eq!(count(&molecule, &format!("model {n}"), &mut cache), molecule.len() + format!("model {n}").len());
        if !n.is_multiple_of(100) {
            assert!(cache.delete_key(count_key(&molecule, &format!("model {n}")).unwrap()));
        }
    };
    // Keys are asked for as texts, which makes an index of them.
    (0..20_000).for_each(&mut call);
    let left = left_by(|| (20_000..40_000).for_each(&mut call));
    let (held, bytes_an_entry) = (200, 400);
    assert!(left < held * bytes_an_entry + (1 << 18), "{left} bytes for {held} entries");
}
