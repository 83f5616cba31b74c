use cache_runtime::{CacheManager, cached};

#[cached(ttl = 60, stale_if_error = 60)]
fn square(x: u32, cache: &mut CacheManager) -> u32 {
    x * x
}

fn main() {
    square(2, &mut CacheManager::new());
}
