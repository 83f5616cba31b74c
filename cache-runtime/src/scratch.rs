//! Space for what is made on the way, kept from call to call, so that it is allocated once.

use std::cell::{RefCell, RefMut};

use crate::canonical::{Buffer, Form};

/// A buffer of the current thread's, which is to be cleared first. One that code of a user's asks for, while another is in
/// use, is a new one.
pub(crate) fn with<R>(mut work: impl FnMut(&mut Buffer) -> R) -> R {
    thread_local! {
        static BUFFER: RefCell<Buffer> = const { RefCell::new(Buffer::new(Form::Raw)) };
    }
    // Used where it is: a processor waits when what was just written in small parts is moved as a whole.
    let worked = BUFFER.try_with(|kept| match kept.try_borrow_mut() {
        Ok(buffer) => work(&mut Lent(buffer).0),
        Err(_) => work(&mut Buffer::new(Form::Raw)),
    });
    // A thread that ends may have given its buffer back.
    worked.unwrap_or_else(|_| work(&mut Buffer::new(Form::Raw)))
}

/// Gives back, when it is dropped, what is only needed while it is in use.
struct Lent<'b>(RefMut<'b, Buffer>);

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.0.shrink();
    }
}
