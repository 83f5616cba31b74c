use cache_runtime::{CacheManager, cached};

#[cached(tag = fixed(smiles))]
fn no_label(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
