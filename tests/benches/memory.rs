//! Bytes that an entry takes, by us and by peers: a million entries of the same function, counted by the allocator, and other
//! numbers of them, since tables double, some sooner and some later. It is a bench of its own because counting slows all
//! allocations down.
//!
//! `cargo bench -p tests --bench memory`

#![allow(
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::format_collect,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    clippy::too_many_lines,
    clippy::unwrap_used,
    clippy::wildcard_imports,
    dead_code,
    reason = "a bench may panic, and reads the clock; an attribute of a peer's needs owned arguments; modules are shared with another bench"
)]

#[path = "peers/contestants.rs"]
mod contestants;
#[path = "peers/data.rs"]
mod data;
#[path = "peers/table.rs"]
mod table;

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, Stats, StatsAlloc};

use crate::contestants::contestants;
use crate::data::pairs;
use crate::table::{Row, Table, print_ratios};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Numbers of entries, a million among them. Statics keep what they have from one to the next.
const ENTRIES: [usize; 6] = [600_000, 750_000, 900_000, 1_000_000, 1_100_000, 1_500_000];

fn main() {
    let pairs = pairs(ENTRIES.into_iter().max().unwrap());
    let names: Vec<&str> = contestants::<u64>(0).iter().map(|contestant| contestant.name).collect();
    let mut statics = vec![0; names.len()];
    for entries in ENTRIES {
        let rows = names.iter().zip(&mut statics).enumerate().map(|(place, (name, kept))| {
            // A cache that makes its space beforehand does so here.
            let before = Region::new(ALLOCATOR);
            let mut contestant = contestants::<u64>(entries / 2).swap_remove(place);
            for (smiles, az_model) in &pairs[..entries] {
                (contestant.call)(smiles, az_model);
            }
            let bytes = |change: Stats| change.bytes_allocated - change.bytes_deallocated;
            let held = *kept + bytes(before.change());
            drop(contestant);
            *kept += bytes(before.change());
            Row::new(*name, [held as f64 / entries as f64])
        });
        Table::new(&format!("(d) bytes an entry, of {entries}, u64"), "bytes").print(rows.collect());
    }
    print_ratios();
}
