//! What is printed: a number for everyone, and ours by theirs; and all of the latter in one table, if asked.

use std::sync::Mutex;

/// Ours by theirs, of all work so far.
static RATIOS: Mutex<Vec<Ratio>> = Mutex::new(Vec::new());

struct Ratio {
    work: String,
    theirs: String,
    value: f64,
}

/// Notes ours by theirs.
pub(crate) fn note(work: &str, theirs: &str, value: f64) {
    RATIOS.lock().unwrap().push(Ratio { work: work.to_owned(), theirs: theirs.to_owned(), value });
}

/// Prints all that has been noted.
pub(crate) fn print_ratios() {
    let ratios = RATIOS.lock().unwrap();
    if ratios.is_empty() {
        return;
    }
    let each = |name: fn(&Ratio) -> &String| {
        let mut names: Vec<&String> = Vec::new();
        for ratio in ratios.iter().map(name) {
            if !names.contains(&ratio) {
                names.push(ratio);
            }
        }
        names
    };
    let (work, theirs) = (each(|ratio| &ratio.work), each(|ratio| &ratio.theirs));
    println!("\nours / theirs, as one table\n");
    println!("| |{}", theirs.iter().map(|name| format!(" {name} |")).collect::<String>());
    println!("|---|{}", "---|".repeat(theirs.len()));
    for work in work {
        let cell = |theirs: &&String| {
            let ratio = ratios.iter().find(|ratio| ratio.work == *work && ratio.theirs == **theirs);
            ratio.map_or_else(|| " |".to_owned(), |ratio| format!(" {} |", printed(ratio.value)))
        };
        println!("| {work} |{}", theirs.iter().map(cell).collect::<String>());
    }
}

pub(crate) struct Table<'t> {
    name: &'t str,
    unit: &'t str,
}

/// What someone took in each round.
pub(crate) struct Row {
    name: String,
    rounds: Vec<f64>,
}

impl Row {
    pub(crate) fn new(name: impl Into<String>, rounds: impl Into<Vec<f64>>) -> Self {
        Self { name: name.into(), rounds: rounds.into() }
    }

    fn median(&self) -> f64 {
        median(self.rounds.clone())
    }

    /// The same, in one round that took as long as each on average.
    pub(crate) fn mean(&self) -> Self {
        Self::new(self.name.as_str(), [self.rounds.iter().sum::<f64>() / self.rounds.len() as f64])
    }
}

impl<'t> Table<'t> {
    pub(crate) fn new(name: &'t str, unit: &'t str) -> Self {
        Self { name, unit }
    }

    /// Rows whose name begins with `ours` are what all others are compared with.
    pub(crate) fn print(&self, rows: Vec<Row>) {
        let (ours, theirs): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.name.starts_with("ours"));
        println!("\n{}", self.name);
        let heads: String = ours.iter().map(|row| format!("{:>33}", format!("{} / it", row.name))).collect();
        println!("{:34} {:>12}{heads}", "", self.unit);
        for row in &ours {
            println!("{:34} {:>12.1}", row.name, row.median());
        }
        for row in &theirs {
            let ratios: Vec<f64> = ours.iter().map(|our| ratio(&our.rounds, &row.rounds)).collect();
            let cells: String = ratios.iter().map(|ratio| format!("{:>33}", printed(*ratio))).collect();
            println!("{:34} {:>12.1}{cells}", row.name, row.median());
            for (our, ratio) in ours.iter().zip(ratios) {
                let variant = our.name.strip_prefix("ours").unwrap_or_default();
                note(&format!("{}{variant}", self.name), &row.name, ratio);
            }
        }
    }
}

fn printed(ratio: f64) -> String {
    // Two digits of it at least.
    let places = if ratio < 0.1 { 3 } else { 2 };
    format!("{ratio:.places$}")
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    f64::midpoint(values[(values.len() - 1) / 2], values[values.len() / 2])
}

/// The median of what the rounds' ratios are: a machine that is slow for some rounds is so for both sides of one.
pub(crate) fn ratio(ours: &[f64], theirs: &[f64]) -> f64 {
    median(ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect())
}
