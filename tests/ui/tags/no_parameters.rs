use cache_runtime::{CacheManager, cached};

#[cached(tag = "all")]
fn seven(cache: &mut CacheManager) -> u32 {
    7
}

fn main() {}
