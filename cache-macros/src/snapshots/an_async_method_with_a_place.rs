async fn plan(&mut self, x: u32) -> Result<u32, Error> {
    let __cached_begun = ::cache_runtime::__private::start(
        ::cache_runtime::__private::Probe::<Result<u32, Error>>::new().__cached_kind(),
        &mut self.cache,
        &::cache_runtime::__private::named("plan", 1, &[&(self.id), &(x)])
            .instance(&[::core::any::type_name::<Self>()]),
    );
    let mut __cached_begun = ::cache_runtime::__private::arrive(__cached_begun).await;
    let __cached_result: Result<u32, Error>;
    __cached_result = match __cached_begun.__cached_hit() {
        ::core::option::Option::Some(__cached_result) => __cached_result.restore(),
        ::core::option::Option::None => {
            __cached_begun
                .__cached_with(
                    ::cache_runtime::__private::options_for(60u64, 0u32)
                        .stale_if_error(::core::time::Duration::new(600u64, 0u32)),
                );
            {
                __cached_begun
                    .__cached_run(async {
                        if let ::core::option::Option::Some(__cached_result) = ::core::option::Option::None::<
                            Result<u32, Error>,
                        > {
                            return __cached_result;
                        }
                        let mut x = x;
                        let __cached_result: Result<u32, Error>;
                        __cached_result = match ::core::option::Option::None::<
                            fn() -> Result<u32, Error>,
                        > {
                            ::core::option::Option::Some(__cached_result) => {
                                __cached_result()
                            }
                            ::core::option::Option::None => '__cached_body: {
                                x += 1;
                                self.later(x).await
                            }
                        };
                        __cached_result
                    })
                    .await
            }
        }
    };
    let __cached_result = ::cache_runtime::__private::rescue(
        &mut self.cache,
        &mut __cached_begun,
        __cached_result,
    );
    ::cache_runtime::__private::finish(
        &mut self.cache,
        __cached_begun,
        &__cached_result,
    );
    __cached_result
}
