use cache_runtime::{CacheManager, cached};

struct Planner;

impl Planner {
    #[cached]
    fn plan(&self, x: u32, cache: &mut CacheManager) -> u32 {
        x
    }
}

#[cached]
async fn fetch(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

#[cached]
const fn constant(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

fn main() {
    Planner.plan(1, &mut CacheManager::new());
    let _ = fetch(1, &mut CacheManager::new());
}
