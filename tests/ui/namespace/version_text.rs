use cache_runtime::{CacheManager, cached};

#[cached(version = "2")]
fn text(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

fn main() {}
