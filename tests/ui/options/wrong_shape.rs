use cache_runtime::{CacheManager, cached, evicts};

#[cached(skip = verbose)]
fn list(smiles: &str, verbose: bool, cache: &mut CacheManager) -> usize {
    smiles.len()
}

#[cached(namespace("weigh"))]
fn value(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

#[evicts(all = true)]
fn flag(cache: &mut CacheManager) {}

fn main() {}
