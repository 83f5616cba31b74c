//! Tells the outside what came of a call: nobody, unless a feature says whom.

use crate::LookupOutcome;

/// One event a call, with its namespace, version and outcome; never its arguments.
pub(crate) fn observe(namespace: &str, version: u32, outcome: LookupOutcome) {
    #[cfg(feature = "tracing")]
    tracing::debug!(target: "cache_runtime", namespace, version, outcome = outcome.name(), "look-up");
    #[cfg(feature = "metrics")]
    metrics::counter!("cache_lookups_total", "namespace" => namespace.to_owned(), "outcome" => outcome.name())
        .increment(1);
    // So that nothing is unused where nobody is told.
    let _ = (namespace, version, outcome);
}
