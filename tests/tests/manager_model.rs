//! Random operations on a `CacheManager`, compared with a naive model after each step.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::time::Duration;

use cache_runtime::{CacheManager, CacheStats, ManualClock, SetOptions, make_cache_key};
use proptest::collection::vec;
use proptest::prelude::*;

const TAGS: [&str; 3] = ["CCO", "CCC", ""];
const NAMESPACES: [&str; 2] = ["run_az", "other"];

/// Keys picked by hand, and made ones of two namespaces and two versions.
fn keys() -> Vec<String> {
    let made = |namespace: &str, version, n: u8| make_cache_key(namespace, version, &(n,), &()).unwrap().to_string();
    let picked = ["demo", "", "v1:run_az:"].map(str::to_owned).into_iter();
    let made = NAMESPACES
        .into_iter()
        .flat_map(|namespace| [made(namespace, 1, 1), made(namespace, 2, 1), made(namespace, 1, 2)]);
    picked.chain(made).collect()
}

#[derive(Debug, Clone)]
enum Step {
    Set { key: usize, value: Value, ttl: Option<u64>, tags: Vec<usize> },
    Get(usize),
    GetText(usize),
    Delete(usize),
    EvictTag(usize),
    EvictNamespace(usize),
    PurgeIfExpired(usize),
    Purge,
    Clear,
    Advance(u64),
    Stats,
}

#[derive(Debug, Clone, PartialEq)]
enum Value {
    Int(i32),
    Text(String),
}

fn step() -> impl Strategy<Value = Step> {
    let key = 0..keys().len();
    let value = prop_oneof![any::<i32>().prop_map(Value::Int), "[a-z]{0,3}".prop_map(Value::Text)];
    let ttl = prop::option::of(prop_oneof![3 => 1u64..20, 1 => Just(0), 1 => Just(u64::MAX)]);
    let set = (key.clone(), value, ttl, vec(0..TAGS.len(), 0..4));
    prop_oneof![
        8 => set.prop_map(|(key, value, ttl, tags)| Step::Set { key, value, ttl, tags }),
        4 => key.clone().prop_map(Step::Get),
        2 => key.clone().prop_map(Step::GetText),
        2 => key.clone().prop_map(Step::Delete),
        2 => (0..TAGS.len()).prop_map(Step::EvictTag),
        1 => (0..NAMESPACES.len()).prop_map(Step::EvictNamespace),
        1 => key.prop_map(Step::PurgeIfExpired),
        1 => Just(Step::Purge),
        1 => Just(Step::Clear),
        4 => (0u64..12).prop_map(Step::Advance),
        1 => Just(Step::Stats),
    ]
}

/// What an entry is, as plainly as can be.
#[derive(Debug, Clone)]
struct Entry {
    value: Value,
    deadline: Option<Duration>,
    tags: Vec<&'static str>,
}

/// Every entry that is held, expired or not.
#[derive(Debug, Default)]
struct Model {
    now: Duration,
    held: BTreeMap<String, Entry>,
    stats: CacheStats,
}

impl Model {
    fn is_live(&self, key: &str) -> bool {
        self.held.get(key).is_some_and(|entry| entry.deadline.is_none_or(|deadline| deadline > self.now))
    }

    fn live(&self) -> usize {
        self.held.keys().filter(|key| self.is_live(key)).count()
    }

    /// Removes an entry; whether it was live.
    fn remove(&mut self, key: &str) -> bool {
        let live = self.is_live(key);
        if self.held.remove(key).is_some() {
            *(if live { &mut self.stats.evictions } else { &mut self.stats.expirations }) += 1;
        }
        live
    }

    fn purge_if_expired(&mut self, key: &str) -> bool {
        let expired = self.held.contains_key(key) && !self.is_live(key);
        if expired {
            self.remove(key);
        }
        expired
    }

    fn remove_where(&mut self, matches: impl Fn(&str, &Entry) -> bool) -> usize {
        let keys: Vec<String> =
            self.held.iter().filter(|(key, entry)| matches(key, entry)).map(|(key, _)| key.clone()).collect();
        keys.iter().filter(|key| self.remove(key)).count()
    }

    fn purge(&mut self) -> usize {
        let expired: Vec<String> = self.held.keys().filter(|key| !self.is_live(key)).cloned().collect();
        for key in &expired {
            self.remove(key);
        }
        expired.len()
    }

    fn set(&mut self, key: &str, entry: Entry, ttl: Option<Duration>) {
        self.purge_if_expired(key);
        self.held.remove(key);
        if ttl == Some(Duration::ZERO) {
            self.stats.refused_stores += 1;
        } else {
            self.stats.stores += 1;
            self.held.insert(key.to_owned(), entry);
        }
    }

    fn get(&mut self, key: &str, is_type: impl Fn(&Value) -> bool) -> Option<Value> {
        self.purge_if_expired(key);
        let value = self.held.get(key).map(|entry| entry.value.clone());
        let hit = value.as_ref().is_some_and(&is_type);
        *(if hit { &mut self.stats.hits } else { &mut self.stats.misses }) += 1;
        self.stats.type_mismatches += u64::from(value.is_some() && !hit);
        value.filter(is_type)
    }
}

/// A cache, the model of it, and their clock.
struct Twins {
    keys: Vec<String>,
    clock: ManualClock,
    cache: CacheManager,
    model: Model,
}

