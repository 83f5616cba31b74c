use cache_runtime::cached;

#[cached]
const ANSWER: u32 = 42;

fn main() {}
