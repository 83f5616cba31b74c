use cache_runtime::{CacheManager, cached};

#[cached(kwargs())]
fn kwargs(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
