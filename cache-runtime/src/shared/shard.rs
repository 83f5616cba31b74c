//! A part of a shared cache that is locked on its own.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::Arc;

use super::flight::{Flight, Leader};
use super::scope;
use super::sync::thread;
use crate::call::Lookup;
use crate::clock::Tick;
use crate::family::Family;
use crate::generation::{Begun, Target};
use crate::ledger::{AccountId, Ledger};
use crate::manager::Fresh;
use crate::name::Key;
use crate::reading::Reading;
use crate::slots::SlotId;
use crate::values::{Held, Leaving};
use crate::{CacheManager, Call, LookupOutcome, SetOptions};

/// A cache of its own, and the computations under way whose results it is to hold.
// In this order: what hits change comes first, next to the lock.
#[repr(C)]
pub(super) struct Shard {
    recent: Recent,
    pub(super) manager: CacheManager,
    flights: HashMap<Key, Airborne>,
}

/// What hits change. It is little, and lies in the line of the processors' caches that the lock is in: a processor waits for
/// each line that another one has changed.
#[derive(Debug, Default)]
struct Recent {
    /// The latest time that a hit has seen.
    now: Tick,
    /// Hits of one account that are not yet counted there.
    account: AccountId,
    hits: u64,
}

impl Recent {
    /// Counts a hit.
    #[inline]
    fn count(&mut self, account: AccountId, ledger: &mut Ledger) {
        if account != self.account {
            self.enter(ledger);
            self.account = account;
        }
        self.hits += 1;
    }

    /// Enters the hits in their account.
    fn enter(&mut self, ledger: &mut Ledger) {
        ledger.by(self.account).hits += std::mem::take(&mut self.hits);
    }
}

/// A computation that a call may join.
struct Airborne {
    flight: Arc<Flight>,
    instance: u64,
    value: TypeId,
}

/// What a call asks for, once its key is made.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) key: Key,
    pub(super) instance: u64,
    pub(super) lookup: Lookup,
    pub(super) in_task: bool,
    /// What the clock showed just now, if it has been read.
    pub(super) read: Option<Reading>,
    /// It has been counted as one that waits.
    pub(super) has_waited: bool,
}

/// What is found of a call by what it is.
pub(super) enum Found<'s, V> {
    Value {
        slot: SlotId,
        value: Held<'s, V>,
        family: &'s Arc<Family>,
    },
    Nothing(&'s Arc<Family>),
    /// Why it has to run without the cache.
    Refused(LookupOutcome),
}

/// What a shard answers.
pub(super) enum Reply<V> {
    Hit(Leaving<V>),
    /// It leads this flight.
    Lead(Led),
    /// It waits for this one.
    Join(Arc<Flight>),
    /// It runs without the cache, for this reason.
    Alone(LookupOutcome),
}

/// A computation that begins.
#[derive(Debug)]
pub(super) struct Led {
    pub(super) flight: Arc<Flight>,
    pub(super) begun: Begun,
    pub(super) started: Tick,
    pub(super) outcome: LookupOutcome,
}

impl Shard {
    /// A table that once held so many computations is given back when there are none.
    const LARGE: usize = 32;

    pub(super) fn new(mut manager: CacheManager) -> Self {
        manager.is_shard = true;
        Self { recent: Recent::default(), manager, flights: HashMap::new() }
    }

    /// Brings the manager up to date with what hits have changed, before anything but a hit asks it.
    pub(super) fn catch_up(&mut self) {
        if self.recent.hits > 0 {
            self.recent.enter(&mut self.manager.ledger);
        }
        CacheManager::note(&mut self.manager.now, self.recent.now);
    }

