//! How a [`CacheManager`] answers the calls of cached functions.

use std::sync::Arc;

use crate::call::Lookup;
use crate::entry::Stored;
use crate::generation::Begun;
use crate::{Begin, Cache, CacheKey, CacheManager, Call, Claim, Evict, Never, SetOptions};

/// A call that missed and whose result may be stored.
///
/// It owns what storing needs; the arguments may be gone by then.
#[derive(Debug)]
pub struct ManagerClaim(Option<Open>);

impl Claim for ManagerClaim {}

#[derive(Debug)]
struct Open {
    key: CacheKey,
    instance: u64,
    begun: Begun,
}

impl ManagerClaim {
    /// A call that runs without the cache.
    const VOID: Self = Self(None);
}

#[diagnostic::do_not_recommend]
impl<V: Clone + Send + Sync + 'static> Cache<V> for CacheManager {
    type Claim = ManagerClaim;
    type Wait = Never;

    fn begin(&mut self, call: &Call<'_>) -> Begin<V, ManagerClaim> {
        if call.lookup() == Lookup::Bypass {
            return Begin::Miss(ManagerClaim::VOID);
        }
        let Some(key) = self.key_of(call) else {
            self.counters.misses += 1;
            return Begin::Miss(ManagerClaim::VOID);
        };
        if call.lookup() == Lookup::Consult
            && let Some(value) = self.get_of::<V>(key.as_str(), call.instance_of())
        {
            return Begin::Hit(value.clone());
        }
        let begun = self.generations.begin();
        Begin::Miss(ManagerClaim(Some(Open { key, instance: call.instance_of(), begun })))
    }

    fn finish(&mut self, claim: ManagerClaim, value: &V, options: SetOptions) {
        if let Some(Open { key, instance, begun }) = claim.0
            && !options.unstored
            && self.is_fresh(&key, &options, &begun)
        {
            self.set_stored(Stored::new(key, Arc::new(value.clone())).of(instance), options);
        }
    }
}

impl Evict for CacheManager {
    fn evict_tag(&mut self, tag: &str) -> usize {
        Self::evict_tag(self, tag)
    }

    fn evict_namespace(&mut self, namespace: &str) -> usize {
        Self::evict_namespace(self, namespace)
    }

    fn clear(&mut self) {
        Self::clear(self);
    }
}

impl CacheManager {
    /// The key of a call, or `None` if the call has to run without the cache.
    fn key_of(&mut self, call: &Call<'_>) -> Option<CacheKey> {
        let namespace = call.namespace();
        if !self.admits(call, &namespace) {
            return None;
        }
        let key = call.key_by(&namespace, &mut self.scratch);
        if key.is_err() {
            self.counters.key_errors += 1;
        }
        key.ok()
    }

    /// Whether the call may use the cache; `namespace` is its namespace's text.
    pub(crate) fn admits(&mut self, call: &Call<'_>, namespace: &str) -> bool {
        if self.is_disabled() {
            return false;
        }
        let admitted = self.owners.admit(call.namespace_as_given(), namespace, call.version());
        self.counters.namespace_conflicts += u64::from(!admitted);
        admitted
    }
}
