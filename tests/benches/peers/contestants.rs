//! One function, `(smiles: &str, az_model: &str) -> V` with a time to live of an hour, cached by us and by peers, each as its
//! documentation shows.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use cache_runtime::{CacheManager, Clock, cached};

use crate::data::Answer;

pub(crate) const TTL: Duration = Duration::from_secs(3600);

/// A pair that is equal to one of owned texts.
#[derive(Hash)]
pub(crate) struct Borrowed<'a>(pub &'a str, pub &'a str);

/// That of the crate `equivalent`, which others have, too.
impl quick_cache::Equivalent<(String, String)> for Borrowed<'_> {
    fn equivalent(&self, (smiles, az_model): &(String, String)) -> bool {
        self.0 == smiles && self.1 == az_model
    }
}

/// What a cache does without the feature `coarse-clock`: it reads the exact time whenever it has to know it.
#[derive(Debug)]
pub(crate) struct Exact(pub Instant);

impl Clock for Exact {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn is_monotonic(&self) -> bool {
        true
    }
}

/// A function that answers from a cache.
pub(crate) type Call<V> = Box<dyn FnMut(&str, &str) -> V>;

/// A way to cache the function.
pub(crate) struct Contestant<V> {
    pub(crate) name: &'static str,
    pub(crate) call: Call<V>,
}

impl<V> Contestant<V> {
    fn new(name: &'static str, call: impl FnMut(&str, &str) -> V + 'static) -> Self {
        Self { name, call: Box::new(call) }
    }
}

/// The result types, for which attributes that make statics need functions of their own.
pub(crate) trait Contested: Answer {
    fn ours(smiles: &str, az_model: &str, cache: &mut CacheManager) -> Self;
    fn ours_tagged(smiles: &str, az_model: &str, cache: &mut CacheManager) -> Self;
    fn cached(smiles: &str, az_model: &str) -> Self;
    fn concurrent(smiles: &str, az_model: &str) -> Self;
    fn memoize(smiles: &str, az_model: &str) -> Self;
}

macro_rules! contested {
    ($($module:ident: $value:ty),*) => {$(
        mod $module {
            use super::*;

            #[cached(ttl = 3600)]
            pub(super) fn ours(smiles: &str, az_model: &str, cache: &mut CacheManager) -> $value {
                Answer::of(smiles, az_model)
            }

            #[cached(ttl = 3600, tag = "smiles")]
            pub(super) fn ours_tagged(smiles: &str, az_model: &str, cache: &mut CacheManager) -> $value {
                Answer::of(smiles, az_model)
            }

            #[cached::macros::cached(ttl_secs = 3600)]
            pub(super) fn cached(smiles: &str, az_model: &str) -> $value {
                Answer::of(smiles, az_model)
            }

            #[cached::macros::concurrent_cached(ttl_secs = 3600)]
            pub(super) fn concurrent(smiles: &str, az_model: &str) -> $value {
                Answer::of(smiles, az_model)
            }

            #[memoize::memoize(TimeToLive: Duration::from_secs(3600))]
            pub(super) fn memoized(smiles: String, az_model: String) -> $value {
                Answer::of(&smiles, &az_model)
            }
        }

        impl Contested for $value {
            fn ours(smiles: &str, az_model: &str, cache: &mut CacheManager) -> Self {
                $module::ours(smiles, az_model, cache)
            }

            fn ours_tagged(smiles: &str, az_model: &str, cache: &mut CacheManager) -> Self {
                $module::ours_tagged(smiles, az_model, cache)
            }

            fn cached(smiles: &str, az_model: &str) -> Self {
                $module::cached(smiles, az_model)
            }

            fn concurrent(smiles: &str, az_model: &str) -> Self {
                $module::concurrent(smiles, az_model)
            }

            fn memoize(smiles: &str, az_model: &str) -> Self {
                $module::memoized(smiles.to_owned(), az_model.to_owned())
            }
        }
    )*};
}

contested!(of_u64: u64, of_u32: u32, of_vec: Vec<String>, of_arc: std::sync::Arc<Vec<String>>);

/// Everyone, each with a cache of its own for so many entries, where it asks for their number.
pub(crate) fn contestants<V: Contested>(entries: usize) -> Vec<Contestant<V>> {
    let (mut plain, mut tagged) = (CacheManager::new(), CacheManager::new());
    let mut exact = CacheManager::builder().clock(Exact(Instant::now())).build();
    let mut bounded = CacheManager::builder().max_entries(2 * entries.max(1)).build();
    let moka = || moka::sync::Cache::builder().max_capacity(2 * entries as u64).time_to_live(TTL).build();
    let (moka, moka_borrowed) = (moka(), moka());
    let mut mini = mini_moka::unsync::Cache::builder().max_capacity(2 * entries as u64).time_to_live(TTL).build();
    let mut quick = quick_cache::unsync::Cache::new(2 * entries);
    let mut quick_borrowed = quick_cache::unsync::Cache::new(2 * entries);
    let mut map = HashMap::<(String, String), (V, Instant)>::new();
    let owned = |smiles: &str, az_model: &str| (smiles.to_owned(), az_model.to_owned());
    vec![
        Contestant::new("ours", move |smiles, az_model| V::ours(smiles, az_model, &mut plain)),
        Contestant::new("ours, tagged", move |smiles, az_model| V::ours_tagged(smiles, az_model, &mut tagged)),
        Contestant::new("ours, without coarse-clock", move |smiles, az_model| V::ours(smiles, az_model, &mut exact)),
        Contestant::new("ours, bounded", move |smiles, az_model| V::ours(smiles, az_model, &mut bounded)),
        Contestant::new("cached", V::cached),
        Contestant::new("cached, concurrent", V::concurrent),
        Contestant::new("memoize", V::memoize),
        Contestant::new("moka::sync", move |smiles, az_model| {
            moka.get_with(owned(smiles, az_model), || V::of(smiles, az_model))
        }),
        Contestant::new("moka::sync, borrowed", move |smiles, az_model| {
            let found = moka_borrowed.get(&Borrowed(smiles, az_model));
            found.unwrap_or_else(|| moka_borrowed.get_with(owned(smiles, az_model), || V::of(smiles, az_model)))
        }),
        Contestant::new("mini-moka::unsync", move |smiles, az_model| {
            let key = owned(smiles, az_model);
            if let Some(value) = mini.get(&key) {
                return V::clone(value);
            }
            let value = V::of(smiles, az_model);
            mini.insert(key, value.clone());
            value
        }),
        Contestant::new("quick_cache::unsync", move |smiles, az_model| {
            let key = owned(smiles, az_model);
            if let Some(value) = quick.get(&key) {
                return V::clone(value);
            }
            let value = V::of(smiles, az_model);
            quick.insert(key, value.clone());
            value
        }),
        Contestant::new("quick_cache::unsync, borrowed", move |smiles, az_model| {
            if let Some(value) = quick_borrowed.get(&Borrowed(smiles, az_model)) {
                return V::clone(value);
            }
            let value = V::of(smiles, az_model);
            quick_borrowed.insert(owned(smiles, az_model), value.clone());
            value
        }),
        Contestant::new("a HashMap by hand", move |smiles, az_model| {
            let key = owned(smiles, az_model);
            if let Some((value, stored)) = map.get(&key)
                && stored.elapsed() < TTL
            {
                return value.clone();
            }
            let value = V::of(smiles, az_model);
            map.insert(key, (value.clone(), Instant::now()));
            value
        }),
    ]
}
