//! Thousands of random calls, whose keys CPython must compute too.
//!
//! Without a python3 these are shown as ignored, unless `CACHE_TESTS_NEED_PYTHON` is set.

use std::cell::RefCell;
use std::fmt::Debug;

use cache_runtime::{__private::payload, make_args_hash};
use libtest_mimic::{Arguments, Failed, Trial};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde::Serialize;
use tests::python::{Answer, Python};
use tests::tree::{self, Tree};

fn main() {
    let arguments = Arguments::from_args();
    let ignored = Python::start().is_err() && std::env::var_os("CACHE_TESTS_NEED_PYTHON").is_none();
    let trials = [
        ("random_calls_have_cpythons_payload_and_hash", random_calls as fn() -> Result<(), Failed>),
        ("random_floats_have_cpythons_payload_and_hash", random_floats),
        ("every_power_of_two_has_cpythons_payload_and_hash", powers_of_two),
        ("json_values_have_cpythons_payload_and_hash", json_values),
    ];
    let trials = trials.map(|(name, test)| Trial::test(name, test).with_ignored_flag(ignored));
    libtest_mimic::run(&arguments, trials.into()).exit();
}

/// Runs a property against one python3, with failing cases made small.
fn check<S: Strategy>(
    cases: u32,
    strategy: &S,
    property: impl Fn(&mut Python, S::Value) -> Result<(), TestCaseError>,
) -> Result<(), Failed>
where
    S::Value: Debug,
{
    let python = RefCell::new(Python::start()?);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    Ok(runner.run(strategy, |value| property(&mut python.borrow_mut(), value))?)
}

/// Compares our payload and hash of a call with Python's.
fn compare(
    python: &mut Python,
    (args, python_args): (&(impl Serialize + ?Sized), &str),
    (kwargs, python_kwargs): (&impl Serialize, &str),
) -> Result<(), TestCaseError> {
    let fail = |error: &dyn std::error::Error| TestCaseError::fail(error.to_string());
    let theirs = python.ask(python_args, python_kwargs).map_err(|error| fail(&error))?;
    let payload = payload(args, kwargs).map_err(|error| fail(&error))?;
    let hash = make_args_hash(args, kwargs).map_err(|error| fail(&error))?;
    prop_assert_eq!(Answer { hash, payload }, theirs);
    Ok(())
}

fn python_list(values: &[Tree]) -> String {
    Tree::Seq(values.to_vec()).python()
}

fn random_calls() -> Result<(), Failed> {
    let names = prop::sample::subsequence(vec!["az_model", "depth", "verbose", "é"], 0..4).prop_shuffle();
    let call = (vec(tree::tree(), 0..4), names, vec(tree::tree(), 4));
    check(4000, &call, |python, (args, names, values)| {
        let kwargs = Tree::Struct(names.into_iter().zip(values).collect());
        let (python_args, python_kwargs) = (python_list(&args), kwargs.python());
        compare(python, (&args, &python_args), (&kwargs, &python_kwargs))
    })
}

fn random_floats() -> Result<(), Failed> {
    check(2000, &vec(tree::float().prop_map(Tree::Float), 16), |python, floats| {
        compare(python, (&floats, &python_list(&floats)), (&(), "{}"))
    })
}

/// Where the gaps between floats change, and where shortest forms tie.
fn powers_of_two() -> Result<(), Failed> {
    let mut python = Python::start()?;
    let powers = (-1074..1024).map(|exponent| 2f64.powi(exponent));
    let around = powers.flat_map(|power| [power, -power, power.next_down(), power.next_up(), power * 3.0, power * 5.0]);
    let floats: Vec<Tree> = around.map(Tree::Float).collect();
    Ok(compare(&mut python, (&floats, &python_list(&floats)), (&(), "{}"))?)
}

fn json_values() -> Result<(), Failed> {
    check(1000, &tree::tree(), |python, tree| {
        let Some(value) = tree.json() else { return Ok(()) };
        let python_args = python_list(std::slice::from_ref(&tree));
        compare(python, (&[value], &python_args), (&(), "{}"))
    })
}
