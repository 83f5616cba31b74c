//! A part of a shared cache that is locked on its own.

use std::any::TypeId;
use std::borrow::Borrow;
use std::sync::Arc;

use super::call_key::CallKey;
use super::flight::{Flight, Leader};
use super::hits::Hits;
use super::scope;
use super::sync::{Mutex, lock, thread_id, unlocked};
use super::tower::Tower;
use crate::call::Lookup;
use crate::clock::Tick;
use crate::entry::Stored;
use crate::family::Family;
use crate::generation::{Begun, Target};
use crate::ledger::AccountId;
use crate::manager::{Fresh, LookedUp};
use crate::name::Name;
use crate::reading::Reading;
use crate::values::{Held, Leaving};
use crate::{CacheManager, Call, LookupOutcome, SetOptions};

/// A cache of its own, and the computations under way whose results it is to hold.
pub(super) struct Shard {
    hits: Hits,
    pub(super) manager: CacheManager,
    /// Locked by those who read the rest: who writes has all of it.
    tower: Mutex<Tower>,
}

/// What a call asks for, once its key is made.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) key: CallKey,
    pub(super) instance: u64,
    pub(super) lookup: Lookup,
    pub(super) in_task: bool,
    /// What the clock showed just now, if it has been read.
    pub(super) read: Reading,
    /// It has been counted as one that waits.
    pub(super) has_waited: bool,
}

impl Borrow<CallKey> for Request {
    fn borrow(&self) -> &CallKey {
        &self.key
    }
}

/// What is found of a call by what it is.
pub(super) enum Found<'s, V> {
    /// With the family, to tell of it.
    Value(Held<'s, V>, &'s Arc<Family>),
    /// There is none, whatever the key was stored as.
    Absent(&'s Arc<Family>),
    /// There may be one, which takes more to find, or to tell that it has expired.
    Nothing(&'s Arc<Family>),
    /// Its function has not called before, or may not use the cache.
    Stranger,
}

/// What a request is answered, which comes back unless a flight keeps its key.
pub(super) enum Reply<V, L> {
    Hit(Leaving<V>, Request),
    /// It leads a flight.
    Lead(L),
    /// It waits for this one.
    Join(Arc<Flight>, Request),
    /// It runs without the cache, for this reason.
    Alone(LookupOutcome, Request),
}

impl<V, L> Reply<V, L> {
    pub(super) fn map_lead<M>(self, map: impl FnOnce(L) -> M) -> Reply<V, M> {
        match self {
            Self::Hit(value, request) => Reply::Hit(value, request),
            Self::Lead(lead) => Reply::Lead(map(lead)),
            Self::Join(flight, request) => Reply::Join(flight, request),
            Self::Alone(outcome, request) => Reply::Alone(outcome, request),
        }
    }
}

/// A computation that begins.
#[derive(Debug)]
pub(super) struct Led {
    pub(super) flight: Arc<Flight>,
    pub(super) begun: Begun,
    /// When the body begins, if that has been read.
    pub(super) started: Option<Tick>,
    pub(super) outcome: LookupOutcome,
    pub(super) looked_up: LookedUp,
}

impl Led {
    /// The computation that a request is for, which is under way from now on.
    fn new<V: 'static>(
        manager: &CacheManager,
        tower: &mut Tower,
        request: Request,
        hash: u64,
        outcome: LookupOutcome,
    ) -> Self {
        let Request { key, instance, in_task, read, .. } = request;
        let absent_at = (outcome == LookupOutcome::Absent).then(|| manager.entries.added());
        let begun = manager.generations.begin();
        let flight = Arc::new(Flight::new::<V>(key, instance, in_task));
        tower.add(&flight);
        Self { flight, begun, started: read.time(), outcome, looked_up: LookedUp { hash, absent_at } }
    }
}

impl Shard {
    pub(super) fn new(mut manager: CacheManager) -> Self {
        manager.is_shard = true;
        let mut hits = Hits::default();
        hits.open(AccountId::default());
        Self { hits, manager, tower: Mutex::default() }
    }

    /// Brings its statistics up to date with what is counted elsewhere.
    pub(super) fn enter_counts(&mut self) {
        self.hits.enter(&mut self.manager.ledger);
        unlocked(&mut self.tower).enter(&mut self.manager.ledger);
    }

    /// The computations under way.
    pub(super) fn tower(&mut self) -> &mut Tower {
        unlocked(&mut self.tower)
    }

