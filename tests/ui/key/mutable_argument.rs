use cache_runtime::{CacheManager, cached};

#[cached]
fn push(list: &mut Vec<u32>, (a, b): (&mut u8, u8), cache: &mut CacheManager) -> usize {
    list.push(1);
    list.len()
}

fn main() {}
