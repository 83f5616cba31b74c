fn r#match(cache: &mut CacheManager) {
    let kind = ::cache_runtime::__private::Probe::<()>::new().kind();
    let begun = ::cache_runtime::__private::begin(
        kind,
        &mut *cache,
        &::cache_runtime::__private::call(
            ::cache_runtime::__private::default_namespace!("match"),
            1,
            ::cache_runtime::__private::Origin::Default({
                enum Function {}
                ::core::any::TypeId::of::<Function>()
            }),
            &[],
        ),
    );
    match begun {
        ::cache_runtime::Begin::Hit(result) => result,
        ::cache_runtime::Begin::Miss(claim) => {
            let options = ::cache_runtime::SetOptions::new();
            let result = {
                let memory = &mut *cache;
                ::cache_runtime::__private::run(
                    (memory,),
                    move |(cache,)| -> () {
                        let _ = &cache;
                        {
                            ran();
                        }
                    },
                )
            };
            ::cache_runtime::__private::finish(
                kind,
                &mut *cache,
                claim,
                &result,
                options,
            );
            result
        }
    }
}
/**The key of a call of `match` with these arguments.

# Errors

They have none.*/
#[allow(dead_code)]
fn r#match_key() -> ::core::result::Result<
    ::cache_runtime::CacheKey,
    ::cache_runtime::KeyError,
> {
    ::cache_runtime::__private::call(
            ::cache_runtime::__private::default_namespace!("match"),
            1,
            ::cache_runtime::__private::Origin::Named,
            &[],
        )
        .key()
}
