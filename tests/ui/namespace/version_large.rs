use cache_runtime::{CacheManager, cached};

#[cached(version = 4294967296)]
fn large(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

fn main() {}
