//! Making keys.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Instant;

use cache_runtime::{__private::payload, kwargs, make_args_hash, make_cache_key};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::data::{PAIRS, order, pairs};
use crate::table::{Table, median};
use crate::turns::{by_turns, rounds};

/// Medians of so many rounds at least.
const ROUNDS: usize = 30;

/// So often short keys are made in a round, which then takes as long as one of CPython's: waiting for that cools the processor down.
const PASSES: usize = 20;

/// So short that their payloads fit in one block of SHA-256, as that of the original's published key does; most others need two.
const REAGENTS: [&str; 16] = [
    "CCO", "CO", "CC#N", "ClCCl", "CC(C)=O", "C1CCOC1", "CS(C)=O", "CCN", "CCOCC", "CC(=O)O", "C=O", "CCC#N", "NCCO",
    "OO", "CC(C)O", "BrCCBr",
];

/// What the Python original does, on the same arguments, in a round for each line that comes after them and an empty one.
const PYTHON: &str = "
import hashlib, json, sys, time
pairs = []
for line in sys.stdin:
    if line == '\\n':
        break
    pairs.append(line.rstrip('\\n').split('\\t'))
def make_cache_key(namespace, *args, version=1, **kwargs):
    payload = json.dumps({'args': list(args), 'kwargs': kwargs}, sort_keys=True)
    return f'v{version}:{namespace}:{hashlib.sha256(payload.encode()).hexdigest()}'
for _ in sys.stdin:
    start = time.perf_counter()
    for smiles, az_model in pairs:
        make_cache_key('run_az', smiles, az_model=az_model)
    print((time.perf_counter() - start) * 1e9 / len(pairs), flush=True)
";

/// A CPython that makes keys whenever it is asked to.
struct Python {
    process: Child,
    output: Lines<BufReader<ChildStdout>>,
}

impl Python {
    /// `None` if there is no CPython here.
    fn start(pairs: &[(String, String)]) -> Option<Self> {
        let mut command = Command::new("python3");
        let mut process = command.args(["-c", PYTHON]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let input = process.stdin.as_mut()?;
        for (smiles, az_model) in pairs {
            writeln!(input, "{smiles}\t{az_model}").ok()?;
        }
        writeln!(input).ok()?;
        let output = BufReader::new(process.stdout.take()?).lines();
        Some(Self { process, output })
    }

    /// Nanoseconds a key.
    fn round(&mut self) -> Option<f64> {
        writeln!(self.process.stdin.as_mut()?).ok()?;
        self.output.next()?.ok()?.parse().ok()
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        // It ends with its input, which this closes.
        let _ = self.process.wait();
    }
}

fn nanoseconds(count: usize, mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1e9 / count as f64
}

// A function of its own, as a caller's is: in the middle of all parts compilers give up on small functions.
#[inline(never)]
pub(crate) fn of_short_arguments() {
    let all = pairs(PAIRS);
    let in_order: Vec<_> = order(PAIRS).into_iter().map(|place| all[place].clone()).collect();
    keys_of("(i) make_cache_key", &in_order);
    let reagents = REAGENTS.iter().cycle().take(1_000);
    let pairs: Vec<_> = reagents.map(|smiles| ((*smiles).to_owned(), "USPTO".to_owned())).collect();
    keys_of("(i) make_cache_key, arguments of a few letters", &pairs);
}

#[inline(never)]
fn keys_of(name: &str, pairs: &[(String, String)]) {
    let payloads: Vec<String> = pairs
        .iter()
        .map(|(smiles, az_model)| payload(&(smiles,), &kwargs! { az_model = az_model }).unwrap_or_default())
        .collect();
    let mut python = Python::start(pairs);
    let ours = || {
        for (smiles, az_model) in pairs {
            let _ = black_box(make_cache_key("run_az", 1, &(smiles,), &kwargs! { az_model = az_model }));
        }
    };
    let floor = || {
        for payload in &payloads {
            black_box(Sha256::digest(payload));
        }
    };
    let timed = |work: &dyn Fn()| nanoseconds(PASSES * pairs.len(), || (0..PASSES).for_each(|_| work()));
    let names = ["ours", "one SHA-256 of the payload", "CPython"];
    let rows = by_turns(&names, rounds(names.len(), ROUNDS), |place, _| match place {
        0 => Some(timed(&ours)),
        1 => Some(timed(&floor)),
        // One that is not there, or has failed, does not take part.
        _ => python.as_mut().and_then(Python::round),
    });
    Table::new(name, "ns a key").print(rows);
}

pub(crate) fn of_large_arguments() {
    let mut random = 1u64;
    let mut next = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        random >> 11
    };
    let floats: Vec<f64> = (0..10_000).map(|_| next() as f64 / 9e15).collect();
    let integers: Vec<u64> = (0..10_000).map(|_| next()).collect();
    let texts: Vec<String> = (0..10).map(|n| format!("Propose a route to molecule {n}. ").repeat(500)).collect();
    let map: BTreeMap<String, u64> = (0..1_000).map(|n| (format!("descriptor {n}"), next() % 1_000)).collect();
    let reversed: Reversed<'_> = Reversed(&map);
    let mut tree = Tree { name: "C".to_owned(), children: Vec::new() };
    for depth in 0..60 {
        let leaves = (0..10).map(|n| Tree { name: format!("precursor {depth}.{n}"), children: Vec::new() });
        tree = Tree { name: format!("step {depth}"), children: std::iter::once(tree).chain(leaves).collect() };
    }
    println!("\n{:42} {:>12} {:>12}", "(j) encoded and hashed, MB of payload/s", "ours", "SHA-256");
    row("10,000 floats", &floats);
    row("10,000 integers", &integers);
    row("texts of 15 kB, ASCII", &texts);
    row("a map of 1,000 keys", &map);
    row("the same, in no order", &reversed);
    row("a tree 60 levels deep, of 661 structs", &tree);
}

/// A molecule, and what it is made of.
#[derive(Serialize)]
struct Tree {
    name: String,
    children: Vec<Tree>,
}

/// A map that gives its entries from last to first.
struct Reversed<'m>(&'m BTreeMap<String, u64>);

impl Serialize for Reversed<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().rev())
    }
}

fn row(name: &str, argument: &impl Serialize) {
    let payload = payload(&(argument,), &()).unwrap_or_default();
    let (mut ours, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(nanoseconds(payload.len(), || {
            let _ = black_box(make_args_hash(&(argument,), &()));
        }));
        floor.push(nanoseconds(payload.len(), || {
            black_box(Sha256::digest(&payload));
        }));
    }
    println!("{name:42} {:>12.0} {:>12.0}", 1e3 / median(ours), 1e3 / median(floor));
}
