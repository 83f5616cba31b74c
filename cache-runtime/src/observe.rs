//! Tells the outside what came of a call: nobody, unless a feature says whom.

use crate::LookupOutcome;

/// Whether anyone may listen.
#[cfg(feature = "shared")]
pub(crate) const ANYONE: bool = cfg!(any(feature = "tracing", feature = "metrics"));

/// Whether telling may take long, because a subscriber listens to events; to count takes no longer than to read a clock.
pub(crate) fn may_take_long() -> bool {
    #[cfg(feature = "tracing")]
    let may_take_long = tracing::level_filters::LevelFilter::current() >= tracing::Level::DEBUG;
    #[cfg(not(feature = "tracing"))]
    let may_take_long = false;
    may_take_long
}

/// Tells of a call that has nothing to do with what is stored.
pub(crate) fn tell_of_other(namespace: &str, version: u32, outcome: LookupOutcome) {
    trace(namespace, version, None, outcome);
    Counters::default().count(namespace, outcome);
}

/// One event a call, with its arguments, as [`Call::write`](crate::Call) writes them, if the cache was asked to tell them.
#[cfg(feature = "tracing")]
pub(crate) fn trace(namespace: &str, version: u32, arguments: Option<&[u8]>, outcome: LookupOutcome) {
    // Whether anyone listens only the macro knows, which is asked first: it may also log.
    tracing::debug!(
        target: "cache_runtime",
        namespace,
        version,
        outcome = outcome.name(),
        // A field that is empty is not recorded.
        arguments = arguments.map(|raw| String::from_utf8_lossy(&crate::key::payload_of_call(raw)).into_owned()).as_deref(),
        "look-up"
    );
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn trace(_: &str, _: u32, _: Option<&[u8]>, _: LookupOutcome) {}

/// What a namespace counts in, for whoever records metrics: made once, because most programs have nobody who does.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    #[cfg(feature = "metrics")]
    keys: std::sync::OnceLock<Box<[metrics::Key; Self::NAMES.len()]>>,
}

#[cfg(feature = "metrics")]
impl Counters {
    /// Their names, by the numbers that [`LookupOutcome::counters`] gives.
    const NAMES: [&str; 10] = [
        "cache_hits_total",
        "cache_misses_total",
        "cache_expired_misses_total",
        "cache_type_mismatches_total",
        "cache_refreshes_total",
        "cache_coalesced_total",
        "cache_reentrant_calls_total",
        "cache_key_errors_total",
        "cache_namespace_conflicts_total",
        "cache_bypassed_calls_total",
    ];

    /// One count a call.
    pub(crate) fn count(&self, namespace: &str, outcome: LookupOutcome) {
        static METADATA: metrics::Metadata<'_> = metrics::Metadata::new(module_path!(), metrics::Level::INFO, None);
        let make = |name| metrics::Key::from_parts(name, vec![metrics::Label::new("namespace", namespace.to_owned())]);
        let keys = self.keys.get_or_init(|| Box::new(Self::NAMES.map(make)));
        metrics::with_recorder(|recorder| {
            for key in outcome.counters().iter().filter_map(|number| keys.get(*number)) {
                recorder.register_counter(key, &METADATA).increment(1);
            }
        });
    }
}

#[cfg(not(feature = "metrics"))]
impl Counters {
    #[expect(clippy::unused_self, reason = "there is nothing in it")]
    pub(crate) fn count(&self, _: &str, _: LookupOutcome) {}
}
