use cache_runtime::{CacheManager, cached};

struct FxHashSet;

#[cached]
fn count(seen: Vec<FxHashSet>, cache: &mut CacheManager) -> usize {
    seen.len()
}

fn main() {}
