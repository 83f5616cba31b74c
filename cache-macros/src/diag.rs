//! Collects errors, so that all of a function's mistakes are reported at once.

use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Error;

/// The errors found so far. They reach the user only through [`finish`](Self::finish).
#[derive(Default)]
#[must_use = "errors must be finished, or they are lost"]
pub(crate) struct Diag {
    errors: Vec<Error>,
}

impl Diag {
    /// Reports what is wrong with some tokens, and what to write instead.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.push(Error::new_spanned(tokens, message));
    }

    pub(crate) fn push(&mut self, error: Error) {
        self.errors.push(error);
    }

    /// The errors as `compile_error!`s, if there are any.
    pub(crate) fn finish(self) -> Result<(), TokenStream> {
        if self.errors.is_empty() { Ok(()) } else { Err(self.errors.iter().map(Error::to_compile_error).collect()) }
    }
}
