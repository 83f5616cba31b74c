fn join(
    parameter_0: (u8, u8),
    words: Vec<String>,
    #[cfg(x)]
    y: u8,
    memory: &mut impl Cache<u8>,
) -> u8 {
    let kind = ::cache_runtime::__private::Probe::<u8>::new().kind();
    let begun = ::cache_runtime::__private::begin(
        kind,
        &mut *memory,
        &::cache_runtime::__private::call(
            "join",
            1,
            ::cache_runtime::__private::Origin::Named,
            &[&parameter_0, &words, #[cfg(x)] &y],
        ),
    );
    match begun {
        ::cache_runtime::Begin::Hit(result) => result,
        ::cache_runtime::Begin::Miss(claim) => {
            let options = ::cache_runtime::SetOptions::new()
                .ttl(::cache_runtime::__private::ttl(ttl()));
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
            ::cache_runtime::__private::finish(
                kind,
                &mut *memory,
                claim,
                &result,
                options,
            );
            result
        }
    }
}
/**The key of a call of `join` with these arguments.

# Errors

They have none.*/
#[allow(dead_code)]
fn join_key(
    parameter_0: (u8, u8),
    words: Vec<String>,
    #[cfg(x)]
    y: u8,
) -> ::core::result::Result<::cache_runtime::CacheKey, ::cache_runtime::KeyError> {
    ::cache_runtime::__private::call(
            "join",
            1,
            ::cache_runtime::__private::Origin::Named,
            &[&parameter_0, &words, #[cfg(x)] &y],
        )
        .key()
}
