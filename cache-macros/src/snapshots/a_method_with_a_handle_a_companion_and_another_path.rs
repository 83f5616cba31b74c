fn plan(&self, smiles: &str, cache: SharedCache) -> Routes {
    let mut __cached_begun = memo::__private::begin(
        memo::__private::Probe::<Routes>::new().__cached_kind(),
        &mut &cache,
        &memo::__private::named("Planner.plan", 186602932u32, &[&smiles])
            .instance(&[::core::any::type_name::<Self>()]),
    );
    let __cached_result: Routes;
    __cached_result = match __cached_begun.__cached_hit() {
        ::core::option::Option::Some(__cached_result) => __cached_result,
        ::core::option::Option::None => {
            __cached_begun
                .__cached_with(
                    memo::__private::options_for(60u64, 0u32)
                        .tag(::core::format_args!("{}", smiles))
                        .ttl_jitter(memo::__private::share(0.1)),
                );
            {
                let __cached_memory = ::core::clone::Clone::clone(&cache);
                let cache = __cached_memory;
                '__cached_body: { self.search(smiles, &cache) }
            }
        }
    };
    memo::__private::finish(&mut &{ cache }, __cached_begun, &__cached_result);
    __cached_result
}
/**The key of a call of `plan` with these arguments.

# Errors

They have none.*/
#[allow(dead_code)]
#[inline]
fn plan_key(smiles: &str) -> ::core::result::Result<memo::CacheKey, memo::KeyError> {
    memo::__private::named_key("Planner.plan", 186602932u32, &[&smiles])
}
