//! What a crate of its own shows: programs with `unsafe`, which ours forbids, and what a mistake says.
//!
//! There is one mistake a file, with its message in plain words, at the token at fault.
//!
//! Part of each message is rustc's own and changes with it, so these are shown as ignored for another version than the
//! one they were written with. `TRYBUILD=overwrite` writes them anew.

use std::process::Command;

use libtest_mimic::{Arguments, Trial};

/// The version that the expected messages are of.
const RUSTC: &str = "rustc 1.95.";

fn main() {
    let arguments = Arguments::from_args();
    let version = Command::new("rustc").arg("--version").output();
    let is_ours = version.is_ok_and(|version| version.stdout.starts_with(RUSTC.as_bytes()));
    let mistakes = Trial::test("mistakes_are_told_where_they_are", || {
        trybuild::TestCases::new().compile_fail("ui/*/*.rs");
        Ok(())
    });
    let programs = Trial::test("programs_that_our_own_lints_forbid_work", || {
        trybuild::TestCases::new().pass("pass/*.rs");
        Ok(())
    });
    libtest_mimic::run(&arguments, vec![programs, mistakes.with_ignored_flag(!is_ours)]).exit();
}
