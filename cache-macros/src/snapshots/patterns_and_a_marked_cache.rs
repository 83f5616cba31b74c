fn join(
    parameter_0: (u8, u8),
    words: Vec<String>,
    #[cfg(x)]
    y: u8,
    memory: &mut impl Cache<u8>,
) -> u8 {
    let kind = ::cache_runtime::__private::Probe::<u8>::new().kind();
    match ::cache_runtime::__private::begin(
        kind,
        &mut *memory,
        &::cache_runtime::__private::call(
            "join",
            1,
            ::cache_runtime::__private::Origin::Named,
            &[&parameter_0, &words, #[cfg(x)] &y],
        ),
        &|| {
            ::cache_runtime::SetOptions::new()
                .ttl(::cache_runtime::__private::ttl(ttl()))
        },
    ) {
        ::cache_runtime::Begin::Hit(result) => result,
        ::cache_runtime::Begin::Miss(claim) => {
            let result = {
                let memory = &mut *memory;
                ::cache_runtime::__private::run(
                    (parameter_0, words, memory),
                    move |((a, mut b), mut words, mut memory)| -> u8 {
                        let _ = &memory;
                        {
                            b += a;
                            b
                        }
                    },
                )
            };
            ::cache_runtime::__private::finish(kind, &mut *memory, claim, &result);
            result
        }
    }
}
