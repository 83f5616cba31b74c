//! What both attributes put around a body.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, Ident, Pat, PatIdent, PatType, Signature, Token, Type};

use crate::check::{CacheSource, Frame, Tag};
use crate::model::Param;
use crate::names;

impl Frame<'_, '_> {
    /// The function with another body.
    pub(super) fn around(&self, body: &TokenStream) -> TokenStream {
        let (attrs, vis) = (&self.function.syntax.attrs, &self.function.syntax.vis);
        let sig = self.signature();
        quote!(#(#attrs)* #vis #sig { #body })
    }

    /// The signature with the parameters under the names that the expansion calls them by.
    fn signature(&self) -> Signature {
        let mut sig = self.function.syntax.sig.clone();
        let receiver = sig.inputs.iter().filter(|arg| matches!(arg, FnArg::Receiver(_))).cloned().collect::<Vec<_>>();
        let params = self.function.params.iter().map(|param| self.input(param));
        sig.inputs = receiver.into_iter().chain(params).collect();
        sig
    }

    fn input(&self, param: &Param<'_>) -> FnArg {
        let mut arg = PatType::clone(param.syntax);
        arg.attrs = param.attrs().cloned().collect();
        if !self.keeps_pattern(param) {
            *arg.pat = plain(param.binding.clone());
        }
        FnArg::Typed(arg)
    }

    /// What is a parameter of the body's closure rather than captured, so that the body can assign to it as it could
    /// without us: the cache, and every parameter that is more than a name.
    fn is_rebound(&self, param: &Param<'_>) -> bool {
        if self.is_cache(param) { self.lent().is_some() } else { !param.is_plain() }
    }

    /// The cache, if it is a parameter, is lent to a body that uses it. One that does not would not know what to do with
    /// it, and would be told so by a warning.
    fn lent(&self) -> Option<&Param<'_>> {
        match self.cache {
            CacheSource::Param(cache) => cache.name.filter(|name| self.function.body_mentions(name)).map(|_| cache),
            CacheSource::Place(_) => None,
        }
    }

    /// A cache that is no reference, such as a `RefMut`, may have to be `mut` to be borrowed at all.
    fn keeps_pattern(&self, param: &Param<'_>) -> bool {
        param.is_plain() || (self.is_cache(param) && param.is_guard() && param.name == Some(&param.binding))
    }

    fn is_cache(&self, param: &Param<'_>) -> bool {
        matches!(self.cache, CacheSource::Param(cache) if cache.place == param.place)
    }

    /// The path to the runtime.
    pub(super) fn root(&self) -> TokenStream {
        self.root_at(Span::mixed_site())
    }

    /// The same in an expression an error about which is shown elsewhere.
    pub(super) fn root_at(&self, at: Span) -> TokenStream {
        self.root.map_or_else(|| quote_spanned!(at=> ::cache_runtime), ToTokens::to_token_stream)
    }

