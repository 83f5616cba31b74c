use cache_runtime::{CacheManager, cached};

#[cached(tag = "smiles", tags = ["smiles"])]
fn both(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

#[cached(tags = [])]
fn none(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

#[cached(tags = "smiles")]
fn no_list(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

#[cached(tag = fixed(smiles))]
fn no_label(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

#[cached(tag = 7)]
fn number(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
