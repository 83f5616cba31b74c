use cache_runtime::{CacheManager, cached};

#[cached(ttl = true)]
fn weigh(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
