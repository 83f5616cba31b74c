//! Tells the outside what came of a call: nobody, unless a feature says whom.

use crate::LookupOutcome;

/// Whether anyone may listen. Of metrics only their recorder knows.
#[cfg(feature = "shared")]
pub(crate) fn may_anyone_listen() -> bool {
    cfg!(feature = "metrics") || is_traced()
}

/// Tells of a call that has nothing to do with what is stored.
pub(crate) fn tell_of_other(namespace: &str, version: u32, outcome: LookupOutcome) {
    if is_traced() {
        trace(namespace, version, None, outcome);
    }
    Counters::default().count(namespace, outcome);
}

/// Whether events are made at all. Most programs have nobody who listens, and then a hit is not to pay for them.
#[inline]
pub(crate) fn is_traced() -> bool {
    #[cfg(feature = "tracing")]
    let is_traced = tracing::Level::DEBUG <= tracing::level_filters::LevelFilter::current();
    #[cfg(not(feature = "tracing"))]
    let is_traced = false;
    is_traced
}

/// One event a call, with the payload of its key if the cache was asked to tell it.
#[cold]
pub(crate) fn trace(namespace: &str, version: u32, arguments: Option<&[u8]>, outcome: LookupOutcome) {
    #[cfg(feature = "tracing")]
    tracing::debug!(
        target: "cache_runtime",
        namespace,
        version,
        outcome = outcome.name(),
        // A field that is empty is not recorded.
        arguments = arguments.map(String::from_utf8_lossy).as_deref(),
        "look-up"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (namespace, version, arguments, outcome);
}

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
