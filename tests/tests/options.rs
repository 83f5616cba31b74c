//! What each option of `#[cached]` does.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(
    clippy::items_after_statements,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    reason = "the functions are made up"
)]

use std::cell::Cell;
use std::fmt;
use std::time::Duration;

use cache_runtime::{CacheManager, ManualClock, SetOptions, SharedCache, cached, kwargs, make_cache_key};

thread_local! {
    static RUNS: Cell<u32> = const { Cell::new(0) };
}

fn ran() {
    RUNS.set(RUNS.get() + 1);
}

/// How often a body ran while `f` did.
fn runs<R>(f: impl FnOnce() -> R) -> u32 {
    let before = RUNS.get();
    f();
    RUNS.get() - before
}

/// Not `Serialize`, and not `Clone`.
struct Client;

#[test]
fn what_is_skipped_is_not_part_of_the_key_and_need_not_be_serialize() {
    #[cached(namespace = "ask", skip(client, _verbose))]
    fn ask(client: &Client, prompt: &str, _verbose: bool, cache: &mut CacheManager) -> usize {
        ran();
        let Client = client;
        prompt.len()
    }
    let mut cache = CacheManager::new();
    let count = runs(|| {
        ask(&Client, "why", true, &mut cache);
        ask(&Client, "why", false, &mut cache);
    });
    assert_eq!(count, 1);
    assert_eq!(ask_key("why").unwrap(), make_cache_key("ask", 1, &("why",), &()).unwrap());
}

