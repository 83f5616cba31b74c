//! Compares every molecule of a file with every other, changes one of them, and compares again: only what depended on
//! the changed one is computed again.

use std::process::ExitCode;

use examples::chemistry::OneByOne;
use examples::pipeline;

fn main() -> ExitCode {
    pipeline::main::<OneByOne>()
}
