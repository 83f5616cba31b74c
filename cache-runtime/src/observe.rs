//! Tells the outside what came of a call: nobody, unless a feature says whom.

use crate::LookupOutcome;

/// What a call is told as, but for what came of it.
#[derive(Clone, Copy)]
pub(crate) struct Told<'c> {
    pub(crate) namespace: &'c str,
    pub(crate) version: u32,
    /// The payload of its key, if the cache was asked to tell it.
    pub(crate) arguments: Option<&'c [u8]>,
    /// Where the namespace counts.
    pub(crate) counters: Option<&'c Counters>,
}

impl Told<'_> {
    /// Whether anyone may listen.
    #[cfg(feature = "shared")]
    pub(crate) const ANYONE: bool = cfg!(any(feature = "tracing", feature = "metrics"));

    /// One event a call, and one count.
    pub(crate) fn as_ended(self, outcome: LookupOutcome) {
        #[cfg(feature = "tracing")]
        tracing::debug!(
            target: "cache_runtime",
            namespace = self.namespace,
            version = self.version,
            outcome = outcome.name(),
            // A field that is empty is not recorded.
            arguments = self.arguments.map(String::from_utf8_lossy).as_deref(),
            "look-up"
        );
        match self.counters {
            Some(counters) => counters.count(self.namespace, outcome),
            None => Counters::default().count(self.namespace, outcome),
        }
        // So that nothing is unused where nobody is told.
        let _ = (self.version, self.arguments);
    }
}

/// What a namespace counts in, for whoever records metrics: made once, because most programs have nobody who does.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    #[cfg(feature = "metrics")]
    keys: std::sync::OnceLock<Vec<metrics::Key>>,
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

    fn count(&self, namespace: &str, outcome: LookupOutcome) {
        static METADATA: metrics::Metadata<'_> = metrics::Metadata::new(module_path!(), metrics::Level::INFO, None);
        let make = |name| metrics::Key::from_parts(name, vec![metrics::Label::new("namespace", namespace.to_owned())]);
        let keys = self.keys.get_or_init(|| Self::NAMES.map(make).into());
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
    fn count(&self, _: &str, _: LookupOutcome) {}
}
