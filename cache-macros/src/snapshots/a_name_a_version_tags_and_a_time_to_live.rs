/// Plans.
#[inline]
pub(crate) fn run_az(
    smiles: &str,
    model: &Model,
    cache: &mut CacheManager,
) -> Result<Routes, Error> {
    let mut __cached_begun = ::cache_runtime::__private::begin(
        ::cache_runtime::__private::SoleProbe::<Result<Routes, Error>>::new()
            .__cached_kind(),
        &mut *cache,
        &::cache_runtime::__private::named(
            "run_az",
            const { VERSION },
            &[&smiles, &model],
        ),
    );
    let __cached_result: Result<Routes, Error>;
    __cached_result = match __cached_begun.__cached_hit() {
        ::core::option::Option::Some(__cached_result) => __cached_result,
        ::core::option::Option::None => {
            __cached_begun
                .__cached_with(
                    ::cache_runtime::__private::options_for(5400u64, 0u32)
                        .tag(::core::format_args!("{}", smiles))
                        .tag(::core::format_args!("m:{0:?}", model))
                        .tag("all")
                        .tag(tag()),
                );
            { (move || -> Result<Routes, Error> { search(smiles)? })() }
        }
    };
    ::cache_runtime::__private::finish(&mut *cache, __cached_begun, &__cached_result);
    __cached_result
}
/**The key of a call of `run_az` with these arguments.

# Errors

They have none.*/
#[allow(dead_code)]
#[inline]
pub(crate) fn run_az_key(
    smiles: &str,
    model: &Model,
) -> ::core::result::Result<::cache_runtime::CacheKey, ::cache_runtime::KeyError> {
    ::cache_runtime::__private::named_key(
        "run_az",
        const { VERSION },
        &[&smiles, &model],
    )
}
