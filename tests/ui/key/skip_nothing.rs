use cache_runtime::{CacheManager, cached};

#[cached(skip())]
fn skip(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
