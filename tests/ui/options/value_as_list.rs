use cache_runtime::{CacheManager, cached};

#[cached(namespace("weigh"))]
fn value(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
