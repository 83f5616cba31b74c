use cache_runtime::{CacheManager, cached};
use std::time::Duration;

#[cached(ttl = 60, ttl_with = |_| Duration::from_secs(1))]
fn weigh(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
