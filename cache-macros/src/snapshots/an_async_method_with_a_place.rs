async fn plan(&mut self, x: u32) -> Result<u32, Error> {
    let __cached_begun = ::cache_runtime::__private::begin(
        ::cache_runtime::__private::Probe::<Result<u32, Error>>::new().__cached_kind(),
        &mut self.cache,
        &::cache_runtime::__private::named("plan", 1, &[&(self.id), &(x)])
            .instance(&[::core::any::type_name::<Self>()]),
    );
    match __cached_begun {
        ::cache_runtime::Begin::Hit(__cached_result) => __cached_result,
        ::cache_runtime::Begin::Miss(__cached_claim) => {
            let __cached_options = ::cache_runtime::__private::options();
            let __cached_result = {
                async {
                    if let ::core::option::Option::Some(__cached_result) = ::core::option::Option::None::<
                        Result<u32, Error>,
                    > {
                        return __cached_result;
                    }
                    let mut x = x;
                    let __cached_result: Result<u32, Error> = '__cached_body: {
                        x += 1;
                        self.later(x).await
                    };
                    __cached_result
                }
                    .await
            };
            ::cache_runtime::__private::finish(
                &mut self.cache,
                __cached_claim,
                &__cached_result,
                __cached_options,
            );
            __cached_result
        }
    }
}
