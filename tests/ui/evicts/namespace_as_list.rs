use cache_runtime::{CacheManager, evicts};

#[evicts(namespace = ["a", "b"])]
fn update(cache: &mut CacheManager) {}

fn main() {}
