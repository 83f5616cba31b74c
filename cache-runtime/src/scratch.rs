//! Space for what is made on the way, kept from call to call, so that it is allocated once.

use std::cell::Cell;

use crate::canonical::{Buffer, Form};

thread_local! {
    static KEPT: Cell<Option<Box<Buffer>>> = const { Cell::new(None) };
}

/// A buffer of the current thread's, which is to be cleared first. One that is asked for while another is in use is a new one.
#[inline]
#[expect(clippy::unnecessary_box_returns, reason = "a pointer is moved sooner than all of a buffer")]
pub(crate) fn take() -> Box<Buffer> {
    // A thread that ends may have dropped what it kept.
    let kept = KEPT.try_with(Cell::take).unwrap_or_default();
    kept.unwrap_or_else(|| Box::new(Buffer::new(Form::Raw)))
}

/// Gives a buffer back, for the next one who asks. If that is not done, as in a panic, the next one is a new one.
#[inline]
pub(crate) fn keep(mut buffer: Box<Buffer>) {
    buffer.shrink();
    // If it cannot be kept, it is dropped.
    let _ = KEPT.try_with(|kept| kept.set(Some(buffer)));
}

/// Does something with a buffer of the current thread's.
pub(crate) fn with<R>(work: impl FnOnce(&mut Buffer) -> R) -> R {
    let mut buffer = take();
    let result = work(&mut buffer);
    keep(buffer);
    result
}
