use cache_runtime::{CacheManager, cached};

#[cached(ttl = "60")]
fn no_unit(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

fn main() {}
