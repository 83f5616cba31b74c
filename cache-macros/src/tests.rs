//! What functions become, one snapshot a feature.

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use quote::quote;

use crate::expand_cached;

fn check(args: TokenStream, item: TokenStream, expected: &Expect) {
    let file = syn::parse2(expand_cached(args, item)).unwrap();
    expected.assert_eq(&prettyplease::unparse(&file));
}

#[test]
fn every_option() {
    check(
        quote!(
            namespace = "run_az",
            version = VERSION,
            ttl = "1h30m",
            tags = ["smiles", "m:{model:?}", fixed("all"), tag()]
        ),
        quote! {
            /// Plans.
            #[inline]
            pub(crate) fn run_az(smiles: &str, model: &Model, cache: &mut CacheManager) -> Result<Routes, Error> {
                search(smiles)?
            }
        },
        &expect![[r#"
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
        "#]],
    );
}

#[test]
fn no_option() {
    check(
        quote!(),
        quote! {
            fn r#match(cache: &mut CacheManager) {
                ran();
            }
        },
        &expect![[r#"
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
        "#]],
    );
}

#[test]
fn patterns_and_a_marked_cache() {
    check(
        quote!(namespace = "join", ttl = ttl()),
        quote! {
            fn join((a, mut b): (u8, u8), mut words: Vec<String>, #[cfg(x)] y: u8, #[cache] mut memory: &mut impl Cache<u8>) -> u8 {
                b += a;
                b
            }
        },
        &expect![[r#"
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
        "#]],
    );
}

#[test]
fn a_mistake_comes_with_the_untouched_function() {
    check(
        quote!(ttl = 0),
        quote! {
            fn f(#[cache] memory: &mut CacheManager) -> u8 {
                memory.len()
            }
        },
        &expect![[r#"
            ::core::compile_error! {
                "a time to live of zero stores nothing: write a longer one, or remove `#[cached]`"
            }
            #[allow(unused_variables)]
            fn f(memory: &mut CacheManager) -> u8 {
                memory.len()
            }
        "#]],
    );
}

#[test]
fn a_half_typed_body_is_passed_on() {
    let item = quote!(fn f(x: u8, cache: &mut CacheManager) -> u8 { let half = typed. });
    let expanded = expand_cached(TokenStream::new(), item).to_string();
    assert!(expanded.contains("{ let half = typed . }"), "{expanded}");
    assert!(!expanded.contains("compile_error"), "{expanded}");
}

#[test]
fn what_is_no_function_is_passed_on_with_an_error() {
    for item in [
        quote!(
            struct Molecule;
        ),
        quote!(
            fn f(cache: &mut CacheManager);
        ),
        quote!(),
        quote!(fn f(x) {}),
    ] {
        let expanded = expand_cached(TokenStream::new(), item.clone()).to_string();
        assert!(expanded.starts_with(":: core :: compile_error"), "{expanded}");
        assert!(expanded.ends_with(&item.to_string()), "{expanded}");
    }
}
