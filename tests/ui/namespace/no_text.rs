use cache_runtime::{CacheManager, cached};

#[cached(namespace = run_az)]
fn ident(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

fn main() {}
