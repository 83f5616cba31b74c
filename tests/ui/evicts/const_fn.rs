use cache_runtime::{CacheManager, evicts};

#[evicts(all)]
const fn update(cache: &mut CacheManager) {}

fn main() {}