/// What the model does not tell apart, or that depends on when an expired entry is freed.
fn take_over_details(expected: &mut CacheStats, stats: &CacheStats) {
    assert!(stats.expired_misses <= stats.expirations);
    expected.expired_misses = stats.expired_misses;
    let by_cause = [stats.tag_evictions, stats.namespace_evictions, stats.key_evictions, stats.clear_evictions];
    assert_eq!(by_cause.iter().sum::<u64>(), stats.evictions);
    [expected.tag_evictions, expected.namespace_evictions, expected.key_evictions, expected.clear_evictions] = by_cause;
    expected.replacements = stats.replacements;
}

impl Twins {
    fn new() -> Self {
        let clock = ManualClock::new();
        let cache = CacheManager::builder().clock(clock.clone()).build();
        Self { keys: keys(), clock, cache, model: Model::default() }
    }

    fn apply(&mut self, step: Step) {
        let Self { keys, clock, cache, model } = self;
        match step {
            Step::Set { key, value, ttl, tags } => self.set(key, value, ttl, tags),
            Step::Get(key) => {
                let expected = model.get(&keys[key], |value| matches!(value, Value::Int(_)));
                assert_eq!(cache.get::<i32>(&keys[key]).copied().map(Value::Int), expected);
            }
            Step::GetText(key) => {
                let expected = model.get(&keys[key], |value| matches!(value, Value::Text(_)));
                assert_eq!(cache.get::<String>(&keys[key]).cloned().map(Value::Text), expected);
            }
            Step::Delete(key) => assert_eq!(cache.delete_key(&keys[key]), model.remove(&keys[key])),
            Step::EvictTag(tag) => {
                let expected = model.remove_where(|_, entry| entry.tags.contains(&TAGS[tag]));
                assert_eq!(cache.evict_tag(TAGS[tag]), expected);
            }
            Step::EvictNamespace(namespace) => {
                let infix = format!(":{}:", NAMESPACES[namespace]);
                let expected = model.remove_where(|key, _| key.contains(&infix) && key.len() > 64);
                assert_eq!(cache.evict_namespace(NAMESPACES[namespace]), expected);
            }
            Step::PurgeIfExpired(key) => {
                assert_eq!(cache.purge_if_expired(&keys[key]), model.purge_if_expired(&keys[key]));
            }
            Step::Purge => assert_eq!(cache.purge_expired_entries(), model.purge()),
            Step::Clear => {
                cache.clear();
                model.remove_where(|_, _| true);
            }
            Step::Advance(seconds) => {
                clock.advance(Duration::from_secs(seconds));
                model.now += Duration::from_secs(seconds);
            }
            Step::Stats => {
                model.purge();
                let mut expected = model.stats.clone();
                expected.num_entries = model.live();
                expected.size_bytes = size(model);
                let stats = cache.stats();
                take_over_details(&mut expected, &stats);
                assert_eq!(stats, expected);
            }
        }
    }

    fn set(&mut self, key: usize, value: Value, ttl: Option<u64>, tags: Vec<usize>) {
        let key = &self.keys[key];
        let ttl = ttl.map(|seconds| if seconds == u64::MAX { Duration::MAX } else { Duration::from_secs(seconds) });
        let given = tags.into_iter().map(|tag| TAGS[tag]);
        let options = given.clone().fold(SetOptions::new().ttl(ttl), SetOptions::tag);
        match value.clone() {
            Value::Int(int) => self.cache.set(key, int, options),
            Value::Text(text) => self.cache.set(key, text, options),
        }
        let mut tags = Vec::new();
        for tag in given {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        let deadline = ttl.filter(|ttl| *ttl != Duration::MAX).map(|ttl| self.model.now + ttl);
        self.model.set(key, Entry { value, deadline, tags }, ttl);
    }
}

/// What an entry takes besides its value and the text of its key and tags.
fn overhead() -> usize {
    let mut cache = CacheManager::new();
    cache.set("", (), SetOptions::default());
    cache.estimate_size_bytes()
}

fn size(model: &Model) -> usize {
    let entry_size = |(key, entry): (&String, &Entry)| {
        let value = match &entry.value {
            Value::Int(_) => size_of::<i32>(),
            Value::Text(_) => size_of::<String>(),
        };
        let tags: usize = entry.tags.iter().map(|tag| tag.len()).sum();
        overhead() + key.len() + value + tags
    };
    model.held.iter().map(entry_size).sum()
}

fn compare(cache: &CacheManager, keys: &[String], model: &Model) {
    assert_eq!(cache.len(), model.live());
    assert_eq!(cache.is_empty(), model.live() == 0);
    assert_eq!(cache.estimate_size_bytes(), size(model));
    for key in keys {
        assert_eq!(cache.contains(key), model.is_live(key));
        let Some(entry) = cache.entry(key) else { continue };
        let expected = &model.held[key];
        let value = entry.value::<i32>().copied().map(Value::Int);
        assert_eq!(value.or_else(|| entry.value::<String>().cloned().map(Value::Text)).as_ref(), Some(&expected.value));
        assert_eq!(entry.expires_at(), expected.deadline);
        assert_eq!(entry.tags().collect::<Vec<_>>(), expected.tags);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_manager_agrees_with_the_model(steps in vec(step(), 1..120)) {
        let mut twins = Twins::new();
        for step in steps {
            twins.apply(step);
            compare(&twins.cache, &twins.keys, &twins.model);
        }
    }
}
