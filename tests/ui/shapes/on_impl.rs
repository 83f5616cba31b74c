use cache_runtime::cached;

struct Planner;

#[cached]
impl Planner {}

fn main() {}
