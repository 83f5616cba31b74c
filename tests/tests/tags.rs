//! Results go away by tag, and a result that is being computed meanwhile is not stored.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

use std::fmt;

use cache_runtime::{CacheManager, SetOptions, cached, make_cache_key};

/// The tags of the only entry.
fn tags(cache: &CacheManager, key: &str) -> Vec<String> {
    cache.entry(key).unwrap().tags().map(str::to_owned).collect()
}

macro_rules! tags_of {
    ($($option:tt)*) => {{
        #[cached(namespace = "tags", $($option)*)]
        fn f(smiles: &str, depth: usize, r#type: char, cache: &mut CacheManager) -> usize {
            smiles.len() + depth + r#type.len_utf8()
        }
        let mut cache = CacheManager::new();
        f("CCO", 7, 'é', &mut cache);
        tags(&cache, make_cache_key("tags", 1, &("CCO", 7, 'é'), &()).unwrap().as_str())
    }};
}

#[test]
fn a_tag_is_a_parameter_a_template_or_a_label() {
    assert_eq!(tags_of!(tag = "smiles"), ["CCO"]);
    assert_eq!(tags_of!(tag = "depth"), ["7"]);
    assert_eq!(tags_of!(tag = "type"), ["é"]);
    assert_eq!(tags_of!(tag = "r#type"), ["é"]);
    assert_eq!(tags_of!(tag = "molecule:{smiles}"), ["molecule:CCO"]);
    assert_eq!(tags_of!(tag = "{smiles:?}/{depth:03}{type:>depth$}{{}}"), ["\"CCO\"/007      é{}"]);
    assert_eq!(tags_of!(tag = "batch:1"), ["batch:1"]);
    assert_eq!(tags_of!(tag = ""), [""]);
    assert_eq!(tags_of!(tag = fixed("smiles")), ["smiles"]);
    assert_eq!(tags_of!(tag = fixed("{smiles}")), ["{smiles}"]);
    assert_eq!(tags_of!(), [""; 0]);
}

#[test]
fn an_entry_may_carry_several_tags() {
    assert_eq!(tags_of!(tags = ["smiles", "depth:{depth}", fixed("all")]), ["CCO", "depth:7", "all"]);
    assert_eq!(tags_of!(tags = ["smiles", fixed("CCO")]), ["CCO"]);
    let mut cache = CacheManager::new();
    cache.set("pair", 1, SetOptions::new().tag("CCO").tag("CCC"));
    cache.set("single", 2, SetOptions::new().tag("CCC"));
    assert_eq!(cache.evict_tag("CCO"), 1);
    assert_eq!(cache.evict_tag("CCC"), 1);
    assert_eq!(cache.evict_tag("CCC"), 0);
    assert!(cache.is_empty());
}

#[test]
fn a_tag_may_be_an_expression() {
    #[cached(namespace = "tags", tags = [smiles.to_lowercase(), format_args!("{}", depth + 1), PREFIX])]
    fn f(smiles: &str, depth: u32, cache: &mut CacheManager) -> usize {
        smiles.len()
    }
    const PREFIX: char = 'x';
    let mut cache = CacheManager::new();
    f("CCO", 7, &mut cache);
    assert_eq!(tags(&cache, make_cache_key("tags", 1, &("CCO", 7), &()).unwrap().as_str()), ["cco", "8", "x"]);
}

#[test]
fn evicting_a_tag_leaves_the_others() {
    #[cached(namespace = "run_az", tag = "smiles")]
    fn run_az(smiles: &str, model: &str, cache: &mut CacheManager) -> String {
        format!("{smiles}{model}")
    }
    let mut cache = CacheManager::new();
    for smiles in ["CCO", "CCC"] {
        for model in ["USPTO", "other"] {
            run_az(smiles, model, &mut cache);
        }
    }
    assert_eq!(cache.evict_tag("CCO"), 2);
    assert_eq!(cache.evict_tag("CC"), 0);
    run_az("CCC", "USPTO", &mut cache);
    run_az("CCO", "USPTO", &mut cache);
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.misses, stats.evictions, stats.num_entries), (1, 5, 2, 3));
}

