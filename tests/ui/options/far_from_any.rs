use cache_runtime::{CacheManager, cached};

#[cached(max_capacity = 100)]
fn weigh(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
