//! What `#[cached]` makes of a function: hits, keys, results, and bodies of every kind.

#![allow(clippy::needless_pass_by_value, reason = "the functions are made up")]

use std::any::type_name;
use std::cell::Cell;
use std::io;
use std::rc::Rc;
use std::sync::Arc;

use cache_runtime::{Cache, CacheManager, SetOptions, SharedCache, cached, kwargs, make_cache_key};
use serde::ser::Error as _;
use serde::{Serialize, Serializer};

/// Counts how often bodies run.
#[derive(Default)]
struct Runs(Cell<u32>);

impl Runs {
    fn count(&self) {
        self.0.set(self.0.get() + 1);
    }
}

thread_local! {
    static RUNS: Rc<Runs> = Rc::default();
}

/// A body says that it ran.
fn ran() {
    RUNS.with(|runs| runs.count());
}

/// How often a body ran while `f` did.
fn runs<R>(f: impl FnOnce() -> R) -> (R, u32) {
    let before = RUNS.with(|runs| runs.0.get());
    let result = f();
    (result, RUNS.with(|runs| runs.0.get()) - before)
}

#[cached(namespace = "run_az", version = 1, ttl = 3600, tag = "smiles")]
fn run_az(smiles: &str, az_model: &str, cache: &mut CacheManager) -> Vec<String> {
    ran();
    vec![format!("{smiles} by {az_model}")]
}

#[test]
fn the_second_call_is_a_hit() {
    let mut cache = CacheManager::new();
    let (first, misses) = runs(|| run_az("CCO", "USPTO", &mut cache));
    let (second, hits) = runs(|| run_az("CCO", "USPTO", &mut cache));
    assert_eq!((misses, hits), (1, 0));
    assert_eq!(first, second);
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.misses, stats.stores, stats.num_entries), (1, 1, 1, 1));
}

#[test]
fn every_argument_is_part_of_the_key() {
    let mut cache = CacheManager::new();
    let ((), runs) = runs(|| {
        run_az("CCO", "USPTO", &mut cache);
        run_az("CCO", "other", &mut cache);
        run_az("CCC", "USPTO", &mut cache);
    });
    assert_eq!(runs, 3);
}

#[test]
fn the_key_is_the_contracts() {
    let mut cache = CacheManager::new();
    let routes = run_az("CCO", "USPTO", &mut cache);
    let key = make_cache_key("run_az", 1, &("CCO", "USPTO"), &()).unwrap();
    assert_eq!(cache.get::<Vec<String>>(&key), Some(&routes));
    cache.set(&key, vec!["by hand".to_owned()], SetOptions::default());
    assert_eq!(run_az("CCO", "USPTO", &mut cache), ["by hand"]);
    assert_ne!(key, make_cache_key("run_az", 1, &("CCO",), &kwargs! { az_model = "USPTO" }).unwrap());
}

#[test]
fn one_cache_serves_many_functions_and_many_caches_one() {
    #[cached(namespace = "length")]
    fn length(smiles: &str, az_model: &str, cache: &mut CacheManager) -> usize {
        smiles.len() + az_model.len()
    }
    let (mut one, mut two) = (CacheManager::new(), CacheManager::new());
    run_az("CCO", "USPTO", &mut one);
    assert_eq!(length("CCO", "USPTO", &mut one), 8);
    assert_eq!(one.len(), 2);
    let (_, runs) = runs(|| run_az("CCO", "USPTO", &mut two));
    assert_eq!(runs, 1);
}

#[test]
fn a_disabled_cache_changes_nothing_but_the_time() {
    let mut cache = CacheManager::disabled();
    let (results, runs) = runs(|| [run_az("CCO", "USPTO", &mut cache), run_az("CCO", "USPTO", &mut cache)]);
    assert_eq!(runs, 2);
    assert_eq!(results[0], results[1]);
    assert!(cache.is_empty());
    assert_eq!(cache.stats().misses, 2);
}

