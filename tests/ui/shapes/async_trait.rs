use async_trait::async_trait;
use cache_runtime::{CacheManager, cached};

#[async_trait]
trait Fetch {
    async fn get(&self, x: u32, cache: &mut CacheManager) -> u32;
}

struct Client;

#[async_trait]
impl Fetch for Client {
    #[cached(namespace = "Client.get", skip(self))]
    async fn get(&self, x: u32, cache: &mut CacheManager) -> u32 {
        x
    }
}

fn main() {}
