//! Which asynchronous bodies are being polled on this thread, one within the other.

use std::cell::RefCell;
use std::sync::Arc;

use super::flight::Flight;
use super::sync::thread_local;

thread_local! {
    static POLLED: RefCell<Vec<Arc<Flight>>> = RefCell::default();
}

/// A body is being polled for as long as this is there.
#[derive(Debug)]
pub(crate) struct Polled(());

impl Polled {
    pub(crate) fn enter(flight: &Arc<Flight>) -> Self {
        let _ = POLLED.try_with(|polled| polled.borrow_mut().push(Arc::clone(flight)));
        Self(())
    }
}

impl Drop for Polled {
    fn drop(&mut self) {
        let left = POLLED.try_with(|polled| polled.borrow_mut().pop());
        drop(left);
    }
}

/// Whether the code that runs now was called by the flight's own body.
pub(crate) fn is_within(flight: &Arc<Flight>) -> bool {
    POLLED.try_with(|polled| polled.borrow().iter().any(|other| Arc::ptr_eq(other, flight))).unwrap_or(false)
}
