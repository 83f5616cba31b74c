use cache_runtime::{CacheManager, cached};

#[cached(skip(client.url))]
fn weigh(smiles: &str, client: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
