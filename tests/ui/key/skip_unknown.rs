use cache_runtime::{CacheManager, cached};

#[cached(skip(verbos))]
fn weigh(smiles: &str, verbose: bool, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
