//! Which computations are under way in a part of a shared cache.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::mem;
use std::sync::Arc;

use super::call_key::{CallKey, Known};
use super::flight::Flight;
use crate::ledger::{AccountId, Ledger};

/// The computations that calls may join, and the calls that began some of them.
#[derive(Debug, Default)]
pub(super) struct Tower {
    flights: HashSet<Airborne, BuildHasherDefault<Known>>,
    /// Misses that are not yet in their accounts, by the accounts' places.
    misses: Vec<u64>,
}

/// A computation that a call may join. It is found by its key.
#[derive(Debug)]
struct Airborne(Arc<Flight>);

impl Borrow<CallKey> for Airborne {
    fn borrow(&self) -> &CallKey {
        &self.0.key
    }
}

impl PartialEq for Airborne {
    fn eq(&self, other: &Self) -> bool {
        self.0.key == other.0.key
    }
}

impl Eq for Airborne {}

impl Hash for Airborne {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.key.hash(state);
    }
}

impl Tower {
    /// A table that once held so many computations is given back when there are none.
    const LARGE: usize = 32;

    pub(super) fn find(&self, key: &CallKey) -> Option<&Arc<Flight>> {
        self.flights.get(key).map(|Airborne(flight)| flight)
    }

    /// Adds a flight, of whose key there is none.
    pub(super) fn add(&mut self, flight: &Arc<Flight>) {
        self.flights.insert(Airborne(Arc::clone(flight)));
    }

    /// Lets no more calls join a flight.
    pub(super) fn end(&mut self, flight: &Arc<Flight>) {
        if self.find(&flight.key).is_some_and(|airborne| Arc::ptr_eq(airborne, flight)) {
            self.detach_key(&flight.key);
        }
    }

    pub(super) fn detach_key(&mut self, key: &CallKey) {
        self.flights.remove(key);
        self.shrink();
    }

    /// Lets no more calls join such flights; those who wait already get their results.
    pub(super) fn detach(&mut self, is_such: impl Fn(&Flight) -> bool) {
        self.flights.retain(|Airborne(flight)| !is_such(flight));
        self.shrink();
    }

    fn shrink(&mut self) {
        if self.flights.is_empty() && self.flights.capacity() > Self::LARGE {
            self.flights = HashSet::default();
        }
    }

    pub(super) fn len(&self) -> usize {
        self.flights.len()
    }

    /// Counts a miss.
    pub(super) fn count_miss(&mut self, account: AccountId) {
        let place = account.place();
        if self.misses.len() <= place {
            self.misses.resize(place + 1, 0);
        }
        if let Some(misses) = self.misses.get_mut(place) {
            *misses += 1;
        }
    }

    /// Enters all misses in their accounts.
    pub(super) fn enter(&mut self, ledger: &mut Ledger) {
        for (place, misses) in self.misses.iter_mut().enumerate() {
            match mem::take(misses) {
                0 => {}
                misses => ledger.by(AccountId::at(place)).misses += misses,
            }
        }
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use std::sync::Arc;

    use super::{CallKey, Flight, Tower};
    use crate::family::Family;

    #[test]
    fn a_table_that_was_large_is_given_back() {
        let (mut tower, family) = (Tower::default(), Arc::new(Family::for_tests("f", 1)));
        let flights: Vec<Arc<Flight>> = (0..1_000u64)
            .map(|n| CallKey { family: Arc::clone(&family), arguments: n.to_be_bytes().into(), hash: n % 7 })
            .map(|key| Arc::new(Flight::new::<u64>(key, 0, false)))
            .collect();
        for flight in &flights {
            assert!(tower.find(&flight.key).is_none());
            tower.add(flight);
        }
        for flight in &flights {
            assert!(tower.find(&flight.key).is_some_and(|found| Arc::ptr_eq(found, flight)));
        }
        assert!(tower.len() == 1_000 && tower.flights.capacity() >= 1_000);
        tower.detach(|flight| flight.key.arguments.last().is_some_and(|byte| byte % 2 == 0));
        assert_eq!(tower.len(), 500);
        for flight in &flights {
            tower.end(flight);
        }
        assert_eq!((tower.len(), tower.flights.capacity()), (0, 0));
    }
}
