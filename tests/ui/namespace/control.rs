use cache_runtime::{CacheManager, cached};

#[cached(namespace = "a\n")]
fn control(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

fn main() {}
