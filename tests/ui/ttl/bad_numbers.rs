use cache_runtime::{CacheManager, cached};

#[cached(ttl = 0)]
fn zero(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

#[cached(ttl = -5)]
fn negative(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

#[cached(ttl = 60s)]
fn suffix(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

#[cached(ttl = 1e300)]
fn large(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

fn main() {}
