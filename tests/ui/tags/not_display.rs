use cache_runtime::{CacheManager, cached};

#[cached(tag = "smiles")]
fn weigh(smiles: Option<&str>, cache: &mut CacheManager) -> usize {
    smiles.map_or(0, str::len)
}

fn main() {}