/// What a body does while its result is being computed.
#[derive(Debug, Clone, Copy, serde::Serialize)]
enum Meanwhile {
    EvictTag(&'static str),
    EvictNamespace(&'static str),
    EvictTagsOfOthers(u32),
    DeleteKey,
    DeleteOther,
    Clear,
    Expire,
    SetByHand,
}

impl Meanwhile {
    fn key(self) -> cache_runtime::CacheKey {
        make_cache_key("run_az", 1, &("CCO", self), &()).unwrap()
    }

    fn happen(self, cache: &mut CacheManager) {
        match self {
            Self::EvictTag(tag) => _ = cache.evict_tag(tag),
            Self::EvictNamespace(namespace) => _ = cache.evict_namespace(namespace),
            Self::EvictTagsOfOthers(count) => (0..count).for_each(|n| _ = cache.evict_tag(&n.to_string())),
            Self::DeleteKey => _ = cache.delete_key(self.key()),
            Self::DeleteOther => _ = cache.delete_key("other"),
            Self::Clear => cache.clear(),
            Self::Expire => _ = cache.purge_expired_entries(),
            Self::SetByHand => cache.set(self.key(), 0usize, SetOptions::default()),
        }
    }
}

#[cached(namespace = "run_az", tags = ["smiles", fixed("all")])]
fn run_az(smiles: &str, meanwhile: Meanwhile, cache: &mut CacheManager) -> usize {
    meanwhile.happen(cache);
    smiles.len()
}

/// Whether the result of a call is stored, which comes back to the caller in any case.
fn is_stored(meanwhile: Meanwhile) -> bool {
    let mut cache = CacheManager::new();
    assert_eq!(run_az("CCO", meanwhile, &mut cache), 3);
    let stored = cache.entry(meanwhile.key()).map(|entry| entry.value::<usize>().copied());
    assert_eq!(cache.stats().stale_results, u64::from(stored.is_none()));
    stored == Some(Some(3))
}

#[test]
fn a_value_computed_from_old_data_is_not_stored_after_an_eviction() {
    assert!(!is_stored(Meanwhile::EvictTag("CCO")));
    assert!(!is_stored(Meanwhile::EvictTag("all")));
    assert!(!is_stored(Meanwhile::EvictNamespace("run_az")));
    assert!(!is_stored(Meanwhile::DeleteKey));
    assert!(!is_stored(Meanwhile::Clear));
}

#[test]
fn what_else_is_evicted_meanwhile_does_not_matter() {
    assert!(is_stored(Meanwhile::EvictTag("CCC")));
    assert!(is_stored(Meanwhile::EvictTag("run_az")));
    assert!(is_stored(Meanwhile::EvictNamespace("CCO")));
    assert!(is_stored(Meanwhile::EvictTagsOfOthers(10_000)));
    assert!(is_stored(Meanwhile::DeleteOther));
    assert!(is_stored(Meanwhile::Expire));
    assert!(is_stored(Meanwhile::SetByHand));
}

#[test]
fn a_value_computed_after_the_eviction_is_stored() {
    let mut cache = CacheManager::new();
    let meanwhile = Meanwhile::EvictTag("CCO");
    run_az("CCO", meanwhile, &mut cache);
    run_az("CCO", Meanwhile::Expire, &mut cache);
    assert!(!cache.contains(meanwhile.key()));
    assert!(cache.contains(Meanwhile::Expire.key()));
}

#[test]
fn an_inner_result_from_after_the_eviction_is_stored_and_the_outer_is_not() {
    #[cached(namespace = "outer", tag = "smiles")]
    fn outer(smiles: &str, cache: &mut CacheManager) -> usize {
        let before = inner(smiles, 1, cache);
        cache.evict_tag(smiles);
        before + inner(smiles, 2, cache)
    }
    #[cached(namespace = "inner", tag = "smiles")]
    fn inner(smiles: &str, n: usize, cache: &mut CacheManager) -> usize {
        smiles.len() * n
    }
    let mut cache = CacheManager::new();
    assert_eq!(outer("CCO", &mut cache), 9);
    assert_eq!(cache.len(), 1);
    assert!(cache.contains(make_cache_key("inner", 1, &("CCO", 2), &()).unwrap()));
}

#[test]
fn an_entry_whose_tag_cannot_be_displayed_is_not_stored() {
    struct Failing;
    impl fmt::Display for Failing {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            Err(fmt::Error)
        }
    }
    let mut cache = CacheManager::new();
    cache.set("demo", 1, SetOptions::new().tag(Failing));
    assert!(cache.is_empty());
    assert_eq!(cache.stats().refused_stores, 1);
}
