use cache_runtime::{CacheManager, cached};

#[cached]
fn weigh(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn weigh_key(smiles: &str) -> usize {
    smiles.len()
}

fn main() {}
