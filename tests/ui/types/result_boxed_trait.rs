use cache_runtime::{CacheManager, cached};
use std::fmt::Debug;

#[cached]
fn model(x: u32, cache: &mut CacheManager) -> Result<Box<dyn Debug>, String> {
    Ok(Box::new(x))
}

fn main() {}
