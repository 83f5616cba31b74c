use cache_runtime::{CacheManager, cached};

struct Planner(String);

impl Planner {
    #[cached(namespace = "name", key(self.0))]
    fn name(&self, cache: &mut CacheManager) -> &str {
        &self.0
    }
}

fn main() {}
