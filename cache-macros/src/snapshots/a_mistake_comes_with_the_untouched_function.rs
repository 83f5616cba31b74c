::core::compile_error! {
    "a time to live of zero stores nothing: write a longer one, or remove `#[cached]`"
}
#[allow(unused_variables)]
fn f(memory: &mut CacheManager) -> u8 {
    memory.len()
}
