use cache_runtime::{CacheManager, cached};

#[cached]
fn numbers(x: u32, cache: &mut CacheManager) -> impl Iterator<Item = u32> {
    0..x
}

fn main() {}
