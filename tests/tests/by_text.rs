//! Entries that calls have stored, by the texts of their keys; and entries that were set by hand under keys of calls.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may panic")]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::thread::{scope, yield_now};

use cache_runtime::{CacheKey, CacheManager, SetOptions, SharedCache, cached, kwargs, make_cache_key};
use proptest::prelude::*;
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use tests::tree::{Tree, text, tree};

/// So many calls that each part of a shared cache holds some.
const CALLS: u32 = 200;

#[cached(namespace = "square", tag = "x")]
fn square(x: u32, cache: &mut CacheManager) -> u32 {
    x * x
}

#[cached(namespace = "cube", tag = "x", kwargs(name))]
fn cube(x: u32, name: &str, cache: &SharedCache) -> u32 {
    x * x * x
}

fn cube_text(x: u32) -> String {
    cube_key(x, "n").unwrap().to_string()
}

#[cached(namespace = "count", kwargs(named), skip(runs))]
fn count<T: Serialize>(first: &T, named: &T, runs: &Cell<u32>, cache: &mut CacheManager) -> u32 {
    runs.set(runs.get() + 1);
    runs.get()
}

/// Two calls are one if their printed keys are equal, and those are what `make_cache_key` makes.
fn check_two_calls<T: Serialize>(calls: [(&T, &T); 2]) {
    let mut cache = CacheManager::new();
    let runs = Cell::new(0);
    let keys = calls.map(|(first, named)| {
        let key = make_cache_key("count", 1, &(first,), &kwargs! { named = named }).unwrap();
        let run = count(first, named, &runs, &mut cache);
        assert_eq!(count_key(first, named).unwrap(), key);
        assert_eq!(cache.get::<u32>(&key), Some(&run));
        key
    });
    assert_eq!(runs.get(), if keys[0] == keys[1] { 1 } else { 2 });
}

proptest! {
    #[test]
    fn calls_are_told_apart_as_their_printed_keys_are(one in tree(), two in tree(), texts in prop::array::uniform4(text())) {
        check_two_calls([(&one, &two), (&two, &one)]);
        let [a, b, c, d] = texts.map(Tree::Text);
        check_two_calls([(&a, &b), (&c, &d)]);
    }

    /// Such keys are sorted as they stand in a payload, where what is escaped comes elsewhere.
    #[test]
    fn maps_that_json_cannot_express_have_one_key(entries in prop::collection::vec((prop::collection::vec(text(), 1..3), 0..9), 0..5)) {
        let map: BTreeMap<_, _> = entries.into_iter().collect();
        check_two_calls([(&map, &map), (&map, &map)]);
    }
}

/// A list that goes on when one of its elements panics half-way.
struct Resilient<'t>(&'t str);

struct Panics<'t>(&'t str);

impl Display for Panics<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)?;
        panic!("half-way")
    }
}

impl Serialize for Panics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for Resilient<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        list.serialize_element("first")?;
        let panicked = catch_unwind(AssertUnwindSafe(|| list.serialize_element(&Panics(self.0)).is_ok()));
        assert!(panicked.is_err());
        list.serialize_element("last")?;
        list.end()
    }
}

#[test]
fn an_element_that_panics_half_way_leaves_no_string_open() {
    let [one, two] = ["a", "b\""].map(Resilient);
    check_two_calls([(&one, &two), (&two, &one)]);
}

#[test]
fn strings_that_hold_what_stands_between_arguments_are_told_apart() {
    for [a, b, c, d] in [
        ["a", "b", "a\", \"b", ""],
        ["\"", "", "", "\""],
        ["\\", "n", "\\n", ""],
        ["\u{ff}", "\u{fe}", "\u{fe}", "\u{ff}"],
    ] {
        check_two_calls([(&a, &b), (&c, &d)]);
    }
}

#[test]
fn what_a_call_has_stored_is_found_by_its_printed_key() {
    let mut cache = CacheManager::new();
    for x in 0..CALLS {
        square(x, &mut cache);
    }
    let text = |x: u32| make_cache_key("square", 1, &(x,), &()).unwrap().to_string();
    for x in 0..CALLS {
        assert_eq!(cache.get::<u32>(text(x).as_str()), Some(&(x * x)));
        assert_eq!(cache.entry(text(x)).unwrap().tags().collect::<Vec<_>>(), [x.to_string()]);
    }
    // Now that keys are known, those of new entries are too, and those of old ones are forgotten.
    square(CALLS, &mut cache);
    assert!(cache.contains(text(CALLS)));
    assert!(cache.delete_key(text(7)) && !cache.contains(text(7)));
    assert_eq!(cache.evict_tag("8"), 1);
    assert!(!cache.contains(text(8)) && !cache.delete_key(text(8)));
    assert_eq!(cache.len(), CALLS as usize - 1);
    cache.clear();
    assert!(!cache.contains(text(9)));
    assert_eq!(square(9, &mut cache), 81);
    assert_eq!(cache.get::<u32>(text(9)), Some(&81));
}

#[test]
fn what_was_set_by_hand_is_a_hit_of_the_call_and_stays_one_entry() {
    let mut cache = CacheManager::new();
    square(1, &mut cache);
    for x in [1, 2] {
        cache.set(square_key(x).unwrap(), 1000 + x, SetOptions::new().tag("by hand"));
        for _ in 0..2 {
            assert_eq!(square(x, &mut cache), 1000 + x);
            assert_eq!(cache.get::<u32>(square_key(x).unwrap()), Some(&(1000 + x)));
        }
    }
    assert_eq!((cache.len(), cache.stats().hits, cache.evict_tag("by hand")), (2, 8, 2));
    assert_eq!(square(2, &mut cache), 4);
}

