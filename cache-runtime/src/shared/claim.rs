//! How a [`SharedCache`] answers the calls of cached functions.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::Ticket;
use super::flight::{Flight, Landing};
use super::scope::Polled;
use super::shard::{Found, Led, Reply, Request};
use crate::call::Lookup;
use crate::canonical::Buffer;
use crate::clock::Tick;
use crate::family::Family;
use crate::generation::Begun;
use crate::manager::Fresh;
use crate::name::Key;
use crate::observe::{ANYONE, may_take_long, tell_of_other};
use crate::reading::Reading;
use crate::scratch;
use crate::values::{Held, Leaving, is_plain, offer_shared};
use crate::{Begin, Cache, Call, Claim, Entered, Evict, LookupOutcome, SetOptions, SharedCache, SharedError};

/// A call that missed, and for whose result others may wait.
///
/// It owns what storing needs; the arguments may be gone by then. If it is dropped, one of those who wait computes.
#[derive(Debug)]
pub struct SharedClaim(Option<Box<Lead>>);

#[derive(Debug)]
struct Lead {
    cache: SharedCache,
    key: Key,
    instance: u64,
    flight: Arc<Flight>,
    begun: Begun,
    started: Tick,
    has_ended: bool,
}

impl SharedClaim {
    /// A call that runs without the cache.
    pub(super) const ALONE: Self = Self(None);

    pub(super) fn lead(cache: SharedCache, request: Request, led: Led) -> Self {
        let Request { key, instance, .. } = request;
        let Led { flight, begun, started, .. } = led;
        Self(Some(Box::new(Lead { cache, key, instance, flight, begun, started, has_ended: false })))
    }

    /// The same for a body that begins now: those who are told of the call take their time, which is not the body's.
    fn restarted(mut self) -> Self {
        if let Some(lead) = &mut self.0 {
            lead.started = lead.cache.0.read_clock();
        }
        self
    }
}

impl Claim for SharedClaim {
    fn announce(&self, options: &SetOptions) {
        if let Some(lead) = &self.0
            && !options.expects_tags
        {
            lead.flight.announce(&options.tags);
        }
    }

    fn enter(&self) -> Entered {
        Entered { polled: self.0.as_ref().map(|lead| Polled::enter(&lead.flight)) }
    }
}

impl Lead {
    fn finish<V: Clone + Send + Sync + 'static>(mut self, value: &V, options: SetOptions) {
        let value = Arc::new(value.clone());
        offer_shared(&value, is_plain::<V>(), |offer| {
            let fresh = Fresh { name: self.key.name(), offer, instance: self.instance, looked_up: None };
            // A weigher is a user's code, so nothing is locked yet.
            let weight = fresh.weigh(&options, self.cache.0.weigher.as_ref()).weight;
            let options = options.weight(weight);
            self.cache.0.expect(&options);
            let now = self.cache.0.read_clock();
            self.cache.0.parts.at_home(&self.key, |shard| {
                shard.count_body(&self.key, self.started, now);
                shard.end(&self.key, &self.flight);
                shard.store(fresh, options, &self.begun);
            });
        });
        self.has_ended = true;
        self.flight.land(Landing::Value(value));
    }

    fn stale<V: Clone + 'static>(&self) -> Option<Leaving<V>> {
        self.cache.0.parts.at_home(&self.key, |shard| {
            let standing = shard.manager.find_stale::<V>(self.key.name(), self.instance)?;
            shard.manager.standing_value(standing, self.instance).map(Held::leave)
        })
    }

    fn end(mut self, landing: Landing) {
        let now = self.cache.0.read_clock();
        self.cache.0.parts.at_key(&self.key, |shard| shard.count_body(&self.key, self.started, now));
        self.give_up(landing);
        self.has_ended = true;
    }

    fn give_up(&self, landing: Landing) {
        // First the flight can no longer be joined, so that those who wait begin anew.
        self.cache.0.parts.at_key(&self.key, |shard| shard.end(&self.key, &self.flight));
        self.flight.land(landing);
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
    pub(super) fn request<V: Clone + 'static>(&self, request: &Request) -> Answered<V> {
        // The claim is made before anything else of a user's can panic, so that its flight never stays without a leader.
        self.0.parts.at_home(&request.key, |shard| match shard.request::<V>(request) {
            Reply::Hit(value) => Answered::Hit(value),
            Reply::Lead(led) => Answered::Miss(led.outcome, SharedClaim::lead(self.clone(), request.clone(), led)),
            Reply::Join(flight) => Answered::Join(flight),
            Reply::Alone(outcome) => Answered::Miss(outcome, SharedClaim::ALONE),
        })
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
        let family = match shard.look_up_call::<V>(call, arguments, hash, read) {
            Found::Value(value, family) => {
                let (value, family) = (value.leave(), ANYONE.then(|| Arc::clone(family)));
                drop(shard);
                if let Some(family) = family {
                    family.tell(arguments, self.0.traces_arguments, LookupOutcome::Hit);
                }
                scratch::keep(buffer);
                return Begin::Hit(value.into_value());
            }
            Found::Nothing(family) => Some(Arc::clone(family)),
            Found::Stranger => None,
        };
        drop(shard);
        self.begin_slowly(call, family, buffer, read)
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
        family: Option<Arc<Family>>,
        arguments: Box<Buffer>,
        read: Reading,
    ) -> Begin<V, SharedClaim, Ticket<V>> {
        let parts = &self.0.parts;
        let meet = || parts.at_call(parts.hash(&arguments.bytes), |shard| shard.meet(call));
        let family = match family.map_or_else(meet, Ok) {
            Ok(family) => family,
            Err(refused) => {
                scratch::keep(arguments);
                return Self::run_without(call, refused);
            }
        };
        let key = Key::Call(family, arguments.bytes.as_ref().into());
        scratch::keep(arguments);
        let (lookup, in_task) = (call.lookup(), call.is_in_task());
        let request = Request { key, instance: call.instance_of(), lookup, in_task, read, has_waited: false };
        let answered = self.request::<V>(&request);
        if let Key::Call(family, arguments) = &request.key {
            family.tell(arguments, self.0.traces_arguments, answered.outcome());
        }
        match answered {
            Answered::Hit(value) => Begin::Hit(value.into_value()),
            Answered::Miss(_, claim) => Begin::Miss(if may_take_long() { claim.restarted() } else { claim }),
            Answered::Join(flight) => Begin::Wait(Ticket::new(self.clone(), request, flight)),
        }
    }

    /// Answers a call that has nothing to do with what is stored; it has been counted.
    fn run_without<V>(call: &Call<'_>, outcome: LookupOutcome) -> Begin<V, SharedClaim, Ticket<V>> {
        tell_of_other(&call.namespace(), call.version(), outcome);
        Begin::Miss(SharedClaim::ALONE)
    }
}

/// What a call is answered.
pub(super) enum Answered<V> {
    Hit(Leaving<V>),
    Miss(LookupOutcome, SharedClaim),
    /// It waits for this flight.
    Join(Arc<Flight>),
}

impl<V> Answered<V> {
    fn outcome(&self) -> LookupOutcome {
        match self {
            Self::Hit(_) => LookupOutcome::Hit,
            Self::Miss(outcome, _) => *outcome,
            Self::Join(_) => LookupOutcome::Waited,
        }
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
