use cache_runtime::{CacheManager, cached};

#[cached("run_az", ttl = , tag = "y")]
fn square(x: u32, cache: &mut CacheManager) -> u32 {
    x * x
}

fn main() {
    square(2, &mut CacheManager::new());
}
