//! What functions become, one snapshot a feature.

use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;
use quote::quote;

use crate::expand_cached;

fn check(args: &TokenStream, item: TokenStream, expected: &ExpectFile) {
    let file = syn::parse2(expand_cached(args, item)).unwrap();
    expected.assert_eq(&prettyplease::unparse(&file));
}

#[test]
fn every_option() {
    check(
        &quote!(
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
        &expect_file!["snapshots/every_option.rs"],
    );
}

#[test]
fn no_option() {
    check(
        &quote!(),
        quote! {
            fn r#match(cache: &mut CacheManager) {
                ran();
            }
        },
        &expect_file!["snapshots/no_option.rs"],
    );
}

#[test]
fn patterns_and_a_marked_cache() {
    check(
        &quote!(namespace = "join", ttl = ttl()),
        quote! {
            fn join((a, mut b): (u8, u8), mut words: Vec<String>, #[cfg(x)] y: u8, #[cache] mut memory: &mut impl Cache<u8>) -> u8 {
                b += a;
                b
            }
        },
        &expect_file!["snapshots/patterns_and_a_marked_cache.rs"],
    );
}

#[test]
fn a_mistake_comes_with_the_untouched_function() {
    check(
        &quote!(ttl = 0),
        quote! {
            fn f(#[cache] memory: &mut CacheManager) -> u8 {
                memory.len()
            }
        },
        &expect_file!["snapshots/a_mistake_comes_with_the_untouched_function.rs"],
    );
}

#[test]
fn a_half_typed_body_is_passed_on() {
    let item = quote!(fn f(x: u8, cache: &mut CacheManager) -> u8 { let half = typed. });
    let expanded = expand_cached(&TokenStream::new(), item).to_string();
    assert!(expanded.contains("let half = typed ."), "{expanded}");
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
        let expanded = expand_cached(&TokenStream::new(), item.clone()).to_string();
        assert!(expanded.starts_with(":: core :: compile_error"), "{expanded}");
        assert!(expanded.ends_with(&item.to_string()), "{expanded}");
    }
}
