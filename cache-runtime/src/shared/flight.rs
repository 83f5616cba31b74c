//! One computation under way, and those who wait for it.
//!
//! A flight lands once: with the value, with an error that may be shared, or with nothing, if its leader gave up. Whoever
//! waits is woken then, and sees the same landing. There is no hand-over to one of several waiters that could be lost: after
//! a landing with nothing they all begin anew, and the first of them leads the next flight.

use std::any::{Any, TypeId};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::call_key::CallKey;
use super::sync::{Mutex, ThreadId, lock, thread_id};
use crate::tags::Tags;

/// What those who wait are given.
pub(crate) type Answer = Arc<dyn Any + Send + Sync>;

/// How a computation ended.
#[derive(Debug, Clone)]
pub(crate) enum Landing {
    /// With the value that was, or would have been, stored.
    Value(Answer),
    /// With an error that is not stored.
    Error(Answer),
    /// With nothing that could be shared: an error that is not `Clone`, a panic, a future that was dropped.
    Nothing,
}

/// Who computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leader {
    /// A thread, from the call's beginning to its end.
    Thread(ThreadId),
    /// A task, which may run on any thread.
    Task,
}

#[derive(Debug)]
pub(crate) struct Flight {
    /// What is computed.
    pub(super) key: CallKey,
    pub(super) instance: u64,
    /// The type of the result.
    pub(super) value: TypeId,
    leader: Leader,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    landing: Option<Landing>,
    waiting: Vec<(Seat, Waker)>,
    next: u64,
    /// The tags that the result will carry, once they are all known.
    tags: Option<Tags>,
}

/// Names one who waits for a flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seat(u64);

impl Flight {
    /// A computation by the current thread, or by a task.
    pub(super) fn new<V: 'static>(key: CallKey, instance: u64, in_task: bool) -> Self {
        let leader = if in_task { Leader::Task } else { Leader::Thread(thread_id()) };
        Self { key, instance, value: TypeId::of::<V>(), leader, state: Mutex::default() }
    }

    pub(crate) fn leader(&self) -> Leader {
        self.leader
    }

    /// Says which tags the result will carry.
    pub(crate) fn announce(&self, tags: &Tags) {
        lock(&self.state).tags = Some(tags.clone());
    }

    /// Whether the result may carry a tag.
    pub(crate) fn may_carry(&self, tag: &str) -> bool {
        lock(&self.state).tags.as_ref().is_none_or(|tags| tags.contain(tag))
    }

    /// Ends the flight, unless it has landed, and wakes everyone.
    pub(crate) fn land(&self, landing: Landing) {
        let waiting = {
            let mut state = lock(&self.state);
            state.landing.get_or_insert(landing);
            std::mem::take(&mut state.waiting)
        };
        // A waker is a user's code, so nothing is locked.
        let mut panic = None;
        for (_, waker) in waiting {
            let woken = catch_unwind(AssertUnwindSafe(|| waker.wake()));
            panic = panic.or(woken.err());
        }
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }

    pub(crate) fn has_landed(&self) -> bool {
        lock(&self.state).landing.is_some()
    }

    /// How it landed, or else has the one in `seat` woken when it does.
    pub(crate) fn poll(&self, cx: &Context<'_>, seat: &mut Option<Seat>) -> Poll<Landing> {
        let waker = cx.waker().clone();
        let mut state = lock(&self.state);
        if let Some(landing) = &state.landing {
            return Poll::Ready(landing.clone());
        }
        let seat = *seat.get_or_insert_with(|| {
            state.next += 1;
            Seat(state.next)
        });
        let place = state.waiting.iter().position(|(other, _)| *other == seat);
        let replaced = place.map(|place| state.waiting.swap_remove(place));
        state.waiting.push((seat, waker));
        drop(state);
        drop(replaced);
        Poll::Pending
    }

    /// Forgets one who no longer waits.
    pub(crate) fn leave(&self, seat: Seat) {
        let mut state = lock(&self.state);
        let place = state.waiting.iter().position(|(other, _)| *other == seat);
        let left = place.map(|place| state.waiting.swap_remove(place));
        drop(state);
        drop(left);
    }
}
