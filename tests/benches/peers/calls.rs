//! Hits and misses of the function, by everyone.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Instant;

use crate::contestants::{Contestant, Contested, contestants};
use crate::data::{PAIRS, another_order, order, pairs};
use crate::table::{Row, Table};
use crate::turns::{by_turns, rounds};

/// Medians of so many rounds at least, in each of which everyone runs.
const ROUNDS: usize = 24;

/// Nanoseconds of a call, each of some pairs once.
fn round<V>(contestant: &mut Contestant<V>, pairs: &[(String, String)], order: &[usize]) -> f64 {
    let start = Instant::now();
    for place in order {
        let (smiles, az_model) = &pairs[*place];
        black_box((contestant.call)(black_box(smiles), black_box(az_model)));
    }
    start.elapsed().as_secs_f64() * 1e9 / order.len() as f64
}

/// Everyone has answered all calls before, of so many pairs, in the same order. What was stored one after another lies side by side:
/// processors fetch ahead, and we guess what is next. Few pairs stay in the processor's caches.
pub(crate) fn hits<V: Contested>(name: &str, count: usize) {
    let (pairs, order) = (pairs(count), order(count).repeat(PAIRS / count));
    print(name, measure(&mut contestants::<V>(count), |contestant| round(contestant, &pairs, &order)));
}

/// The same where they were answered in another order, so that there is nothing to fetch ahead, and nothing to guess.
pub(crate) fn hits_in_another_order<V: Contested>(name: &str, count: usize) {
    let (pairs, order, another) = (pairs(count), order(count), another_order(count).repeat(PAIRS / count));
    let mut contestants = contestants::<V>(count);
    for contestant in &mut contestants {
        // Those with a static may have done so before, in this order.
        round(contestant, &pairs, &order);
    }
    print(name, measure(&mut contestants, |contestant| round(contestant, &pairs, &another)));
}

/// Pairs that nobody has seen before. Most rounds are without the growth of tables, which their mean has in it.
pub(crate) fn misses<V: Contested>(name: &str) {
    let order = order(PAIRS);
    let rows = measure_unseen::<V>(PAIRS, |contestant, unseen| round(contestant, unseen, &order));
    let means = rows.iter().map(Row::mean).collect();
    print(name, rows);
    print(&format!("{name}, mean of all rounds"), means);
}

/// Every other call is of a pair that nobody has seen before, the others in the order in which they were stored. Statics should not have
/// answered any.
pub(crate) fn hits_and_misses<V: Contested>(name: &str) {
    let (seen, order) = (pairs(PAIRS / 2), order(PAIRS / 2));
    let rows = measure_unseen::<V>(PAIRS / 2, |contestant, unseen| {
        let start = Instant::now();
        for place in &order {
            for (smiles, az_model) in [&seen[*place], &unseen[*place]] {
                black_box((contestant.call)(black_box(smiles), black_box(az_model)));
            }
        }
        start.elapsed().as_secs_f64() * 1e9 / PAIRS as f64
    });
    print(name, rows);
}

/// A prompt of 16 KiB is one of the arguments. In the order in which they were stored, and in another. They differ at once, or begin
/// alike up to what is asked at their end.
pub(crate) fn long_hits(name: &str, begin_alike: bool) {
    const LENGTH: usize = 16 << 10;
    let (mut prompts, order, another) = (pairs(50), order(50).repeat(4), another_order(50).repeat(4));
    for (smiles, _) in &mut prompts {
        if begin_alike {
            let mut prompt = "You plan syntheses. Answer with a route, step by step. ".repeat(400);
            prompt.truncate(LENGTH - smiles.len());
            *smiles = prompt + smiles;
        } else {
            *smiles = format!("Propose a route to {smiles}. ").repeat(400);
            smiles.truncate(LENGTH);
        }
    }
    let mut contestants = contestants::<u64>(50);
    contestants.push(Contestant {
        // The payload has some bytes more.
        name: "one SHA-256 of the argument",
        call: Box::new(|smiles, _| {
            use sha2::Digest;
            u64::from(sha2::Sha256::digest(smiles)[0])
        }),
    });
    print(name, measure(&mut contestants, |contestant| round(contestant, &prompts, &order)));
    let rows = measure(&mut contestants, |contestant| round(contestant, &prompts, &another));
    print(&format!("{name}, in another order"), rows);
}

/// The same for so many pairs a round that nobody has seen before.
fn measure_unseen<V: Contested>(
    count: usize,
    mut round: impl FnMut(&mut Contestant<V>, &[(String, String)]) -> f64,
) -> Vec<Row> {
    let entries = count * (1 + rounds(contestants::<V>(0).len(), ROUNDS));
    let pairs = pairs(entries);
    let mut seen = HashMap::<&'static str, usize>::new();
    measure(&mut contestants::<V>(entries), |contestant| {
        let seen = seen.entry(contestant.name).or_default();
        let unseen = &pairs[*seen..][..count];
        *seen += count;
        round(contestant, unseen)
    })
}

fn measure<V>(contestants: &mut [Contestant<V>], mut round: impl FnMut(&mut Contestant<V>) -> f64) -> Vec<Row> {
    for contestant in &mut *contestants {
        round(contestant);
    }
    let names: Vec<_> = contestants.iter().map(|contestant| contestant.name).collect();
    by_turns(&names, rounds(names.len(), ROUNDS), |place, _| Some(round(&mut contestants[place])))
}

fn print(name: &str, rows: Vec<Row>) {
    Table::new(name, "ns a call").print(rows);
}
