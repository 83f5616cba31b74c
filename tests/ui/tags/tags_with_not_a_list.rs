use cache_runtime::{CacheManager, cached};

#[cached(tags_with = |size| *size)]
fn weigh(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
