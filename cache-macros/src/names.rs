//! Every identifier that the expansion introduces. But for the companion, which the user calls, none of them can be seen
//! from the user's tokens. The prefix is for what hygiene does not cover: a constant or static of that name would be a
//! pattern that the binding is compared with.

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::Lifetime;

macro_rules! locals {
    ($($(#[$doc:meta])* $function:ident = $name:literal;)*) => {$(
        $(#[$doc])*
        pub(crate) fn $function() -> Ident {
            Ident::new(concat!("__cached_", $name), Span::mixed_site())
        }
    )*};
}

locals! {
    /// What the first phase gave, and the second one takes.
    begun = "begun";
    /// How the result is to be stored, before its value is asked.
    policy = "policy";
    /// The cache, on its way into the body's closure.
    memory = "memory";
    /// What the function returns.
    result = "result";
    /// What would be stored of it.
    value = "value";
    /// What is to be evicted.
    targets = "targets";
    /// A type of the function's own, by which two functions of one default namespace are told apart.
    function = "function";
}

/// The body, which is the user's: its edition decides when its temporaries are dropped.
pub(crate) fn body_label(at: Span) -> Lifetime {
    Lifetime::new("'__cached_body", at)
}

/// A parameter that is a pattern in the user's signature.
pub(crate) fn parameter(place: usize) -> Ident {
    format_ident!("__cached_parameter_{place}", span = Span::mixed_site())
}

/// A method of ours, an error of which is shown at what the user wrote.
pub(crate) fn method(name: &str, at: Span) -> Ident {
    Ident::new(name, Span::mixed_site().located_at(at))
}

/// The companion of a function.
pub(crate) fn companion(function: &Ident) -> Ident {
    format_ident!("{function}_key", span = Span::mixed_site().located_at(function.span()))
}
