/// Plans.
#[inline]
pub(crate) fn run_az(
    smiles: &str,
    model: &Model,
    cache: &mut CacheManager,
) -> Result<Routes, Error> {
    let kind = ::cache_runtime::__private::Probe::<Result<Routes, Error>>::new().kind();
    match ::cache_runtime::__private::begin(
        kind,
        &mut *cache,
        &::cache_runtime::__private::call(
            "run_az",
            const { VERSION },
            ::cache_runtime::__private::Origin::Named,
            &[&smiles, &model],
        ),
        &|| {
            ::cache_runtime::SetOptions::new()
                .ttl(::core::time::Duration::new(5400u64, 0u32))
                .tag(::core::format_args!("{}", smiles))
                .tag(::core::format_args!("m:{0:?}", model))
                .tag("all")
                .tag(tag())
        },
    ) {
        ::cache_runtime::Begin::Hit(result) => result,
        ::cache_runtime::Begin::Miss(claim) => {
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
            ::cache_runtime::__private::finish(kind, &mut *cache, claim, &result);
            result
        }
    }
}
