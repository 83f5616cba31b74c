//! How a [`SharedCache`] answers the calls of cached functions.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::Ticket;
use super::call_key::CallKey;
use super::flight::{Flight, Landing};
use super::scope::Polled;
use super::shard::{Found, Led, Reply, Request, Shard};
use super::sync::ReadGuard;
use crate::call::Lookup;
use crate::canonical::Buffer;
use crate::family::Family;
use crate::manager::Fresh;
use crate::observe::{ANYONE, may_take_long, tell_of_other};
use crate::reading::Reading;
use crate::scratch;
use crate::values::{Held, Inline, Leaving, Offer, is_plain};
use crate::{Begin, Cache, Call, Claim, Entered, Evict, LookupOutcome, SetOptions, SharedCache, SharedError};

/// A call that missed, and for whose result others may wait.
///
/// It owns what storing needs; the arguments may be gone by then. If it is dropped, one of those who wait computes.
#[derive(Debug)]
pub struct SharedClaim(Option<Lead>);

/// Ends its flight, however it ends itself.
#[derive(Debug)]
pub(super) struct Lead {
    cache: SharedCache,
    led: Led,
    has_ended: bool,
}

/// What a call looks for.
struct Sought {
    arguments: Box<Buffer>,
    hash: u64,
    read: Reading,
}

/// What is known of a call whose value was not found.
enum Missing<'c> {
    /// It is not there, as long as the part is locked.
    Absent(Arc<Family>, ReadGuard<'c, Shard>),
    /// It may be there.
    Unsure(Arc<Family>),
    /// The function has not called before, or may not use the cache.
    Stranger,
}

impl SharedClaim {
    /// A call that runs without the cache.
    pub(super) const ALONE: Self = Self(None);

    /// A call that leads, and whose body begins now.
    pub(super) fn of(mut lead: Lead) -> Self {
        // Those who have been told of the call took their time, which is not the body's.
        if lead.led.started.is_none() || may_take_long() {
            lead.led.started = Some(lead.cache.0.read_clock());
        }
        Self(Some(lead))
    }
}

impl Claim for SharedClaim {
    fn announce(&self, options: &SetOptions) {
        if let Some(lead) = &self.0
            && !options.expects_tags
        {
            lead.led.flight.announce(&options.tags);
        }
    }

    fn enter(&self) -> Entered {
        Entered { polled: self.0.as_ref().map(|lead| Polled::enter(&lead.led.flight)) }
    }
}

impl Lead {
    fn new(cache: &SharedCache, led: Led) -> Self {
        Self { cache: cache.clone(), led, has_ended: false }
    }

    fn finish<V: Clone + Send + Sync + 'static>(mut self, value: &V, options: SetOptions) {
        // What is plain is cloned once more if anyone waits for it, which mostly nobody does.
        let shared = if is_plain::<V>() { None } else { Some(Arc::new(value.clone())) };
        match &shared {
            Some(value) => self.store(&mut Some(Arc::clone(value)), options),
            None => self.store(&mut Some(Inline(value.clone())), options),
        }
        self.has_ended = true;
        // It can no longer be joined, so nobody else will have it who has not by now.
        if Arc::strong_count(&self.led.flight) > 1 {
            let value = shared.unwrap_or_else(|| Arc::new(value.clone()));
            self.led.flight.land(Landing::Value(value));
        }
    }

    fn store(&self, offer: &mut dyn Offer, options: SetOptions) {
        let Flight { key, instance, .. } = &*self.led.flight;
        let fresh = Fresh { name: key.name(), offer, instance: *instance, looked_up: Some(self.led.looked_up) };
        // A weigher is a user's code, so nothing is locked yet.
        let weight = fresh.weigh(&options, self.cache.0.weigher.as_ref()).weight;
        let options = options.weight(weight);
        self.cache.0.expect(&options);
        let now = self.cache.0.read_clock();
        self.cache.0.parts.at_home(key, |shard, _| {
            shard.count_body(&self.led, now);
            shard.tower().end(&self.led.flight);
            shard.store(fresh, options, &self.led.begun);
        });
    }

    fn stale<V: Clone + 'static>(&self) -> Option<Leaving<V>> {
        let Flight { key, instance, .. } = &*self.led.flight;
        self.cache.0.parts.at_home(key, |shard, key| {
            let standing = shard.manager.find_stale::<V>(key.name(), *instance)?;
            shard.manager.standing_value(standing, *instance).map(Held::leave)
        })
    }

    fn end(mut self, landing: Landing) {
        let now = self.cache.0.read_clock();
        self.cache.0.parts.at_call(self.led.flight.key.hash, |shard| shard.count_body(&self.led, now));
        self.give_up(landing);
        self.has_ended = true;
    }

    fn give_up(&self, landing: Landing) {
        // First the flight can no longer be joined, so that those who wait begin anew.
        self.cache.0.parts.at_call(self.led.flight.key.hash, |shard| shard.tower().end(&self.led.flight));
        self.led.flight.land(landing);
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        if !self.has_ended {
            // It may be dropped by a panic, and a second one, of what it removes or wakes, would end the program.
            drop(catch_unwind(AssertUnwindSafe(|| self.give_up(Landing::Nothing))));
        }
    }
}

