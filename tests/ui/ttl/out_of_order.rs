use cache_runtime::{CacheManager, cached};

#[cached(ttl = "30m1h")]
fn out_of_order(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

fn main() {}
