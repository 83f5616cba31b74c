//! What a program found and what the cache did, to read.

use std::fmt::Write;
use std::time::Duration;

use cache_runtime::CacheStats;

use crate::chemistry::Pair;
use crate::input::Molecule;

/// A table with a heading; columns are as wide as their widest cell.
#[must_use]
pub fn table<const N: usize>(heading: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = heading.map(|cell| cell.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    let rules = widths.map(|width| "-".repeat(width));
    for row in [heading.map(str::to_owned), rules].iter().chain(rows) {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        let _ = writeln!(text, "  {}", cells.join("  ").trim_end());
    }
    text
}

/// The most similar pairs, the best first; equally similar ones in the order of the input.
#[must_use]
pub fn closest(molecules: &[Molecule], pairs: &[Pair], top: usize) -> String {
    let mut pairs = pairs.to_vec();
    pairs.sort_by(|one, two| two.similarity.total_cmp(&one.similarity));
    let name = |place: usize| molecules.get(place).map(|molecule| molecule.name.clone()).unwrap_or_default();
    let row = |pair: &Pair| [format!("{:.3}", pair.similarity), name(pair.one), name(pair.other)];
    let rows: Vec<[String; 3]> = pairs.iter().take(top).map(row).collect();
    table(["similarity", "molecule", "nearest"], &rows)
}

/// What one run over the molecules did and took.
#[derive(Debug, Clone)]
pub struct Run {
    /// What the run is called.
    pub name: &'static str,
    /// Look-ups that found a value.
    pub hits: u64,
    /// Look-ups that did not.
    pub misses: u64,
    /// How long it took with the cache.
    pub cached: Duration,
    /// How long the same run took without.
    pub uncached: Option<Duration>,
}

/// The runs, one a row.
#[must_use]
pub fn runs(runs: &[Run]) -> String {
    let row = |run: &Run| {
        let speedup = run.uncached.map(|uncached| uncached.as_secs_f64() / run.cached.as_secs_f64().max(1e-9));
        [
            run.name.to_owned(),
            run.hits.to_string(),
            run.misses.to_string(),
            readable(run.cached),
            run.uncached.map_or_else(|| "not run".to_owned(), readable),
            speedup.map(|speedup| format!("{speedup:.1} x")).unwrap_or_default(),
        ]
    };
    let rows: Vec<[String; 6]> = runs.iter().map(row).collect();
    table(["run", "hits", "misses", "with cache", "without", "faster"], &rows)
}

/// What the cache holds and has done in all.
#[must_use]
pub fn cache(stats: &CacheStats) -> String {
    format!(
        "  {} entries, {:.1} MB; {} hits, {} misses, {} evictions\n",
        stats.num_entries,
        bytes(stats.size_bytes) / 1e6,
        stats.hits,
        stats.misses,
        stats.evictions
    )
}

#[expect(clippy::cast_precision_loss, reason = "printed with two digits")]
fn bytes(bytes: usize) -> f64 {
    bytes as f64
}

fn readable(duration: Duration) -> String {
    if duration < Duration::from_millis(10) {
        format!("{} µs", duration.as_micros())
    } else {
        format!("{} ms", duration.as_millis())
    }
}

#[cfg(test)]
mod tests {
    use super::{closest, table};
    use crate::chemistry::Pair;
    use crate::input::Molecule;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["é".to_owned(), "1".to_owned()], ["long".to_owned(), "22".to_owned()]];
        assert_eq!(table(["a", "b"], &rows), "  a     b\n  ----  --\n  é     1\n  long  22\n");
    }

    #[test]
    fn the_closest_pairs_come_first() {
        let molecules = ["a", "b", "c"].map(|name| Molecule { name: name.to_owned(), smiles: name.to_owned() });
        let pair = |one, other, similarity| Pair { one, other, similarity };
        let text = closest(&molecules, &[pair(0, 1, 0.25), pair(0, 2, 0.5), pair(1, 2, 0.5)], 2);
        let lines: Vec<&str> = text.lines().skip(2).map(str::trim).collect();
        assert_eq!(lines, ["0.500       a         c", "0.500       b         c"]);
    }
}
