fn r#match(cache: &mut CacheManager) {
    let mut __cached_begun = ::cache_runtime::__private::begin(
        ::cache_runtime::__private::SoleProbe::<()>::new().__cached_kind(),
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
    let __cached_result: ();
    __cached_result = match __cached_begun.__cached_hit() {
        ::core::option::Option::Some(__cached_result) => __cached_result,
        ::core::option::Option::None => {
            __cached_begun.__cached_with(::cache_runtime::__private::options());
            '__cached_body: {
                ran();
            }
        }
    };
    ::cache_runtime::__private::finish(&mut *cache, __cached_begun, &__cached_result);
    __cached_result
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
}
