//! The key contract beyond what JSON can express: shapes, limits, errors, fallbacks.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::error::Error;
use std::fmt;

use cache_runtime::{__private::payload, CacheKey, KeyError, KeyErrorKind, kwargs, make_args_hash, make_cache_key};
use proptest::prelude::*;
use serde::ser::{Error as _, SerializeSeq};
use serde::{Serialize, Serializer};

const HASH: &str = "6ad01e27a3a319962ad084787e060ab0fa0e661cc7d3e018e96747b06f7bacf7";

fn args_of(args: &(impl Serialize + ?Sized)) -> String {
    let payload = payload(args, &()).unwrap();
    payload.strip_prefix(r#"{"args": "#).unwrap().strip_suffix(r#", "kwargs": {}}"#).unwrap().to_owned()
}

#[test]
fn the_published_results_come_out() {
    let kwargs = kwargs! { az_model = "USPTO" };
    assert_eq!(make_args_hash(&("CCO",), &kwargs).unwrap(), HASH);
    assert_eq!(make_cache_key("run_az", 1, &("CCO",), &kwargs).unwrap().to_string(), format!("v1:run_az:{HASH}"));
}

#[test]
fn a_key_names_what_it_was_made_of() {
    let key = make_cache_key("run_az", 7, &("CCO",), &kwargs! { az_model = "USPTO" }).unwrap();
    assert_eq!((key.namespace(), key.version(), key.args_hash()), (Some("run_az"), Some(7), Some(HASH)));
    let printed: CacheKey = key.to_string().parse().unwrap();
    assert_eq!(printed, key);
    assert_eq!((printed.namespace(), printed.version()), (Some("run_az"), Some(7)));
    let picked = CacheKey::from("demo");
    assert_eq!((picked.namespace(), picked.version(), picked.args_hash()), (None, None, None));
    assert_eq!(picked.to_string(), "demo");
    let keys = BTreeSet::from([key.clone(), printed, picked]);
    assert_eq!(keys.len(), 2);
}

#[test]
fn args_are_anything_that_is_a_sequence() {
    #[derive(Serialize)]
    struct Pair(u8, u8);
    #[derive(Serialize)]
    struct Wrapper(Vec<u8>);
    let expected = "[1, 2]";
    assert_eq!(args_of(&(1, 2)), expected);
    assert_eq!(args_of(&[1, 2]), expected);
    assert_eq!(args_of([1, 2].as_slice()), expected);
    assert_eq!(args_of(&vec![1, 2]), expected);
    assert_eq!(args_of(&Pair(1, 2)), expected);
    assert_eq!(args_of(&Wrapper(vec![1, 2])), expected);
    assert_eq!(args_of(&Box::new((1, 2))), expected);
    assert_eq!(args_of(&()), "[]");
    assert_eq!(args_of(&[0u8; 0]), "[]");
}

#[test]
fn kwargs_are_anything_that_is_a_map_or_struct() {
    #[derive(Serialize)]
    struct Options {
        depth: u8,
        az_model: &'static str,
    }
    let expected = r#"{"args": [], "kwargs": {"az_model": "USPTO", "depth": 3}}"#;
    let made = [
        payload(&(), &Options { depth: 3, az_model: "USPTO" }),
        payload(&(), &kwargs! { depth = 3, az_model = String::from("USPTO") }),
        payload(&(), &HashMap::from([("depth", serde_json::json!(3)), ("az_model", "USPTO".into())])),
    ];
    for payload in made {
        assert_eq!(payload.unwrap(), expected);
    }
    let none = r#"{"args": [], "kwargs": {}}"#;
    assert_eq!(payload(&(), &()).unwrap(), none);
    assert_eq!(payload(&(), &kwargs! {}).unwrap(), none);
    assert_eq!(payload(&(), &BTreeMap::<String, u8>::new()).unwrap(), none);
}

#[test]
fn anything_else_is_an_error_that_says_so() {
    #[derive(Serialize)]
    struct Unit;
    #[derive(Serialize)]
    struct Fields {
        a: u8,
    }
    #[derive(Serialize)]
    enum Enum {
        Tuple(u8, u8),
        Fields { a: u8 },
    }
    let found = |result: Result<String, KeyError>, kind, what: &str| {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.to_string().contains(&format!("found {what}:")), "{error}");
    };
    let no_args = |result, what| found(result, KeyErrorKind::Args, what);
    no_args(make_args_hash("CCO", &()), "a string");
    no_args(make_args_hash(&1, &()), "a number");
    no_args(make_args_hash(&0.5f32, &()), "a number");
    no_args(make_args_hash(&true, &()), "a bool");
    no_args(make_args_hash(&None::<(u8,)>, &()), "`None`");
    no_args(make_args_hash(&Unit, &()), "a unit struct");
    no_args(make_args_hash(&Fields { a: 1 }, &()), "a struct");
    no_args(make_args_hash(&HashMap::from([(1, 2)]), &()), "a map");
    no_args(make_args_hash(&Enum::Tuple(1, 2), &()), "an enum");
    let no_kwargs = |result, what| found(result, KeyErrorKind::Kwargs, what);
    no_kwargs(make_args_hash(&(), &(1, 2)), "a tuple");
    no_kwargs(make_args_hash(&(), &vec![1]), "a sequence");
    no_kwargs(make_args_hash(&(), "CCO"), "a string");
    no_kwargs(make_args_hash(&(), &Unit), "a unit struct");
    no_kwargs(make_args_hash(&(), &Enum::Fields { a: 1 }), "an enum");
}

