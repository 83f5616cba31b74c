use cache_runtime::{CacheManager, cached};

#[cached(key())]
fn key(cache: &mut CacheManager) -> usize {
    7
}

fn main() {}
