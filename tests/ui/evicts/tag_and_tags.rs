use cache_runtime::{CacheManager, evicts};

#[evicts(tag = "smiles", tags = ["smiles"])]
fn update(smiles: &str, cache: &mut CacheManager) {}

fn main() {}
