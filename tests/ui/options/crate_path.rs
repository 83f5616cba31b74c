use cache_runtime::{CacheManager, cached};

#[cached(crate = "cache_runtime")]
fn weigh(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
