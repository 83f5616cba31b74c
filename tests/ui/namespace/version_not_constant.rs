use cache_runtime::{CacheManager, cached};

#[cached(version = smiles.len() as u32)]
fn weigh(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
