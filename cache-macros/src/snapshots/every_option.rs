/// Plans.
#[inline]
pub(crate) fn run_az(
    smiles: &str,
    model: &Model,
    cache: &mut CacheManager,
) -> Result<Routes, Error> {
    let __cached_begun = ::cache_runtime::__private::begin(
        ::cache_runtime::__private::Probe::<Result<Routes, Error>>::new()
            .__cached_kind(),
        &mut *cache,
        &::cache_runtime::__private::named(
            "run_az",
            const { VERSION },
            &[&smiles, &model],
        ),
    );
    match __cached_begun {
        ::cache_runtime::Begin::Hit(__cached_result) => __cached_result,
        ::cache_runtime::Begin::Miss(__cached_claim) => {
            let __cached_options = ::cache_runtime::__private::options_for(5400u64, 0u32)
                .tag(::core::format_args!("{}", smiles))
                .tag(::core::format_args!("m:{0:?}", model))
                .tag("all")
                .tag(tag());
            let __cached_result = {
                (move || -> Result<Routes, Error> { search(smiles)? })()
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
/**The key of a call of `run_az` with these arguments.

# Errors

They have none.*/
#[allow(dead_code)]
#[inline]
pub(crate) fn run_az_key(
    smiles: &str,
    model: &Model,
) -> ::core::result::Result<::cache_runtime::CacheKey, ::cache_runtime::KeyError> {
    ::cache_runtime::__private::named("run_az", const { VERSION }, &[&smiles, &model])
        .key()
}
