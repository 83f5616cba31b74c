use cache_runtime::{CacheManager, cached};

struct Planner(u32);

impl Planner {
    #[cached(namespace = "Planner.plan", key(self, x))]
    fn plan(&self, x: u32, cache: &mut CacheManager) -> u32 {
        self.0 + x
    }
}

fn main() {}