#[test]
fn a_namespace_is_checked() {
    for namespace in ["", "a:b", ":", "a\n", "\u{7f}", "\u{85}"] {
        let error = make_cache_key(namespace, 1, &(), &()).unwrap_err();
        assert_eq!(error.kind(), KeyErrorKind::Namespace, "{namespace:?}");
    }
    for namespace in ["run_az", "crate.module.function", "with space", "日本", "v1"] {
        let key = make_cache_key(namespace, u32::MAX, &(), &()).unwrap();
        assert_eq!((key.namespace(), key.version()), (Some(namespace), Some(u32::MAX)));
    }
}

/// A list in a list in a list.
struct Lists(usize);

impl Serialize for Lists {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        if self.0 > 1 {
            list.serialize_element(&Self(self.0 - 1))?;
        }
        list.end()
    }
}

#[derive(Serialize)]
struct Chain(Option<Box<Chain>>);

impl Chain {
    fn of(length: usize) -> Self {
        (0..length).fold(Self(None), |rest, _| Self(Some(Box::new(rest))))
    }
}

/// The recursion of `Drop` must not be what overflows.
impl Drop for Chain {
    fn drop(&mut self) {
        let mut rest = self.0.take();
        while let Some(mut chain) = rest {
            rest = chain.0.take();
        }
    }
}

#[derive(Serialize)]
enum Nested {
    End,
    Next(Box<Nested>),
    Wrapped { next: Option<Box<Nested>> },
}

#[test]
fn a_hundred_and_twenty_eight_containers_are_fine_and_more_are_an_error() {
    assert_eq!(args_of(&(Lists(128), 1)), format!("[{}{}, 1]", "[".repeat(128), "]".repeat(128)));
    for depth in [129, 1000, 1_000_000] {
        assert_eq!(make_args_hash(&(Lists(depth),), &()).unwrap_err().kind(), KeyErrorKind::TooDeep);
        assert_eq!(make_args_hash(&(), &kwargs! { a = Lists(depth) }).unwrap_err().kind(), KeyErrorKind::TooDeep);
    }
}

#[test]
fn a_variant_with_data_is_one_container_and_its_wrappers_are_none() {
    let nested = |depth| {
        (0..depth).fold(Nested::End, |rest, level| match level % 2 {
            0 => Nested::Next(Box::new(rest)),
            _ => Nested::Wrapped { next: Some(Box::new(rest)) },
        })
    };
    assert!(make_args_hash(&(nested(128),), &()).is_ok());
    assert_eq!(make_args_hash(&(nested(129),), &()).unwrap_err().kind(), KeyErrorKind::TooDeep);
}

#[test]
fn a_chain_of_somes_and_newtypes_does_not_overflow_the_stack() {
    assert_eq!(args_of(&(Chain::of(400),)), "[null]");
    assert_eq!(make_args_hash(&(Chain::of(1_000_000),), &()).unwrap_err().kind(), KeyErrorKind::TooDeep);
}

struct Failing;

impl Serialize for Failing {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom("the file is gone"))
    }
}

struct FailingDisplay;

impl fmt::Display for FailingDisplay {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Err(fmt::Error)
    }
}

