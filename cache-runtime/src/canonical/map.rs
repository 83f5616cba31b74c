//! Maps and structs: written in the order they come in, sorted when they end.

mod keys;

use std::mem;
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

    /// The keyword arguments.
    #[inline]
    pub(super) fn kwargs(out: &'b mut Buffer, place: Place) -> Self {
        out.bytes.extend_from_slice(KWARGS);
        Self::open(out, place, Shape::Map)
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

    /// Where the next entry begins.
    #[inline]
    fn next_entry(&self) -> Result<Mark, KeyError> {
        if self.out.pending {
            return Err(KeyError::serialize("a map gave two keys in a row"));
        }
        Ok(self.out.mark())
    }

    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), KeyError> {
        let entry = self.next_entry()?;
        Encoder::write_below(self.out, self.place, entry, key)?;
        let end = self.out.bytes.len();
        self.out.entries.push(Entry { key: entry.bytes..end, value: end..end });
        self.out.pending = true;
        Ok(())
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), KeyError> {
        let pending = mem::take(&mut self.out.pending);
        let Some(entry) = self.out.entries.last().filter(|_| pending) else {
            return Err(KeyError::serialize("a map gave a value without a key"));
        };
        // With the value, its key is taken back.
        let entry = Mark { bytes: entry.key.start, entries: self.out.entries.len() - 1 };
        self.out.bytes.extend_from_slice(COLON);
        let start = self.out.bytes.len();
        Encoder::write_below(self.out, self.place, entry, value)?;
        let end = self.out.bytes.len();
        if let Some(entry) = self.out.entries.get_mut(entry.entries) {
            entry.value = start..end;
        }
        self.out.bytes.extend_from_slice(COMMA);
        Ok(())
    }

    /// A key and its value, with less to keep in between.
    fn entry<K, V>(&mut self, key: &K, value: &V) -> Result<(), KeyError>
    where
        K: Serialize + ?Sized,
        V: Serialize + ?Sized,
    {
        let entry = self.next_entry()?;
        Encoder::write_below(self.out, self.place, entry, key)?;
        let key = entry.bytes..self.out.bytes.len();
        self.out.bytes.extend_from_slice(COLON);
        let start = self.out.bytes.len();
        Encoder::write_below(self.out, self.place, entry, value)?;
        self.out.entries.push(Entry { key, value: start..self.out.bytes.len() });
        self.out.bytes.extend_from_slice(COMMA);
        Ok(())
    }

    #[inline]
    pub(super) fn finish(mut self) -> Result<(), KeyError> {
        if self.out.pending {
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

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use serde::ser::{Error as _, SerializeMap, SerializeSeq};
    use serde::{Serialize, Serializer};

    use crate::canonical::{Buffer, Form, write_argument, write_kwargs};
    use crate::{KeyError, KeyErrorKind};

    fn written<T: Serialize>(value: T) -> String {
        let mut out = Buffer::new(Form::Json);
        write_argument(&mut out, &value).unwrap();
        String::from_utf8(out.bytes.take()).unwrap()
    }

    /// A map with exactly these entries, in this order.
    struct Entries<K, V>(Vec<(K, V)>);

    impl<K: Serialize, V: Serialize> Serialize for Entries<K, V> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
        }
    }

    #[derive(Serialize)]
    #[serde(untagged)]
    enum Key {
        Text(&'static str),
        Int(i64),
        Float(f64),
        Bool(bool),
        Null,
        List(Vec<u8>),
    }

    #[test]
    fn texts_are_sorted_by_code_point() {
        assert_eq!(written(Entries::<&str, u8>(vec![])), "{}");
        let keys = ["b", "a!", "a", "\u{ffff}", "😀", "é", "\"", ""];
        let map = Entries(keys.iter().map(|key| (key, 0)).collect());
        let expected = r#"{"": 0, "\"": 0, "a": 0, "a!": 0, "b": 0, "\u00e9": 0, "\uffff": 0, "\ud83d\ude00": 0}"#;
        assert_eq!(written(map), expected);
    }

    #[test]
    fn numbers_are_sorted_by_value_and_then_quoted() {
        let map = Entries(vec![(Key::Int(10), 1), (Key::Float(9.5), 2), (Key::Bool(true), 3), (Key::Int(-2), 4)]);
        assert_eq!(written(map), r#"{"-2": 4, "true": 3, "9.5": 2, "10": 1}"#);
        let wide = HashMap::from([(2u128.pow(100), 1), (7, 2)]);
        assert_eq!(written(wide), r#"{"7": 2, "1267650600228229401496703205376": 1}"#);
    }

    #[test]
    fn a_single_null_or_nan_is_quoted() {
        assert_eq!(written(Entries(vec![(Key::Null, 1)])), r#"{"null": 1}"#);
        assert_eq!(written(Entries(vec![(Key::Float(f64::NAN), 1)])), r#"{"NaN": 1}"#);
    }

    #[test]
    fn keys_that_json_has_not_take_the_fallback() {
        let lists = Entries(vec![(Key::List(vec![2]), 1), (Key::List(vec![1, 3]), 2)]);
        assert_eq!(written(lists), "@[[[1, 3], 2], [[2], 1]]");
        let mixed = Entries(vec![(Key::Text("1"), 1), (Key::Int(1), 2), (Key::Null, 3)]);
        assert_eq!(written(mixed), r#"@[["1", 1], [1, 2], [null, 3]]"#);
        let equal = Entries(vec![(Key::Int(1), 1), (Key::Float(1.0), 2)]);
        assert_eq!(written(equal), "@[[1, 1], [1.0, 2]]");
        let unordered = Entries(vec![(Key::Float(f64::NAN), 1), (Key::Int(1), 2)]);
        assert_eq!(written(unordered), "@[[1, 2], [NaN, 1]]");
    }

    #[test]
    fn a_key_given_twice_takes_the_fallback_in_the_order_given() {
        assert_eq!(written(Entries(vec![("b", 1), ("a", 2), ("a", 1)])), r#"@[["a", 2], ["a", 1], ["b", 1]]"#);
    }

    /// A number as `serde_json` gives it, if its `arbitrary_precision` is switched on.
    #[derive(Serialize)]
    #[serde(rename = "$serde_json::private::Number")]
    struct JsonNumber {
        #[serde(rename = "$serde_json::private::Number")]
        digits: &'static str,
    }

    #[test]
    fn a_number_in_disguise_leaves_the_maps_around_it_alone() {
        let number = |digits| JsonNumber { digits };
        let inner = || Entries(vec![("y", number("1.50")), ("x", number("-2"))]);
        let map = Entries(vec![("b", vec![inner(), inner()]), ("a", vec![])]);
        assert_eq!(written(map), r#"{"a": [], "b": [{"x": -2, "y": 1.5}, {"x": -2, "y": 1.5}]}"#);
        let keys = Entries(vec![(number("10"), inner()), (number("9"), inner())]);
        assert_eq!(written(keys), r#"{"9": {"x": -2, "y": 1.5}, "10": {"x": -2, "y": 1.5}}"#);
    }

    /// Breaks serde's protocol, or meets an error and carries on.
    enum Unruly {
        ValueFirst,
        KeyOnly,
        KeyTwice,
        Swallows,
    }

    struct Failing;

    struct Panicking;

    /// A map that fails when some of it has been written.
    struct FailingMap;

    struct SwallowingList;

    impl Serialize for SwallowingList {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut list = serializer.serialize_seq(None)?;
            let _ = list.serialize_element(&Failing);
            list.serialize_element(&1)?;
            let _ = list.serialize_element(&(5, Failing));
            let _ = catch_unwind(AssertUnwindSafe(|| list.serialize_element(&(5, Panicking))));
            list.serialize_element(&2)?;
            list.end()
        }
    }

    impl Serialize for Panicking {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            panic!("no")
        }
    }

    impl Serialize for Failing {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(S::Error::custom("no"))
        }
    }

    impl Serialize for FailingMap {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            map.serialize_entry("z", &1)?;
            map.serialize_entry("y", &Failing)?;
            map.end()
        }
    }

    impl Serialize for Unruly {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            match self {
                Self::ValueFirst => map.serialize_value(&1)?,
                Self::KeyOnly => map.serialize_key(&1)?,
                Self::KeyTwice => {
                    map.serialize_key(&1)?;
                    map.serialize_key(&2)?;
                }
                Self::Swallows => {
                    let _ = map.serialize_entry("a", &Failing);
                    let _ = map.serialize_entry(&Failing, &1);
                    let _ = map.serialize_entry("d", &Self::KeyOnly);
                    map.serialize_entry("b", &1)?;
                    let _ = map.serialize_entry("c", &FailingMap);
                    let _ = catch_unwind(AssertUnwindSafe(|| map.serialize_entry("a", &Panicking)));
                    let _ = catch_unwind(AssertUnwindSafe(|| map.serialize_entry(&Panicking, &1)));
                    let _ = map.serialize_entry(&FailingMap, &1);
                }
            }
            map.end()
        }
    }

    #[test]
    fn an_unruly_map_is_an_error_and_leaves_nothing_half_written() {
        for unruly in [Unruly::ValueFirst, Unruly::KeyOnly, Unruly::KeyTwice] {
            let mut out = Buffer::new(Form::Json);
            let error: KeyError = write_kwargs(&mut out, &unruly).unwrap_err();
            assert_eq!(error.kind(), KeyErrorKind::Serialize);
            // Nor is the next one who writes there told of it.
            out.clear(Form::Json);
            write_argument(&mut out, &Unruly::Swallows).unwrap();
            assert_eq!(&*out.bytes, br#"{"b": 1}"#);
        }
        assert_eq!(written(Unruly::Swallows), r#"{"b": 1}"#);
        assert_eq!(written(SwallowingList), "[1, 2]");
    }
}
