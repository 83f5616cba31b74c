use cache_runtime::{CacheManager, cached};

trait Weigh {
    #[cached(namespace = "weigh", skip(self))]
    fn weigh(&self, cache: &mut CacheManager) -> usize;
}

fn main() {}
