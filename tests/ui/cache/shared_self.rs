use cache_runtime::{CacheManager, cached};

struct Owner(CacheManager);

impl Owner {
    #[cached(namespace = "scale", cache = self.0, skip(self))]
    fn scale(&self, x: u32) -> u32 {
        x
    }
}

fn main() {}
