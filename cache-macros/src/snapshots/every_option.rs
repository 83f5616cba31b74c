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
    let mut __cached_open = ::cache_runtime::__private::none();
    let __cached_result: Result<Routes, Error>;
    __cached_result = match __cached_begun {
        ::cache_runtime::__private::Ready::Hit(__cached_result) => __cached_result,
        ::cache_runtime::__private::Ready::Miss(__cached_claim) => {
            __cached_claim
                .with(
                    ::cache_runtime::__private::options_for(5400u64, 0u32)
                        .tag(::core::format_args!("{}", smiles))
                        .tag(::core::format_args!("m:{0:?}", model))
                        .tag("all")
                        .tag(tag()),
                    &mut __cached_open,
                );
            { (move || -> Result<Routes, Error> { search(smiles)? })() }
        }
    };
    ::cache_runtime::__private::finish(&mut *cache, __cached_open, &__cached_result);
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
    ::cache_runtime::__private::named("run_az", const { VERSION }, &[&smiles, &model])
        .key()
}
