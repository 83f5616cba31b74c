use cache_runtime::{CacheManager, cached};

struct Route;

#[cached]
fn plan(x: u32, cache: &mut CacheManager) -> Result<Route, String> {
    Ok(Route)
}

fn main() {}