#[test]
fn a_shared_cache_finds_by_text_what_calls_have_stored_in_any_of_its_parts() {
    let cache = SharedCache::new();
    for x in 0..CALLS {
        cube(x, "n", &cache);
    }
    for x in 0..CALLS {
        assert_eq!(cache.get::<u32>(cube_text(x)), Some(x * x * x));
        assert!(cache.contains(CacheKey::from(cube_text(x))));
    }
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.misses, stats.stores), (u64::from(CALLS), u64::from(CALLS), u64::from(CALLS)));
    for x in 0..CALLS / 2 {
        assert!(cache.delete_key(cube_text(x)) && !cache.delete_key(cube_text(x)));
    }
    assert_eq!((cache.len(), cache.evict_namespace("cube")), (CALLS as usize / 2, CALLS as usize / 2));
    assert_eq!(cache.get::<u32>(cube_text(CALLS - 1)), None);
}

#[test]
fn a_shared_cache_gives_calls_what_was_set_by_hand_and_holds_it_once() {
    #[cached(namespace = "half", tag = "x")]
    fn half(x: u32, cache: &SharedCache) -> u32 {
        x / 2
    }
    let cache = SharedCache::new();
    let key = |x| half_key(x).unwrap();
    for x in 0..CALLS {
        if x % 3 == 0 {
            half(x, &cache);
        }
        cache.set(key(x), 1000 + x, SetOptions::new().tag("by hand"));
        assert_eq!(cache.len(), x as usize + 1);
    }
    for _ in 0..2 {
        for x in 0..CALLS {
            assert_eq!((half(x, &cache), cache.get::<u32>(key(x))), (1000 + x, Some(1000 + x)));
        }
    }
    let stats = cache.stats();
    assert_eq!((cache.len(), stats.num_entries), (CALLS as usize, CALLS as usize));
    assert_eq!((stats.hits, stats.misses), (u64::from(CALLS) * 4, u64::from(CALLS.div_ceil(3))));
    assert_eq!(cache.evict_tag("by hand"), CALLS as usize);
    assert_eq!((half(8, &cache), cache.stats().size_bytes > 0, cache.len()), (4, true, 1));
}

#[test]
fn a_value_that_is_computed_while_its_key_is_set_by_hand_replaces_it() {
    #[cached(namespace = "slow", skip(during))]
    fn slow(x: u32, during: &dyn Fn(), cache: &SharedCache) -> u32 {
        during();
        x
    }
    let cache = SharedCache::new();
    for x in 0..CALLS {
        let key = slow_key(x).unwrap();
        let set = || cache.set(&key, 1000 + x, SetOptions::new());
        assert_eq!(slow(x, &set, &cache), x);
        assert_eq!((cache.get::<u32>(&key), cache.len()), (Some(x), x as usize + 1));
        assert!(cache.delete_key(&key) && !cache.contains(&key));
        cache.set(&key, 2000 + x, SetOptions::new());
    }
    assert_eq!(cache.len(), CALLS as usize);
}

#[test]
fn one_who_waits_for_a_leader_that_fails_finds_what_was_set_by_hand_meanwhile() {
    #[derive(Debug, PartialEq)]
    struct NotCloned;
    #[cached(namespace = "wait", skip(answer))]
    fn wait(
        x: u32,
        answer: &(dyn Fn() -> Result<u32, NotCloned> + Sync),
        cache: &SharedCache,
    ) -> Result<u32, NotCloned> {
        answer()
    }
    for x in 0..CALLS / 8 {
        let (cache, leads) = (SharedCache::new(), Barrier::new(2));
        let fail = || {
            leads.wait();
            while cache.stats().coalesced == 0 {
                yield_now();
            }
            cache.set(wait_key(x).unwrap(), 77u32, SetOptions::new());
            Err(NotCloned)
        };
        scope(|scope| {
            let leader = scope.spawn(|| wait(x, &fail, &cache));
            leads.wait();
            let waiting = scope.spawn(|| wait(x, &|| Ok(0), &cache));
            assert_eq!((leader.join().unwrap(), waiting.join().unwrap()), (Err(NotCloned), Ok(77)));
        });
        let stats = cache.stats();
        assert_eq!((stats.hits, stats.misses, stats.coalesced, cache.len()), (0, 1, 1, 1));
    }
}

#[test]
fn a_cache_that_a_body_puts_in_the_place_of_its_own_counts_for_itself() {
    #[cached(namespace = "one")]
    fn one(x: u32, cache: &mut CacheManager) -> u32 {
        x
    }
    #[cached(namespace = "swap")]
    fn swap(x: u32, cache: &mut CacheManager) -> u32 {
        *cache = CacheManager::new();
        one(x, cache)
    }
    let mut cache = CacheManager::new();
    swap(1, &mut cache);
    let stats = cache.stats_by_namespace();
    assert_eq!((stats["one"].bodies, stats["one"].stale_results), (1, 0));
    assert_eq!((stats["swap"].bodies, stats["swap"].stale_results, cache.len()), (1, 1, 1));
}
