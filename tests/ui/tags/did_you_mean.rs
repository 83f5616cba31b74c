use cache_runtime::{CacheManager, cached};

#[cached(tags = ["smile", "molecule:{smils}"])]
fn weigh(smiles: &str, depth: u32, cache: &mut CacheManager) -> usize {
    smiles.len() + depth as usize
}

fn main() {}
