use cache_runtime::{CacheManager, cached};

#[cached(expires(60))]
fn weigh(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
