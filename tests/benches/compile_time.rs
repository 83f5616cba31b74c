//! What annotating costs the one who compiles: a crate of 300 functions, plain and annotated by us and by peers.
//!
//! Each crate is checked and built again and again in turn, its dependencies being built already; what counts is the
//! processor time of `cargo` and all it starts, where the system tells (Linux), and the time that passed elsewhere.
//!
//! `cargo bench -p tests --bench compile_time` (it fetches the peers).

#![allow(clippy::disallowed_methods, clippy::indexing_slicing, reason = "a bench may panic, and reads the clock")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{env, fs, io};

const FUNCTIONS: usize = 300;

/// The least of so many measurements counts: whatever else the machine does only ever adds to it.
const ROUNDS: usize = 11;

/// A way to write the same 300 functions.
struct Variant {
    name: &'static str,
    dependency: &'static str,
    prelude: &'static str,
    attribute: &'static str,
    parameter: &'static str,
}

const VARIANTS: [Variant; 4] = [
    Variant { name: "none", dependency: "", prelude: "", attribute: "", parameter: "" },
    Variant {
        name: "cache-runtime",
        dependency: "cache-runtime = { path = \"@RUNTIME@\" }",
        prelude: "use cache_runtime::{CacheManager, cached};",
        attribute: "#[cached(ttl = 3600)]",
        parameter: ", cache: &mut CacheManager",
    },
    Variant {
        name: "cached",
        dependency: "cached = \"4\"",
        prelude: "use cached::macros::cached;",
        attribute: "#[cached(ttl_secs = 3600)]",
        parameter: "",
    },
    Variant {
        name: "memoize",
        dependency: "memoize = \"0.6\"",
        prelude: "use memoize::memoize;",
        attribute: "#[memoize(TimeToLive: std::time::Duration::from_secs(3600))]",
        parameter: "",
    },
];

impl Variant {
    fn source(&self) -> String {
        let mut source = format!("#![allow(unused)]\n{}\n", self.prelude);
        for n in 0..FUNCTIONS {
            let _ = writeln!(
                source,
                "{}\npub fn f{n}(smiles: String, az_model: String, depth: u32{}) -> Vec<String> {{\n    \
                 let mut routes = Vec::new();\n    for step in 0..depth {{\n        \
                 routes.push(format!(\"{{smiles}} {{az_model}} {{step}} {n}\"));\n    }}\n    routes\n}}",
                self.attribute, self.parameter
            );
        }
        source
    }

    fn write(&self, folder: &Path) -> io::Result<PathBuf> {
        let root = folder.join(self.name);
        fs::create_dir_all(root.join("src"))?;
        let runtime = concat!(env!("CARGO_MANIFEST_DIR"), "/../cache-runtime");
        let manifest = format!(
            "[package]\nname = \"leaf\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{}\n\n[workspace]\n",
            self.dependency.replace("@RUNTIME@", runtime)
        );
        fs::write(root.join("Cargo.toml"), manifest)?;
        fs::write(root.join("src/lib.rs"), self.source())?;
        Ok(root)
    }
}

/// Runs cargo on a crate whose source has just been touched; how long that took, in seconds.
fn cargo(command: &str, root: &Path) -> io::Result<f64> {
    let source = root.join("src/lib.rs");
    fs::write(&source, fs::read(&source)?)?;
    let (before, start) = (children_seconds(), Instant::now());
    let status = Command::new(env!("CARGO"))
        .args([command, "--quiet"])
        .current_dir(root)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TARGET_DIR", root.join("target"))
        .stdin(Stdio::null())
        .status()?;
    if !status.success() {
        return Err(io::Error::other(format!("cargo {command} failed in {}", root.display())));
    }
    Ok(match (before, children_seconds()) {
        (Some(before), Some(after)) => after - before,
        _ => start.elapsed().as_secs_f64(),
    })
}

/// The processor time of all children that have ended, which Linux counts in hundredths of a second.
fn children_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(13);
    let ticks: u32 = fields.next()?.parse::<u32>().ok()? + fields.next()?.parse::<u32>().ok()?;
    Some(f64::from(ticks) / 100.0)
}

fn least(times: Vec<f64>) -> f64 {
    times.into_iter().fold(f64::INFINITY, f64::min)
}

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile_time");
    let roots = VARIANTS.iter().map(|variant| variant.write(&folder)).collect::<io::Result<Vec<_>>>()?;
    println!("{FUNCTIONS} functions, seconds of processor time, least of {ROUNDS}");
    println!("{:16} {:>8} {:>12} {:>10}", "", "total", "above none", "/ cached");
    for command in ["check", "build"] {
        for root in &roots {
            cargo(command, root)?;
        }
        let mut times = vec![Vec::new(); roots.len()];
        for _ in 0..ROUNDS {
            for (root, times) in roots.iter().zip(&mut times) {
                times.push(cargo(command, root)?);
            }
        }
        let times: Vec<f64> = times.into_iter().map(least).collect();
        println!("cargo {command}");
        for (variant, time) in VARIANTS.iter().zip(&times) {
            let above = time - times[0];
            println!("{:16} {time:>8.2} {above:>12.2} {:>10.2}", variant.name, above / (times[2] - times[0]));
        }
    }
    Ok(())
}
