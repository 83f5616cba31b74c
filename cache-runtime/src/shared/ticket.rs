//! Waiting for another call's result.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use super::SharedClaim;
use super::flight::{Flight, Landing, Seat};
use super::shard::{Reply, Request};
use super::sync::{Condvar, Delay, Mutex, lock, wait};
#[cfg(all(feature = "rayon", not(shuttle)))]
use super::worker;
use crate::call::Lookup;
use crate::reading::Reading;
use crate::{LookupOutcome, SharedCache, Wait, Waited};

/// A call of a [`SharedCache`] that waits for another one, which computes the same result.
pub struct Ticket<V> {
    cache: SharedCache,
    request: Request,
    flight: Arc<Flight>,
    seat: Option<Seat>,
    timeout: Option<Delay>,
    value: PhantomData<fn() -> V>,
}

impl<V: Clone + Send + Sync + 'static> Ticket<V> {
    pub(super) fn new(cache: SharedCache, request: Request, flight: Arc<Flight>) -> Self {
        let timeout = cache.0.wait_timeout.map(Delay::new);
        let request = Request { lookup: Lookup::Consult, read: Reading::NONE, has_waited: true, ..request };
        Self { cache, request, flight, seat: None, timeout, value: PhantomData }
    }

    /// What a landing means for this call; `None` if it has to wait for yet another flight.
    fn arrive(&mut self, landing: Landing) -> Option<Waited<V, SharedClaim>> {
        match landing {
            Landing::Value(value) => match value.downcast_ref::<V>() {
                Some(value) => Some(Waited::Hit(value.clone())),
                None => Some(self.give_up(LookupOutcome::OtherType)),
            },
            Landing::Error(error) => Some(Waited::Failed(error, SharedClaim::ALONE)),
            Landing::Nothing => match self.cache.request::<V>(self.request.clone()) {
                Reply::Hit(value, _) => Some(Waited::Hit(value.into_value())),
                Reply::Lead(lead) => Some(Waited::Miss(SharedClaim::of(lead))),
                Reply::Join(flight, _) => {
                    self.flight = flight;
                    self.seat = None;
                    None
                }
                Reply::Alone(..) => Some(Waited::Miss(SharedClaim::ALONE)),
            },
        }
    }

    /// Ends the wait without a result.
    fn give_up(&self, outcome: LookupOutcome) -> Waited<V, SharedClaim> {
        let key = &self.request.key;
        self.cache.0.parts.at_call(key.hash, |shard| shard.manager.count(key.name(), outcome));
        Waited::Miss(SharedClaim::ALONE)
    }
}

impl<V: Clone + Send + Sync + 'static> Wait<V, SharedClaim> for Ticket<V> {
    fn block(mut self) -> Waited<V, SharedClaim> {
        let signal = Arc::new(Signal::default());
        let waker = Waker::from(Arc::clone(&signal));
        let mut cx = Context::from_waker(&waker);
        #[cfg(all(feature = "rayon", not(shuttle)))]
        if let Some(patience) = worker::patience() {
            self.timeout.get_or_insert_with(|| Delay::new(patience));
        }
        loop {
            if let Poll::Ready(waited) = self.poll(&mut cx) {
                return waited;
            }
            let cache = self.cache.clone();
            let Some(_waiting) = cache.0.waits.enter(&self.flight) else {
                return self.give_up(LookupOutcome::Reentrant);
            };
            signal.wait();
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Waited<V, SharedClaim>> {
        while let Poll::Ready(landing) = self.flight.poll(cx, &mut self.seat) {
            if let Some(waited) = self.arrive(landing) {
                return Poll::Ready(waited);
            }
        }
        if self.timeout.as_mut().is_some_and(|timeout| Pin::new(timeout).poll(cx).is_ready()) {
            let key = &self.request.key;
            self.cache.0.parts.at_call(key.hash, |shard| shard.manager.account_of(key.name()).wait_timeouts += 1);
            return Poll::Ready(self.give_up(LookupOutcome::Absent));
        }
        Poll::Pending
    }
}

impl<V> Drop for Ticket<V> {
    fn drop(&mut self) {
        if let Some(seat) = self.seat {
            self.flight.leave(seat);
        }
    }
}

impl<V> fmt::Debug for Ticket<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket").field("request", &self.request).finish_non_exhaustive()
    }
}

/// Wakes a thread. It is not parked, because code of the user's on the same thread may be waiting for its own unparking.
#[derive(Debug, Default)]
struct Signal {
    woken: Mutex<bool>,
    changed: Condvar,
}

impl Signal {
    fn wait(&self) {
        let mut woken = lock(&self.woken);
        while !std::mem::take(&mut *woken) {
            woken = wait(&self.changed, woken);
        }
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        *lock(&self.woken) = true;
        self.changed.notify_one();
    }
}
