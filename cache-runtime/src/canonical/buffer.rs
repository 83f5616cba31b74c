//! Where arguments are written.

use std::ops::Range;

use super::map::Open;
use super::place::Place;
use super::{Bytes, Form};

/// What has been written of arguments, what calls are told apart by or the payload of a key, and what has to be known of it until
/// it is finished.
#[derive(Debug)]
pub struct Buffer {
    pub(crate) bytes: Bytes,
    pub(super) form: Form,
    /// The entries of the maps that have not ended: those of the innermost come last.
    pub(super) entries: Vec<Entry>,
    /// The key that waits for its value, in the innermost of them.
    pub(super) pending: Option<Range<usize>>,
    /// Those maps, by the depth of their entries. In the other places is what was there before.
    maps: Vec<Open>,
}

/// Where an entry of a map lies.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: Range<usize>,
    pub(super) value: Range<usize>,
}

/// A place in a buffer to go back to.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Mark {
    pub(super) bytes: usize,
    pub(super) entries: usize,
}

impl Buffer {
    pub(crate) const fn new(form: Form) -> Self {
        Self { bytes: Bytes::new(), form, entries: Vec::new(), pending: None, maps: Vec::new() }
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
        self.pending = None;
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

    /// Keeps what is known of a map until it ends, or another one begins there.
    #[inline]
    pub(super) fn open(&mut self, place: Place, map: Open) {
        match self.maps.get_mut(place.depth()) {
            Some(slot) => *slot = map,
            None => self.open_deeper(place, map),
        }
    }

    /// The same where none has been as deep.
    #[cold]
    fn open_deeper(&mut self, place: Place, map: Open) {
        self.maps.resize(place.depth(), Open::default());
        self.maps.push(map);
    }

    /// The map that has begun there.
    #[inline]
    pub(super) fn opened(&self, place: Place) -> Open {
        self.maps.get(place.depth()).copied().unwrap_or_default()
    }

    #[inline]
    pub(super) fn mark(&self) -> Mark {
        Mark { bytes: self.bytes.len(), entries: self.entries.len() }
    }

    pub(super) fn go_back(&mut self, mark: Mark) {
        self.bytes.truncate(mark.bytes);
        self.entries.truncate(mark.entries);
        self.pending = None;
    }
}
