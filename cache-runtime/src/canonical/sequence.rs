//! Lists: sequences, tuples and variants of tuples.

use serde::Serialize;
use serde::ser;

use super::buffer::Buffer;
use super::{ARGS, Encoder, Place};
use crate::KeyError;

/// The elements of a list.
pub(crate) struct SequenceEncoder<'b> {
    out: &'b mut Buffer,
    place: Place,
    first: bool,
    shape: Shape,
}

enum Shape {
    List,
    /// A list with a variant around it, which is to be closed, too.
    ListInVariant,
    /// The positional arguments. What follows them closes their list.
    Args,
}

impl<'b> SequenceEncoder<'b> {
    #[inline]
    pub(super) fn new(out: &'b mut Buffer, place: Place) -> Self {
        out.bytes.push(b'[');
        Self { out, place, first: true, shape: Shape::List }
    }

    /// Those of an enum's variant.
    pub(super) fn of_variant(out: &'b mut Buffer, place: Place) -> Self {
        Self { shape: Shape::ListInVariant, ..Self::new(out, place) }
    }

    /// The positional arguments themselves.
    #[inline]
    pub(super) fn args(out: &'b mut Buffer, place: Place) -> Self {
        out.bytes.extend_from_slice(ARGS);
        Self { out, place: place.arguments(), first: true, shape: Shape::Args }
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
    pub(super) fn finish(self) {
        match self.shape {
            Shape::List => self.out.bytes.push(b']'),
            Shape::ListInVariant => self.out.bytes.extend_from_slice(b"]}"),
            Shape::Args => (),
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
