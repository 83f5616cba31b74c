use cache_runtime::{CacheManager, cached};

#[cached(skip(x))]
fn name<T>(x: T, cache: &mut CacheManager) -> &'static str {
    std::any::type_name::<T>()
}

fn main() {}
