//! The calls that everyone answers.

use std::sync::Arc;

/// Different pairs of arguments.
pub(crate) const PAIRS: usize = 10_000;

const DRUGS: &str = include_str!("../../../examples/data/drugs.smi");
const MODELS: [&str; 5] = ["USPTO", "uspto-480k", "reaxys_2024", "ibm_rxn", "pistachio-q3"];

/// What a numbered chain of carbons makes of a drug is another molecule.
pub(crate) fn pairs(count: usize) -> Vec<(String, String)> {
    let drugs: Vec<&str> =
        DRUGS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_whitespace().next()).collect();
    let pair = |n: usize| {
        let (drug, chain) = (drugs[n % drugs.len()], n / drugs.len());
        let smiles = format!("{drug}.{}O{}", "C".repeat(chain % 16), "N".repeat(chain / 16 % 16));
        let model = match chain / 256 {
            0 => MODELS[n % MODELS.len()].to_owned(),
            more => format!("{}-{more}", MODELS[n % MODELS.len()]),
        };
        (smiles, model)
    };
    (0..count).map(pair).collect()
}

/// The same calls in one random order for all: each pair once, or what comes first of them.
pub(crate) fn order(count: usize) -> Vec<usize> {
    shuffled(count, 0x9e37_79b9_7f4a_7c15)
}

/// Another random order.
pub(crate) fn another_order(count: usize) -> Vec<usize> {
    shuffled(count, 0x2545_f491_4f6c_dd1d)
}

fn shuffled(count: usize, mut random: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    for place in (1..count).rev() {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        order.swap(place, usize::try_from(random >> 33).unwrap_or(0) % (place + 1));
    }
    order
}

/// A result of the function that is cached.
pub(crate) trait Answer: Clone + Send + Sync + 'static {
    fn of(smiles: &str, az_model: &str) -> Self;
}

impl Answer for u64 {
    fn of(smiles: &str, az_model: &str) -> Self {
        (smiles.len() * 31 + az_model.len()) as Self
    }
}

impl Answer for u32 {
    fn of(smiles: &str, az_model: &str) -> Self {
        Self::try_from(u64::of(smiles, az_model)).unwrap_or(0)
    }
}

impl Answer for Vec<String> {
    fn of(smiles: &str, az_model: &str) -> Self {
        (0..20).map(|step| format!("{step}: {az_model} {}", &smiles[..smiles.len().min(12)])).collect()
    }
}

impl Answer for Arc<Vec<String>> {
    fn of(smiles: &str, az_model: &str) -> Self {
        Self::new(Answer::of(smiles, az_model))
    }
}
