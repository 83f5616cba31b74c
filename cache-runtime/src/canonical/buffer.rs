//! Where arguments are written.

use std::ops::Range;

use super::{Bytes, Form};

/// What has been written of arguments, what calls are told apart by or the payload of a key, and what has to be known of it until
/// it is finished.
#[derive(Debug)]
pub struct Buffer {
    pub(crate) bytes: Bytes,
    pub(super) form: Form,
    /// The entries of the maps that have not ended: those of the innermost come last.
    pub(super) entries: Vec<Entry>,
}

/// Where an entry of a map lies.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: Range<usize>,
    pub(super) value: Range<usize>,
}

/// A place in a buffer to go back to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) bytes: usize,
    pub(super) entries: usize,
}

impl Buffer {
    pub(crate) const fn new(form: Form) -> Self {
        Self { bytes: Bytes::new(), form, entries: Vec::new() }
    }

    /// Appends a string.
    #[inline]
    pub(crate) fn write_str(&mut self, text: &str) {
        self.form.write_str(&mut self.bytes, text);
    }

    /// Empties it, for strings of this form.
    #[inline]
    pub(crate) fn clear(&mut self, form: Form) {
        self.form = form;
        self.bytes.clear();
        self.entries.clear();
        self.shrink();
    }

    /// Gives space back that was only needed once, with what is in it.
    #[inline]
    pub(crate) fn shrink(&mut self) {
        /// So much is kept.
        const BYTES: usize = 1 << 20;
        const ENTRIES: usize = 1 << 10;
        if self.bytes.capacity() > BYTES {
            self.bytes = Bytes::new();
        }
        if self.entries.capacity() > ENTRIES {
            self.entries = Vec::new();
        }
    }

    #[inline]
    pub(super) fn mark(&self) -> Mark {
        Mark { bytes: self.bytes.len(), entries: self.entries.len() }
    }

    pub(super) fn go_back(&mut self, mark: Mark) {
        self.bytes.truncate(mark.bytes);
        self.entries.truncate(mark.entries);
    }
}
