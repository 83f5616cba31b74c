//! The syntax of `#[cached(…)]`: keys, values, duplicates.

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Expr, Ident, Token};

use crate::diag::Diag;

/// The options of `#[cached(…)]` as they are written.
#[derive(Default)]
pub(crate) struct CachedArgs {
    pub(crate) namespace: Slot<Expr>,
    pub(crate) version: Slot<Expr>,
    pub(crate) ttl: Slot<Expr>,
    pub(crate) tag: Slot<Expr>,
    pub(crate) tags: Slot<Expr>,
}

impl CachedArgs {
    const KNOWN: &str = "`namespace`, `version`, `ttl`, `tag` and `tags`";

    /// Reads what it can; what it cannot is reported, and skipped up to the next comma.
    pub(crate) fn parse(tokens: TokenStream, diag: &mut Diag) -> Self {
        let mut args = Self::default();
        let parsed = (|input: ParseStream<'_>| {
            args.parse_all(input, diag);
            Ok(())
        })
        .parse2(tokens);
        if let Err(error) = parsed {
            diag.push(error);
        }
        args
    }

    fn parse_all(&mut self, input: ParseStream<'_>, diag: &mut Diag) {
        while !input.is_empty() {
            match input.parse() {
                Ok(option) => self.fill(option, diag),
                Err(error) => {
                    diag.push(error);
                    skip_to_comma(input);
                }
            }
            if !input.is_empty()
                && let Err(error) = input.parse::<Token![,]>()
            {
                diag.push(error);
                skip_to_comma(input);
                let _ = input.parse::<Token![,]>();
            }
        }
    }

    fn fill(&mut self, CachedOption { key, value }: CachedOption, diag: &mut Diag) {
        let slot = match key.to_string().as_str() {
            "namespace" => &mut self.namespace,
            "version" => &mut self.version,
            "ttl" => &mut self.ttl,
            "tag" => &mut self.tag,
            "tags" => &mut self.tags,
            unknown => {
                let known = Self::KNOWN;
                diag.at(&key, format_args!("unknown option `{unknown}`: `#[cached]` knows {known}"));
                return;
            }
        };
        slot.fill(key, value, diag);
    }
}

/// One `key = value`.
struct CachedOption {
    key: Ident,
    value: Expr,
}

impl Parse for CachedOption {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(Ident::peek_any) {
            return Err(input.error("expected an option: write `key = value`, such as `ttl = 3600`"));
        }
        let key = input.call(Ident::parse_any)?;
        if !input.peek(Token![=]) {
            return Err(syn::Error::new_spanned(&key, format_args!("`{key}` has no value: write `{key} = …`")));
        }
        input.parse::<Token![=]>()?;
        Ok(Self { key, value: input.parse()? })
    }
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        let _ = input.parse::<TokenTree>();
    }
}

/// An option that may be given once.
pub(crate) struct Slot<T> {
    given: Option<Given<T>>,
}

/// An option that was given.
pub(crate) struct Given<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
}

impl<T> Slot<T> {
    fn fill(&mut self, key: Ident, value: T, diag: &mut Diag) {
        if self.given.is_some() {
            diag.at(&key, format_args!("`{key}` is given twice: keep one of them"));
        } else {
            self.given = Some(Given { key, value });
        }
    }

    pub(crate) fn given(&self) -> Option<&Given<T>> {
        self.given.as_ref()
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { given: None }
    }
}
