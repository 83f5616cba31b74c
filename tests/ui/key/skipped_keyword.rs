use cache_runtime::{CacheManager, cached};

#[cached(skip(model), kwargs(model))]
fn weigh(smiles: &str, model: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