    /// Looks for the value that a call asks for, by its arguments, their hash, and what the clock shows if it has been read. A hit
    /// is counted.
    #[inline]
    pub(super) fn look_up_call<V: 'static>(
        &self,
        call: &Call<'_>,
        arguments: &[u8],
        hash: u64,
        read: Reading,
    ) -> Found<'_, V> {
        let entries = &self.manager.entries;
        let Some(family) = self.manager.families.known(call) else { return Found::Stranger };
        if call.lookup() != Lookup::Consult {
            return Found::Nothing(family);
        }
        let Some((slot, stored)) = entries.find_call(family, arguments, entries.hash_call(family, hash)) else {
            // What was set by hand elsewhere the caller asks about.
            return if self.manager.has_nothing_else() { Found::Absent(family) } else { Found::Nothing(family) };
        };
        if self.is_live(stored, read)
            && let Some(value) = entries.value_of(slot, stored, call.instance_of())
            && self.hits.count(family.account)
        {
            entries.touch(slot);
            return Found::Value(value, family);
        }
        Found::Nothing(family)
    }

    /// Lets a call whose value is [`Absent`](Found::Absent) compute it; counted. The request comes back if it is being computed.
    pub(super) fn lead_absent<V: 'static>(&self, request: Request) -> Result<Led, Request> {
        let mut tower = lock(&self.tower);
        if tower.find(&request.key).is_some() {
            return Err(request);
        }
        let key = &request.key;
        let hash = self.manager.entries.hash_call(&key.family, key.hash);
        tower.count_miss(key.family.account);
        Ok(Led::new::<V>(&self.manager, &mut tower, request, hash, LookupOutcome::Absent))
    }

    /// The same for a key that was picked by hand.
    pub(super) fn look_up_text<V: 'static>(&self, key: &str, read: Reading) -> Option<Held<'_, V>> {
        let entries = &self.manager.entries;
        let slot = entries.find(Name::Text(key))?;
        let stored = entries.get(slot).filter(|stored| self.is_live(stored, read))?;
        let value = entries.value(stored).filter(|_| self.hits.count(AccountId::default()))?;
        entries.touch(slot);
        Some(value)
    }

    /// Whether what is found there may be given out.
    #[inline]
    fn is_live(&self, stored: &Stored, read: Reading) -> bool {
        // What is read here need not be kept, since the clock never shows less.
        let mut now = self.manager.now;
        CacheManager::is_live(&mut now, &self.manager.clock, read, stored)
    }

    /// Whether there is a live entry under a key that was picked by hand.
    pub(super) fn contains_text(&self, key: &str, read: Reading) -> bool {
        let entries = &self.manager.entries;
        let stored = entries.find(Name::Text(key)).and_then(|slot| entries.get(slot));
        stored.is_some_and(|stored| self.is_live(stored, read))
    }

    /// The family of a function that may not have called before, or why it has to run without the cache, which is counted.
    pub(super) fn meet(&mut self, call: &Call<'_>) -> Result<Arc<Family>, LookupOutcome> {
        let Self { manager, hits, .. } = self;
        let family = manager.families.of(call, &mut manager.owners, &mut manager.ledger)?;
        hits.open(family.account);
        Ok(Arc::clone(family))
    }

    pub(super) fn request<V: Clone + 'static>(&mut self, request: Request) -> Reply<V, Led> {
        let key = &request.key;
        let hash = self.manager.entries.hash_call(&key.family, key.hash);
        if request.lookup == Lookup::Refresh {
            // What is being computed is older than what this call will compute.
            self.manager.generations.evict(Target::Key(key.name().to_cache_key().as_str()));
            unlocked(&mut self.tower).detach_key(key);
            return self.lead(request, hash, LookupOutcome::Refreshed);
        }
        let miss = match self.manager.leaving_value::<V>(key.name(), hash, request.instance, request.has_waited) {
            Ok(value) => return Reply::Hit(value, request),
            Err(miss) => miss,
        };
        let Some(flight) = unlocked(&mut self.tower).find(key) else { return self.lead(request, hash, miss) };
        if is_led_here(flight) {
            self.alone(request, LookupOutcome::Reentrant)
        } else if flight.instance != request.instance || flight.value != TypeId::of::<V>() {
            self.alone(request, LookupOutcome::OtherType)
        } else {
            let flight = Arc::clone(flight);
            if !request.has_waited {
                self.manager.count(key.name(), LookupOutcome::Waited);
            }
            Reply::Join(flight, request)
        }
    }

    fn alone<V>(&mut self, request: Request, outcome: LookupOutcome) -> Reply<V, Led> {
        self.manager.count(request.key.name(), outcome);
        Reply::Alone(outcome, request)
    }

    fn lead<V: 'static>(&mut self, request: Request, hash: u64, outcome: LookupOutcome) -> Reply<V, Led> {
        self.manager.count(request.key.name(), outcome);
        let Self { manager, tower, .. } = self;
        Reply::Lead(Led::new::<V>(manager, unlocked(tower), request, hash, outcome))
    }

    /// Stores a value, at the time that has been noted last, unless it is stale.
    pub(super) fn store(&mut self, fresh: Fresh<'_>, options: SetOptions, begun: &Begun) {
        if !options.unstored && self.manager.is_fresh(fresh.name, &options, begun) {
            self.manager.store(fresh, options, self.manager.now);
        } else {
            self.manager.removed.bury(fresh.offer.withdraw());
        }
    }

    /// Counts a body that has ended, and notes when.
    pub(super) fn count_body(&mut self, led: &Led, now: Tick) {
        let now = CacheManager::note(&mut self.manager.now, now);
        self.manager.account_of(led.flight.key.name()).count_body(now.since(led.started.unwrap_or(now)));
    }
}

/// Whether the flight cannot land before the code that runs now has ended.
fn is_led_here(flight: &Arc<Flight>) -> bool {
    match flight.leader() {
        Leader::Thread(leader) => leader == thread_id(),
        Leader::Task => scope::is_within(flight),
    }
}
