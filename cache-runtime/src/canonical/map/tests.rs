//! What maps come out as, and what becomes of those that break the rules.

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
