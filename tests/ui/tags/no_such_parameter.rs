use cache_runtime::{CacheManager, cached};

#[cached(tag = "molecules")]
fn weigh(smiles: &str, depth: u32, cache: &mut CacheManager) -> usize {
    smiles.len()
}

#[cached(tag = "molecule:{smile}")]
fn measure(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

#[cached(tag = "cache")]
fn by_cache(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