impl SharedCache {
    /// Looks a call up that was not found by what it is.
    pub(super) fn request<V: Clone + 'static>(&self, request: Request) -> Reply<V, Lead> {
        self.0.parts.at_home(request, |shard, request| {
            // The lead is there before anything else of a user's can panic, so that its flight never stays without one.
            shard.request::<V>(request).map_lead(|led| Lead::new(self, led))
        })
    }

    /// The same of one whose value is absent from a part, which others may read meanwhile.
    fn lead_absent<V: Clone + 'static>(&self, shard: ReadGuard<'_, Shard>, request: Request) -> Reply<V, Lead> {
        match shard.lead_absent::<V>(request) {
            Ok(led) => Reply::Lead(Lead::new(self, led)),
            Err(request) => {
                drop(shard);
                self.request(request)
            }
        }
    }

    fn begin<V: Clone + Send + Sync + 'static>(&self, call: &Call<'_>) -> Begin<V, SharedClaim, Ticket<V>> {
        if call.lookup() == Lookup::Bypass || self.0.is_disabled {
            return self.begin_without(call);
        }
        let mut buffer = scratch::take();
        if call.write(&mut buffer).is_err() {
            scratch::keep(buffer);
            return self.refuse_key(call);
        }
        let arguments = &*buffer.bytes;
        // What is slow comes before anything is locked, but for the system's exact time, which few have to know.
        let read = self.0.glance();
        let hash = self.0.parts.hash(arguments);
        let shard = self.0.parts.read_call(hash);
        let missing = match shard.look_up_call::<V>(call, arguments, hash, read) {
            Found::Value(value, family) => {
                let (value, family) = (value.leave(), ANYONE.then(|| Arc::clone(family)));
                drop(shard);
                if let Some(family) = family {
                    family.tell(arguments, self.0.traces_arguments, LookupOutcome::Hit);
                }
                scratch::keep(buffer);
                return Begin::Hit(value.into_value());
            }
            Found::Absent(family) if !self.0.parts.have_orphans() => Missing::Absent(Arc::clone(family), shard),
            Found::Absent(family) | Found::Nothing(family) => {
                let family = Arc::clone(family);
                drop(shard);
                Missing::Unsure(family)
            }
            Found::Stranger => {
                drop(shard);
                Missing::Stranger
            }
        };
        self.begin_slowly(call, Sought { arguments: buffer, hash, read }, missing)
    }

    /// Answers a call that is not to be looked up, nor its result to be stored.
    #[cold]
    fn begin_without<V>(&self, call: &Call<'_>) -> Begin<V, SharedClaim, Ticket<V>> {
        if call.lookup() == Lookup::Bypass {
            return Self::run_without(call, LookupOutcome::Bypassed);
        }
        // Every call misses, as in a cache that forgets at once.
        self.0.parts.at_any(|shard| shard.manager.ledger.of(&call.namespace()).count(LookupOutcome::Absent));
        Self::run_without(call, LookupOutcome::Absent)
    }

    /// Counts a call whose arguments cannot be written.
    #[cold]
    fn refuse_key<V>(&self, call: &Call<'_>) -> Begin<V, SharedClaim, Ticket<V>> {
        let outcome = self.0.parts.at_any(|shard| match shard.meet(call) {
            Ok(family) => {
                shard.manager.ledger.by(family.account).count(LookupOutcome::KeyError);
                LookupOutcome::KeyError
            }
            // Its function may not use the cache anyway.
            Err(refused) => refused,
        });
        Self::run_without(call, outcome)
    }

    /// Answers a call whose arguments have been written, and whose value is not there, or not where it was looked for first.
    // Apart, so that a hit has less to keep.
    #[inline(never)]
    fn begin_slowly<V: Clone + Send + Sync + 'static>(
        &self,
        call: &Call<'_>,
        sought: Sought,
        missing: Missing<'_>,
    ) -> Begin<V, SharedClaim, Ticket<V>> {
        let Sought { arguments, hash, read } = sought;
        let (family, absent) = match missing {
            Missing::Absent(family, shard) => (family, Some(shard)),
            Missing::Unsure(family) => (family, None),
            Missing::Stranger => match self.0.parts.at_call(hash, |shard| shard.meet(call)) {
                Ok(family) => (family, None),
                Err(refused) => {
                    scratch::keep(arguments);
                    return Self::run_without(call, refused);
                }
            },
        };
        let key = CallKey { family, arguments: (*arguments.bytes).into(), hash };
        scratch::keep(arguments);
        let (lookup, in_task) = (call.lookup(), call.is_in_task());
        let request = Request { key, instance: call.instance_of(), lookup, in_task, read, has_waited: false };
        let answered = match absent {
            Some(shard) => self.lead_absent(shard, request),
            None => self.request::<V>(request),
        };
        let (key, outcome) = match &answered {
            Reply::Hit(_, request) => (&request.key, LookupOutcome::Hit),
            Reply::Lead(lead) => (&lead.led.flight.key, lead.led.outcome),
            Reply::Join(_, request) => (&request.key, LookupOutcome::Waited),
            Reply::Alone(outcome, request) => (&request.key, *outcome),
        };
        key.family.tell(&key.arguments, self.0.traces_arguments, outcome);
        match answered {
            Reply::Hit(value, _) => Begin::Hit(value.into_value()),
            Reply::Lead(lead) => Begin::Miss(SharedClaim::of(lead)),
            Reply::Join(flight, request) => Begin::Wait(Ticket::new(self.clone(), request, flight)),
            Reply::Alone(..) => Begin::Miss(SharedClaim::ALONE),
        }
    }

    /// Answers a call that has nothing to do with what is stored; it has been counted.
    fn run_without<V>(call: &Call<'_>, outcome: LookupOutcome) -> Begin<V, SharedClaim, Ticket<V>> {
        tell_of_other(&call.namespace(), call.version(), outcome);
        Begin::Miss(SharedClaim::ALONE)
    }
}

