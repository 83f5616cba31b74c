//! Lists: sequences, tuples and variants of tuples.

use serde::Serialize;
use serde::ser;

use super::{Encoder, Place};
use crate::KeyError;

/// The elements of a list.
pub(crate) struct SequenceEncoder<'b> {
    out: &'b mut Vec<u8>,
    place: Place,
    first: bool,
    close: &'static str,
}

impl<'b> SequenceEncoder<'b> {
    pub(super) fn new(out: &'b mut Vec<u8>, place: Place, close: &'static str) -> Self {
        out.push(b'[');
        Self { out, place, first: true, close }
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), KeyError> {
        let start = self.out.len();
        if !self.first {
            self.out.extend_from_slice(b", ");
        }
        Encoder::write_below(self.out, self.place, value).inspect_err(|_| self.out.truncate(start))?;
        self.first = false;
        Ok(())
    }

    fn finish(self) {
        self.out.extend_from_slice(self.close.as_bytes());
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
