use cache_runtime::{CacheManager, cached};

#[cached(kwargs(az_modle))]
fn weigh(smiles: &str, az_model: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
