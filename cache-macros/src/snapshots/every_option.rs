/// Plans.
#[inline]
pub(crate) fn run_az(
    smiles: &str,
    model: &Model,
    cache: &mut CacheManager,
) -> Result<Routes, Error> {
    let kind = ::cache_runtime::__private::Probe::<Result<Routes, Error>>::new().kind();
    let begun = ::cache_runtime::__private::begin(
        kind,
        &mut *cache,
        &::cache_runtime::__private::call(
            "run_az",
            const { VERSION },
            ::cache_runtime::__private::Origin::Named,
            &[&smiles, &model],
        ),
    );
    match begun {
        ::cache_runtime::Begin::Hit(result) => result,
        ::cache_runtime::Begin::Miss(claim) => {
            let options = ::cache_runtime::SetOptions::new()
                .ttl(::core::time::Duration::new(5400u64, 0u32))
                .tag(::core::format_args!("{}", smiles))
                .tag(::core::format_args!("m:{0:?}", model))
                .tag("all")
                .tag(tag());
            let result = {
                let memory = &mut *cache;
                ::cache_runtime::__private::run(
                    (memory,),
                    move |(cache,)| -> Result<Routes, Error> {
                        let _ = &cache;
                        { search(smiles)? }
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
/**The key of a call of `run_az` with these arguments.

# Errors

They have none.*/
#[allow(dead_code)]
pub(crate) fn run_az_key(
    smiles: &str,
    model: &Model,
) -> ::core::result::Result<::cache_runtime::CacheKey, ::cache_runtime::KeyError> {
    ::cache_runtime::__private::call(
            "run_az",
            const { VERSION },
            ::cache_runtime::__private::Origin::Named,
            &[&smiles, &model],
        )
        .key()
}
