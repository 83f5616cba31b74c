fn r#match(cache: &mut CacheManager) {
    let __cached_begun = ::cache_runtime::__private::begin(
        ::cache_runtime::__private::Probe::<()>::new().__cached_kind(),
        &mut *cache,
        &::cache_runtime::__private::unnamed(
            ::core::module_path!(),
            "match",
            {
                enum __cached_function {}
                ::core::any::TypeId::of::<__cached_function>()
            },
            1,
            &[],
        ),
    );
    match __cached_begun {
        ::cache_runtime::Begin::Hit(__cached_result) => __cached_result,
        ::cache_runtime::Begin::Miss(__cached_claim) => {
            let __cached_options = ::cache_runtime::__private::options();
            let __cached_result: () = '__cached_body: {
                ran();
            };
            ::cache_runtime::__private::finish(
                &mut *cache,
                __cached_claim,
                &__cached_result,
                __cached_options,
            );
            __cached_result
        }
    }
}
/**The key of a call of `match` with these arguments.

# Errors

They have none.*/
#[allow(dead_code)]
#[inline]
fn r#match_key() -> ::core::result::Result<
    ::cache_runtime::CacheKey,
    ::cache_runtime::KeyError,
> {
    ::cache_runtime::__private::unnamed_key(::core::module_path!(), "match", 1, &[])
        .key()
}
