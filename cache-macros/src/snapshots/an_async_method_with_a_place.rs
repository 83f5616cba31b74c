async fn plan(&mut self, x: u32) -> Result<u32, Error> {
    let __cached_begun = ::cache_runtime::__private::start(
        ::cache_runtime::__private::Probe::<Result<u32, Error>>::new().__cached_kind(),
        &mut self.cache,
        &::cache_runtime::__private::named("plan", 1, &[&(self.id), &(x)])
            .instance(&[::core::any::type_name::<Self>()]),
    );
    let mut __cached_open = ::cache_runtime::__private::none();
    let __cached_result: Result<u32, Error>;
    __cached_result = match ::cache_runtime::__private::arrive(__cached_begun).await {
        ::cache_runtime::__private::Ready::Hit(__cached_result) => {
            __cached_result.restore()
        }
        ::cache_runtime::__private::Ready::Miss(__cached_claim) => {
            let __cached_claim = __cached_claim
                .with(::cache_runtime::__private::options(), &mut __cached_open);
            {
                __cached_claim
                    .run(async {
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
    ::cache_runtime::__private::finish(&mut self.cache, __cached_open, &__cached_result);
    __cached_result
}
