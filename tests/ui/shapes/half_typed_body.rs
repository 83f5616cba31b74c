use cache_runtime::{CacheManager, cached};

#[cached]
fn square(x: u32, cache: &mut CacheManager) -> u32 {
    let y = x.
}

fn main() {
    square(2, &mut CacheManager::new());
}
