//! The attributes of [`cache-runtime`](https://docs.rs/cache-runtime), which re-exports and documents them. Depend on
//! that crate alone.

#![forbid(unsafe_code)]

use proc_macro2::TokenStream;

mod args;
mod check;
mod diag;
mod duration;
mod expand;
mod model;
mod names;
mod suggest;
mod template;
#[cfg(test)]
mod tests;
mod words;

use crate::args::Options;
use crate::diag::Diag;
use crate::model::{Function, FunctionSyntax};

/// Memoizes a function in a cache that its caller passes. Documented where `cache-runtime` re-exports it.
#[proc_macro_attribute]
pub fn cached(args: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand_cached(&args.into(), item.into()).into()
}

/// Evicts from a cache when a function has run. Documented where `cache-runtime` re-exports it.
#[proc_macro_attribute]
pub fn evicts(args: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand_evicts(&args.into(), item.into()).into()
}

fn expand_cached(args: &TokenStream, item: TokenStream) -> TokenStream {
    expand(args, item, |args, function, diag| check::cached(args, function, diag).map(|cached| cached.expand()))
}

fn expand_evicts(args: &TokenStream, item: TokenStream) -> TokenStream {
    expand(args, item, |args, function, diag| check::evicts(args, function, diag).map(|evicts| evicts.expand()))
}

/// What an attribute makes of a function whose options hold. What it expands to is thrown away if there are errors.
type Expand<O> = fn(&O, &Function<'_>, &mut Diag) -> Option<TokenStream>;

/// On a mistake the errors come with the untouched function, so that its callers do not fail too.
fn expand<O: Options>(args: &TokenStream, item: TokenStream, attribute: Expand<O>) -> TokenStream {
    let mut diag = Diag::default();
    let options = args::parse::<O>(args.clone(), &mut diag);
    let Some(syntax) = FunctionSyntax::read(item.clone()) else {
        diag.at(&item, format_args!("`{}` goes on a function with a body: put it on an `fn`", O::ATTRIBUTE));
        return diag.finish().err().into_iter().chain([item]).collect();
    };
    let expanded = attribute(&options, &Function::new(&syntax, args), &mut diag);
    match diag.finish() {
        Ok(()) => expanded.unwrap_or_default(),
        Err(errors) => errors.into_iter().chain(syntax.untouched()).collect(),
    }
}
