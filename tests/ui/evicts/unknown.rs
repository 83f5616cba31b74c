use cache_runtime::{CacheManager, evicts};

#[evicts(tags = ["smiles"], ttl = 60)]
fn update(smiles: &str, cache: &mut CacheManager) {}

fn main() {}
