//! Rounds, in each of which everyone runs once.

use crate::table::Row;

/// What everyone took in each round: whoever has that place takes that long in that round, or does not take part in any.
pub(crate) fn by_turns(
    names: &[&'static str],
    rounds: usize,
    mut run: impl FnMut(usize, usize) -> Option<f64>,
) -> Vec<Row> {
    let mut times = vec![Vec::new(); names.len()];
    for round in 0..rounds {
        for place in order(names.len(), round) {
            times[place].extend(run(place, round));
        }
    }
    let taken_part = names.iter().zip(times).filter(|(_, times)| times.len() == rounds);
    taken_part.map(|(name, times)| Row::new(*name, times)).collect()
}

/// In which order a round is run: whoever is next finds in the processor's caches what the one before it has left there, arguments
/// and much else. In [`rounds`] of them everyone is as often at each place, and follows everyone else as often. (Williams,
/// "Experimental designs balanced for the estimation of residual effects of treatments", 1949.)
fn order(places: usize, round: usize) -> Vec<usize> {
    // From one to both sides by turns, where the last is beside the first.
    let first = |at: usize| if at % 2 == 1 { at / 2 + 1 } else { places - at / 2 };
    let mut order: Vec<usize> = (0..places).map(|at| (first(at) + round) % places).collect();
    // Odd numbers of places need each order backwards, too.
    if round / places % 2 == 1 {
        order.reverse();
    }
    order
}

/// So many rounds at least, and as many as make the orders even.
pub(crate) fn rounds(places: usize, least: usize) -> usize {
    least.next_multiple_of(2 * places)
}
