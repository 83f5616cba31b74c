use cache_runtime::{CacheManager, cached};

#[cached(namespace = "")]
fn empty(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

fn main() {}
