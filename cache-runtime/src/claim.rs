//! How a [`CacheManager`] answers the calls of cached functions.

use crate::generation::Begun;
use crate::{Begin, Cache, CacheKey, CacheManager, Call, SetOptions};

/// A call that missed and whose result may be stored.
///
/// It owns what storing needs; the arguments may be gone by then.
#[derive(Debug)]
pub struct Claim(Option<Open>);

#[derive(Debug)]
struct Open {
    key: CacheKey,
    options: SetOptions,
    begun: Begun,
}

impl Claim {
    /// A call that runs without the cache.
    const VOID: Self = Self(None);
}

#[diagnostic::do_not_recommend]
impl<V: Clone + Send + Sync + 'static> Cache<V> for CacheManager {
    type Claim = Claim;

    fn begin(&mut self, call: &Call<'_>, options: &dyn Fn() -> SetOptions) -> Begin<V, Claim> {
        let Some(key) = self.key_of(call) else {
            self.counters.misses += 1;
            return Begin::Miss(Claim::VOID);
        };
        if let Some(value) = self.get::<V>(&key) {
            return Begin::Hit(value.clone());
        }
        let begun = self.generations.begin();
        Begin::Miss(Claim(Some(Open { key, options: options(), begun })))
    }

    fn finish(&mut self, claim: Claim, value: &V) {
        if let Some(Open { key, options, begun }) = claim.0 {
            self.store_result(key, Box::new(value.clone()), options, &begun);
        }
    }
}

impl CacheManager {
    /// The key of a call, or `None` if the call has to run without the cache.
    fn key_of(&mut self, call: &Call<'_>) -> Option<CacheKey> {
        if self.is_disabled() {
            return None;
        }
        if !self.owners.admit(call.namespace(), call.version(), call.origin()) {
            self.counters.namespace_conflicts += 1;
            return None;
        }
        let key = call.key_by(&mut self.scratch);
        if key.is_err() {
            self.counters.key_errors += 1;
        }
        key.ok()
    }
}
