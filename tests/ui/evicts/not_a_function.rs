use cache_runtime::evicts;

#[evicts(all)]
struct Store;

fn main() {}
