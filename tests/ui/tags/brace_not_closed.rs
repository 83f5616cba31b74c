use cache_runtime::{CacheManager, cached};

#[cached(tag = "{smiles")]
fn weigh(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
