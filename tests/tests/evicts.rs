//! What `#[evicts]` evicts, and when.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use cache_runtime::{CacheManager, SetOptions, cached, evicts};

#[cached(namespace = "weigh", tags = ["smiles", "model:{model}"])]
fn weigh(smiles: &str, model: u32, cache: &mut CacheManager) -> usize {
    smiles.len() + model as usize
}

#[cached(namespace = "count", tag = "smiles")]
fn count(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

/// Two molecules, each weighed by two models and counted.
fn filled() -> CacheManager {
    let mut cache = CacheManager::new();
    for smiles in ["CCO", "CCC"] {
        for model in [1, 2] {
            weigh(smiles, model, &mut cache);
        }
        count(smiles, &mut cache);
    }
    assert_eq!(cache.len(), 6);
    cache
}

#[test]
fn a_tag_is_evicted_when_the_body_has_run() {
    #[evicts(tag = "smiles")]
    fn update(smiles: &str, cache: &mut CacheManager) -> usize {
        cache.len()
    }
    let mut cache = filled();
    assert_eq!(update("CCO", &mut cache), 6);
    assert_eq!(cache.len(), 3);
}

#[test]
fn tags_a_namespace_or_all_are_evicted() {
    #[evicts(tags = ["smiles", "model:{model}", fixed("model:7"), model.to_string()])]
    fn by_tags(smiles: String, model: u32, cache: &mut CacheManager) {
        drop(smiles);
    }
    #[evicts(namespace = "weigh", tag = fixed("CCO"))]
    fn by_namespace(cache: &mut CacheManager) {}
    #[evicts(all)]
    fn everything(cache: &mut CacheManager) {}
    let mut cache = filled();
    by_tags("CCO".to_owned(), 2, &mut cache);
    assert_eq!(cache.len(), 2, "CCC weighed by 1, and counted");
    let mut cache = filled();
    by_namespace(&mut cache);
    assert_eq!(cache.len(), 1, "CCC counted");
    everything(&mut cache);
    assert!(cache.is_empty());
}

type Outcome = Result<u32, String>;

fn outcome(ok: bool) -> Outcome {
    if ok { Ok(1) } else { Err("no".to_owned()) }
}

#[test]
fn nothing_is_evicted_on_an_err_unless_it_says_always() {
    #[evicts(tag = "smiles")]
    fn if_ok(smiles: &str, ok: bool, cache: &mut CacheManager) -> Outcome {
        let value = outcome(ok)?;
        return Ok(value);
    }
    #[evicts(tag = "smiles", when = ok)]
    fn ok_too(smiles: &str, ok: bool, cache: &mut CacheManager) -> Outcome {
        outcome(ok)
    }
    #[evicts(tag = "smiles", when = always)]
    fn always(smiles: &str, ok: bool, cache: &mut CacheManager) -> Outcome {
        outcome(ok)
    }
    #[evicts(tag = "smiles", when = before)]
    fn before(smiles: &str, ok: bool, cache: &mut CacheManager) -> Outcome {
        count(smiles, cache);
        outcome(ok)
    }
    let left = |update: fn(&str, bool, &mut CacheManager) -> Outcome, ok| {
        let mut cache = filled();
        assert_eq!(update("CCO", ok, &mut cache).is_ok(), ok);
        cache.len()
    };
    assert_eq!((left(if_ok, true), left(if_ok, false)), (3, 6));
    assert_eq!((left(ok_too, true), left(ok_too, false)), (3, 6));
    assert_eq!((left(always, true), left(always, false)), (3, 3));
    assert_eq!((left(before, true), left(before, false)), (4, 4), "what the body stores is from after the eviction");
}

#[test]
fn none_is_a_return_like_any_other() {
    #[evicts(tag = "smiles")]
    fn update(smiles: &str, cache: &mut CacheManager) -> Option<u32> {
        None
    }
    let mut cache = filled();
    update("CCO", &mut cache);
    assert_eq!(cache.len(), 3);
}

struct Store {
    cache: CacheManager,
    updates: u32,
}

impl Store {
    #[evicts(tag = "smiles", cache = self.cache)]
    fn update(&mut self, smiles: &str) -> Result<(), String> {
        self.updates += 1;
        if smiles.is_empty() { Err("empty".to_owned()) } else { Ok(()) }
    }

    #[evicts(tags = ["smiles", "model:{}"], cache = self.cache)]
    #[cfg(any())]
    fn never(&mut self, smiles: &str) {}

    #[evicts(all, cache = self.cache)]
    async fn reset(&mut self) {
        let mut waited = false;
        std::future::poll_fn(|_| if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending })
            .await;
        self.updates = 0;
    }
}

#[test]
fn methods_and_async_functions_evict_too() {
    let mut store = Store { cache: filled(), updates: 0 };
    store.update("").unwrap_err();
    assert_eq!(store.cache.len(), 6);
    store.update("CCO").unwrap();
    assert_eq!((store.cache.len(), store.updates), (3, 2));
    {
        let mut reset = pin!(store.reset());
        while reset.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {}
    }
    assert!(store.cache.is_empty());
}

#[test]
fn an_update_during_a_computation_makes_its_result_stale() {
    #[evicts(tag = "smiles")]
    fn update(smiles: &str, cache: &mut CacheManager) {}
    #[cached(namespace = "search", tag = "smiles")]
    fn search(smiles: &str, cache: &mut CacheManager) -> usize {
        update(smiles, cache);
        smiles.len()
    }
    let mut cache = CacheManager::new();
    cache.set("other", 1, SetOptions::new().tag("CCC"));
    assert_eq!(search("CCO", &mut cache), 3);
    assert_eq!((cache.len(), cache.stats().stale_results), (1, 1));
}