#[test]
fn keyword_arguments_have_the_key_of_the_python_original() {
    #[cached(namespace = "run_az", kwargs(az_model, r#type))]
    fn run_az(smiles: &str, r#type: Option<u8>, az_model: &str, cache: &mut CacheManager) -> usize {
        smiles.len() + az_model.len() + usize::from(r#type.is_some())
    }
    let mut cache = CacheManager::new();
    run_az("CCO", None, "USPTO", &mut cache);
    let key = make_cache_key("run_az", 1, &("CCO",), &kwargs! { az_model = "USPTO", r#type = () }).unwrap();
    assert!(cache.contains(&key));
    assert_eq!(run_az_key("CCO", None, "USPTO").unwrap(), key);

    #[cached(namespace = "only", kwargs(az_model))]
    fn only(az_model: &str, cache: &mut CacheManager) -> usize {
        az_model.len()
    }
    assert_eq!(only("x", &mut cache), 1);
    assert_eq!(only_key("x").unwrap(), make_cache_key("only", 1, &(), &kwargs! { az_model = "x" }).unwrap());
}

#[test]
fn key_says_what_the_key_is() {
    #[cached(namespace = "canonical", key(smiles.trim().to_uppercase(), *depth + 1), skip(note))]
    fn canonical(smiles: &str, depth: &u32, note: String, cache: &mut CacheManager) -> String {
        ran();
        format!("{smiles}{depth}{note}")
    }
    let mut cache = CacheManager::new();
    let count = runs(|| {
        canonical(" cco", &1, "a".to_owned(), &mut cache);
        canonical("CCO ", &1, "b".to_owned(), &mut cache);
        canonical("CCO", &2, "a".to_owned(), &mut cache);
    });
    assert_eq!(count, 2);
    assert_eq!(canonical_key("cco", &1).unwrap(), make_cache_key("canonical", 1, &("CCO", 2), &()).unwrap());
}

#[test]
fn setting_an_entry_under_the_companions_key_makes_the_next_call_a_hit() {
    #[cached]
    fn default_named<'a, T: serde::Serialize + ?Sized, C>(x: &'a T, y: &'a [u8], cache: &mut C) -> usize
    where
        C: cache_runtime::Cache<usize>,
        &'a T: fmt::Debug,
    {
        ran();
        y.len() + format!("{x:?}").len()
    }
    let mut cache = CacheManager::new();
    let key = default_named_key("text", &[1]).unwrap();
    assert_eq!(key.namespace(), Some("options.default_named"));
    cache.set(&key, 77usize, SetOptions::default());
    assert_eq!(runs(|| assert_eq!(default_named("text", &[1], &mut cache), 77)), 0);
    assert!(cache.delete_key(&key));
    assert_eq!(runs(|| default_named("text", &[1], &mut cache)), 1);
}

#[test]
fn a_companion_can_be_switched_off() {
    #[cached(namespace = "off", companion = false)]
    fn off(x: u32, cache: &mut CacheManager) -> u32 {
        off_key() + x
    }
    fn off_key() -> u32 {
        7
    }
    assert_eq!(off(1, &mut CacheManager::new()), 8);
}

#[test]
fn tags_and_time_to_live_may_come_from_the_value() {
    #[derive(Debug, Clone)]
    struct Routes {
        molecules: Vec<String>,
        seconds: Option<u64>,
    }
    #[cached(
        namespace = "plan",
        tag = fixed("all"),
        tags_with = |routes: &Routes| routes.molecules.iter().map(|smiles| format!("molecule:{smiles}")),
        ttl_with = |routes| routes.seconds.map(Duration::from_secs),
    )]
    fn plan(molecules: Vec<String>, seconds: Option<u64>, cache: &mut CacheManager) -> Result<Routes, String> {
        if molecules.is_empty() { Err("none".to_owned()) } else { Ok(Routes { molecules, seconds }) }
    }
    let clock = ManualClock::new();
    let mut cache = CacheManager::builder().clock(clock.clone()).build();
    let molecules = || vec!["CCO".to_owned(), "CCC".to_owned()];
    plan(molecules(), Some(60), &mut cache).unwrap();
    plan(molecules(), None, &mut cache).unwrap();
    plan(vec![], None, &mut cache).unwrap_err();
    let key = plan_key(molecules(), Some(60)).unwrap();
    let entry = cache.entry(&key).unwrap();
    assert_eq!(entry.tags().collect::<Vec<_>>(), ["all", "molecule:CCO", "molecule:CCC"]);
    assert_eq!(entry.expires_at(), Some(Duration::from_secs(60)));
    clock.advance(Duration::from_secs(60));
    assert_eq!(cache.len(), 1);
    assert_eq!(cache.evict_tag("molecule:CCC"), 1);
}

#[test]
fn a_tag_from_the_value_that_was_evicted_meanwhile_makes_it_stale() {
    #[cached(namespace = "plan", tags_with = |text: &String| [text.clone()])]
    fn plan(smiles: &str, cache: &mut CacheManager) -> String {
        cache.evict_tag("product");
        smiles.to_owned()
    }
    let mut cache = CacheManager::new();
    plan("product", &mut cache);
    plan("other", &mut cache);
    assert_eq!((cache.len(), cache.stats().stale_results), (1, 1));
}

#[test]
fn keep_if_decides_what_is_stored() {
    #[cached(namespace = "find", keep_if = Option::is_some)]
    fn find(x: u32, cache: &mut CacheManager) -> Option<u32> {
        ran();
        (x > 1).then_some(x)
    }
    #[cached(namespace = "list", keep_if = |list| !list.is_empty())]
    fn list(x: usize, cache: &mut CacheManager) -> Result<Vec<u8>, fmt::Error> {
        ran();
        Ok(vec![0; x])
    }
    let mut cache = CacheManager::new();
    assert_eq!(runs(|| (find(1, &mut cache), find(1, &mut cache))), 2);
    assert_eq!(runs(|| (find(2, &mut cache), find(2, &mut cache))), 1);
    assert_eq!(runs(|| (list(0, &mut cache), list(0, &mut cache))), 2);
    assert_eq!(runs(|| (list(1, &mut cache), list(1, &mut cache))), 1);
}

#[test]
fn refreshing_computes_and_stores_anew() {
    #[cached(namespace = "now", refresh = force, skip(force))]
    fn now(x: u32, force: bool, cache: &mut CacheManager) -> u32 {
        ran();
        x + RUNS.get()
    }
    let mut cache = CacheManager::new();
    let first = now(1, false, &mut cache);
    let second = now(1, true, &mut cache);
    assert_eq!(second, first + 1);
    assert_eq!(now(1, false, &mut cache), second);
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.misses, stats.stores), (1, 1, 2));
}