#[test]
fn a_new_version_starts_afresh() {
    mod v1 {
        #[cache_runtime::cached(namespace = "price", version = 1)]
        pub(crate) fn price(x: u32, cache: &mut cache_runtime::CacheManager) -> u32 {
            x
        }
    }
    const VERSION: u32 = 1;
    #[cached(namespace = "price", version = VERSION + 1)]
    fn price(x: u32, cache: &mut CacheManager) -> u32 {
        x * 100
    }
    let mut cache = CacheManager::new();
    assert_eq!((v1::price(5, &mut cache), price(5, &mut cache)), (5, 500));
    assert!(cache.contains(make_cache_key("price", 2, &(5,), &()).unwrap()));
}

#[test]
fn a_version_may_be_a_type_parameters() {
    trait Model {
        const VERSION: u32;
    }
    enum Uspto {}
    enum Reaxys {}
    impl Model for Uspto {
        const VERSION: u32 = 2;
    }
    impl Model for Reaxys {
        const VERSION: u32 = 3;
    }
    #[cached(namespace = "score", version = M::VERSION, key(type_name::<M>(), N, x))]
    fn score<M: Model, const N: u32>(x: u32, cache: &mut CacheManager) -> u32 {
        x * 100 + N * 10 + M::VERSION
    }
    #[cached(version = M::VERSION, key(type_name::<M>(), x))]
    fn unnamed<M: Model>(x: u32, cache: &mut CacheManager) -> u32 {
        x * 100 + M::VERSION
    }
    let mut cache = CacheManager::new();
    for _ in 0..2 {
        assert_eq!(score::<Uspto, 1>(5, &mut cache), 512);
        assert_eq!(score::<Reaxys, 1>(5, &mut cache), 513);
        assert_eq!(score::<Reaxys, 4>(5, &mut cache), 543);
        assert_eq!((unnamed::<Uspto>(5, &mut cache), unnamed::<Reaxys>(5, &mut cache)), (502, 503));
    }
    assert!(cache.contains(make_cache_key("score", 3, &(type_name::<Reaxys>(), 4, 5), &()).unwrap()));
    for (key, version) in [(unnamed_key::<Uspto>(5), 2), (unnamed_key::<Reaxys>(5), 3)] {
        let key = key.unwrap();
        assert!(key.version() == Some(version) && cache.contains(key));
    }
    assert_eq!((cache.len(), cache.stats().hits), (5, 5));
}

#[test]
fn functions_that_name_one_namespace_share_entries() {
    #[cached(namespace = "shared")]
    fn one(x: u32, cache: &mut CacheManager) -> u32 {
        ran();
        x
    }
    #[cached(namespace = "shared")]
    fn two(x: u32, cache: &mut CacheManager) -> u32 {
        ran();
        x
    }
    let mut cache = CacheManager::new();
    let (_, runs) = runs(|| (one(1, &mut cache), two(1, &mut cache)));
    assert_eq!(runs, 1);
    assert_eq!(cache.stats().namespace_conflicts, 0);
}

mod defaults {
    use cache_runtime::{CacheManager, cached};

    #[cached]
    pub(crate) fn double(x: u32, cache: &mut CacheManager) -> u32 {
        x * 2
    }

    #[cached]
    pub(crate) fn r#match(x: u32, cache: &mut CacheManager) -> u32 {
        x
    }

    pub(crate) fn plus_ten(x: u32, cache: &mut CacheManager) -> u32 {
        #[cached]
        fn inner(x: u32, cache: &mut CacheManager) -> u32 {
            x + 10
        }
        inner(x, cache)
    }

    pub(crate) fn plus_twenty(x: u32, cache: &mut CacheManager) -> u32 {
        #[cached]
        fn inner(x: u32, cache: &mut CacheManager) -> u32 {
            x + 20
        }
        inner(x, cache)
    }

    macro_rules! two_of_one_invocation {
        ($one:ident, $two:ident) => {
            two_of_one_invocation!(@ $one 1);
            two_of_one_invocation!(@ $two 2);
        };
        (@ $outer:ident $add:literal) => {
            pub(crate) fn $outer(x: u32, cache: &mut CacheManager) -> u32 {
                #[cached]
                fn made(x: u32, cache: &mut CacheManager) -> u32 {
                    x + $add
                }
                made(x, cache)
            }
        };
    }

    two_of_one_invocation!(plus_one, plus_two);
}

