//! Calls in the order in which they came before, whose entries a cache guesses, and in others.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may panic")]

use std::any::type_name;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cache_runtime::{CacheManager, Clock, LookupOutcome, ManualClock, cached};
use proptest::collection::vec;
use proptest::prelude::*;

/// Two functions of one namespace, whose calls have the same keys, but results of other types.
#[cached(namespace = "one", ttl = 10, tag = "x", skip(at))]
fn number(x: u32, at: u64, cache: &mut CacheManager) -> (u32, u64) {
    (x, at)
}

#[cached(namespace = "one", ttl = 10, tag = "x", skip(at))]
fn text(x: u32, at: u64, cache: &mut CacheManager) -> String {
    format!("{x} at {at}")
}

/// Stores an entry of another function before its own.
#[cached(namespace = "two", ttl = 15, tag = "x", skip(at))]
fn outer(x: u32, at: u64, cache: &mut CacheManager) -> (u32, u64) {
    (number(x, at, cache).0, at)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Function {
    Number,
    Text,
    Outer,
}

#[derive(Debug, Clone)]
enum Step {
    /// Calls with some arguments at one distance, backwards too.
    Calls {
        function: Function,
        from: u32,
        by: i32,
        count: u32,
    },
    Evict(u32),
    Advance(u64),
    Clear,
}

fn step() -> impl Strategy<Value = Step> {
    let function = prop_oneof![3 => Just(Function::Number), 1 => Just(Function::Text), 2 => Just(Function::Outer)];
    let calls = (function, 0u32..20, prop_oneof![4 => Just(1), 1 => -1..3], 1u32..20);
    prop_oneof![
        8 => calls.prop_map(|(function, from, by, count)| Step::Calls { function, from, by, count }),
        3 => (0u32..20).prop_map(Step::Evict),
        3 => (1u64..8).prop_map(Step::Advance),
        1 => Just(Step::Clear),
    ]
}

/// What is held under a key: which function's, since when, and until when.
type Held = BTreeMap<(bool, u32), (Function, u64, u64)>;

/// When the value was computed that a call returns at a time, and whether it was a hit.
fn expected(held: &mut Held, function: Function, x: u32, now: u64) -> (u64, bool) {
    let key = (function == Function::Outer, x);
    if let Some((owner, at, deadline)) = held.get(&key)
        && *owner == function
        && now < *deadline
    {
        return (*at, true);
    }
    let ttl = if function == Function::Outer { 15 } else { 10 };
    if function == Function::Outer {
        expected(held, Function::Number, x, now);
    }
    held.insert(key, (function, now, now + ttl));
    (now, false)
}

proptest! {
    #[test]
    fn a_call_is_answered_alike_in_whatever_order(steps in vec(step(), 1..40)) {
        let clock = ManualClock::new();
        let mut cache = CacheManager::builder().clock(clock.clone()).build();
        let (mut held, mut now) = (Held::new(), 0);
        for step in steps {
            match step {
                Step::Calls { function, from, by, count } => {
                    for n in 0..count {
                        let x = from.wrapping_add_signed(by * n.cast_signed()) % 20;
                        let (at, is_hit) = expected(&mut held, function, x, now);
                        match function {
                            Function::Number => prop_assert_eq!(number(x, now, &mut cache), (x, at)),
                            Function::Text => prop_assert_eq!(text(x, now, &mut cache), format!("{x} at {at}")),
                            Function::Outer => prop_assert_eq!(outer(x, now, &mut cache), (x, at)),
                        }
                        prop_assert_eq!(cache.last_lookup() == Some(LookupOutcome::Hit), is_hit);
                    }
                }
                Step::Evict(x) => {
                    cache.evict_tag(&x.to_string());
                    held.retain(|(_, tag), _| *tag != x);
                }
                Step::Advance(seconds) => {
                    clock.advance(Duration::from_secs(seconds));
                    now += seconds;
                }
                Step::Clear => {
                    cache.clear();
                    held.clear();
                }
            }
        }
    }
}

#[test]
fn a_refresh_computes_what_would_be_guessed() {
    #[cached(namespace = "now", refresh = force, skip(at, force))]
    fn value(x: u32, at: u64, force: bool, cache: &mut CacheManager) -> u64 {
        at
    }
    let mut cache = CacheManager::new();
    let mut answers = |at, force| [1, 2, 3].map(|x| value(x, at, force, &mut cache));
    assert_eq!(answers(0, false), [0; 3]);
    assert_eq!(answers(1, false), [0; 3]);
    assert_eq!(answers(2, true), [2; 3]);
    assert_eq!(answers(3, false), [2; 3]);
    // One call again and again is guessed, too.
    let mut answer = |at, force| value(1, at, force, &mut cache);
    assert_eq!([4, 5, 6].map(|at| answer(at, false)), [2; 3]);
    assert_eq!(answer(7, true), 7);
    assert_eq!(answer(8, false), 7);
}

#[test]
fn an_entry_that_is_guessed_counts_as_used() {
    let mut cache = CacheManager::builder().max_entries(10).build();
    for _ in 0..5 {
        number(0, 0, &mut cache);
    }
    for x in 1..50 {
        number(x, 0, &mut cache);
    }
    // Those that were used once have driven each other out.
    assert_eq!((number(0, 1, &mut cache), number(1, 1, &mut cache)), ((0, 0), (1, 1)));
}

#[test]
fn an_entry_that_is_guessed_once_is_used_once() {
    let mut cache = CacheManager::builder().max_entries(10).build();
    // Of those in order, the fourth is guessed.
    for x in [0, 1, 2, 3, 0, 1, 2, 3] {
        number(x, 0, &mut cache);
    }
    for x in 4..50 {
        number(x, 0, &mut cache);
    }
    assert_eq!([0, 1, 2, 3].map(|x| number(x, 1, &mut cache).1), [1; 4]);
}

#[test]
fn what_is_guessed_is_of_the_instance_that_asks() {
    #[cached(namespace = "kind")]
    fn kind<T: serde::Serialize>(list: &[T], cache: &mut CacheManager) -> &'static str {
        type_name::<T>()
    }
    let mut cache = CacheManager::new();
    for _ in 0..4 {
        assert_eq!(kind::<u8>(&[], &mut cache), "u8");
    }
    assert_eq!(kind::<u16>(&[], &mut cache), "u16");
    assert_eq!(cache.last_lookup(), Some(LookupOutcome::OtherType));
}

#[test]
fn a_hit_that_is_guessed_tells_what_time_it_is() {
    /// Shows any number of seconds.
    #[derive(Debug, Clone, Default)]
    struct Unsteady(Arc<AtomicU64>);

    impl Clock for Unsteady {
        fn now(&self) -> Duration {
            Duration::from_secs(self.0.load(Ordering::Relaxed))
        }
    }

    let clock = Unsteady::default();
    let mut cache = CacheManager::builder().clock(clock.clone()).build();
    number(1, 0, &mut cache);
    for _ in 0..4 {
        outer(1, 0, &mut cache);
    }
    clock.0.store(12, Ordering::Relaxed);
    assert_eq!(outer(1, 12, &mut cache), (1, 0));
    // What had expired once does not come back.
    clock.0.store(5, Ordering::Relaxed);
    assert_eq!(number(1, 5, &mut cache), (1, 5));
    assert_eq!(cache.last_lookup(), Some(LookupOutcome::Expired));
}
