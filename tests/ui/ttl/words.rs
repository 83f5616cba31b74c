use cache_runtime::{CacheManager, cached};

#[cached(ttl = "1 hour")]
fn words(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

fn main() {}
