use cache_runtime::{CacheManager, evicts};

#[evicts(all, tag = "smiles")]
fn update(smiles: &str, cache: &mut CacheManager) {}

fn main() {}
