//! Every identifier that the expansion introduces. None of them can be seen from the user's tokens.

use proc_macro2::{Ident, Span};
use quote::format_ident;

/// How the call's result relates to what is stored.
pub(crate) fn kind() -> Ident {
    local("kind")
}

/// What a miss holds while the body runs.
pub(crate) fn claim() -> Ident {
    local("claim")
}

/// The cache, on its way into the body's closure.
pub(crate) fn memory() -> Ident {
    local("memory")
}

/// What the function returns.
pub(crate) fn result() -> Ident {
    local("result")
}

/// A type of the function's own, by which two functions of one default namespace are told apart.
pub(crate) fn function() -> Ident {
    local("Function")
}

/// A parameter that is a pattern in the user's signature.
pub(crate) fn parameter(place: usize) -> Ident {
    format_ident!("parameter_{place}", span = Span::mixed_site())
}

fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
