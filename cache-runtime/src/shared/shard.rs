//! A part of a shared cache that is locked on its own.

use std::collections::HashMap;
use std::sync::Arc;

use super::flight::{Flight, Leader};
use super::scope;
use super::sync::thread;
use crate::call::Lookup;
use crate::entry::{Stored, Value};
use crate::generation::{Begun, Target};
use crate::{CacheKey, CacheManager, SetOptions};

/// A cache of its own, and the computations under way whose results it is to hold.
pub(super) struct Shard {
    pub(super) manager: CacheManager,
    flights: HashMap<CacheKey, Airborne>,
}

/// A computation that a call may join.
struct Airborne {
    flight: Arc<Flight>,
    instance: u64,
}

/// What a call asks for, once its key is made.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) key: CacheKey,
    pub(super) instance: u64,
    pub(super) lookup: Lookup,
    pub(super) in_task: bool,
}

/// What a shard answers.
pub(super) enum Reply {
    Hit(Value),
    /// It leads this flight.
    Lead(Arc<Flight>, Begun),
    /// It waits for this one.
    Join(Arc<Flight>),
    /// It runs without the cache.
    Alone,
}

impl Shard {
    /// A table that once held so many computations is given back when there are none.
    const LARGE: usize = 32;

    pub(super) fn new(mut manager: CacheManager) -> Self {
        manager.is_shard = true;
        Self { manager, flights: HashMap::new() }
    }

    pub(super) fn request<V: 'static>(&mut self, request: &Request) -> Reply {
        if request.lookup == Lookup::Refresh {
            // What is being computed is older than what this call will compute.
            self.manager.generations.evict(Target::Key(request.key.as_str()));
            self.detach_key(request.key.as_str());
            return self.lead(request);
        }
        let miss = match self.manager.look_up::<V>(request.key.as_str(), request.instance) {
            Ok(slot) => return self.manager.value(slot).map_or(Reply::Alone, Reply::Hit),
            Err(miss) => miss,
        };
        let Some(Airborne { flight, instance }) = self.flights.get(&request.key) else {
            self.manager.counters.count(miss);
            return self.lead(request);
        };
        if is_led_here(flight) {
            self.manager.counters.count(miss);
            self.manager.counters.reentrant_calls += 1;
            Reply::Alone
        } else if *instance != request.instance {
            self.manager.counters.count(crate::stats::Miss::OtherType);
            Reply::Alone
        } else {
            self.manager.counters.coalesced += 1;
            Reply::Join(Arc::clone(flight))
        }
    }

    fn lead(&mut self, request: &Request) -> Reply {
        let flight = Arc::new(Flight::new(request.in_task));
        let airborne = Airborne { flight: Arc::clone(&flight), instance: request.instance };
        self.flights.insert(request.key.clone(), airborne);
        Reply::Lead(flight, self.manager.generations.begin())
    }

    /// Stores a value, unless it is stale, and lets no more calls join its flight.
    pub(super) fn store(&mut self, stored: Stored, options: SetOptions, begun: &Begun, flight: &Arc<Flight>) {
        self.end(stored.cache_key(), flight);
        if !options.unstored && self.manager.is_fresh(stored.cache_key(), &options, begun) {
            self.manager.store(stored, options);
        } else {
            self.manager.removed.discard(stored);
        }
    }

    /// Lets no more calls join a flight.
    pub(super) fn end(&mut self, key: &CacheKey, flight: &Arc<Flight>) {
        if self.flights.get(key).is_some_and(|airborne| Arc::ptr_eq(&airborne.flight, flight)) {
            self.detach_key(key.as_str());
        }
    }

    pub(super) fn detach_key(&mut self, key: &str) {
        self.flights.remove(key);
        self.shrink();
    }

    /// Lets no more calls join such flights; those who wait already get their results.
    pub(super) fn detach(&mut self, is_such: impl Fn(&CacheKey, &Flight) -> bool) {
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
