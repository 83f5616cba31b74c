fn plan<T: Serialize, C>(
    x: T,
    a: u8,
    b: u8,
    client: &Client,
    force: bool,
    cache: &mut C,
) -> Option<T>
where
    C: Cache<Option<T>>,
{
    let mut __cached_begun = ::cache_runtime::__private::begin(
        ::cache_runtime::__private::Probe::<Option<T>>::new().__cached_kind(),
        &mut *cache,
        &::cache_runtime::__private::named("plan", 1, &[&x])
            .kwargs(&[("a", &a), ("b", &b)])
            .instance(&[::core::any::type_name::<T>()])
            .refresh(force)
            .enabled(a > 1),
    );
    let __cached_result: Option<T>;
    __cached_result = match __cached_begun.__cached_hit() {
        ::core::option::Option::Some(__cached_result) => __cached_result,
        ::core::option::Option::None => {
            __cached_begun
                .__cached_with(
                    ::cache_runtime::__private::expects_tags(
                        ::cache_runtime::__private::options(),
                    ),
                );
            '__cached_body: { Some(x) }
        }
    };
    ::cache_runtime::__private::finish_with(
        &mut *cache,
        __cached_begun,
        &__cached_result,
        |__cached_policy, __cached_value| {
            __cached_policy
                .keep_if(
                    ::cache_runtime::__private::with(__cached_value, Option::is_some),
                )
                .ttl(::cache_runtime::__private::with(__cached_value, ttl))
                .tags(::cache_runtime::__private::with(__cached_value, |v| v.tags()))
        },
    );
    __cached_result
}
/**The key of a call of `plan` with these arguments.

# Errors

They have none.*/
#[allow(dead_code)]
#[inline]
fn plan_key<T: Serialize>(
    x: T,
    a: u8,
    b: u8,
) -> ::core::result::Result<::cache_runtime::CacheKey, ::cache_runtime::KeyError> {
    ::cache_runtime::__private::named("plan", 1, &[&x])
        .kwargs(&[("a", &a), ("b", &b)])
        .key()
}
