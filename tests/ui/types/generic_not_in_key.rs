use cache_runtime::{CacheManager, cached};

#[cached]
fn name<T, const N: usize>(x: u32, cache: &mut CacheManager) -> String {
    format!("{x}{}{N}", std::any::type_name::<T>())
}

fn main() {
    name::<u8, 1>(2, &mut CacheManager::new());
}
