//! Compares every molecule of a file with every other, changes one of them, and compares again: only what depended on
//! the changed one is computed again.

use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use cache_runtime::{CacheManager, Clock, SystemClock};
use clap::Parser;
use examples::chemistry::{Pair, all_pairs};
use examples::input::{self, BadLine, InputError, Molecule};
use examples::report::{self, Run};
use indicatif::{ProgressBar, ProgressStyle};

/// Compare molecules with a cache, and show what the cache saved.
#[derive(Debug, Parser)]
#[command(name = "molecule_pipeline", version)]
struct Arguments {
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

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
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

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let input = input::read(arguments.file.as_deref())?;
    tell(&input.bad_lines);
    let mut molecules = input.molecules;
    let place = find(&molecules, arguments.update.as_deref())?;
    let (pipeline, mut cache) = (Pipeline::new(arguments, &molecules), CacheManager::new());

    let first = pipeline.run("first", &molecules, &mut cache)?;
    let Some(updated) = molecules.get_mut(place) else { return Err("the molecule to change is gone".into()) };
    let old = update(updated);
    let evicted = cache.evict_tag(&old);
    let second = pipeline.run("after the change", &molecules, &mut cache)?;
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
        report::cache(&cache.stats()),
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

    fn run(
        &self,
        name: &'static str,
        molecules: &[Molecule],
        cache: &mut CacheManager,
    ) -> Result<Finished, Box<dyn Error>> {
        let before = cache.stats();
        let (pairs, cached) = self.timed(&format!("{name}, with the cache"), molecules, cache)?;
        let after = cache.stats();
        let uncached = if self.only_cached {
            None
        } else {
            let disabled = &mut CacheManager::disabled();
            let (expected, uncached) = self.timed(&format!("{name}, without"), molecules, disabled)?;
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
        cache: &mut CacheManager,
    ) -> Result<(Vec<Pair>, Duration), Box<dyn Error>> {
        // The bar hides itself where there is no terminal.
        let style = ProgressStyle::with_template("{msg:32} {wide_bar} {pos}/{len} {eta}")?;
        let bar = ProgressBar::new(self.pairs).with_style(style).with_message(message.to_owned());
        let start = self.clock.now();
        let pairs = all_pairs(molecules, cache, || bar.inc(1))?;
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
