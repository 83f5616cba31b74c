//! Bytes that are appended to.

use std::io;
use std::mem;
use std::ops::{Deref, DerefMut};

/// A buffer that asks once whether there is space for all parts of what is appended: a `Vec` asks for each.
///
/// To write into its space in safe code, that has to hold something. So what is behind the end are zeros, or what was there
/// before.
#[derive(Debug, Default)]
pub(crate) struct Bytes {
    space: Vec<u8>,
    len: usize,
}

impl Bytes {
    /// There is space for so many, if for any.
    const LEAST: usize = 64;

    pub(crate) const fn new() -> Self {
        Self { space: Vec::new(), len: 0 }
    }

    /// How many there are.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Appends so many bytes, which are the caller's to fill.
    #[inline]
    fn append(&mut self, count: usize, fill: impl Fn(&mut [u8])) {
        // As much as memory holds does not overflow.
        let (start, end) = (self.len, self.len + count);
        let space = self.space.get_mut(..end).and_then(|space| space.get_mut(start..));
        let Some(space) = space else { return self.append_in_more(count, fill) };
        self.len = end;
        // Comes last, so that nothing has to be kept until it is done.
        fill(space);
    }

    /// The same in more space than there is.
    #[cold]
    fn append_in_more(&mut self, count: usize, fill: impl Fn(&mut [u8])) {
        let least = self.len + count;
        self.space.resize(least.max(2 * self.space.len()).max(Self::LEAST), 0);
        self.append(count, fill);
    }

    #[inline]
    pub(crate) fn push(&mut self, byte: u8) {
        self.append(1, move |space| space.fill(byte));
    }

    #[inline]
    pub(crate) fn extend_from_slice(&mut self, bytes: &[u8]) {
        self.append(bytes.len(), move |space| space.copy_from_slice(bytes));
    }

    /// Appends text, in quotes of a byte each.
    #[inline]
    pub(super) fn quote<const OPEN: u8, const CLOSE: u8>(&mut self, text: &[u8]) {
        self.append(text.len() + 2, move |space| {
            if let [first, middle @ .., last] = space {
                *first = OPEN;
                *last = CLOSE;
                middle.copy_from_slice(text);
            }
        });
    }

    /// Appends what already lies there.
    pub(super) fn extend_from_within(&mut self, range: std::ops::Range<usize>) {
        let end = self.len;
        self.append(range.len(), |_| ());
        self.copy_within(range, end);
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }

    pub(crate) fn capacity(&self) -> usize {
        self.space.capacity()
    }

    /// Takes what there is, with its space.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        let mut taken = mem::take(&mut self.space);
        taken.truncate(mem::take(&mut self.len));
        taken
    }

    /// An empty buffer in the space of something else.
    pub(crate) fn in_space_of(space: Vec<u8>) -> Self {
        Self { space, len: 0 }
    }
}

impl Deref for Bytes {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.space.get(..self.len).unwrap_or_default()
    }
}

impl DerefMut for Bytes {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        self.space.get_mut(..self.len).unwrap_or_default()
    }
}

impl Extend<u8> for Bytes {
    fn extend<I: IntoIterator<Item = u8>>(&mut self, bytes: I) {
        for byte in bytes {
            self.push(byte);
        }
    }
}

impl io::Write for Bytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Bytes;

    proptest! {
        #[test]
        fn bytes_agree_with_a_vec(steps in prop::collection::vec((0u8..6, any::<u8>(), 0usize..90), 1..40)) {
            let (mut bytes, mut model) = (Bytes::new(), Vec::new());
            for (step, byte, count) in steps {
                match step {
                    0 => {
                        bytes.push(byte);
                        model.push(byte);
                    }
                    1 => {
                        bytes.extend_from_slice(&vec![byte; count]);
                        model.extend(vec![byte; count]);
                    }
                    2 => {
                        bytes.quote::<b'<', b'>'>(&vec![byte; count]);
                        model.push(b'<');
                        model.extend(vec![byte; count]);
                        model.push(b'>');
                    }
                    3 => {
                        bytes.truncate(count);
                        model.truncate(count);
                    }
                    4 => {
                        let range = count.min(model.len())..model.len();
                        bytes.extend_from_within(range.clone());
                        model.extend_from_within(range);
                    }
                    _ => {
                        let taken = bytes.take();
                        prop_assert_eq!(&taken, &model);
                        model.clear();
                        bytes = Bytes::in_space_of(taken);
                    }
                }
                prop_assert_eq!(&*bytes, model.as_slice());
            }
        }
    }
}
