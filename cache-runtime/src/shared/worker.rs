//! Waiting on a worker of one of rayon's pools.
//!
//! What a worker waits for may depend on a job that the worker itself has begun and put aside: while it waited for that job's
//! parts, it took the waiting call over from another worker. Nobody can see that from outside, so a worker does not wait
//! for ever. It does not do other work of its pool meanwhile either, because that would put still more aside.

use std::time::Duration;

/// How long a worker waits if the cache does not say.
const PATIENCE: Duration = Duration::from_secs(1);

/// The longest that the current thread may wait, if it may not wait for ever.
pub(super) fn patience() -> Option<Duration> {
    rayon_core::current_thread_index().map(|_| PATIENCE)
}
