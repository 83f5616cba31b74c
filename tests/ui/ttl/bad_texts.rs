use cache_runtime::{CacheManager, cached};

#[cached(ttl = "1 hour")]
fn words(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

#[cached(ttl = "60")]
fn no_unit(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

#[cached(ttl = "30m1h")]
fn out_of_order(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

#[cached(ttl = "0s")]
fn zero(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

fn main() {}
