use cache_runtime::{CacheManager, cached};

#[cached(tag = "{0}")]
fn weigh(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
