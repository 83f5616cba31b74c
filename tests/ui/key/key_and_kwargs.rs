use cache_runtime::{CacheManager, cached};

#[cached(key(smiles), kwargs(smiles))]
fn weigh(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
