//! Lists: sequences, tuples and variants of tuples.

use serde::Serialize;
use serde::ser;

use super::buffer::Buffer;
use super::{Encoder, Place};
use crate::KeyError;

/// The elements of a list.
pub(crate) struct SequenceEncoder<'b> {
    out: &'b mut Buffer,
    place: Place,
    first: bool,
    close: &'static str,
}

impl<'b> SequenceEncoder<'b> {
    #[inline]
    pub(super) fn new(out: &'b mut Buffer, place: Place, close: &'static str) -> Self {
        out.bytes.push(b'[');
        Self { out, place, first: true, close }
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), KeyError> {
        let start = self.out.mark();
        if !self.first {
            self.out.bytes.extend_from_slice(b", ");
        }
        Encoder::write_below(self.out, self.place, start, value)?;
        self.first = false;
        Ok(())
    }

    #[inline]
    fn finish(self) {
        self.out.bytes.extend_from_slice(self.close.as_bytes());
    }
}

/// serde has one trait for each kind of sequence, and all of ours are lists.
macro_rules! sequence {
    ($($kind:ident::$method:ident),*) => {$(
        impl ser::$kind for SequenceEncoder<'_> {
            type Ok = ();
            type Error = KeyError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), KeyError> {
                self.element(value)
            }

            #[inline]
            fn end(self) -> Result<(), KeyError> {
                self.finish();
                Ok(())
            }
        }
    )*};
}

sequence!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);
