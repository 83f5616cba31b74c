fn join(
    __cached_parameter_0: (u8, u8),
    words: Vec<String>,
    #[cfg(x)]
    y: u8,
    memory: &mut impl Cache<u8>,
) -> u8 {
    let mut __cached_begun = ::cache_runtime::__private::begin(
        ::cache_runtime::__private::Probe::<u8>::new().__cached_kind(),
        &mut *memory,
        &::cache_runtime::__private::named(
            "join",
            1,
            &[&__cached_parameter_0, &words, #[cfg(x)] &y],
        ),
    );
    let __cached_result: u8;
    __cached_result = match __cached_begun.__cached_hit() {
        ::core::option::Option::Some(__cached_result) => __cached_result,
        ::core::option::Option::None => {
            __cached_begun
                .__cached_with(
                    ::cache_runtime::__private::options()
                        .ttl(::cache_runtime::__private::ttl(ttl())),
                );
            {
                ::cache_runtime::__private::run(
                    (__cached_parameter_0, words),
                    move |((a, mut b), mut words)| -> u8 {
                        b += a;
                        b
                    },
                )
            }
        }
    };
    ::cache_runtime::__private::finish(&mut *memory, __cached_begun, &__cached_result);
    __cached_result
}
/**The key of a call of `join` with these arguments.

# Errors

They have none.*/
#[allow(dead_code)]
#[inline]
fn join_key(
    __cached_parameter_0: (u8, u8),
    words: Vec<String>,
    #[cfg(x)]
    y: u8,
) -> ::core::result::Result<::cache_runtime::CacheKey, ::cache_runtime::KeyError> {
    ::cache_runtime::__private::named_key(
        "join",
        1,
        &[&__cached_parameter_0, &words, #[cfg(x)] &y],
    )
}
