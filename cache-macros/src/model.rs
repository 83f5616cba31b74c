//! What we know of an annotated function, borrowed from its syntax.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, FnArg, Ident, Pat, PatIdent, PatType, Receiver, ReturnType, Signature, Type, Visibility};

use crate::{names, suggest};

/// A function whose body stays raw tokens, so that a half-typed one does not get in the way.
pub(crate) struct FunctionSyntax {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: Group,
}

impl Parse for FunctionSyntax {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let sig = input.parse()?;
        match input.parse()? {
            TokenTree::Group(body) => Ok(Self { attrs, vis, sig, body }),
            other => Err(syn::Error::new_spanned(other, "a function without a body has nothing to cache")),
        }
    }
}

impl FunctionSyntax {
    /// The function as it was, less the attributes that only we understand. Beside the errors, that it does not use its
    /// cache is not worth a warning.
    pub(crate) fn untouched(mut self) -> TokenStream {
        for arg in &mut self.sig.inputs {
            if let FnArg::Typed(arg) = arg {
                arg.attrs.retain(|attr| !is_cache_mark(attr));
            }
        }
        let Self { attrs, vis, sig, body } = self;
        quote::quote!(#(#attrs)* #[allow(unused_variables)] #vis #sig #body)
    }
}

fn is_cache_mark(attr: &Attribute) -> bool {
    attr.path().is_ident("cache")
}

/// A function and its parameters.
pub(crate) struct Function<'s> {
    pub(crate) syntax: &'s FunctionSyntax,
    pub(crate) receiver: Option<&'s Receiver>,
    pub(crate) params: Vec<Param<'s>>,
}

/// The types that are caches of ours, by name.
const CACHES: [&str; 1] = ["CacheManager"];

impl<'s> Function<'s> {
    pub(crate) fn new(syntax: &'s FunctionSyntax) -> Self {
        let typed = syntax.sig.inputs.iter().filter_map(|arg| match arg {
            FnArg::Typed(arg) => Some(arg),
            FnArg::Receiver(_) => None,
        });
        let params = typed.enumerate().map(|(place, arg)| Param::new(place, arg)).collect();
        Self { syntax, receiver: syntax.sig.receiver(), params }
    }

    /// The parameter that is the cache: the marked one, or the only one that is named or typed as one.
    pub(crate) fn cache(&self) -> CacheChoice<'_, 's> {
        let marked: Vec<_> = self.params.iter().filter(|param| param.mark.is_some()).collect();
        let candidates = if marked.is_empty() {
            self.params.iter().filter(|param| param.is_named("cache") || param.has_cache_type()).collect()
        } else {
            marked
        };
        match candidates.as_slice() {
            [] => CacheChoice::None,
            [one] => CacheChoice::One(one),
            [_, second, ..] => CacheChoice::Several(second),
        }
    }

    /// The parameters less the cache.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &Param<'s>> {
        let cache = match self.cache() {
            CacheChoice::One(cache) => Some(cache.place),
            CacheChoice::None | CacheChoice::Several(_) => None,
        };
        self.params.iter().filter(move |param| Some(param.place) != cache)
    }

    /// The parameter of that name, if it is not the cache.
    pub(crate) fn argument(&self, name: &str) -> Option<&Param<'s>> {
        self.arguments().find(|param| param.is_named(name))
    }

    /// What parameters there are instead of the one of that name, and which of them may have been meant.
    pub(crate) fn other_than(&self, name: &str) -> String {
        let names: Vec<String> = self.arguments().filter_map(|param| param.name).map(ToString::to_string).collect();
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        let all = match known.len() {
            0 => "it has none".to_owned(),
            1 => format!("its parameter is {}", suggest::list(&known)),
            _ => format!("its parameters are {}", suggest::list(&known)),
        };
        match suggest::nearest(name, &known) {
            Some(near) => format!("{all}; did you mean `{near}`?"),
            None => all,
        }
    }

    /// The return type as it is written; `None` for `()` that is left out.
    pub(crate) fn output(&self) -> Option<&'s Type> {
        match &self.syntax.sig.output {
            ReturnType::Default => None,
            ReturnType::Type(_, ty) => Some(ty),
        }
    }
}

/// Which parameter is the cache.
pub(crate) enum CacheChoice<'f, 's> {
    None,
    One(&'f Param<'s>),
    /// More than one could be; this is the second.
    Several(&'f Param<'s>),
}

/// A parameter.
pub(crate) struct Param<'s> {
    pub(crate) syntax: &'s PatType,
    pub(crate) place: usize,
    /// The name, unless the parameter is a pattern that takes a value apart.
    pub(crate) name: Option<&'s Ident>,
    /// The `#[cache]` on it.
    pub(crate) mark: Option<&'s Attribute>,
}

impl<'s> Param<'s> {
    fn new(place: usize, syntax: &'s PatType) -> Self {
        let name = match &*syntax.pat {
            Pat::Ident(PatIdent { by_ref: None, subpat: None, ident, .. }) => Some(ident),
            _ => None,
        };
        let mark = syntax.attrs.iter().find(|attr| is_cache_mark(attr));
        Self { syntax, place, name, mark }
    }

    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.name.is_some_and(|ident| ident.unraw() == name.strip_prefix("r#").unwrap_or(name))
    }

    /// Whether the type, behind any references, is one of our caches by name.
    fn has_cache_type(&self) -> bool {
        let mut ty = &*self.syntax.ty;
        loop {
            ty = match ty {
                Type::Reference(reference) => &reference.elem,
                Type::Paren(paren) => &paren.elem,
                Type::Group(group) => &group.elem,
                Type::Path(path) => {
                    return path.path.segments.last().is_some_and(|last| CACHES.iter().any(|name| last.ident == name));
                }
                _ => return false,
            };
        }
    }

    /// What the parameter is called in the signature that is emitted.
    pub(crate) fn binding(&self) -> Ident {
        self.name.cloned().unwrap_or_else(|| names::parameter(self.place))
    }

    /// The attributes to keep on it.
    pub(crate) fn attrs(&self) -> impl Iterator<Item = &'s Attribute> {
        self.syntax.attrs.iter().filter(|attr| !is_cache_mark(attr))
    }
}

/// Whether an identifier occurs anywhere in some syntax.
pub(crate) fn mentions(syntax: &impl ToTokens, found: &impl Fn(&Ident) -> bool) -> bool {
    fn in_tokens(tokens: TokenStream, found: &impl Fn(&Ident) -> bool) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => found(&ident),
            TokenTree::Group(group) => in_tokens(group.stream(), found),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
    }
    in_tokens(syntax.to_token_stream(), found)
}
