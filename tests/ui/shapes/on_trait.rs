use cache_runtime::cached;

#[cached]
trait Weigh {}

fn main() {}
