use cache_runtime::{CacheManager, cached};

#[cached(namespase = "a", ttl = 1, ttl = 2, version)]
fn square(x: u32, cache: &mut CacheManager) -> u32 {
    x * x
}

fn main() {
    square(2, &mut CacheManager::new());
}
