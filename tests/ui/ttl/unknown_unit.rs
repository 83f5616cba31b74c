use cache_runtime::{CacheManager, cached};

#[cached(ttl = "2 years")]
fn weigh(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