#[test]
fn the_default_namespace_is_the_path_of_the_function() {
    let mut cache = CacheManager::new();
    defaults::double(4, &mut cache);
    defaults::r#match(4, &mut cache);
    let key = |name: &str| make_cache_key(&format!("cached.defaults.{name}"), 1, &(4,), &()).unwrap();
    assert!(cache.contains(key("double")));
    assert!(cache.contains(key("match")));
}

#[test]
fn two_functions_of_one_default_namespace_never_share_a_value() {
    let mut cache = CacheManager::new();
    for _ in 0..2 {
        assert_eq!(defaults::plus_ten(1, &mut cache), 11);
        assert_eq!(defaults::plus_twenty(1, &mut cache), 21);
    }
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.misses, stats.namespace_conflicts, stats.num_entries), (1, 3, 2, 1));
}

/// Cannot be written if it is zero.
struct Number(u64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 == 0 { Err(S::Error::custom("zero")) } else { serializer.serialize_u64(self.0) }
    }
}

macro_rules! twins {
    ($($name:ident: $plus:literal),*) => {$(
        fn $name<C: Cache<u64>>(number: &Number, cache: &mut C) -> u64 {
            #[cached]
            fn twin<C: Cache<u64>>(number: &Number, cache: &mut C) -> u64 {
                number.0 + $plus
            }
            twin(number, cache)
        }
    )*};
}

twins!(twin_one: 1, twin_two: 2);

#[test]
fn a_default_namespace_is_taken_by_a_call_that_has_no_key_too() {
    fn call<C: Cache<u64>>(cache: &mut C) -> [u64; 3] {
        [twin_one(&Number(0), cache), twin_two(&Number(5), cache), twin_one(&Number(0), cache)]
    }
    let (mut own, mut shared) = (CacheManager::new(), SharedCache::new());
    assert_eq!((call(&mut own), call(&mut shared)), ([1, 7, 1], [1, 7, 1]));
    for stats in [own.stats(), shared.stats()] {
        assert_eq!((stats.key_errors, stats.namespace_conflicts, stats.stores), (2, 1, 0));
    }
}

#[test]
fn nor_do_two_that_one_macro_call_made() {
    let mut cache = CacheManager::new();
    assert_eq!((defaults::plus_one(1, &mut cache), defaults::plus_two(1, &mut cache)), (2, 3));
    assert_eq!(cache.stats().namespace_conflicts, 1);
}

#[test]
fn err_is_not_stored_and_ok_is() {
    type Reply<T> = Result<T, String>;
    #[cached(namespace = "even")]
    fn even(x: u32, cache: &mut CacheManager) -> Reply<u32> {
        ran();
        if x % 2 == 1 {
            return Err(format!("{x} is odd"));
        }
        Ok(x)
    }
    let mut cache = CacheManager::new();
    let (_, runs_of_ok) = runs(|| (even(2, &mut cache), even(2, &mut cache)));
    let (errors, runs_of_err) = runs(|| [even(3, &mut cache), even(3, &mut cache)]);
    assert_eq!((runs_of_ok, runs_of_err), (1, 2));
    assert_eq!(errors, [Err("3 is odd".to_owned()), Err("3 is odd".to_owned())]);
    assert_eq!(cache.entry(make_cache_key("even", 1, &(2,), &()).unwrap()).unwrap().value::<u32>(), Some(&2));
}

#[test]
fn an_error_need_not_be_clone_nor_static() {
    #[derive(Debug)]
    struct Borrowed<'a>(&'a str);
    #[cached(namespace = "parse")]
    fn parse<'a>(text: &'a str, cache: &mut CacheManager) -> Result<u32, Borrowed<'a>> {
        text.parse().map_err(|_| Borrowed(text))
    }
    #[cached(namespace = "read")]
    fn read(text: &str, cache: &mut CacheManager) -> io::Result<u32> {
        let number = text.parse().map_err(io::Error::other)?;
        Ok(number)
    }
    let mut cache = CacheManager::new();
    assert_eq!(parse("12", &mut cache).unwrap(), 12);
    assert_eq!(parse("x", &mut cache).unwrap_err().0, "x");
    assert_eq!(read("12", &mut cache).unwrap(), 12);
    assert!(read("x", &mut cache).is_err());
    assert_eq!(cache.len(), 2);
}

