use cache_runtime::{CacheManager, cached};

#[cached(skip(verbose, verbose))]
fn weigh(smiles: &str, verbose: bool, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
