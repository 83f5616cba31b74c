//! Tells the outside what came of a call: nobody, unless a feature says whom.

use crate::LookupOutcome;

/// What a call is told as, but for what came of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told<'c> {
    pub(crate) namespace: &'c str,
    pub(crate) version: u32,
    /// The payload of its key, if the cache was asked to tell it.
    pub(crate) arguments: Option<&'c [u8]>,
}

impl Told<'_> {
    /// Whether anyone may listen.
    pub(crate) const ANYONE: bool = cfg!(any(feature = "tracing", feature = "metrics"));

    /// One event a call, and one count.
    pub(crate) fn as_ended(self, outcome: LookupOutcome) {
        #[cfg(feature = "tracing")]
        self.trace(outcome);
        #[cfg(feature = "metrics")]
        for counter in outcome.counters() {
            metrics::counter!(*counter, "namespace" => self.namespace.to_owned()).increment(1);
        }
        // So that nothing is unused where nobody is told.
        let _ = (self.namespace, self.version, self.arguments, outcome);
    }

    #[cfg(feature = "tracing")]
    fn trace(self, outcome: LookupOutcome) {
        let Self { namespace, version, arguments } = self;
        let outcome = outcome.name();
        // A field that is empty is not recorded.
        let arguments = arguments.map(String::from_utf8_lossy);
        tracing::debug!(target: "cache_runtime", namespace, version, outcome, arguments = arguments.as_deref(), "look-up");
    }
}
