//! What functions become, one snapshot a feature; and that no tokens make us panic.

use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;
use proptest::prelude::*;
use quote::quote;

use crate::{expand_cached, expand_evicts};

fn check(args: &TokenStream, item: TokenStream, expected: &ExpectFile) {
    let file = syn::parse2(expand_cached(args, item)).unwrap();
    expected.assert_eq(&prettyplease::unparse(&file));
}

#[test]
fn a_name_a_version_tags_and_a_time_to_live() {
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
        &expect_file!["snapshots/a_name_a_version_tags_and_a_time_to_live.rs"],
    );
}

#[test]
fn a_method_with_a_handle_a_companion_and_another_path() {
    check(
        &quote!(
            namespace = "Planner.plan",
            version = auto,
            ttl = 60,
            ttl_jitter = 0.1,
            tag = "smiles",
            skip(self),
            companion = true,
            crate = memo
        ),
        quote! {
            fn plan(&self, smiles: &str, cache: SharedCache) -> Routes {
                self.search(smiles, &cache)
            }
        },
        &expect_file!["snapshots/a_method_with_a_handle_a_companion_and_another_path.rs"],
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

#[test]
fn an_async_method_with_a_place() {
    check(
        &quote!(namespace = "plan", key(self.id, x), cache = self.cache, ttl = 60, stale_if_error = "10m"),
        quote! {
            async fn plan(&mut self, mut x: u32) -> Result<u32, Error> {
                x += 1;
                self.later(x).await
            }
        },
        &expect_file!["snapshots/an_async_method_with_a_place.rs"],
    );
}

#[test]
fn what_the_value_decides() {
    check(
        &quote!(
            namespace = "plan",
            skip(force, client),
            kwargs(b, a),
            keep_if = Option::is_some,
            ttl_with = ttl,
            tags_with = |v| v.tags(),
            refresh = force,
            enabled = a > 1
        ),
        quote! {
            fn plan<T: Serialize, C>(x: T, a: u8, b: u8, client: &Client, force: bool, cache: &mut C) -> Option<T>
            where
                C: Cache<Option<T>>,
            {
                Some(x)
            }
        },
        &expect_file!["snapshots/what_the_value_decides.rs"],
    );
}

#[test]
fn evicting() {
    let item = quote!(
        fn update(smiles: &str, cache: &mut CacheManager) -> Result<(), Error> {
            save(smiles)
        }
    );
    let file = syn::parse2(expand_evicts(&quote!(tag = "smiles", namespace = "plan"), item)).unwrap();
    expect_file!["snapshots/evicting.rs"].assert_eq(&prettyplease::unparse(&file));
}

/// Words that could stand in an attribute or a function, and some that could not.
const WORDS: &str = r#"namespace version ttl tag tags skip kwargs key cache crate all when auto = , "a" "{x}" "{" 1 -1 0.5
    1s |v| fixed("a") (x) [x] {} fn f x self &mut & mut u8 x:u8 cache:&mutCacheManager -> <T> async const #[cache] :: struct
    'a dyn impl where ; .. @ # ! ? _ r#type 0xffffffffffffffffff"#;

fn tokens() -> impl Strategy<Value = String> {
    let words = prop::sample::select(WORDS.split_whitespace().collect::<Vec<_>>());
    let list = prop::collection::vec(words, 0..24).prop_map(|words| words.join(" "));
    list.prop_recursive(3, 64, 4, |inner| {
        (prop::sample::select(vec![("(", ")"), ("[", "]"), ("{", "}")]), prop::collection::vec(inner, 0..4))
            .prop_map(|((open, close), lists)| format!("{open}{}{close}", lists.join(" ")))
    })
}

proptest! {
    #[test]
    fn no_tokens_make_us_panic(args in tokens(), sig in tokens(), body in tokens()) {
        let parse = |text: &str| text.parse::<TokenStream>().unwrap_or_default();
        let args = parse(&args);
        for item in [parse(&format!("fn f({sig}) {{{body}}}")), parse(&format!("fn f(x: u8, cache: &mut CacheManager) {{{body}}}")), parse(&sig)] {
            let cached = expand_cached(&args, item.clone());
            let evicts = expand_evicts(&args, item.clone());
            prop_assert!(!cached.is_empty() && !evicts.is_empty() || item.is_empty());
        }
    }
}