#[test]
fn none_and_unit_are_stored() {
    #[cached(namespace = "find")]
    fn find(x: u32, cache: &mut CacheManager) -> Option<u32> {
        ran();
        None.filter(|_: &u32| x > 0)
    }
    #[cached(namespace = "warm")]
    fn warm(x: u32, cache: &mut CacheManager) {
        ran();
        let _ = x;
    }
    let mut cache = CacheManager::new();
    let (_, runs) = runs(|| (find(1, &mut cache), find(1, &mut cache), warm(1, &mut cache), warm(1, &mut cache)));
    assert_eq!(runs, 2);
}

#[test]
fn an_arc_comes_back_as_the_same_arc() {
    #[cached(namespace = "routes")]
    fn routes(smiles: &str, cache: &mut CacheManager) -> Arc<Vec<String>> {
        Arc::new(vec![smiles.to_owned()])
    }
    let mut cache = CacheManager::new();
    assert!(Arc::ptr_eq(&routes("CCO", &mut cache), &routes("CCO", &mut cache)));
}

#[test]
fn a_value_of_another_type_is_a_counted_miss() {
    #[cached(namespace = "answer")]
    fn answer(x: u32, cache: &mut CacheManager) -> u64 {
        u64::from(x)
    }
    let mut cache = CacheManager::new();
    cache.set(make_cache_key("answer", 1, &(1,), &()).unwrap(), "text", SetOptions::default());
    assert_eq!(answer(1, &mut cache), 1);
    assert_eq!(answer(1, &mut cache), 1);
    let stats = cache.stats();
    assert_eq!((stats.type_mismatches, stats.misses, stats.hits), (1, 1, 1));
}

#[test]
fn arguments_that_have_no_key_run_without_the_cache() {
    struct Failing;
    impl Serialize for Failing {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("no"))
        }
    }
    #[cached(namespace = "failing")]
    fn failing(argument: Failing, cache: &mut CacheManager) -> u32 {
        ran();
        let _ = argument;
        7
    }
    let mut cache = CacheManager::new();
    let (sum, runs) = runs(|| failing(Failing, &mut cache) + failing(Failing, &mut cache));
    assert_eq!((sum, runs), (14, 2));
    let stats = cache.stats();
    assert_eq!((stats.key_errors, stats.misses, stats.num_entries), (2, 2, 0));
}

#[test]
fn a_body_may_use_the_same_cache() {
    #[cached(namespace = "fib")]
    fn fib(n: u64, cache: &mut CacheManager) -> u64 {
        ran();
        if n < 2 { n } else { fib(n - 1, cache) + fib(n - 2, cache) }
    }
    let mut cache = CacheManager::new();
    let (value, runs) = runs(|| fib(90, &mut cache));
    assert_eq!((value, runs), (2_880_067_194_370_816_120, 91));
    assert_eq!(cache.len(), 91);
}

#[test]
fn mutual_recursion_and_nested_cached_calls_work() {
    #[cached(namespace = "is_even")]
    fn is_even(n: u32, cache: &mut CacheManager) -> bool {
        n == 0 || is_odd(n - 1, cache)
    }
    #[cached(namespace = "is_odd")]
    fn is_odd(n: u32, cache: &mut CacheManager) -> bool {
        n != 0 && is_even(n - 1, cache)
    }
    let mut cache = CacheManager::new();
    assert!(is_even(10, &mut cache));
    assert_eq!(cache.len(), 11);
}

