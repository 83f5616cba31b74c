use cache_runtime::{CacheManager, cached};

#[cached(namespace = "a:b")]
fn colon(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

fn main() {}
