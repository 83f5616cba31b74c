//! The program that both pipelines are: it compares every molecule of a file with every other, changes one of them, and
//! compares again.

use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use cache_runtime::{CacheStats, Clock, SystemClock};
use chematic_smiles::SmilesError;
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};

use crate::chemistry::Pair;
use crate::input::{self, BadLine, InputError, Molecule};
use crate::report::{self, Run};

/// A way to compare molecules, with a cache of its own.
pub trait Comparison {
    /// With an empty cache.
    fn cached() -> Self;

    /// With a cache that stores nothing.
    fn uncached() -> Self;

    /// Compares each molecule with every other. `progress` is called after each comparison.
    ///
    /// # Errors
    ///
    /// A SMILES cannot be parsed.
    fn all_pairs(&mut self, molecules: &[Molecule], progress: impl Fn() + Sync) -> Result<Vec<Pair>, SmilesError>;

    /// Forgets what was derived from a molecule; how many results that were.
    fn forget(&mut self, smiles: &str) -> usize;

    /// What the cache has done and holds.
    fn stats(&mut self) -> CacheStats;
}

/// Compare molecules with a cache, and show what the cache saved.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Arguments {
    /// A file of molecules, one a line: its SMILES, then its name. Without one, 236 well-known drugs are compared.
    file: Option<PathBuf>,

    /// How many of the closest pairs to print.
    #[arg(long, default_value_t = 15)]
    top: usize,

    /// The name of the molecule to change between the runs; the first one if left out.
    #[arg(long)]
    update: Option<String>,

    /// Leave out the runs without the cache, which take long for large files.
    #[arg(long)]
    only_cached: bool,
}

/// The program, less its name.
#[must_use]
pub fn main<C: Comparison>() -> ExitCode {
    match run::<C>(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if let Some(InputError::TooFew(bad_lines, _)) = error.downcast_ref() {
                tell(bad_lines);
            }
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run<C: Comparison>(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let input = input::read(arguments.file.as_deref())?;
    tell(&input.bad_lines);
    let mut molecules = input.molecules;
    let place = find(&molecules, arguments.update.as_deref())?;
    let (pipeline, mut comparison) = (Pipeline::new(arguments, &molecules), C::cached());

    let first = pipeline.run("first", &molecules, &mut comparison)?;
    let Some(updated) = molecules.get_mut(place) else { return Err("the molecule to change is gone".into()) };
    let old = update(updated);
    let evicted = comparison.forget(&old);
    let second = pipeline.run("after the change", &molecules, &mut comparison)?;
    let recomputed = second.run.misses;

    let count = molecules.len();
    let change = molecules.get(place).map(|molecule| format!("{}: {old} -> {}", molecule.name, molecule.smiles));
    let lines = [
        format!("Closest of {} pairs of {count} molecules", second.pairs.len()),
        report::closest(&molecules, &second.pairs, arguments.top),
        "Changed one molecule and evicted its tag".to_owned(),
        format!("  {}\n  {evicted} entries evicted, {recomputed} computed again\n", change.unwrap_or_default()),
        "Runs".to_owned(),
        report::runs(&[first.run, second.run]),
        "Cache".to_owned(),
        report::cache(&comparison.stats()),
        if arguments.only_cached {
            "Not compared with runs without the cache."
        } else {
            "With and without the cache, the results are identical."
        }
        .to_owned(),
    ];
    print(&lines.join("\n"))?;
    Ok(())
}

fn tell(bad_lines: &[BadLine]) {
    for line in bad_lines {
        eprintln!("{line}");
    }
}

fn find(molecules: &[Molecule], name: Option<&str>) -> Result<usize, String> {
    let Some(name) = name else { return Ok(0) };
    let place = molecules.iter().position(|molecule| molecule.name == name);
    place.ok_or_else(|| format!("there is no molecule named `{name}` to change"))
}

/// Registers the molecule as its hydrate, which is a valid SMILES whatever it was; what it was.
fn update(molecule: &mut Molecule) -> String {
    let new = format!("{}.O", molecule.smiles);
    molecule.name.push_str(" hydrate");
    std::mem::replace(&mut molecule.smiles, new)
}

/// Runs over the molecules, with the cache and without.
struct Pipeline {
    clock: SystemClock,
    pairs: u64,
    only_cached: bool,
}

/// What a run found and did.
struct Finished {
    pairs: Vec<Pair>,
    run: Run,
}

impl Pipeline {
    fn new(arguments: &Arguments, molecules: &[Molecule]) -> Self {
        let count = u64::try_from(molecules.len()).unwrap_or(u64::MAX);
        let pairs = count.saturating_mul(count.saturating_sub(1)) / 2;
        Self { clock: SystemClock::new(), pairs, only_cached: arguments.only_cached }
    }

    fn run<C: Comparison>(
        &self,
        name: &'static str,
        molecules: &[Molecule],
        comparison: &mut C,
    ) -> Result<Finished, Box<dyn Error>> {
        let before = comparison.stats();
        let (pairs, cached) = self.timed(&format!("{name}, with the cache"), molecules, comparison)?;
        let after = comparison.stats();
        let uncached = if self.only_cached {
            None
        } else {
            let (expected, uncached) = self.timed(&format!("{name}, without"), molecules, &mut C::uncached())?;
            if pairs != expected {
                return Err(format!("the run \"{name}\" found something else with the cache than without").into());
            }
            Some(uncached)
        };
        let (hits, misses) = (after.hits - before.hits, after.misses - before.misses);
        Ok(Finished { pairs, run: Run { name, hits, misses, cached, uncached } })
    }

    fn timed(
        &self,
        message: &str,
        molecules: &[Molecule],
        comparison: &mut impl Comparison,
    ) -> Result<(Vec<Pair>, Duration), Box<dyn Error>> {
        // The bar hides itself where there is no terminal.
        let style = ProgressStyle::with_template("{msg:32} {wide_bar} {pos}/{len} {eta}")?;
        let bar = ProgressBar::new(self.pairs).with_style(style).with_message(message.to_owned());
        let start = self.clock.now();
        let pairs = comparison.all_pairs(molecules, || bar.inc(1))?;
        let took = self.clock.now().saturating_sub(start);
        bar.finish_and_clear();
        Ok((pairs, took))
    }
}

/// Prints the report. That somebody stopped reading it, as `head` does, is no error.
fn print(text: &str) -> io::Result<()> {
    let result = writeln!(io::stdout(), "{text}");
    result.or_else(|error| if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })
}
