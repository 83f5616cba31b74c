//! What others are told of a call: an event and a counter. One test, because `tracing` asks once for the whole program
//! whether anyone listens.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cache_runtime::{CacheManager, ManualClock, SharedCache, cached};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::{Layer, Registry};

#[cached(namespace = "slow", ttl = 60)]
fn slow(x: u64, cache: &mut CacheManager) -> u64 {
    x
}

#[cached(namespace = "slow", ttl = 60)]
fn slow_shared(x: u64, cache: &SharedCache) -> u64 {
    x
}

/// The fields of each event, as text.
#[derive(Clone, Default)]
struct Events(Arc<Mutex<Vec<String>>>);

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, "{field}={value:?} ");
    }
}

impl<S: tracing::Subscriber> Layer<S> for Events {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields(event.metadata().level().to_string() + " ");
        event.record(&mut fields);
        self.0.lock().unwrap().push(fields.0);
    }
}

fn each_call_is_one_event_without_its_arguments() {
    let events = Events::default();
    tracing::subscriber::with_default(Registry::default().with(events.clone()), || {
        slow(4321, &mut CacheManager::new());
        slow_shared(4321, &SharedCache::new());
    });
    let events = events.0.lock().unwrap();
    assert_eq!(events.len(), 2, "{events:?}");
    for event in events.iter() {
        let expected = ["DEBUG", "namespace=\"slow\"", "version=1", "outcome=\"absent\""];
        assert!(expected.iter().all(|part| event.contains(part)) && !event.contains("4321"), "{event}");
    }
}

fn an_event_says_what_came_of_a_call_of_a_shared_cache() {
    #[cached(namespace = "slow", skip(refresh), refresh = refresh, ttl = 60)]
    fn refreshed(x: u64, refresh: bool, cache: &SharedCache) -> u64 {
        x
    }
    #[cached(namespace = "slow")]
    fn text(x: u64, cache: &SharedCache) -> String {
        x.to_string()
    }
    let (events, clock) = (Events::default(), ManualClock::new());
    tracing::subscriber::with_default(Registry::default().with(events.clone()), || {
        let cache = SharedCache::builder().clock(clock.clone()).build();
        for refresh in [false, false, true] {
            refreshed(1, refresh, &cache);
        }
        clock.advance(Duration::from_secs(60));
        refreshed(1, false, &cache);
        text(1, &cache);
    });
    let events = events.0.lock().unwrap();
    let outcome = |event: &String| event.split("outcome=").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    let outcomes: Vec<String> = events.iter().map(outcome).collect();
    let expected = ["absent", "hit", "refreshed", "expired", "other_type"].map(|outcome| format!("{outcome:?}"));
    assert_eq!(outcomes, expected);
}

fn arguments_are_told_if_asked() {
    let events = Events::default();
    tracing::subscriber::with_default(Registry::default().with(events.clone()), || {
        let mut cache = CacheManager::builder().trace_arguments().build();
        for _ in 0..2 {
            slow(4321, &mut cache);
        }
        slow_shared(4321, &SharedCache::builder().trace_arguments().build());
    });
    let events = events.0.lock().unwrap();
    assert_eq!(events.len(), 3, "{events:?}");
    for event in events.iter() {
        assert!(event.contains(r#"arguments="{\"args\": [4321], \"kwargs\": {}}""#), "{event}");
    }
}

fn each_look_up_is_counted_for_whoever_records() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || {
        let clock = ManualClock::new();
        let mut cache = CacheManager::builder().clock(clock.clone()).build();
        for _ in 0..3 {
            slow(1, &mut cache);
        }
        clock.advance(Duration::from_secs(60));
        slow(1, &mut cache);
    });
    let mut counted: Vec<(String, DebugValue)> = snapshotter
        .snapshot()
        .into_vec()
        .into_iter()
        .map(|(key, _, _, value)| {
            let labels: Vec<String> =
                key.key().labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
            (format!("{} {}", key.key().name(), labels.join(" ")), value)
        })
        .collect();
    counted.sort_by(|one, other| one.0.cmp(&other.0));
    let expected = [("expired_misses", 1), ("hits", 2), ("misses", 2)]
        .map(|(name, count)| (format!("cache_{name}_total namespace=slow"), DebugValue::Counter(count)));
    assert_eq!(counted, expected);
}

/// Takes a second for each event.
struct Slow(ManualClock);

impl<S: tracing::Subscriber> Layer<S> for Slow {
    fn on_event(&self, _: &tracing::Event<'_>, _: Context<'_, S>) {
        self.0.advance(Duration::from_secs(1));
    }
}

fn the_time_of_those_who_are_told_is_not_that_of_bodies() {
    let clock = ManualClock::new();
    tracing::subscriber::with_default(Registry::default().with(Slow(clock.clone())), || {
        let mut cache = CacheManager::builder().clock(clock.clone()).build();
        let shared = SharedCache::builder().clock(clock.clone()).build();
        for x in [1, 2, 2] {
            slow(x, &mut cache);
            slow_shared(x, &shared);
        }
        for stats in [cache.stats(), shared.stats()] {
            assert_eq!((stats.bodies, stats.body_time, stats.time_saved), (2, Duration::ZERO, Duration::ZERO));
        }
    });
    assert_eq!(cache_runtime::Clock::now(&clock), Duration::from_secs(6));
}

#[test]
fn calls_are_told_of() {
    each_call_is_one_event_without_its_arguments();
    an_event_says_what_came_of_a_call_of_a_shared_cache();
    arguments_are_told_if_asked();
    each_look_up_is_counted_for_whoever_records();
    the_time_of_those_who_are_told_is_not_that_of_bodies();
}
