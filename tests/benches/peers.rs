//! The same work by us and by peers, in one run, interleaved: medians, and ratios of ours to theirs.
//!
//! Ours is built with the feature `coarse-clock`, unless a column says without.
//!
//! `cargo bench -p tests --bench peers` prints everything, and at last all ratios in one table; names of parts after `--` print
//! those alone, such as
//! `cargo bench -p tests --bench peers -- hits misses`.

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
    reason = "a bench may panic, and reads the clock; an attribute of a peer's needs owned arguments, and others make more functions"
)]

#[path = "peers/calls.rs"]
mod calls;
#[path = "peers/contestants.rs"]
mod contestants;
#[path = "peers/costs.rs"]
mod costs;
#[path = "peers/data.rs"]
mod data;
#[path = "peers/keys.rs"]
mod keys;
#[path = "peers/shared.rs"]
mod shared;
#[path = "peers/table.rs"]
mod table;
#[path = "peers/turns.rs"]
mod turns;

use std::sync::Arc;

use self::data::PAIRS;

/// So many pairs stay in the processor's caches, with what is known of them.
const FEW: usize = 200;

/// The parts. Those with few entries come first, since what has a static keeps them.
const PARTS: [(&str, fn()); 10] = [
    ("few", || {
        calls::hits::<u64>("(a) hit, u64, of 200 calls", FEW);
        calls::hits_in_another_order::<u64>("(a) hit, u64, of 200 calls, in another order", FEW);
    }),
    ("long", || {
        calls::long_hits("(c) hit with an argument of 16 KiB, u64", false);
        calls::long_hits("(c) hit with an argument of 16 KiB that begins alike, u64", true);
    }),
    ("hits", || {
        calls::hits::<u64>("(a) hit, u64", PAIRS);
        calls::hits::<Arc<Vec<String>>>("(a) hit, Arc<Vec<String>>", PAIRS);
        calls::hits::<Vec<String>>("(a) hit, Vec<String> of 20", PAIRS);
    }),
    ("reordered", || {
        calls::hits_in_another_order::<u64>("(a) hit, u64, in another order than they were stored", PAIRS);
        calls::hits_in_another_order::<Arc<Vec<String>>>("(a) hit, Arc<Vec<String>>, in another order", PAIRS);
    }),
    ("mixed", || calls::hits_and_misses::<u32>("(a), (b) hits and misses by turns, u32")),
    ("misses", || {
        calls::misses::<u64>("(b) miss, u64");
        calls::misses::<Arc<Vec<String>>>("(b) miss, Arc<Vec<String>>");
        calls::misses::<Vec<String>>("(b) miss, Vec<String> of 20");
    }),
    ("costs", costs::by_size),
    ("shared", || {
        shared::hits();
        shared::misses();
        shared::callers_of_one();
    }),
    ("keys", keys::of_short_arguments),
    ("encoding", keys::of_large_arguments),
];

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    for (name, part) in PARTS {
        if asked.is_empty() || asked.iter().any(|asked| asked == name) {
            part();
        }
    }
    table::print_ratios();
}
