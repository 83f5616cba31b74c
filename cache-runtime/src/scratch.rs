//! Space for what is made on the way, kept from call to call, so that it is allocated once.

use std::cell::RefCell;

use crate::canonical::{Buffer, Form};

/// An empty buffer of the current thread's. One that code of a user's asks for, while another is in use, is a new one.
pub(crate) fn with<R>(form: Form, work: impl FnOnce(&mut Buffer) -> R) -> R {
    thread_local! {
        static BUFFER: RefCell<Buffer> = const { RefCell::new(Buffer::new(Form::Raw)) };
    }
    // A thread that ends may have given its buffer back.
    if BUFFER.try_with(|_| ()).is_err() {
        return work(&mut Buffer::new(form));
    }
    // Used where it is: a processor waits when what was just written in small parts is moved as a whole.
    BUFFER.with(|kept| match kept.try_borrow_mut() {
        Ok(mut buffer) => {
            buffer.clear(form);
            let result = work(&mut buffer);
            buffer.shrink();
            result
        }
        Err(_) => work(&mut Buffer::new(form)),
    })
}
