use cache_runtime::{CacheManager, cached};

#[cached(tag = 7)]
fn number(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
