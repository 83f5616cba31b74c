use cache_runtime::{CacheManager, cached};

#[cached]
fn first<'a>(words: &[&'a str], cache: &mut CacheManager) -> Result<Option<&'a str>, &'a str> {
    Ok(words.first().copied())
}

fn main() {}
