use cache_runtime::{CacheManager, evicts};

#[evicts]
fn update(smiles: &str, cache: &mut CacheManager) {}

fn main() {
    update("CCO", &mut CacheManager::new());
}
