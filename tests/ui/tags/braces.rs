use cache_runtime::{CacheManager, cached};

#[cached(tags = ["{smiles", "smiles}", "{}"])]
fn weigh(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
