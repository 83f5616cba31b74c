use cache_runtime::{CacheManager, cached};

struct Molecule;

#[cached(key(smiles, Molecule))]
fn weigh(smiles: &str, cache: &mut CacheManager) -> usize {
    smiles.len()
}

fn main() {}
