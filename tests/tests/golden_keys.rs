//! Keys that CPython computed once and that must never change, in any build of `serde_json`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

use std::collections::{BTreeMap, HashMap};

use cache_runtime::{__private::payload, KeyError, kwargs, make_args_hash};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// What CPython computed: a name, a payload and its hash a line.
const VECTORS: &str = include_str!("../golden/vectors.tsv");

/// Our payload and hash of the call of that name.
type Computed = Result<(String, String), KeyError>;

fn compute(args: &(impl Serialize + ?Sized), kwargs: &(impl Serialize + ?Sized)) -> Computed {
    Ok((payload(args, kwargs)?, make_args_hash(args, kwargs)?))
}

#[derive(Serialize)]
struct Molecule {
    smiles: String,
    charge: i8,
    rings: (u8, u8),
}

#[derive(Serialize)]
enum Shape {
    Unit,
    Newtype(u8),
    Tuple(u8, u8),
    Struct { b: u8, a: u8 },
}

#[derive(Serialize)]
struct UnitStruct;

struct Bytes(&'static [u8]);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

/// A map with float keys, which no map of the standard library can have.
struct FloatKeys([(f64, u8); 3]);

impl Serialize for FloatKeys {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0)
    }
}

fn computed(name: &str) -> Computed {
    match name {
        "published" => compute(&("CCO",), &kwargs! { az_model = "USPTO" }),
        "nothing" => compute(&(), &()),
        "integers" => compute(&(0u8, -1i8, 255u8, 1u64 << 63, i64::MIN, u128::MAX, i128::MIN), &()),
        "floats" => {
            let tie = 2f64.powi(-25);
            let floats =
                [0.0, -0.0, 1.0, 0.1, 1e16, 1e15, 123_456_789_012_345_680.0, 1e-5, 1e-4, tie, 5e-324, 1e22, 1e23];
            compute(&floats, &())
        }
        "not_numbers" => compute(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY], &()),
        "texts" => {
            let control = ("\n\r\t\u{c}\u{8}", "\0\u{1f}\u{7f}\u{80}");
            compute(&("", "a/b", "\"\\", control.0, control.1, 'é', "\u{2028}", "日本", "😀"), &())
        }
        "nothing_inside" => compute(&(None::<u8>, (), UnitStruct), &()),
        "booleans" => compute(&vec![true, false], &()),
        "nested" => {
            let map = HashMap::from([("b", json!({"y": 1, "x": 2})), ("a", json!([]))]);
            compute(&((1, (2, (3, [0u8; 0]))), map), &())
        }
        "sorted_texts" => {
            let keys = ["", "Z", "a", "a!", "b", "é", "\u{ffff}", "😀"].map(str::to_owned);
            let values = [7, 3, 2, 8, 1, 4, 5, 6];
            compute(&(keys.into_iter().zip(values).collect::<HashMap<_, _>>(),), &())
        }
        "integer_keys" => compute(&[HashMap::from([(10, "a"), (9, "b"), (-1, "c")])], &()),
        "float_keys" => compute(&(FloatKeys([(1.5, 1), (-0.0, 2), (1e16, 3)]),), &()),
        "boolean_keys" => compute(&(BTreeMap::from([(true, 1), (false, 0)]),), &()),
        "null_key" => compute(&(BTreeMap::from([((), 1)]),), &()),
        "struct" => compute(&[Molecule { smiles: "CCO".to_owned(), charge: -1, rings: (6, 5) }], &()),
        "enum" => compute(&[Shape::Unit, Shape::Newtype(1), Shape::Tuple(1, 2), Shape::Struct { b: 1, a: 2 }], &()),
        "bytes" => compute(&(Bytes(&[0, 127, 255]),), &()),
        "keywords" => compute(&(), &kwargs! { verbose = false, depth = 3, az_model = "USPTO", r#type = None::<u8> }),
        "json" => compute(&[json!({"z": [1, -1, 0.5, 1e100, "x", null, true], "a": {"é": {}}})], &()),
        other => panic!("nothing computes the vector {other}"),
    }
}

#[test]
fn every_vector_comes_out() {
    assert_eq!(VECTORS.lines().count(), 19);
    for line in VECTORS.lines() {
        let [name, payload, hash] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        assert_eq!(computed(name).unwrap(), (payload.to_owned(), hash.to_owned()), "{name}");
    }
}

/// Whatever the features of `serde_json`, a number has the key of the `u64`, `i64` or `f64` that a plain build reads.
#[test]
fn a_json_value_has_the_same_key_in_every_build() {
    let cases = [
        ("[1, 2.0, 1e2, -0, -0.0]", "[1, 2.0, 100.0, -0.0, -0.0]"),
        ("[18446744073709551615, 18446744073709551616]", "[18446744073709551615, 1.8446744073709552e+19]"),
        ("[-9223372036854775808, -9223372036854775809]", "[-9223372036854775808, -9.223372036854776e+18]"),
        ("[1E-7, 0.1, 123456789.25]", "[1e-07, 0.1, 123456789.25]"),
        (r#"[{"b": 1, "a": {"d": [], "c": {}}}]"#, r#"[{"a": {"c": {}, "d": []}, "b": 1}]"#),
    ];
    for (text, args) in cases {
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(payload(&value, &()).unwrap(), format!(r#"{{"args": {args}, "kwargs": {{}}}}"#), "{text}");
    }
    let made = [json!(0.1 + 0.2), json!(1.797_693_134_862_315_7e308), json!(u64::MAX), json!(i64::MIN)];
    let args = "[0.30000000000000004, 1.7976931348623157e+308, 18446744073709551615, -9223372036854775808]";
    assert_eq!(payload(&made, &()).unwrap(), format!(r#"{{"args": {args}, "kwargs": {{}}}}"#));
}

/// Numbers may be args, kwargs and map keys too, and are then refused or quoted as any other number is.
#[test]
fn a_json_number_is_a_number_wherever_it_stands() {
    assert!(make_args_hash(&json!(1), &()).unwrap_err().to_string().contains("found a number"));
    assert!(make_args_hash(&(), &json!(1.5)).unwrap_err().to_string().contains("found a number"));
    let number = serde_json::Number::from(7);
    assert_eq!(payload(&(&number,), &()).unwrap(), r#"{"args": [7], "kwargs": {}}"#);
    assert_eq!(payload(&(), &json!({"b": 1, "a": 2})).unwrap(), r#"{"args": [], "kwargs": {"a": 2, "b": 1}}"#);
}
