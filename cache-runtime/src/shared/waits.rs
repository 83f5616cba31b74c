//! Which threads wait for which flights, so that none waits for itself in a circle.

use std::collections::HashMap;
use std::sync::Arc;

use super::flight::{Flight, Leader};
use super::sync::{Mutex, ThreadId, lock, thread_id};

#[derive(Debug, Default)]
pub(super) struct Waits(Mutex<HashMap<ThreadId, Arc<Flight>>>);

/// The current thread waits for as long as this is there.
#[derive(Debug)]
pub(super) struct Waiting<'w> {
    waits: &'w Waits,
    thread: ThreadId,
}

impl Waits {
    /// Lets the current thread wait for a flight, unless that, by whatever threads wait for each other, waits for it.
    pub(super) fn enter(&self, flight: &Arc<Flight>) -> Option<Waiting<'_>> {
        let thread = thread_id();
        let mut waits = lock(&self.0);
        let mut next = Some(flight);
        // Who waits for a flight that has landed is about to go on.
        while let Some(Leader::Thread(leader)) =
            next.filter(|flight| !flight.has_landed()).map(|flight| flight.leader())
        {
            if leader == thread {
                return None;
            }
            // The last of them to wait would have closed a circle, so there is none among those who wait already.
            next = waits.get(&leader);
        }
        waits.insert(thread, Arc::clone(flight));
        Some(Waiting { waits: self, thread })
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        lock(&self.waits.0).remove(&self.thread);
    }
}
