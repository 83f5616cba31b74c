use cache_runtime::{CacheManager, cached};

#[cached(version = -1)]
fn negative(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

fn main() {}
