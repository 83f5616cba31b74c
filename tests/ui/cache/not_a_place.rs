use cache_runtime::{CacheManager, cached};

fn make() -> CacheManager {
    CacheManager::new()
}

#[cached(cache = make())]
fn scale(x: u32) -> u32 {
    x
}

fn main() {}
