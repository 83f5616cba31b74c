use cache_runtime::cached;

#[cached]
fn square(x: u32, cache: &mut Vec<u32>) -> u32 {
    x * x
}

fn main() {
    square(2, &mut Vec::new());
}
