use cache_runtime::cached;
use std::collections::HashSet;

#[cached(namespace = "a:b", version = 1.5, ttl = "never", tag = "smile")]
fn weigh<T>(smiles: &str, seen: HashSet<u32>) -> impl Iterator<Item = u32> {
    seen.into_iter()
}

fn main() {
    weigh::<u8>("CCO", HashSet::new());
}
