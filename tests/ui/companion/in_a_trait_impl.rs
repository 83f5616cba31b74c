use cache_runtime::{CacheManager, cached};

trait Model {
    fn weigh(smiles: &str, cache: &mut CacheManager) -> usize;
}

impl Model for u8 {
    // Nothing tells the attribute that this is no free function: it takes `companion = false`.
    #[cached]
    fn weigh(smiles: &str, cache: &mut CacheManager) -> usize {
        smiles.len()
    }
}

fn main() {}
