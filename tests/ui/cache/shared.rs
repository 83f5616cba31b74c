use cache_runtime::{CacheManager, cached};

#[cached]
fn square(x: u32, cache: &CacheManager) -> u32 {
    x * x
}

fn main() {}
