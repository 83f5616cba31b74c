use cache_runtime::{CacheManager, cached};

#[cached(ttl = "1.5h")]
fn weigh(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
