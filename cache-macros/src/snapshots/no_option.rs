fn r#match(cache: &mut CacheManager) {
    let kind = ::cache_runtime::__private::Probe::<()>::new().kind();
    match ::cache_runtime::__private::begin(
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
        &::cache_runtime::SetOptions::new,
    ) {
        ::cache_runtime::Begin::Hit(result) => result,
        ::cache_runtime::Begin::Miss(claim) => {
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
            ::cache_runtime::__private::finish(kind, &mut *cache, claim, &result);
            result
        }
    }
}
