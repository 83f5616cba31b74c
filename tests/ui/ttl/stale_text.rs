use cache_runtime::{CacheManager, cached};

#[cached(ttl = 60, stale_if_error = "soon")]
fn price(x: u32, cache: &mut CacheManager) -> Result<u32, String> {
    Ok(x)
}

fn main() {
    let _ = price(2, &mut CacheManager::new());
}
