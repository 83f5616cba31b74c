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
    let mut __cached_open = ::cache_runtime::__private::none();
    let __cached_result: ();
    __cached_result = match __cached_begun {
        ::cache_runtime::__private::Ready::Hit(__cached_result) => __cached_result,
        ::cache_runtime::__private::Ready::Miss(__cached_claim) => {
            __cached_claim
                .with(::cache_runtime::__private::options(), &mut __cached_open);
            '__cached_body: {
                ran();
            }
        }
    };
    ::cache_runtime::__private::finish(&mut *cache, __cached_open, &__cached_result);
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
        .key()
}
