use cache_runtime::{CacheManager, evicts};

#[evicts(all, when = "later")]
fn update(smiles: &str, cache: &mut CacheManager) {}

fn main() {}
