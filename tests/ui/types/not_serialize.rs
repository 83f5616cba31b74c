use cache_runtime::{CacheManager, cached};

struct Molecule;

#[cached]
fn weigh(depth: u32, molecule: &Molecule, cache: &mut CacheManager) -> u32 {
    depth
}

fn main() {}
