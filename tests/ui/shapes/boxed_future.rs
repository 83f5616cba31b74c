use cache_runtime::{CacheManager, cached};
use std::future::Future;
use std::pin::Pin;

struct Store;

impl Store {
    // What `async-trait` makes of `async fn get`.
    #[cached(namespace = "get", skip(self))]
    fn get<'a>(&'a self, cache: &'a mut CacheManager) -> Pin<Box<dyn Future<Output = u32> + Send + 'a>> {
        Box::pin(async { 7 })
    }
}

fn main() {}
