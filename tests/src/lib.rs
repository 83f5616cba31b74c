//! What the tests of this workspace share: values to make keys of, and CPython to compare them with.

#![forbid(unsafe_code)]

pub mod python;
pub mod tasks;
pub mod tree;