impl Serialize for FailingDisplay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[test]
fn a_serializer_that_fails_is_an_error() {
    fn is_error<E: Error + Send + Sync + 'static>(_: &E) {}
    let error = make_args_hash(&(1, [Failing]), &()).unwrap_err();
    is_error(&error);
    assert_eq!(error.kind(), KeyErrorKind::Serialize);
    assert!(error.to_string().contains("the file is gone"));
    assert_eq!(make_args_hash(&(FailingDisplay,), &()).unwrap_err().kind(), KeyErrorKind::Serialize);
    assert_eq!(KeyError::custom(FailingDisplay).kind(), KeyErrorKind::Serialize);
    assert_eq!(make_args_hash(&(), &kwargs! { a = Failing }).unwrap_err().kind(), KeyErrorKind::Serialize);
}

#[test]
fn what_displays_is_escaped_as_it_is_written() {
    struct Displayed(char);
    impl Serialize for Displayed {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(&format_args!("a{}\"{}", self.0, 1))
        }
    }
    assert_eq!(args_of(&(Displayed('é'),)), r#"["a\u00e9\"1"]"#);
}

#[test]
fn hash_maps_have_one_key_whatever_their_order() {
    let entries = (0..1000).map(|n| (format!("key {n}"), n));
    let forward: HashMap<String, i32> = entries.clone().collect();
    let backward: HashMap<String, i32> = entries.rev().collect();
    assert_eq!(make_args_hash(&(forward,), &()), make_args_hash(&(backward,), &()));
}

#[test]
fn map_keys_that_json_has_not_are_kept_apart() {
    let lists = BTreeMap::from([(vec![1, 2], "x"), (vec![1], "y")]);
    assert_eq!(args_of(&(lists,)), r#"[@[[[1, 2], "x"], [[1], "y"]]]"#);
    let pairs = HashMap::from([(("a", 1), 1.5)]);
    assert_eq!(args_of(&(pairs,)), r#"[@[[["a", 1], 1.5]]]"#);
    let optional = BTreeMap::from([(None, 1), (Some(1), 2)]);
    assert_eq!(args_of(&(optional,)), "[@[[1, 2], [null, 1]]]");
    let as_text = BTreeMap::from([("[1]", "y")]);
    assert_eq!(args_of(&(as_text,)), r#"[{"[1]": "y"}]"#);
    assert_eq!(args_of(&("@[[1, 2]]",)), r#"["@[[1, 2]]"]"#);
    let kwargs = payload(&(), &BTreeMap::from([(vec![2], "x"), (vec![1, 3], "y")])).unwrap();
    assert_eq!(kwargs, r#"{"args": [], "kwargs": @[[[1, 3], "y"], [[2], "x"]]}"#);
    let kwargs = payload(&("CCO",), &BTreeMap::from([(2, "x"), (10, "y")])).unwrap();
    assert_eq!(kwargs, r#"{"args": ["CCO"], "kwargs": {"2": "x", "10": "y"}}"#);
}

#[test]
fn an_f32_prints_as_an_f32() {
    assert_eq!(
        args_of(&[0.1f32, 16_777_216.0, 1e16, f32::MIN_POSITIVE, f32::MAX]),
        "[0.1, 16777216.0, 1e+16, 1.1754944e-38, 3.4028235e+38]"
    );
    assert_eq!(args_of(&[f32::NAN, f32::INFINITY, -0.0]), "[NaN, Infinity, -0.0]");
}

proptest! {
    #[test]
    fn an_f32_reads_back_from_the_fewest_digits(bits: u32) {
        let float = f32::from_bits(bits);
        prop_assume!(float.is_finite());
        let printed = args_of(&[float]);
        let printed = printed.trim_matches(['[', ']']);
        prop_assert_eq!(printed.parse::<f32>().unwrap().to_bits(), bits);
        let digits = |text: &str| {
            let mantissa = text.split('e').next().unwrap_or_default();
            mantissa.chars().filter(char::is_ascii_digit).collect::<String>().trim_matches('0').len()
        };
        prop_assert_eq!(digits(printed), digits(&format!("{float:e}")));
    }

    #[test]
    fn a_key_and_its_text_are_the_same_key(text in ".*") {
        let key = CacheKey::from(text.as_str());
        prop_assert_eq!(key.as_str(), &text);
        prop_assert_eq!(&text.parse::<CacheKey>().unwrap(), &key);
        prop_assert_eq!(CacheKey::from(text), key);
    }
}
