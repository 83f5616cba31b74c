//! What both attributes put around a body.

use std::borrow::Cow;

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{ExprPath, FnArg, Ident, Pat, PatIdent, PatType, Signature, Token, Type, token};

use crate::check::{CacheSource, Frame, Tag};
use crate::model::{Lend, Param};
use crate::names;

impl Frame<'_, '_> {
    /// The function with another body.
    pub(super) fn around(&self, body: TokenStream) -> TokenStream {
        let (attrs, vis) = (&self.function.syntax.attrs, &self.function.syntax.vis);
        let sig = self.signature();
        // Where the braces are the user's own, lints that look at whole functions know this one for the user's.
        let mut braces = Group::new(Delimiter::Brace, body);
        braces.set_span(self.function.syntax.body.span());
        quote!(#(#attrs)* #vis #sig #braces)
    }

    /// The signature with the parameters under the names that the expansion calls them by.
    fn signature(&self) -> Cow<'_, Signature> {
        let as_written = |param: &Param<'_>| param.mark.is_none() && self.keeps_pattern(param);
        if self.function.params.iter().all(as_written) {
            return Cow::Borrowed(&self.function.syntax.sig);
        }
        let mut sig = self.function.syntax.sig.clone();
        let receiver = sig.inputs.iter().filter(|arg| matches!(arg, FnArg::Receiver(_))).cloned().collect::<Vec<_>>();
        let params = self.function.params.iter().map(|param| self.input(param));
        sig.inputs = receiver.into_iter().chain(params).collect();
        Cow::Owned(sig)
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
            // A shared reference can be copied.
            CacheSource::Param(cache) if cache.lend() == Lend::Shared => None,
            CacheSource::Param(cache) => cache.name.filter(|name| self.function.body_mentions(name)).map(|_| cache),
            CacheSource::Place(..) => None,
        }
    }

    /// A cache that is no reference, such as a `RefMut`, may have to be `mut` to be borrowed at all.
    fn keeps_pattern(&self, param: &Param<'_>) -> bool {
        param.is_plain() || (self.is_lent_guard(param) && param.name == Some(&param.binding))
    }

    /// A guard around a cache is lent by what is in it; of a handle the body has its own.
    fn is_lent_guard(&self, param: &Param<'_>) -> bool {
        self.is_cache(param) && param.is_guard() && param.lend() == Lend::Mutable
    }

    fn is_cache(&self, param: &Param<'_>) -> bool {
        matches!(self.cache, CacheSource::Param(cache) if cache.place == param.place)
    }

    /// The path to the runtime.
    pub(super) fn root(&self) -> Root<'_> {
        self.root_at(Span::mixed_site())
    }

    /// The same in an expression an error about which is shown elsewhere.
    pub(super) fn root_at(&self, at: Span) -> Root<'_> {
        Root { path: self.root, at }
    }

    /// The cache, borrowed for one call into the runtime.
    pub(super) fn cache_at(&self, at: Span) -> Lent<'_> {
        match self.cache {
            CacheSource::Param(cache) => {
                Lent { place: &cache.binding, lend: cache.lend(), is_param: true, is_last: false, at }
            }
            CacheSource::Place(place, lend) => Lent { place, lend, is_param: false, is_last: false, at },
        }
    }

    /// The same for the last call. A handle is used up by it, as the function that owns it is supposed to.
    pub(super) fn cache_at_last(&self, at: Span) -> Lent<'_> {
        Lent { is_last: true, ..self.cache_at(at) }
    }

    /// What asks how the function's result relates to what is stored of it. For a cache with one owner nobody waits.
    pub(super) fn probe(&self, at: Span) -> Ident {
        let is_sole = matches!(self.cache, CacheSource::Param(cache) if cache.is_borrowed_manager());
        Ident::new(if is_sole { "SoleProbe" } else { "Probe" }, at)
    }

    pub(super) fn output(&self) -> Output<'_> {
        Output(self.function.output())
    }

    /// Where an error about the result is shown: at the return type.
    pub(super) fn at_output(&self) -> Span {
        Span::mixed_site().located_at(self.function.output().map_or_else(Span::mixed_site, outermost))
    }

    /// Where an error about the cache is shown: at its type, or its place.
    pub(super) fn at_cache(&self) -> Span {
        Span::mixed_site().located_at(match self.cache {
            CacheSource::Param(cache) => outermost(&cache.syntax.ty),
            CacheSource::Place(place, _) => place.span(),
        })
    }

    /// The user's body, in a closure or an `async` block so that `return` and `?` leave only it.
    ///
    /// It owns what it captures, as a function owns its parameters; only if the cache is a place, which may be a part of
    /// what it captures, it borrows where it can.
    pub(super) fn run(&self) -> TokenStream {
        let lend = self.lend();
        let captures = matches!(self.cache, CacheSource::Param(_)).then(|| quote!(move));
        let run = match self.function.syntax.sig.asyncness {
            Some(token) => {
                let run = self.run_async(token, captures.as_ref());
                quote!(#run.await)
            }
            None => self.run_sync(captures.as_ref()),
        };
        quote!({ #lend #run })
    }

    /// The same for a call that missed, which learns when an asynchronous body runs.
    ///
    /// A body that only ever ends is a block like any other, which is half as much to compile.
    pub(super) fn run_missed(&self, begun: &Ident) -> TokenStream {
        if let Some(token) = self.function.syntax.sig.asyncness {
            let captures = matches!(self.cache, CacheSource::Param(_)).then(|| quote!(move));
            let (lend, run) = (self.lend(), self.run_async(token, captures.as_ref()));
            return quote!({ #lend #begun.__cached_run(#run).await });
        }
        let is_a_block = !self.function.body_may_return()
            && self.rebound().all(|param| self.is_cache(param) && cfgs(param).next().is_none());
        if !is_a_block {
            return self.run();
        }
        let (lend, rebind, body) = (self.lend(), self.lent().map(|cache| self.rebind(cache)), self.block());
        if lend.is_some() { quote!({ #lend #rebind #body }) } else { body }
    }

    /// Takes what the body gets of the cache.
    fn lend(&self) -> Option<TokenStream> {
        let cache = self.lent()?;
        let (binding, memory) = (&cache.binding, names::memory());
        let lent = if cache.lend() == Lend::Mutable {
            quote!(&mut *#binding)
        } else {
            quote!(::core::clone::Clone::clone(&#binding))
        };
        Some(quote!(let #memory = #lent;))
    }

    /// The body. The label says that the braces of a body of one expression are there for a reason.
    fn block(&self) -> TokenStream {
        let body = &self.function.syntax.body;
        let label = names::body_label(body.span_open());
        quote!(#label: #body)
    }

    pub(super) fn is_async(&self) -> bool {
        self.function.syntax.sig.asyncness.is_some()
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
        let (output, body, result) = (self.output(), self.block(), names::result());
        let lets = self.rebound().map(|param| self.rebind(param));
        // The `return` that is never reached is what tells the block its type, as a function's signature does. The `match`
        // ends even where the body never does, so that what follows is not called unreachable.
        quote! {
            #asyncness #captures {
                if let ::core::option::Option::Some(#result) = ::core::option::Option::None::<#output> {
                    return #result;
                }
                #(#lets)*
                let #result: #output;
                #result = match ::core::option::Option::None::<fn() -> #output> {
                    ::core::option::Option::Some(#result) => #result(),
                    ::core::option::Option::None => #body,
                };
                #result
            }
        }
    }

    fn rebound(&self) -> impl Iterator<Item = &Param<'_>> {
        self.function.params.iter().filter(|param| self.is_rebound(param))
    }

    /// What the body sees. The guard around a cache stays outside, so the cache in it need not be `mut`.
    fn pattern(&self, param: &Param<'_>) -> TokenStream {
        match param.name {
            Some(name) if self.is_lent_guard(param) => name.to_token_stream(),
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

/// The path to the runtime.
#[derive(Clone, Copy)]
pub(super) struct Root<'f> {
    path: Option<&'f ExprPath>,
    at: Span,
}

// Tokens that are appended one by one cost the user's build less than a stream that is made first.
impl ToTokens for Root<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        if let Some(path) = self.path {
            return path.to_tokens(tokens);
        }
        Token![::]([self.at; 2]).to_tokens(tokens);
        Ident::new("cache_runtime", self.at).to_tokens(tokens);
    }
}

/// The return type, also where it is left out.
#[derive(Clone, Copy)]
pub(super) struct Output<'f>(Option<&'f Type>);

impl ToTokens for Output<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self.0 {
            Some(ty) => ty.to_tokens(tokens),
            None => token::Paren::default().surround(tokens, |_| ()),
        }
    }
}

/// The cache, borrowed for one call into the runtime.
#[derive(Clone, Copy)]
pub(super) struct Lent<'f> {
    place: &'f dyn ToTokens,
    lend: Lend,
    /// What is lent of a parameter is what it points to.
    is_param: bool,
    is_last: bool,
    at: Span,
}

impl ToTokens for Lent<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        Token![&](self.at).to_tokens(tokens);
        Token![mut](self.at).to_tokens(tokens);
        if self.lend != Lend::Mutable {
            Token![&](self.at).to_tokens(tokens);
        }
        if self.is_param && self.lend != Lend::Handle {
            Token![*](self.at).to_tokens(tokens);
        }
        if self.is_param && self.is_last && matches!(self.lend, Lend::Handle | Lend::Pointer) {
            token::Brace(self.at).surround(tokens, |tokens| self.place.to_tokens(tokens));
        } else {
            self.place.to_tokens(tokens);
        }
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
pub(super) fn cfgs<'p>(param: &'p Param<'_>) -> impl Iterator<Item = &'p syn::Attribute> {
    param.attrs().filter(|attr| attr.path().is_ident("cfg"))
}

/// A parameter in an expression, an error about whose type is shown at that type.
#[derive(Clone, Copy)]
pub(super) struct Borrowed<'p>(pub(super) &'p Param<'p>);

impl ToTokens for Borrowed<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self(param) = self;
        let at_type = outermost(&param.syntax.ty);
        let mut binding = param.binding.clone();
        binding.set_span(binding.span().located_at(at_type));
        Token![&](Span::mixed_site().located_at(at_type)).to_tokens(tokens);
        binding.to_tokens(tokens);
    }
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
