use cache_runtime::{CacheManager, cached};

#[cached(tag = "cache")]
fn by_cache(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
