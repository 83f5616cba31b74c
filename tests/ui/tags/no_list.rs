use cache_runtime::{CacheManager, cached};

#[cached(tags = "smiles")]
fn no_list(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
