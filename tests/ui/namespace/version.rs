use cache_runtime::{CacheManager, cached};

#[cached(version = -1)]
fn negative(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

#[cached(version = 4294967296)]
fn large(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

#[cached(version = "2")]
fn text(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

fn main() {}
