//! Maps and structs: written in the order they come in, sorted when they end.

mod keys;
#[cfg(test)]
mod tests;

use std::ops::Range;

use serde::Serialize;
use serde::ser;

use self::keys::is_text;
use super::buffer::{Buffer, Entry, Mark};
use super::number::write_literal;
use super::{Encoder, KWARGS, Place};
use crate::KeyError;

/// The struct as which `serde_json` hands over its numbers when its `arbitrary_precision` is switched on.
pub(super) const JSON_NUMBER: &str = "$serde_json::private::Number";

/// The entries of a map or struct.
///
/// Every entry is written as `key: value, `, the key as if it were a value. Where the entries come in order, nothing is
/// moved, and the last separator becomes the brace.
pub(crate) struct MapEncoder<'b> {
    out: &'b mut Buffer,
    /// Of its entries. What else is known of it is [`Open`], which the buffer keeps: serde hands encoders on by value, and one
    /// as small as this is not copied through memory.
    place: Place,
}

/// A map that has not ended.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Open {
    /// Where its entries begin.
    start: Mark,
    shape: Shape,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Shape {
    #[default]
    Map,
    /// A map with a variant around it, which is to be closed, too.
    MapInVariant,
    /// A number of `serde_json`'s in disguise.
    JsonNumber,
}

const COLON: &[u8] = b": ";
const COMMA: &[u8] = b", ";

impl<'b> MapEncoder<'b> {
    #[inline]
    pub(super) fn new(out: &'b mut Buffer, place: Place) -> Self {
        out.bytes.push(b'{');
        Self::open(out, place, Shape::Map)
    }

    /// The keyword arguments themselves.
    #[inline]
    pub(super) fn kwargs(out: &'b mut Buffer, place: Place) -> Self {
        out.bytes.extend_from_slice(KWARGS);
        Self::open(out, place.arguments(), Shape::Map)
    }

    /// Those of an enum's variant.
    pub(super) fn of_variant(out: &'b mut Buffer, place: Place) -> Self {
        out.bytes.push(b'{');
        Self::open(out, place, Shape::MapInVariant)
    }

    pub(super) fn json_number(out: &'b mut Buffer, place: Place) -> Self {
        Self::open(out, place, Shape::JsonNumber)
    }

    #[inline]
    fn open(out: &'b mut Buffer, place: Place, shape: Shape) -> Self {
        out.open(place, Open { start: out.mark(), shape });
        Self { out, place }
    }

