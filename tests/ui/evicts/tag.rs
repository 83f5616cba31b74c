use cache_runtime::{CacheManager, evicts};

#[evicts(tag = "smile")]
fn update(smiles: &str, cache: &mut CacheManager) {}

fn main() {}
