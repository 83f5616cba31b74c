use cache_runtime::{CacheManager, cached};

#[cached(ttl = 60 * 60)]
fn square(x: u32, cache: &mut CacheManager) -> u32 {
    x * x
}

fn main() {}
