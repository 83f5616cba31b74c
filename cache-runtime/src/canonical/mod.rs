//! The encoding behind a key: what CPython's `json.dumps(…, sort_keys=True)` prints, by a serializer of our own.
//!
//! It streams into one buffer and never builds a `serde_json::Value`: another crate in the build can switch on
//! features of `serde_json` that change what a `Value` prints.

mod buffer;
mod bytes;
mod form;
mod map;
mod number;
mod place;
mod sequence;
mod text;

pub use self::buffer::Buffer;
pub(crate) use self::bytes::Bytes;
pub(crate) use self::form::{Form, write_payload};
pub(crate) use self::number::write_integer;
pub(crate) use self::text::is_plain_without;

use std::fmt::{self, Display, Write};
use std::mem;

use serde::Serialize;
use serde::ser::{self, Serializer};

use self::buffer::Mark;
use self::map::MapEncoder;
use self::number::{write_display, write_float};
use self::place::{Place, Role};
use self::sequence::SequenceEncoder;
use crate::KeyError;

/// Appends one argument.
pub(crate) fn write_argument<T: Serialize + ?Sized>(out: &mut Buffer, argument: &T) -> Result<(), KeyError> {
    // Nothing is taken back if that fails: whoever writes arguments begins anew.
    argument.serialize(Encoder { out, place: Place::ARGUMENT })
}

/// What a payload begins with. What follows is the positional arguments, up to [`KWARGS`].
pub(crate) const ARGS: &[u8] = br#"{"args": ["#;

/// What is between the positional arguments of a payload and its keyword arguments. It ends the list of the former.
pub(crate) const KWARGS: &[u8] = br#"], "kwargs": {"#;

/// Appends the positional arguments, behind [`ARGS`].
pub(crate) fn write_args<A: Serialize + ?Sized>(out: &mut Buffer, args: &A) -> Result<(), KeyError> {
    args.serialize(Encoder { out, place: Place::ARGS })
}

/// Appends the map of keyword arguments, from [`KWARGS`] to its end.
pub(crate) fn write_kwargs<K: Serialize + ?Sized>(out: &mut Buffer, kwargs: &K) -> Result<(), KeyError> {
    kwargs.serialize(Encoder { out, place: Place::KWARGS })
}

/// What is taken back when it is dropped.
struct Written<'b> {
    out: &'b mut Buffer,
    start: Mark,
}

impl Drop for Written<'_> {
    fn drop(&mut self) {
        self.out.go_back(self.start);
    }
}

/// Serializes one value onto the end of the buffer.
pub(crate) struct Encoder<'b> {
    out: &'b mut Buffer,
    place: Place,
}

impl<'b> Encoder<'b> {
    /// Encodes a value below this one. If it fails, or panics, everything from `start` on is taken back, should its parent
    /// carry on.
    fn write_below<T>(out: &mut Buffer, place: Place, start: Mark, value: &T) -> Result<(), KeyError>
    where
        T: Serialize + ?Sized,
    {
        let written = Written { out, start };
        value.serialize(Encoder { out: &mut *written.out, place })?;
        mem::forget(written);
        Ok(())
    }

