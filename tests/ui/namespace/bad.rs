use cache_runtime::{CacheManager, cached};

#[cached(namespace = "")]
fn empty(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

#[cached(namespace = "a:b")]
fn colon(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

#[cached(namespace = "a\n")]
fn control(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

#[cached(namespace = run_az)]
fn ident(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

fn main() {}