    #[inline]
    fn start(&self) -> Mark {
        self.out.opened(self.place).start
    }

    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), KeyError> {
        self.out.pending = Some(self.begin_entry(key)?);
        Ok(())
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), KeyError> {
        match self.out.pending.take() {
            Some(key) => self.finish_entry(key, value),
            None => Err(KeyError::serialize("a map gave a value without a key")),
        }
    }

    fn entry<K, V>(&mut self, key: &K, value: &V) -> Result<(), KeyError>
    where
        K: Serialize + ?Sized,
        V: Serialize + ?Sized,
    {
        let key = self.begin_entry(key)?;
        self.finish_entry(key, value)
    }

    /// Appends a key; where that is.
    #[inline]
    fn begin_entry<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<Range<usize>, KeyError> {
        if self.out.pending.is_some() {
            return Err(KeyError::serialize("a map gave two keys in a row"));
        }
        let start = self.out.mark();
        Encoder::write_below(self.out, self.place, start, key)?;
        let key = start.bytes..self.out.bytes.len();
        self.out.bytes.extend_from_slice(COLON);
        Ok(key)
    }

    /// Appends the value of a key. If that fails, the key is taken back, too.
    #[inline]
    fn finish_entry<T: Serialize + ?Sized>(&mut self, key: Range<usize>, value: &T) -> Result<(), KeyError> {
        let Mark { bytes: start, entries } = self.out.mark();
        Encoder::write_below(self.out, self.place, Mark { bytes: key.start, entries }, value)?;
        self.out.entries.push(Entry { key, value: start..self.out.bytes.len() });
        self.out.bytes.extend_from_slice(COMMA);
        Ok(())
    }

    #[inline]
    pub(super) fn finish(mut self) -> Result<(), KeyError> {
        if self.out.pending.is_some() {
            return Err(KeyError::serialize("a map ended after a key without a value"));
        }
        let Open { start, shape } = self.out.opened(self.place);
        if shape == Shape::JsonNumber {
            return self.finish_json_number();
        }
        match self.entries() {
            // With nothing to compare it with, it may have escapes.
            [entry] if is_text(self.written(&entry.key)) => self.close(),
            _ => self.finish_map(),
        }
        self.out.entries.truncate(start.entries);
        if shape == Shape::MapInVariant {
            self.out.bytes.push(b'}');
        }
        Ok(())
    }

    /// The brace takes the place of the last comma.
    #[inline]
    fn close(&mut self) {
        self.out.bytes.truncate(self.out.bytes.len() - COMMA.len());
        self.out.bytes.push(b'}');
    }

    #[inline(never)]
    fn finish_map(&mut self) {
        if self.sort_plain_texts() {
            return;
        }
        let rewritten = self.rewritten();
        self.out.bytes.truncate(self.start().bytes - 1);
        self.out.bytes.extend_from_slice(&rewritten);
    }

    /// Finishes a map all keys of which are strings without escapes, each given once, in the space that there is: most
    /// arguments' maps are structs, and an argument is written for each look-up.
    fn sort_plain_texts(&mut self) -> bool {
        let begins = self.start();
        let Buffer { bytes: out, form, entries, .. } = &mut *self.out;
        let entries = entries.get_mut(begins.entries..).unwrap_or_default();
        let key = |entry: &Entry| out.get(entry.key.clone()).unwrap_or_default();
        if entries.iter().any(|entry| form.plain_text(key(entry)).is_none()) {
            return false;
        }
        // What ends the shorter of two must not take part.
        let text = |entry: &Entry| out.get(entry.key.start..entry.key.end - 1);
        let in_order = |entries: &[Entry]| entries.is_sorted_by(|one, two| text(one) < text(two));
        if in_order(entries) {
            if entries.is_empty() {
                out.push(b'}');
            } else {
                self.close();
            }
            return true;
        }
        // Those given twice stay in the order they came in.
        entries.sort_unstable_by(|one, two| text(one).cmp(&text(two)).then(one.key.start.cmp(&two.key.start)));
        if !in_order(entries) {
            return false;
        }
        let (start, end) = (begins.bytes, out.len());
        for (place, Entry { key, value }) in entries.iter().enumerate() {
            if place > 0 {
                out.extend_from_slice(COMMA);
            }
            out.extend_from_within(key.start..value.end);
        }
        out.push(b'}');
        out.copy_within(end.., start);
        out.truncate(start + (out.len() - end));
        true
    }

    fn finish_json_number(&mut self) -> Result<(), KeyError> {
        let literal = match self.entries() {
            [Entry { value, .. }] => String::from_utf8_lossy(&self.out.form.text(self.written(value))).into_owned(),
            _ => return Err(KeyError::serialize("a number of serde_json's has no digits")),
        };
        self.out.go_back(self.start());
        write_literal(&mut self.out.bytes, &literal)
    }

    #[inline]
    fn entries(&self) -> &[Entry] {
        self.out.entries.get(self.start().entries..).unwrap_or_default()
    }

    #[inline]
    fn written(&self, range: &Range<usize>) -> &[u8] {
        self.out.bytes.get(range.clone()).unwrap_or_default()
    }

    fn keys(&self) -> impl Iterator<Item = &[u8]> {
        self.entries().iter().map(|entry| self.written(&entry.key))
    }
}

impl ser::SerializeMap for MapEncoder<'_> {
    type Ok = ();
    type Error = KeyError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), KeyError> {
        self.key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), KeyError> {
        self.value(value)
    }

    fn serialize_entry<K, V>(&mut self, key: &K, value: &V) -> Result<(), KeyError>
    where
        K: Serialize + ?Sized,
        V: Serialize + ?Sized,
    {
        self.entry(key, value)
    }

    #[inline]
    fn end(self) -> Result<(), KeyError> {
        self.finish()
    }
}

/// serde has one trait for structs and one for variants with fields, and both of ours are maps.
macro_rules! fields {
    ($($kind:ident),*) => {$(
        impl ser::$kind for MapEncoder<'_> {
            type Ok = ();
            type Error = KeyError;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), KeyError> {
                self.entry(name, value)
            }

            #[inline]
            fn end(self) -> Result<(), KeyError> {
                self.finish()
            }
        }
    )*};
}

fields!(SerializeStruct, SerializeStructVariant);
