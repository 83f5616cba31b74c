//! What a mistake says: one rule a file, its message in plain words, at the token at fault.
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
    libtest_mimic::run(&arguments, vec![mistakes.with_ignored_flag(!is_ours)]).exit();
}
