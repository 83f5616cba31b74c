use cache_runtime::{CacheManager, cached};

#[cached(ttl)]
fn weigh(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
