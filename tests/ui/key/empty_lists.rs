use cache_runtime::{CacheManager, cached};

#[cached(skip())]
fn skip(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

#[cached(kwargs())]
fn kwargs(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

#[cached(key())]
fn key(cache: &mut CacheManager) -> usize {
    7
}

fn main() {}
