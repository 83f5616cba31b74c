//! The primitives of synchronization, which a model checker replaces by its own (`--cfg shuttle`).

use std::sync::PoisonError;
#[cfg(not(shuttle))]
pub(crate) use std::{
    sync::{Condvar, Mutex, MutexGuard},
    thread::{self, ThreadId},
    thread_local,
};

/// A lock that hits share: of the threads that read, eight at a time have a part of it to themselves, so that none waits for a line
/// of the processors' caches that another one has changed. Whoever writes locks all parts.
#[cfg(not(shuttle))]
pub(crate) use crossbeam_utils::sync::{
    ShardedLock as SharedLock, ShardedLockReadGuard as ReadGuard, ShardedLockWriteGuard as WriteGuard,
};
#[cfg(not(shuttle))]
pub(crate) use futures_timer::Delay;
#[cfg(shuttle)]
pub(crate) use shuttle::{
    sync::{
        Condvar, Mutex, MutexGuard, RwLock as SharedLock, RwLockReadGuard as ReadGuard, RwLockWriteGuard as WriteGuard,
    },
    thread::{self, ThreadId},
    thread_local,
};

/// Names the current thread.
pub(crate) fn thread_id() -> ThreadId {
    // To ask for it is to clone an `Arc`.
    thread_local! {
        static ID: ThreadId = thread::current().id();
    }
    ID.try_with(|id| *id).unwrap_or_else(|_| thread::current().id())
}

/// Locks a mutex. None of ours is held while code of a user's runs, but for a clock, which comes before anything is changed: so
/// none is ever poisoned half-way.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Looks into a mutex that nobody else has.
pub(crate) fn unlocked<T>(mutex: &mut Mutex<T>) -> &mut T {
    mutex.get_mut().unwrap_or_else(PoisonError::into_inner)
}

/// Locks what others may read meanwhile. See [`lock`].
pub(crate) fn read<T>(lock: &SharedLock<T>) -> ReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

/// Locks what nobody may read meanwhile. See [`lock`].
pub(crate) fn write<T>(lock: &SharedLock<T>) -> WriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

/// Waits to be notified.
pub(crate) fn wait<'m, T>(condvar: &Condvar, guard: MutexGuard<'m, T>) -> MutexGuard<'m, T> {
    condvar.wait(guard).unwrap_or_else(PoisonError::into_inner)
}

/// A timer that may run out whenever it is looked at.
#[cfg(shuttle)]
#[derive(Debug)]
pub(crate) struct Delay;

#[cfg(shuttle)]
impl Delay {
    pub(crate) fn new(_: std::time::Duration) -> Self {
        Self
    }
}

#[cfg(shuttle)]
impl Future for Delay {
    type Output = ();

    fn poll(self: std::pin::Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> std::task::Poll<()> {
        use shuttle::rand::Rng;
        if shuttle::rand::thread_rng().gen_bool(0.3) {
            return std::task::Poll::Ready(());
        }
        // It is looked at again some time, or else it could never run out.
        let waker = cx.waker().clone();
        thread::spawn(move || waker.wake());
        std::task::Poll::Pending
    }
}
