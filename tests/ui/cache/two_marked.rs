use cache_runtime::{CacheManager, cached};

#[cached]
fn square(x: u32, #[cache] near: &mut CacheManager, #[cache] far: &mut CacheManager) -> u32 {
    x * x
}

fn main() {
    square(2, &mut CacheManager::new(), &mut CacheManager::new());
}
