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
mod template;
#[cfg(test)]
mod tests;

use crate::args::CachedArgs;
use crate::diag::Diag;
use crate::model::{Function, FunctionSyntax};

/// Memoizes a function in a cache that its caller passes. Documented where `cache-runtime` re-exports it.
#[proc_macro_attribute]
pub fn cached(args: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand_cached(args.into(), item.into()).into()
}

/// On a mistake the errors come with the untouched function, so that its callers do not fail too.
fn expand_cached(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diag = Diag::default();
    let args = CachedArgs::parse(args, &mut diag);
    let Ok(syntax) = syn::parse2::<FunctionSyntax>(item.clone()) else {
        diag.at(&item, "`#[cached]` goes on a function with a body: put it on an `fn`");
        return diag.finish().err().into_iter().chain([item]).collect();
    };
    let expanded = expand_function(&args, &syntax, diag);
    expanded.unwrap_or_else(|errors| errors.into_iter().chain(syntax.untouched()).collect())
}

fn expand_function(args: &CachedArgs, syntax: &FunctionSyntax, mut diag: Diag) -> Result<TokenStream, TokenStream> {
    let function = Function::new(syntax);
    let checked = check::check(args, &function, &mut diag);
    diag.finish()?;
    Ok(checked.map(|checked| checked.expand()).unwrap_or_default())
}
