use cache_runtime::{CacheManager, cached};

#[cached]
unsafe extern "C" fn sum(count: u32, cache: &mut CacheManager, args: ...) -> u32 {
    count
}

fn main() {}
