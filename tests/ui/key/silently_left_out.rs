use cache_runtime::{CacheManager, cached};

#[cached(key(smiles))]
fn weigh(smiles: &str, depth: u32, (a, b): (u8, u8), cache: &mut CacheManager) -> u32 {
    depth
}

fn main() {}
