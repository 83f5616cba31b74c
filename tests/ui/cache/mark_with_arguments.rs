use cache_runtime::{CacheManager, cached};

#[cached]
fn square(x: u32, #[cache(memory)] memory: &mut CacheManager) -> u32 {
    x * x
}

fn main() {}
