//! Values of every shape that serde knows, at random, each with the Python value that it stands for.

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::*;
use serde::ser::{SerializeMap, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleVariant};
use serde::{Serialize, Serializer};

/// A value of some shape.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each variant is the shape of serde's data model that it is named after")]
pub enum Tree {
    Unit,
    UnitStruct,
    None,
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    WideSigned(i128),
    WideUnsigned(u128),
    Float(f64),
    Char(char),
    Text(String),
    Bytes(Vec<u8>),
    Some(Box<Tree>),
    Newtype(Box<Tree>),
    Seq(Vec<Tree>),
    Tuple(Vec<Tree>),
    Map(Vec<(Key, Tree)>),
    Struct(Vec<(&'static str, Tree)>),
    UnitVariant,
    NewtypeVariant(Box<Tree>),
    TupleVariant(Vec<Tree>),
    StructVariant(Vec<(&'static str, Tree)>),
}

/// A key of a map that JSON can express.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each variant is the kind of key that it is named after")]
pub enum Key {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
}

/// Field names, out of order and of every length.
const FIELDS: [&str; 6] = ["smiles", "az_model", "a", "b", "Z", "smiles_2"];

/// Any value, nested up to eight deep.
pub fn tree() -> impl Strategy<Value = Tree> {
    leaf().prop_recursive(8, 96, 8, |inner| {
        prop_oneof![
            2 => vec(inner.clone(), 0..8).prop_map(Tree::Seq),
            1 => vec(inner.clone(), 0..5).prop_map(Tree::Tuple),
            3 => map(inner.clone()),
            2 => fields(inner.clone()).prop_map(Tree::Struct),
            1 => inner.clone().prop_map(|value| Tree::Some(Box::new(value))),
            1 => inner.clone().prop_map(|value| Tree::Newtype(Box::new(value))),
            1 => inner.clone().prop_map(|value| Tree::NewtypeVariant(Box::new(value))),
            1 => vec(inner.clone(), 1..4).prop_map(Tree::TupleVariant),
            1 => fields(inner).prop_map(Tree::StructVariant),
        ]
    })
}

fn leaf() -> impl Strategy<Value = Tree> {
    prop_oneof![
        Just(Tree::Unit),
        Just(Tree::UnitStruct),
        Just(Tree::None),
        Just(Tree::UnitVariant),
        any::<bool>().prop_map(Tree::Bool),
        any::<i64>().prop_map(Tree::Signed),
        any::<u64>().prop_map(Tree::Unsigned),
        any::<i128>().prop_map(Tree::WideSigned),
        any::<u128>().prop_map(Tree::WideUnsigned),
        float().prop_map(Tree::Float),
        any::<char>().prop_map(Tree::Char),
        text().prop_map(Tree::Text),
        vec(any::<u8>(), 0..12).prop_map(Tree::Bytes),
    ]
}

/// Floats of every magnitude: any bits, round numbers, and sums of few powers of two, whose shortest forms tie.
pub fn float() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => any::<u64>().prop_map(f64::from_bits),
        2 => any::<i32>().prop_map(|n| f64::from(n) / 1000.0),
        1 => (-20i32..330, 1u32..1000).prop_map(|(e, n)| f64::from(n) * 10f64.powi(e)),
        2 => (-1074i32..1023, 0u64..32).prop_map(|(e, bits)| f64::from_bits(2f64.powi(e).to_bits().wrapping_add(bits))),
        2 => (-1074i32..1000, 0u32..4096).prop_map(|(e, n)| 2f64.powi(e) * f64::from(n)),
        1 => prop::sample::select(vec![0.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, 1e16, 1e-5]),
    ]
}

/// Texts of ASCII, control characters, other planes, and what lies at the borders of escapes.
pub fn text() -> impl Strategy<Value = String> {
    let char = prop_oneof![
        3 => prop::char::range(' ', '~'),
        1 => prop::char::range('\0', '\u{a0}'),
        1 => prop::char::range('\u{d000}', '\u{ffff}'),
        1 => prop::char::range('\u{10000}', '\u{10ffff}'),
        1 => any::<char>(),
        1 => prop::sample::select(vec!['"', '\\', '/', '\u{7f}', '\u{2028}', 'é', 'z']),
    ];
    vec(char, 0..12).prop_map(String::from_iter)
}

fn map(inner: impl Strategy<Value = Tree> + Clone + 'static) -> impl Strategy<Value = Tree> {
    let texts = vec((text().prop_map(Key::Text), inner.clone()), 0..8);
    let number = prop_oneof![
        3 => any::<i128>().prop_map(Key::Int),
        3 => (-20i128..20).prop_map(Key::Int),
        2 => float().prop_filter("NaN is in no order", |float| !float.is_nan()).prop_map(Key::Float),
        1 => any::<bool>().prop_map(Key::Bool),
    ];
    let numbers = vec((number, inner.clone()), 0..8);
    let single = prop_oneof![Just(Key::Null), Just(Key::Float(f64::NAN))];
    let singles = (single, inner).prop_map(|entry| vec![entry]);
    prop_oneof![4 => texts, 3 => numbers, 1 => singles].prop_map(|entries| Tree::Map(distinct(entries)))
}

/// Leaves out keys that a Python dictionary takes for one that it has already.
fn distinct(entries: Vec<(Key, Tree)>) -> Vec<(Key, Tree)> {
    let mut kept: Vec<(Key, Tree)> = Vec::new();
    for (key, value) in entries {
        if !kept.iter().any(|(other, _)| key.equals(other)) {
            kept.push((key, value));
        }
    }
    kept
}

fn fields(inner: impl Strategy<Value = Tree>) -> impl Strategy<Value = Vec<(&'static str, Tree)>> {
    let names = Just(FIELDS.to_vec()).prop_shuffle();
    (names, vec(inner, 0..FIELDS.len())).prop_map(|(names, values)| names.into_iter().zip(values).collect())
}

impl Key {
    /// Conservative: an integer beside a float is compared as a float, which may find too many equal.
    #[expect(clippy::cast_precision_loss, reason = "rounding only makes more keys equal")]
    fn equals(&self, other: &Self) -> bool {
        let number = |key: &Self| match key {
            Self::Bool(bool) => Some(f64::from(u8::from(*bool))),
            Self::Int(int) => Some(*int as f64),
            Self::Float(float) => Some(*float),
            Self::Null | Self::Text(_) => None,
        };
        match (self, other) {
            (Self::Text(one), Self::Text(two)) => one == two,
            (Self::Int(one), Self::Int(two)) => one == two,
            _ => number(self).is_some_and(|one| number(other) == Some(one)),
        }
    }

    fn python(&self) -> String {
        match self {
            Self::Null => "None".to_owned(),
            Self::Bool(bool) => Tree::Bool(*bool).python(),
            Self::Int(int) => int.to_string(),
            Self::Float(float) => Tree::Float(*float).python(),
            Self::Text(text) => quoted(text),
        }
    }
}

impl Tree {
    /// The Python expression for the value that this one stands for.
    #[must_use]
    pub fn python(&self) -> String {
        match self {
            Self::Unit | Self::UnitStruct | Self::None => "None".to_owned(),
            Self::Bool(true) => "True".to_owned(),
            Self::Bool(false) => "False".to_owned(),
            Self::Signed(int) => int.to_string(),
            Self::Unsigned(int) => int.to_string(),
            Self::WideSigned(int) => int.to_string(),
            Self::WideUnsigned(int) => int.to_string(),
            Self::Float(float) => format!("float_of({})", float.to_bits()),
            Self::Char(char) => quoted(&char.to_string()),
            Self::Text(text) => quoted(text),
            Self::Bytes(bytes) => format!("{bytes:?}"),
            Self::Some(value) | Self::Newtype(value) => value.python(),
            Self::Seq(values) | Self::Tuple(values) => list(values),
            Self::Map(entries) => dict(entries.iter().map(|(key, value)| (key.python(), value.python()))),
            Self::Struct(fields) => dict_of_fields(fields),
            Self::UnitVariant => quoted("Variant"),
            Self::NewtypeVariant(value) => variant(value.python()),
            Self::TupleVariant(values) => variant(list(values)),
            Self::StructVariant(fields) => variant(dict_of_fields(fields)),
        }
    }

    /// The same as a value of `serde_json`'s, where there is one.
    #[must_use]
    pub fn json(&self) -> Option<serde_json::Value> {
        use serde_json::Value;
        Some(match self {
            Self::Unit | Self::UnitStruct | Self::None => Value::Null,
            Self::Bool(bool) => Value::Bool(*bool),
            Self::Signed(int) => Value::from(*int),
            Self::Unsigned(int) => Value::from(*int),
            Self::Float(float) => Value::Number(serde_json::Number::from_f64(*float)?),
            Self::Text(text) => Value::String(text.clone()),
            Self::Some(value) | Self::Newtype(value) => value.json()?,
            Self::Seq(values) | Self::Tuple(values) => values.iter().map(Self::json).collect::<Option<_>>()?,
            Self::Struct(fields) => {
                let entry = |(name, value): &(&str, Self)| Some(((*name).to_owned(), value.json()?));
                Value::Object(fields.iter().map(entry).collect::<Option<_>>()?)
            }
            _ => return None,
        })
    }
}

fn list(values: &[Tree]) -> String {
    let values: Vec<String> = values.iter().map(Tree::python).collect();
    format!("[{}]", values.join(", "))
}

fn dict(entries: impl Iterator<Item = (String, String)>) -> String {
    let entries: Vec<String> = entries.map(|(key, value)| format!("{key}: {value}")).collect();
    format!("{{{}}}", entries.join(", "))
}

fn dict_of_fields(fields: &[(&'static str, Tree)]) -> String {
    dict(fields.iter().map(|(name, value)| (quoted(name), value.python())))
}

fn variant(data: String) -> String {
    dict(std::iter::once((quoted("Variant"), data)))
}

/// A Python string of escapes only, so that nothing depends on how the text is sent.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("'");
    for char in text.chars() {
        let _ = write!(quoted, "\\U{:08x}", u32::from(char));
    }
    quoted.push('\'');
    quoted
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unit => serializer.serialize_unit(),
            Self::UnitStruct => serializer.serialize_unit_struct("UnitStruct"),
            Self::None => serializer.serialize_none(),
            Self::Bool(bool) => serializer.serialize_bool(*bool),
            Self::Signed(int) => serializer.serialize_i64(*int),
            Self::Unsigned(int) => serializer.serialize_u64(*int),
            Self::WideSigned(int) => serializer.serialize_i128(*int),
            Self::WideUnsigned(int) => serializer.serialize_u128(*int),
            Self::Float(float) => serializer.serialize_f64(*float),
            Self::Char(char) => serializer.serialize_char(*char),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Bytes(bytes) => serializer.serialize_bytes(bytes),
            Self::Some(value) => serializer.serialize_some(value),
            Self::Newtype(value) => serializer.serialize_newtype_struct("Newtype", value),
            Self::UnitVariant => serializer.serialize_unit_variant("Enum", 0, "Variant"),
            Self::NewtypeVariant(value) => serializer.serialize_newtype_variant("Enum", 0, "Variant", value),
            Self::Seq(values) => serializer.collect_seq(values),
            _ => self.serialize_compound(serializer),
        }
    }
}

impl Tree {
    fn serialize_compound<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Tuple(values) => {
                let mut tuple = serializer.serialize_tuple(values.len())?;
                values.iter().try_for_each(|value| tuple.serialize_element(value))?;
                tuple.end()
            }
            Self::TupleVariant(values) => {
                let mut tuple = serializer.serialize_tuple_variant("Enum", 0, "Variant", values.len())?;
                values.iter().try_for_each(|value| tuple.serialize_field(value))?;
                tuple.end()
            }
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                entries.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
                map.end()
            }
            Self::Struct(fields) => {
                let mut fields_of = serializer.serialize_struct("Struct", fields.len())?;
                fields.iter().try_for_each(|(name, value)| fields_of.serialize_field(name, value))?;
                fields_of.end()
            }
            Self::StructVariant(fields) => {
                let mut fields_of = serializer.serialize_struct_variant("Enum", 0, "Variant", fields.len())?;
                fields.iter().try_for_each(|(name, value)| fields_of.serialize_field(name, value))?;
                fields_of.end()
            }
            _ => serializer.serialize_unit(),
        }
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(bool) => serializer.serialize_bool(*bool),
            Self::Int(int) => serializer.serialize_i128(*int),
            Self::Float(float) => serializer.serialize_f64(*float),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}
