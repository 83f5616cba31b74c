use cache_runtime::cached;

#[cached]
fn square(x: u32) -> u32 {
    x * x
}

fn main() {
    square(2);
}