    /// The cache, borrowed for one call into the runtime.
    pub(super) fn cache_at(&self, at: Span) -> TokenStream {
        match self.cache {
            CacheSource::Param(cache) => {
                let cache = &cache.binding;
                quote_spanned!(at=> &mut *#cache)
            }
            CacheSource::Place(place) => quote_spanned!(at=> &mut #place),
        }
    }

    /// How the function's result relates to what is stored of it.
    pub(super) fn kind(&self) -> TokenStream {
        let (root, output) = (self.root(), self.output());
        quote!(#root::__private::Probe::<#output>::new().__cached_kind())
    }

    fn output(&self) -> TokenStream {
        self.function.output().map_or_else(|| quote!(()), ToTokens::to_token_stream)
    }

    /// Where an error about the result is shown: at the return type.
    pub(super) fn at_output(&self) -> Span {
        Span::mixed_site().located_at(self.function.output().map_or_else(Span::mixed_site, outermost))
    }

    /// Where an error about the cache is shown: at its type, or its place.
    pub(super) fn at_cache(&self) -> Span {
        Span::mixed_site().located_at(match self.cache {
            CacheSource::Param(cache) => outermost(&cache.syntax.ty),
            CacheSource::Place(place) => place.span(),
        })
    }

    /// The user's body, in a closure or an `async` block so that `return` and `?` leave only it.
    ///
    /// It owns what it captures, as a function owns its parameters; only if the cache is a place, which may be a part of
    /// what it captures, it borrows where it can.
    pub(super) fn run(&self) -> TokenStream {
        let captures = matches!(self.cache, CacheSource::Param(_)).then(|| quote!(move));
        let lend = self.lent().map(|cache| {
            let (cache, memory) = (&cache.binding, names::memory());
            quote!(let #memory = &mut *#cache;)
        });
        let run = match self.function.syntax.sig.asyncness {
            Some(token) => self.run_async(token, captures.as_ref()),
            None => self.run_sync(captures.as_ref()),
        };
        quote!({ #lend #run })
    }

    /// The parameters of a closure rather than `let`s rebind: so no lint for local variables looks at them. But tuples
    /// take no `#[cfg]`.
    fn run_sync(&self, captures: Option<&TokenStream>) -> TokenStream {
        let (root, output, body) = (self.root(), self.output(), &self.function.syntax.body);
        let (switched, plain): (Vec<_>, Vec<_>) = self.rebound().partition(|param| cfgs(param).next().is_some());
        let patterns = plain.iter().map(|param| self.pattern(param));
        let bindings = plain.iter().map(|param| self.rebound_from(param));
        if switched.is_empty() && plain.is_empty() {
            return quote!((#captures || -> #output #body)());
        }
        let body = if switched.is_empty() {
            body.to_token_stream()
        } else {
            let lets = switched.iter().map(|param| self.rebind(param));
            quote!({ #(#lets)* #body })
        };
        quote!(#root::__private::run((#(#bindings,)*), #captures |(#(#patterns,)*)| -> #output #body))
    }

    /// An `async` closure would do, but its future is not `Send`.
    fn run_async(&self, asyncness: Token![async], captures: Option<&TokenStream>) -> TokenStream {
        let (output, body, result) = (self.output(), &self.function.syntax.body, names::result());
        let lets = self.rebound().map(|param| self.rebind(param));
        let label = names::body_label();
        // The `return` that is never reached is what tells the block its type, as a function's signature does. The label
        // says that the braces of a body of one expression are there for a reason.
        quote! {
            #asyncness #captures {
                if let ::core::option::Option::Some(#result) = ::core::option::Option::None::<#output> {
                    return #result;
                }
                #(#lets)*
                let #result: #output = #label: #body;
                #result
            }
            .await
        }
    }

    fn rebound(&self) -> impl Iterator<Item = &Param<'_>> {
        self.function.params.iter().filter(|param| self.is_rebound(param))
    }

    /// What the body sees. The guard around a cache stays outside, so the cache in it need not be `mut`.
    fn pattern(&self, param: &Param<'_>) -> TokenStream {
        match param.name {
            Some(name) if self.is_cache(param) && param.is_guard() => name.to_token_stream(),
            _ => param.pattern.to_token_stream(),
        }
    }

    fn rebound_from(&self, param: &Param<'_>) -> Ident {
        if self.is_cache(param) { names::memory() } else { param.binding.clone() }
    }

    fn rebind(&self, param: &Param<'_>) -> TokenStream {
        let (attrs, pattern, binding) = (cfgs(param), self.pattern(param), self.rebound_from(param));
        quote!(#(#attrs)* let #pattern = #binding;)
    }
}

/// Adds tags to what has a method `tag`.
pub(super) fn tags(tags: &[Tag<'_>]) -> TokenStream {
    let tags = tags.iter().map(|tag| match tag {
        Tag::Fixed(label) => quote!(.tag(#label)),
        Tag::Format(format, params) => quote!(.tag(::core::format_args!(#format, #(#params),*))),
        Tag::Expr(tag) => quote_spanned!(tag.span()=> .tag(#tag)),
    });
    tags.collect()
}

/// The `#[cfg]`s of a parameter, to be repeated wherever it is.
fn cfgs<'p>(param: &'p Param<'_>) -> impl Iterator<Item = &'p syn::Attribute> {
    param.attrs().filter(|attr| attr.path().is_ident("cfg"))
}

/// A parameter in an expression, an error about whose type is shown at that type.
pub(super) fn borrowed(param: &Param<'_>) -> TokenStream {
    let at_type = |span: Span| span.located_at(outermost(&param.syntax.ty));
    let mut binding = param.binding.clone();
    binding.set_span(at_type(binding.span()));
    quote_spanned!(at_type(Span::mixed_site())=> &#binding)
}

/// The same, with what switches the parameter on and off.
pub(super) fn with_cfgs(param: &Param<'_>, tokens: &TokenStream) -> TokenStream {
    let attrs = cfgs(param);
    quote!(#(#attrs)* #tokens)
}

/// Where a type's own name stands, behind any references.
fn outermost(ty: &Type) -> Span {
    match ty {
        Type::Reference(reference) => outermost(&reference.elem),
        Type::Paren(paren) => outermost(&paren.elem),
        Type::Group(group) => outermost(&group.elem),
        Type::Path(path) => path.path.segments.last().map_or_else(|| path.span(), |last| last.ident.span()),
        other => other.span(),
    }
}

pub(super) fn plain(ident: Ident) -> Pat {
    Pat::Ident(PatIdent { attrs: Vec::new(), by_ref: None, mutability: None, ident, subpat: None })
}
