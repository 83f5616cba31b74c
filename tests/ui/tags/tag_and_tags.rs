use cache_runtime::{CacheManager, cached};

#[cached(tag = "smiles", tags = ["smiles"])]
fn both(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
