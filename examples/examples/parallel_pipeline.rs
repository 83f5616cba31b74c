//! `molecule_pipeline` on all processors: the same functions, with `&SharedCache` in place of `&mut CacheManager`, the same
//! results and the same report.

use std::process::ExitCode;

use examples::parallel::InParallel;
use examples::pipeline;

fn main() -> ExitCode {
    pipeline::main::<InParallel>()
}
