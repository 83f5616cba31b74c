use cache_runtime::{CacheManager, cached};

#[cached(skip = verbose)]
fn list(smiles: &str, verbose: bool, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
