use cache_runtime::{CacheManager, cached};

#[cached(tags = [])]
fn none(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
