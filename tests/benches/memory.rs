//! Bytes that an entry takes, by us and by peers: a million entries of the same function, counted by the allocator. It is a
//! bench of its own because counting slows all allocations down.
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
    reason = "a bench may panic, and reads the clock; attributes of peers need owned arguments; modules are shared with another bench"
)]

#[path = "peers/contestants.rs"]
mod contestants;
#[path = "peers/data.rs"]
mod data;
#[path = "peers/table.rs"]
mod table;

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

use crate::contestants::contestants;
use crate::data::pairs;
use crate::table::{Row, Table};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const ENTRIES: usize = 1_000_000;

fn main() {
    let pairs = pairs(ENTRIES);
    let names: Vec<&str> = contestants::<u64>(0).iter().map(|contestant| contestant.name).collect();
    let rows = (0..names.len()).map(|place| {
        // A cache that makes its space beforehand does so here.
        let before = Region::new(ALLOCATOR);
        let mut contestant = contestants::<u64>(ENTRIES / 2).swap_remove(place);
        for (smiles, az_model) in &pairs {
            (contestant.call)(smiles, az_model);
        }
        let change = before.change();
        Row::new(contestant.name, [(change.bytes_allocated - change.bytes_deallocated) as f64 / ENTRIES as f64])
    });
    Table::new("(d) bytes an entry, of a million, u64", "bytes").print(rows.collect());
}