macro_rules! share {
    ($($handle:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<V: Clone + Send + Sync + 'static> Cache<V> for $handle {
            type Claim = SharedClaim;
            type Wait = Ticket<V>;

            fn begin(&mut self, call: &Call<'_>) -> Begin<V, SharedClaim, Ticket<V>> {
                SharedCache::begin(self, call)
            }

            fn finish(&mut self, claim: SharedClaim, value: &V, options: SetOptions) {
                if let Some(lead) = claim.0 {
                    lead.finish(value, options);
                }
            }

            fn stale(&mut self, claim: &SharedClaim) -> Option<V> {
                claim.0.as_ref()?.stale::<V>().map(Leaving::into_value)
            }

            fn decline(&mut self, claim: SharedClaim, error: Option<SharedError>) {
                if let Some(lead) = claim.0 {
                    lead.end(error.map_or(Landing::Nothing, Landing::Error));
                }
            }
        }

        impl Evict for $handle {
            fn evict_tag(&mut self, tag: &str) -> usize {
                SharedCache::evict_tag(self, tag)
            }

            fn evict_namespace(&mut self, namespace: &str) -> usize {
                SharedCache::evict_namespace(self, namespace)
            }

            fn clear(&mut self) {
                SharedCache::clear(self);
            }
        }
    )*};
}

share!(SharedCache, &SharedCache, &&SharedCache, Arc<SharedCache>, &Arc<SharedCache>);
