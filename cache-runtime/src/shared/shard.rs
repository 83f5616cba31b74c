//! A part of a shared cache that is locked on its own.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::Arc;

use super::flight::{Flight, Leader};
use super::hits::Hits;
use super::scope;
use super::sync::thread;
use crate::call::Lookup;
use crate::clock::Tick;
use crate::entry::Stored;
use crate::family::Family;
use crate::generation::{Begun, Target};
use crate::ledger::AccountId;
use crate::manager::Fresh;
use crate::name::{Key, Name};
use crate::reading::Reading;
use crate::values::{Held, Leaving};
use crate::{CacheManager, Call, LookupOutcome, SetOptions};

/// A cache of its own, and the computations under way whose results it is to hold.
pub(super) struct Shard {
    hits: Hits,
    pub(super) manager: CacheManager,
    flights: HashMap<Key, Airborne>,
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
    pub(super) read: Reading,
    /// It has been counted as one that waits.
    pub(super) has_waited: bool,
}

/// What is found of a call by what it is.
pub(super) enum Found<'s, V> {
    /// With the family, to tell of it.
    Value(Held<'s, V>, &'s Arc<Family>),
    Nothing(&'s Arc<Family>),
    /// Its function has not called before, or may not use the cache.
    Stranger,
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
        let mut hits = Hits::default();
        hits.open(AccountId::default());
        Self { hits, manager, flights: HashMap::new() }
    }

    /// Brings its statistics up to date with the hits.
    pub(super) fn enter_hits(&mut self) {
        self.hits.enter(&mut self.manager.ledger);
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
        if call.lookup() == Lookup::Consult
            && let Some((slot, stored)) = entries.find_call(family, arguments, entries.hash_call(family, hash))
            && self.is_live(stored, read)
            && let Some(value) = entries.value_of(slot, stored, call.instance_of())
            && self.hits.count(family.account)
        {
            entries.touch(slot);
            return Found::Value(value, family);
        }
        Found::Nothing(family)
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
        let started = match request.read.time() {
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
