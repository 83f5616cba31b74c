use cache_runtime::{CacheManager, cached};

#[cached(ttl = 60 tag = "smiles")]
fn weigh(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
