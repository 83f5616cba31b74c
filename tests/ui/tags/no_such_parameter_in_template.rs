use cache_runtime::{CacheManager, cached};

#[cached(tag = "molecule:{smile}")]
fn measure(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
