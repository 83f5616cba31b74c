use cache_runtime::{CacheManager, cached};

#[cached]
const fn constant(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

fn main() {
    constant(1, &mut CacheManager::new());
}
