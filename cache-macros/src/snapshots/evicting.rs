fn update(smiles: &str, cache: &mut CacheManager) -> Result<(), Error> {
    let __cached_targets = ::cache_runtime::__private::Targets::new()
        .tag(::core::format_args!("{}", smiles))
        .namespace("plan");
    let __cached_result = { (move || -> Result<(), Error> { save(smiles) })() };
    ::cache_runtime::__private::evict_unless_err(
        ::cache_runtime::__private::SoleProbe::<Result<(), Error>>::new()
            .__cached_kind(),
        &mut *cache,
        __cached_targets,
        &__cached_result,
    );
    __cached_result
}
