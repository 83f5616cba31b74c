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
    /// Whether there is a variant around it to be closed.
    in_variant: bool,
}

impl<'b> SequenceEncoder<'b> {
    #[inline]
    pub(super) fn new(out: &'b mut Buffer, place: Place) -> Self {
        out.bytes.push(b'[');
        Self { out, place, first: true, in_variant: false }
    }

    /// Those of an enum's variant.
    pub(super) fn of_variant(out: &'b mut Buffer, place: Place) -> Self {
        Self { in_variant: true, ..Self::new(out, place) }
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
        self.out.bytes.push(b']');
        if self.in_variant {
            self.out.bytes.push(b'}');
        }
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
