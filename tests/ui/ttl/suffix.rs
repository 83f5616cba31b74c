use cache_runtime::{CacheManager, cached};

#[cached(ttl = 60s)]
fn suffix(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

fn main() {}
