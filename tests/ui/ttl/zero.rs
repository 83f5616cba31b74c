use cache_runtime::{CacheManager, cached};

#[cached(ttl = 0)]
fn zero(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

fn main() {}