    /// Admits a value that is neither a list nor a map.
    #[inline]
    fn scalar(self, found: &'static str) -> Result<&'b mut Buffer, KeyError> {
        match self.place.role() {
            Role::Value => Ok(self.out),
            role => Err(role.refuse(found)),
        }
    }

    #[inline]
    fn string(self, found: &'static str, text: &str) -> Result<(), KeyError> {
        self.scalar(found)?.write_str(text);
        Ok(())
    }

    fn integer(self, integer: impl Serialize) -> Result<(), KeyError> {
        write_integer(&mut self.scalar("a number")?.bytes, integer);
        Ok(())
    }

    #[inline]
    fn sequence(self, found: &'static str) -> Result<SequenceEncoder<'b>, KeyError> {
        match self.place.role() {
            Role::Args => Ok(SequenceEncoder::args(self.out, self.place)),
            Role::Value => Ok(SequenceEncoder::new(self.out, self.place.container()?)),
            Role::Kwargs => Err(KeyError::kwargs(found)),
        }
    }

    #[inline]
    fn map(self, found: &'static str) -> Result<MapEncoder<'b>, KeyError> {
        match self.place.role() {
            Role::Kwargs => Ok(MapEncoder::kwargs(self.out, self.place)),
            Role::Value => Ok(MapEncoder::new(self.out, self.place.container()?)),
            Role::Args => Err(KeyError::args(found)),
        }
    }

    /// Opens an enum's variant with data, `{"Variant": `; whoever writes the data closes it.
    fn variant(self, variant: &str) -> Result<(&'b mut Buffer, Place), KeyError> {
        let place = self.place.container()?;
        let out = self.scalar("an enum")?;
        out.bytes.push(b'{');
        out.write_str(variant);
        out.bytes.extend_from_slice(b": ");
        Ok((out, place))
    }
}

impl<'b> Serializer for Encoder<'b> {
    type Ok = ();
    type Error = KeyError;
    type SerializeSeq = SequenceEncoder<'b>;
    type SerializeTuple = SequenceEncoder<'b>;
    type SerializeTupleStruct = SequenceEncoder<'b>;
    type SerializeTupleVariant = SequenceEncoder<'b>;
    type SerializeMap = MapEncoder<'b>;
    type SerializeStruct = MapEncoder<'b>;
    type SerializeStructVariant = MapEncoder<'b>;

    fn serialize_bool(self, value: bool) -> Result<(), KeyError> {
        write_display(&mut self.scalar("a bool")?.bytes, value);
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), KeyError> {
        self.integer(value)
    }

    fn serialize_i16(self, value: i16) -> Result<(), KeyError> {
        self.integer(value)
    }

    fn serialize_i32(self, value: i32) -> Result<(), KeyError> {
        self.integer(value)
    }

    fn serialize_i64(self, value: i64) -> Result<(), KeyError> {
        self.integer(value)
    }

    fn serialize_i128(self, value: i128) -> Result<(), KeyError> {
        self.integer(value)
    }

    fn serialize_u8(self, value: u8) -> Result<(), KeyError> {
        self.integer(value)
    }

    fn serialize_u16(self, value: u16) -> Result<(), KeyError> {
        self.integer(value)
    }

    fn serialize_u32(self, value: u32) -> Result<(), KeyError> {
        self.integer(value)
    }

    fn serialize_u64(self, value: u64) -> Result<(), KeyError> {
        self.integer(value)
    }

    fn serialize_u128(self, value: u128) -> Result<(), KeyError> {
        self.integer(value)
    }

    fn serialize_f32(self, value: f32) -> Result<(), KeyError> {
        write_float(&mut self.scalar("a number")?.bytes, value);
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Result<(), KeyError> {
        write_float(&mut self.scalar("a number")?.bytes, value);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), KeyError> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<(), KeyError> {
        self.string("a string", value)
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), KeyError> {
        // serde's own version panics if the `Display` implementation fails.
        let out = self.scalar("a string")?;
        let [open, close] = out.form.quotes();
        out.bytes.extend_from_slice(open);
        write!(Pieces(&mut *out), "{value}").map_err(|_| KeyError::serialize("its `Display` implementation failed"))?;
        out.bytes.extend_from_slice(close);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), KeyError> {
        use ser::SerializeSeq;
        let mut sequence = self.sequence("bytes")?;
        for byte in value {
            sequence.serialize_element(byte)?;
        }
        SerializeSeq::end(sequence)
    }

    fn serialize_none(self) -> Result<(), KeyError> {
        self.scalar("`None`")?.bytes.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), KeyError> {
        value.serialize(Self { place: self.place.wrapper()?, ..self })
    }

    fn serialize_unit(self) -> Result<(), KeyError> {
        match self.place.role() {
            Role::Args => SequenceEncoder::args(self.out, self.place).finish(),
            Role::Kwargs => return MapEncoder::kwargs(self.out, self.place).finish(),
            Role::Value => self.out.bytes.extend_from_slice(b"null"),
        }
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), KeyError> {
        self.scalar("a unit struct")?.bytes.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_variant(self, _name: &'static str, _index: u32, variant: &'static str) -> Result<(), KeyError> {
        self.string("an enum", variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _name: &'static str, value: &T) -> Result<(), KeyError> {
        self.serialize_some(value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), KeyError> {
        let start = self.out.mark();
        let (out, place) = self.variant(variant)?;
        Self::write_below(out, place, start, value)?;
        out.bytes.push(b'}');
        Ok(())
    }

    #[inline]
    fn serialize_seq(self, _len: Option<usize>) -> Result<SequenceEncoder<'b>, KeyError> {
        self.sequence("a sequence")
    }

    #[inline]
    fn serialize_tuple(self, _len: usize) -> Result<SequenceEncoder<'b>, KeyError> {
        self.sequence("a tuple")
    }

    fn serialize_tuple_struct(self, _name: &'static str, _len: usize) -> Result<SequenceEncoder<'b>, KeyError> {
        self.sequence("a tuple struct")
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<SequenceEncoder<'b>, KeyError> {
        let (out, place) = self.variant(variant)?;
        Ok(SequenceEncoder::of_variant(out, place))
    }

    #[inline]
    fn serialize_map(self, _len: Option<usize>) -> Result<MapEncoder<'b>, KeyError> {
        self.map("a map")
    }

    #[inline]
    fn serialize_struct(self, name: &'static str, _len: usize) -> Result<MapEncoder<'b>, KeyError> {
        if name == map::JSON_NUMBER {
            let place = self.place.wrapper()?;
            return Ok(MapEncoder::json_number(self.scalar("a number")?, place));
        }
        self.map("a struct")
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<MapEncoder<'b>, KeyError> {
        let (out, place) = self.variant(variant)?;
        Ok(MapEncoder::of_variant(out, place))
    }
}

/// Writes what is displayed straight into a string.
struct Pieces<'b>(&'b mut Buffer);

impl Write for Pieces<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.form.write_piece(&mut self.0.bytes, text);
        Ok(())
    }
}