    /// Looks for the value that a call asks for, by its arguments, their hash, and what the clock shows if it has been read. All
    /// but a miss is counted.
    #[inline]
    pub(super) fn look_up_call<V: Clone + 'static>(
        &mut self,
        call: &Call<'_>,
        arguments: &[u8],
        hash: u64,
        read: Option<Reading>,
    ) -> Found<'_, V> {
        let Self { recent, manager, .. } = self;
        let family = match manager.families.of(call, &mut manager.owners, &mut manager.ledger) {
            Ok(family) => family,
            Err(refused) => return Found::Refused(refused),
        };
        if call.lookup() == Lookup::Consult
            && let hash = manager.entries.hash_call(family, hash)
            && let Some((slot, stored)) = manager.entries.find_call(family, arguments, hash)
        {
            recent.now = recent.now.max(manager.now);
            if CacheManager::is_live(&mut recent.now, &manager.clock, read, stored)
                && let Some(value) = manager.entries.value_of::<V>(stored, call.instance_of())
            {
                recent.count(family.account, &mut manager.ledger);
                return Found::Value { slot, value, family };
            }
        }
        Found::Nothing(family)
    }

    pub(super) fn request<V: Clone + 'static>(&mut self, request: &Request) -> Reply<V> {
        if request.lookup == Lookup::Refresh {
            // What is being computed is older than what this call will compute.
            self.manager.generations.evict(Target::Key(request.key.to_cache_key().as_str()));
            self.detach_key(&request.key);
            return self.lead(request, LookupOutcome::Refreshed);
        }
        let miss = match self.manager.leaving_value::<V>(request.key.name(), request.instance, request.has_waited) {
            Ok(value) => return Reply::Hit(value),
            Err(miss) => miss,
        };
        let Some(Airborne { flight, instance, value }) = self.flights.get(&request.key) else {
            return self.lead(request, miss);
        };
        if is_led_here(flight) {
            self.alone(request, LookupOutcome::Reentrant)
        } else if *instance != request.instance || *value != TypeId::of::<V>() {
            self.alone(request, LookupOutcome::OtherType)
        } else {
            let flight = Arc::clone(flight);
            if !request.has_waited {
                self.manager.count(request.key.name(), LookupOutcome::Waited);
            }
            Reply::Join(flight)
        }
    }

    fn alone<V>(&mut self, request: &Request, outcome: LookupOutcome) -> Reply<V> {
        self.manager.count(request.key.name(), outcome);
        Reply::Alone(outcome)
    }

    fn lead<V: 'static>(&mut self, request: &Request, outcome: LookupOutcome) -> Reply<V> {
        self.manager.count(request.key.name(), outcome);
        // A clock may be a user's code, and panic, so it comes before the flight is there.
        let started = match request.read.and_then(Reading::exact) {
            Some(now) => CacheManager::note(&mut self.manager.now, now),
            None => self.manager.read_clock(),
        };
        let begun = self.manager.generations.begin();
        let flight = Arc::new(Flight::new(request.in_task));
        let airborne = Airborne { flight: Arc::clone(&flight), instance: request.instance, value: TypeId::of::<V>() };
        self.flights.insert(request.key.clone(), airborne);
        Reply::Lead(Led { flight, begun, started, outcome })
    }

    /// Stores a value, at the time that has been noted last, unless it is stale, and lets no more calls join its flight.
    pub(super) fn store(&mut self, fresh: Fresh<'_>, options: SetOptions, begun: &Begun) {
        if !options.unstored && self.manager.is_fresh(fresh.name, &options, begun) {
            self.manager.store(fresh, options, self.manager.now);
        } else {
            self.manager.removed.bury(fresh.offer.withdraw());
        }
    }

    /// Counts a body that has ended, and notes when.
    pub(super) fn count_body(&mut self, key: &Key, started: Tick, now: Tick) {
        let now = CacheManager::note(&mut self.manager.now, now);
        self.manager.account_of(key.name()).count_body(now.since(started));
    }

    /// Lets no more calls join a flight.
    pub(super) fn end(&mut self, key: &Key, flight: &Arc<Flight>) {
        if self.flights.get(key).is_some_and(|airborne| Arc::ptr_eq(&airborne.flight, flight)) {
            self.detach_key(key);
        }
    }

    fn detach_key(&mut self, key: &Key) {
        self.flights.remove(key);
        self.shrink();
    }

    /// Lets no more calls join such flights; those who wait already get their results.
    pub(super) fn detach(&mut self, is_such: impl Fn(&Key, &Flight) -> bool) {
        self.flights.retain(|key, airborne| !is_such(key, &airborne.flight));
        self.shrink();
    }

    fn shrink(&mut self) {
        if self.flights.is_empty() && self.flights.capacity() > Self::LARGE {
            self.flights = HashMap::new();
        }
    }

    pub(super) fn in_flight(&self) -> usize {
        self.flights.len()
    }
}

/// Whether the flight cannot land before the code that runs now has ended.
fn is_led_here(flight: &Arc<Flight>) -> bool {
    match flight.leader() {
        Leader::Thread(leader) => leader == thread::current().id(),
        Leader::Task => scope::is_within(flight),
    }
}
