//! How a [`CacheManager`] answers the calls of cached functions.

use std::sync::Arc;

use crate::call::Lookup;
use crate::clock::Tick;
use crate::entry::{Stored, Value};
use crate::generation::Begun;
use crate::observe::Told;
use crate::{Begin, Cache, CacheKey, CacheManager, Call, Claim, Evict, LookupOutcome, Never, SetOptions, SharedError};

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
    outcome: LookupOutcome,
    started: Tick,
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
        let namespace = call.namespace();
        self.scratch.clear();
        let begun = self.look_up_call::<V>(call, &namespace);
        let outcome = match &begun {
            Ok(_) => LookupOutcome::Hit,
            Err((outcome, _)) => *outcome,
        };
        self.remember(outcome);
        self.settle();
        let arguments = Some(self.scratch.as_slice()).filter(|payload| self.traces_arguments && !payload.is_empty());
        Told { namespace: &namespace, version: call.version(), arguments }.as_ended(outcome);
        match begun {
            Ok(value) => match value.downcast_ref::<V>() {
                Some(value) => Begin::Hit(value.clone()),
                None => Begin::Miss(ManagerClaim::VOID),
            },
            Err((_, claim)) => Begin::Miss(claim),
        }
    }

    fn finish(&mut self, claim: ManagerClaim, value: &V, options: SetOptions) {
        let Some(open) = claim.0 else { return };
        self.count_body(&open);
        let Open { key, instance, begun, .. } = open;
        if !options.unstored && self.is_fresh(&key, &options, &begun) {
            self.set_stored(Stored::new(key, Arc::new(value.clone())).of(instance), options);
        }
    }

    fn stale(&mut self, claim: &ManagerClaim) -> Option<V> {
        let open = claim.0.as_ref()?;
        let value = self.stale_value::<V>(open.key.as_str(), open.instance);
        self.settle();
        value?.downcast_ref::<V>().cloned()
    }

    fn decline(&mut self, claim: ManagerClaim, _: Option<SharedError>) {
        if let Some(open) = claim.0 {
            self.count_body(&open);
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
    /// The value that a call asks for, or else why there is none, and a claim.
    fn look_up_call<V: 'static>(
        &mut self,
        call: &Call<'_>,
        namespace: &str,
    ) -> Result<Value, (LookupOutcome, ManagerClaim)> {
        if call.lookup() == Lookup::Bypass {
            return Err((LookupOutcome::Bypassed, ManagerClaim::VOID));
        }
        if let Err(outcome) = self.admit(call, namespace) {
            self.ledger.of(namespace).count(outcome);
            return Err((outcome, ManagerClaim::VOID));
        }
        let Ok(key) = call.key_by(namespace, &mut self.scratch) else {
            self.ledger.of(namespace).count(LookupOutcome::KeyError);
            return Err((LookupOutcome::KeyError, ManagerClaim::VOID));
        };
        let outcome = if call.lookup() == Lookup::Refresh {
            LookupOutcome::Refreshed
        } else {
            match self.look_up::<V>(key.as_str(), call.instance_of()) {
                Ok(slot) => return self.value(slot).ok_or((LookupOutcome::Absent, ManagerClaim::VOID)),
                Err(miss) => miss,
            }
        };
        self.ledger.of(namespace).count(outcome);
        let (begun, started) = (self.generations.begin(), self.read_clock());
        let open = Open { key, instance: call.instance_of(), begun, outcome, started };
        Err((outcome, ManagerClaim(Some(open))))
    }

    /// Whether the call may use the cache, or else why not; `namespace` is its namespace's text.
    pub(crate) fn admit(&mut self, call: &Call<'_>, namespace: &str) -> Result<(), LookupOutcome> {
        if self.is_disabled() {
            // Every call misses, as in a cache that forgets at once.
            return Err(LookupOutcome::Absent);
        }
        let admitted = self.owners.admit(call.namespace_as_given(), namespace, call.version());
        admitted.then_some(()).ok_or(LookupOutcome::NamespaceConflict)
    }

    fn count_body(&mut self, open: &Open) {
        let took = self.read_clock().since(open.started);
        self.ledger.at(open.key.as_str()).count_body(took);
        self.remember(open.outcome);
    }
}
