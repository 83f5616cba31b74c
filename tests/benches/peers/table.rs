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
            ratio.map_or_else(|| " |".to_owned(), |ratio| format!(" {:.2} |", ratio.value))
        };
        println!("| {work} |{}", theirs.iter().map(cell).collect::<String>());
    }
}

pub(crate) struct Table<'t> {
    name: &'t str,
    unit: &'t str,
}

pub(crate) struct Row {
    name: String,
    value: f64,
}

impl Row {
    pub(crate) fn new(name: impl Into<String>, value: f64) -> Self {
        Self { name: name.into(), value }
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
            println!("{:34} {:>12.1}", row.name, row.value);
        }
        for row in &theirs {
            let ratios: String = ours.iter().map(|our| format!("{:>33.2}", our.value / row.value)).collect();
            println!("{:34} {:>12.1}{ratios}", row.name, row.value);
            for our in &ours {
                let variant = our.name.strip_prefix("ours").unwrap_or_default();
                note(&format!("{}{variant}", self.name), &row.name, our.value / row.value);
            }
        }
    }
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Places in the order in which a round is run. Whoever is first fetches arguments from memory that are at hand for the others,
/// so everyone is in turn.
pub(crate) fn in_turn(places: usize, round: usize) -> impl Iterator<Item = usize> {
    (0..places).map(move |place| (round + place) % places)
}
