use cache_runtime::{CacheManager, cached};

#[cached(ttl = "99999999999999999999w")]
fn weigh(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
