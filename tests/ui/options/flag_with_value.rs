use cache_runtime::{CacheManager, evicts};

#[evicts(all = true)]
fn flag(cache: &mut CacheManager) {}

fn main() {}
