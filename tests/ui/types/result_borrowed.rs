use cache_runtime::{CacheManager, cached};

#[cached]
fn first<'a>(words: &[&'a str], cache: &mut CacheManager) -> &'a str {
    words[0]
}

fn main() {}