#[test]
fn a_body_may_move_its_arguments_and_its_cache() {
    #[cached(namespace = "join")]
    fn join(mut words: Vec<String>, (sep, times): (char, u8), _: u8, cache: &mut CacheManager) -> String {
        let moved = cache;
        moved.set("seen", (), SetOptions::default());
        words.sort();
        let join = move || words.join(&sep.to_string());
        join().repeat(times.into())
    }
    let mut cache = CacheManager::new();
    let words = || vec!["b".to_owned(), "a".to_owned()];
    assert_eq!(join(words(), ('-', 2), 0, &mut cache), "a-ba-b");
    assert_eq!(join(words(), ('-', 2), 0, &mut cache), "a-ba-b");
    assert_eq!(join(words(), ('+', 1), 0, &mut cache), "a+b");
    assert!(cache.contains("seen"));
    assert_eq!(cache.stats().hits, 1);
    assert!(cache.contains(make_cache_key("join", 1, &(words(), ('-', 2), 0), &()).unwrap()));
}

#[test]
fn a_body_may_put_another_cache_in_place_of_its_own() {
    #[cached(namespace = "swap")]
    fn swap(x: u32, mut cache: &mut CacheManager) -> u32 {
        *cache = CacheManager::new();
        cache = std::convert::identity(cache);
        cache.set("other", x, SetOptions::default());
        x
    }
    let mut cache = CacheManager::new();
    assert_eq!(swap(1, &mut cache), 1);
    assert_eq!(cache.len(), 1, "the claim was on the cache that is gone");
    assert!(cache.contains("other"));
}

#[test]
fn names_in_the_body_do_not_meet_names_of_ours() {
    #[cached(namespace = "names")]
    fn names(kind: u8, claim: u8, result: u8, cache: &mut CacheManager) -> u8 {
        struct Function(u8);
        let parameter_0 = Function(kind + claim).0;
        parameter_0 + result
    }
    assert_eq!(names(1, 2, 3, &mut CacheManager::new()), 6);
}

#[test]
fn the_cache_is_found_by_name_by_type_or_by_mark() {
    #[cached(namespace = "a")]
    fn by_name<C: Cache<u32>>(x: u32, cache: &mut C) -> u32 {
        x
    }
    #[cached(namespace = "b")]
    fn by_type(x: u32, memory: &mut CacheManager) -> u32 {
        x + u32::from(memory.is_empty())
    }
    #[cached(namespace = "c")]
    fn by_mark(cache: u32, other: &str, #[cache] memory: &mut impl Cache<u32>) -> u32 {
        cache + u32::try_from(other.len()).unwrap()
    }
    let mut cache = CacheManager::new();
    assert_eq!(by_type(1, &mut cache), 2);
    assert_eq!(by_name(1, &mut cache), 1);
    assert_eq!(by_name(1, &mut &mut cache), 1);
    assert_eq!(by_mark(1, "é", &mut Box::new(CacheManager::new())), 3);
    assert_eq!(cache.stats().hits, 1);
}

#[test]
fn generics_and_borrowed_arguments_work() {
    #[derive(Serialize)]
    struct Sized<const N: usize>(Vec<u8>);
    #[cached(namespace = "count")]
    fn count<T: Serialize, const N: usize>(
        items: &[T],
        sized: Sized<N>,
        names: &[&str],
        best: Option<&str>,
        cache: &mut CacheManager,
    ) -> usize {
        ran();
        items.len() + sized.0.len() * N + names.len() + usize::from(best.is_some())
    }
    let one = || Sized::<1>(vec![]);
    let mut cache = CacheManager::new();
    let (sizes, runs) = runs(|| {
        [
            count(&[1, 2], one(), &["a"], None, &mut cache),
            count(&[1, 2], one(), &["a"], Some("b"), &mut cache),
            count(&["x"], one(), &["a"], None, &mut cache),
            count(&[1, 2], one(), &["a"], None, &mut cache),
        ]
    });
    assert_eq!((sizes, runs), ([3, 4, 2, 3], 3));
}

#[test]
fn a_panic_in_the_body_leaves_the_cache_usable() {
    #[cached(namespace = "boom")]
    fn boom(x: u32, cache: &mut CacheManager) -> u32 {
        assert!(x != 13, "unlucky");
        x
    }
    let mut cache = CacheManager::new();
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| boom(13, &mut cache)));
    assert!(outcome.is_err());
    assert!(cache.is_empty());
    assert_eq!(boom(12, &mut cache), 12);
    assert_eq!(boom(12, &mut cache), 12);
    assert_eq!(cache.stats().hits, 1);
}
