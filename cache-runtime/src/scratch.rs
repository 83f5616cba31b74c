//! Space for what is made on the way, kept from call to call, so that it is allocated once.

use std::cell::Cell;

/// A buffer of the current thread's. One that code of a user's asks for, while another is in use, is a new one.
pub(crate) fn with<R>(work: impl FnOnce(&mut Vec<u8>) -> R) -> R {
    thread_local! {
        static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    }
    // A thread that ends may have given its buffer back.
    let mut buffer = BUFFER.try_with(Cell::take).unwrap_or_default();
    buffer.clear();
    let result = work(&mut buffer);
    shrink(&mut buffer);
    let _ = BUFFER.try_with(|kept| kept.set(buffer));
    result
}

/// Gives space back that was only needed once.
pub(crate) fn shrink(buffer: &mut Vec<u8>) {
    /// So many bytes are kept; more only while they are needed.
    const KEPT: usize = 1 << 20;
    if buffer.capacity() > KEPT {
        buffer.clear();
        buffer.shrink_to(KEPT);
    }
}
