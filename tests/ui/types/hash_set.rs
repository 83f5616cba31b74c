use cache_runtime::{CacheManager, cached};
use std::collections::HashSet;

#[cached]
fn count(seen: Option<&HashSet<u32>>, cache: &mut CacheManager) -> usize {
    seen.map_or(0, HashSet::len)
}

fn main() {
    count(None, &mut CacheManager::new());
}