#[test]
fn a_call_that_is_not_enabled_leaves_the_cache_alone() {
    #[cached(namespace = "maybe", enabled = x < 10)]
    fn maybe(x: u32, cache: &mut CacheManager) -> u32 {
        ran();
        x
    }
    let mut cache = CacheManager::new();
    assert_eq!(runs(|| (maybe(10, &mut cache), maybe(10, &mut cache))), 2);
    assert_eq!(cache.stats(), CacheManager::new().stats());
    assert_eq!(runs(|| (maybe(1, &mut cache), maybe(1, &mut cache))), 1);
}

#[test]
fn a_shared_cache_is_left_alone_by_calls_that_are_not_enabled() {
    #[cached(namespace = "maybe", enabled = *enabled, skip(enabled))]
    fn maybe(x: u32, enabled: &bool, cache: &SharedCache) -> u32 {
        ran();
        x
    }
    let cache = SharedCache::new();
    assert_eq!(runs(|| (maybe(1, &false, &cache), maybe(1, &false, &cache))), 2);
    assert_eq!(cache.stats(), SharedCache::new().stats());
    assert_eq!(runs(|| (maybe(1, &true, &cache), maybe(1, &true, &cache))), 1);
    // Nor is what is stored looked up.
    assert_eq!(runs(|| maybe(1, &false, &cache)), 1);
    assert_eq!((cache.stats().hits, cache.stats().misses), (1, 1));

    // In one that forgets at once, calls that are enabled miss.
    let disabled = SharedCache::disabled();
    assert_eq!(runs(|| (maybe(1, &false, &disabled), maybe(1, &true, &disabled), maybe(1, &true, &disabled))), 3);
    assert_eq!((disabled.stats().hits, disabled.stats().misses, disabled.len()), (0, 2, 0));
}

#[test]
fn an_automatic_version_changes_with_the_function_and_not_with_its_formatting() {
    mod one {
        #[cache_runtime::cached(namespace = "auto", version = auto)]
        pub(crate) fn f(x: u32, cache: &mut cache_runtime::CacheManager) -> u32 {
            x + 1
        }
    }
    mod formatted {
        /// Documented.
        #[cache_runtime::cached(version = auto, namespace = "auto")]
        #[inline]
        #[rustfmt::skip]
        pub(crate) fn f(x : u32, /* commented */ cache: & mut cache_runtime :: CacheManager,) -> u32
        {
            // Commented.
            x+1
        }
    }
    mod edited {
        #[cache_runtime::cached(namespace = "auto", version = auto)]
        pub(crate) fn f(x: u32, cache: &mut cache_runtime::CacheManager) -> u32 {
            x + 2
        }
    }
    let version = |key: Result<cache_runtime::CacheKey, _>| key.unwrap().version().unwrap();
    assert_eq!(version(one::f_key(1)), 2_127_383_089, "a fingerprint is the same with every compiler");
    assert_eq!(version(one::f_key(1)), version(formatted::f_key(1)));
    assert_ne!(version(one::f_key(1)), version(edited::f_key(1)));
    let mut cache = CacheManager::new();
    assert_eq!((one::f(1, &mut cache), formatted::f(1, &mut cache), edited::f(1, &mut cache)), (2, 2, 3));
    assert_eq!(cache.stats().hits, 1);
}

mod renamed {
    /// As if a crate had renamed or re-exported the dependency.
    pub(crate) mod memo {
        pub(crate) use cache_runtime::*;
    }

    #[memo::cached(crate = memo, ttl = "1h", tags = ["x"], keep_if = |x| *x > 0)]
    pub(crate) fn f(x: u32, cache: &mut memo::CacheManager) -> u32 {
        x
    }

    #[memo::evicts(crate = memo, tag = "x")]
    pub(crate) fn g(x: u32, cache: &mut memo::CacheManager) {}
}

#[test]
fn the_runtime_may_have_another_path() {
    let mut cache = CacheManager::new();
    assert_eq!((renamed::f(1, &mut cache), renamed::f(1, &mut cache)), (1, 1));
    assert_eq!(cache.stats().hits, 1);
    renamed::g(1, &mut cache);
    assert!(cache.is_empty());
}
