//! What we know of an annotated function, borrowed from its syntax.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{
    AttrStyle, Attribute, FnArg, Ident, Pat, PatIdent, PatType, Receiver, ReceiverKind, ReturnType, Signature, Type,
    Visibility,
};

use crate::words::Words;
use crate::{names, suggest};

/// A function whose body stays raw tokens, so that a half-typed one does not get in the way.
pub(crate) struct FunctionSyntax {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: Group,
    signature_words: Words,
    body_words: Words,
}

/// What is parsed of a function.
struct Head {
    attrs: Vec<Attribute>,
    vis: Visibility,
    sig: Signature,
}

impl Parse for Head {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self { attrs: input.call(Attribute::parse_outer)?, vis: input.parse()?, sig: input.parse()? })
    }
}

/// The braces behind what a `macro_rules!` passes on as a `block`.
fn unwrapped(body: Group) -> Group {
    if body.delimiter() != Delimiter::None {
        return body;
    }
    let mut tokens = body.stream().into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Group(inner)), None) => unwrapped(inner),
        _ => body,
    }
}

/// Moves the attributes at the beginning of a body, which may not stand before a part of it, to the function's.
fn without_attributes(body: Group, attrs: &mut Vec<Attribute>) -> Group {
    if !matches!(body.stream().into_iter().next(), Some(TokenTree::Punct(punct)) if punct.as_char() == '#') {
        return body;
    }
    let split = |input: ParseStream<'_>| Ok((input.call(Attribute::parse_inner)?, input.parse::<TokenStream>()?));
    let Ok((inner, rest)) = split.parse2(body.stream()) else { return body };
    attrs.extend(inner.into_iter().map(|attr| Attribute { style: AttrStyle::Outer, ..attr }));
    let mut stripped = Group::new(body.delimiter(), rest);
    stripped.set_span(body.span());
    stripped
}

impl FunctionSyntax {
    /// `None` if the item is no function with a body.
    pub(crate) fn read(item: TokenStream) -> Option<Self> {
        let mut tokens: Vec<TokenTree> = item.into_iter().collect();
        let Some(TokenTree::Group(body)) = tokens.pop() else { return None };
        if tokens.is_empty() && body.delimiter() == Delimiter::None {
            return Self::read(body.stream());
        }
        let of_signature = tokens.iter().skip_while(|token| !matches!(token, TokenTree::Ident(ident) if ident == "fn"));
        let signature_words = Words::among(of_signature);
        let Head { mut attrs, vis, sig } = syn::parse2(tokens.into_iter().collect()).ok()?;
        let body = without_attributes(unwrapped(body), &mut attrs);
        let body_words = Words::among([TokenTree::Group(body.clone())]);
        Some(Self { attrs, vis, sig, body, signature_words, body_words })
    }

    /// The function as it was, less the attributes that only we understand. Beside the errors, that it does not use its
    /// cache is not worth a warning.
    pub(crate) fn untouched(mut self) -> TokenStream {
        for arg in &mut self.sig.inputs {
            if let FnArg::Typed(arg) = arg {
                arg.attrs.retain(|attr| !is_cache_mark(attr));
            }
        }
        let Self { attrs, vis, sig, body, .. } = self;
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
    cache: Candidates,
}

/// The parameters that may be the cache, by place.
enum Candidates {
    None,
    One(usize),
    /// The second of several.
    Several(usize),
}

/// The types that are caches of ours, by name: for one owner, and shared.
const OWNED: &str = "CacheManager";
const SHARED: &str = "SharedCache";

/// How a cache is borrowed for one call into the runtime, which takes it as `&mut`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lend {
    /// Itself.
    Mutable,
    /// As a reference, which can be used as a cache because it is shared.
    Shared,
    /// The same of a handle that the function owns, and of which the body gets a clone.
    Handle,
    /// The same of what the handle, such as an `Arc`, points to.
    Pointer,
}

impl<'s> Function<'s> {
    /// `args` are the tokens of the attribute, which may mention parameters.
    pub(crate) fn new(syntax: &'s FunctionSyntax, args: &TokenStream) -> Self {
        let typed = syntax.sig.inputs.iter().filter_map(|arg| match arg {
            FnArg::Typed(arg) => Some(arg),
            FnArg::Receiver(_) => None,
        });
        let params: Vec<Param<'_>> = typed.enumerate().map(|(place, arg)| Param::new(place, arg, args)).collect();
        Self { syntax, receiver: syntax.sig.receiver(), cache: Candidates::among(&params), params }
    }

    /// The parameter that is the cache: the marked one, or the only one that is named or typed as one.
    pub(crate) fn cache(&self) -> CacheChoice<'_, 's> {
        match self.cache {
            Candidates::None => CacheChoice::None,
            Candidates::One(place) => self.params.get(place).map_or(CacheChoice::None, CacheChoice::One),
            Candidates::Several(place) => self.params.get(place).map_or(CacheChoice::None, CacheChoice::Several),
        }
    }

    /// How a place is borrowed that begins with this name: a cache for one owner can only be behind what may be changed.
    pub(crate) fn lend_place(&self, root: Option<&Ident>) -> Lend {
        let Some(root) = root else { return Lend::Shared };
        let may_change = if root == "self" {
            self.receiver.is_some_and(|receiver| match &receiver.kind {
                ReceiverKind::Typed(_, ty) => is_mutable_reference(ty),
                ReceiverKind::Reference(_, _, mutability) => mutability.is_some(),
                _ => receiver.mutability.is_some(),
            })
        } else {
            self.params.iter().any(|param| param.name == Some(root) && is_mutable_reference(&param.syntax.ty))
        };
        if may_change { Lend::Mutable } else { Lend::Shared }
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
            0 => "it has none with a name".to_owned(),
            1 => format!("its parameter is {}", suggest::list(&known)),
            _ => format!("its parameters are {}", suggest::list(&known)),
        };
        match suggest::nearest(name, &known) {
            Some(near) => format!("{all}; did you mean `{near}`?"),
            None => all,
        }
    }

    /// The identifiers of the signature.
    pub(crate) fn signature_words(&self) -> &'s Words {
        &self.syntax.signature_words
    }

    /// Whether the body uses a name: as an identifier, or in a format string.
    pub(crate) fn body_mentions(&self, name: &Ident) -> bool {
        self.syntax.body_words.use_name(&name.to_string())
    }

    /// Whether the body may be left otherwise than by its end.
    pub(crate) fn body_may_return(&self) -> bool {
        self.syntax.body_words.may_return()
    }

    /// Whether `Self` means something here that may differ from call to call: there is a receiver, or it is mentioned.
    pub(crate) fn has_self(&self) -> bool {
        self.receiver.is_some() || self.signature_words().has("Self") || self.syntax.body_words.has_self()
    }

    /// The type parameters, less those of the cache.
    pub(crate) fn type_parameters(&self) -> impl Iterator<Item = &'s Ident> {
        let cache = match self.cache() {
            CacheChoice::One(cache) => Some(&cache.syntax.ty),
            CacheChoice::None | CacheChoice::Several(_) => None,
        };
        let parameters = self.syntax.sig.generics.type_params().map(|param| &param.ident);
        parameters.filter(move |name| !cache.is_some_and(|ty| mentions(ty, &|ident| ident == *name)))
    }

    /// Whether a parameter's type has a part that `type_parameters` does not tell: an `impl Trait`, or a constant.
    pub(crate) fn hides_type(&self, param: &Param<'_>) -> bool {
        if !self.signature_words().has("impl") && self.syntax.sig.generics.const_params().next().is_none() {
            return false;
        }
        let constants: Vec<&Ident> = self.syntax.sig.generics.const_params().map(|param| &param.ident).collect();
        mentions(&param.syntax.ty, &|ident| ident == "impl" || constants.contains(&ident))
    }

    /// The return type as it is written; `None` for `()` that is left out.
    pub(crate) fn output(&self) -> Option<&'s Type> {
        match &self.syntax.sig.output {
            ReturnType::Default => None,
            ReturnType::Type(_, ty) => Some(ty),
        }
    }
}

impl Candidates {
    fn among(params: &[Param<'_>]) -> Self {
        let places =
            |is_one: fn(&Param<'_>) -> bool| params.iter().filter(move |param| is_one(param)).map(|param| param.place);
        let marked: Vec<usize> = places(|param| param.mark.is_some()).collect();
        let candidates = if marked.is_empty() { places(|param| param.may_be_cache).collect() } else { marked };
        match candidates.as_slice() {
            [] => Self::None,
            [one] => Self::One(*one),
            [_, second, ..] => Self::Several(*second),
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
    /// The pattern, without parentheses around it.
    pub(crate) pattern: &'s Pat,
    pub(crate) place: usize,
    /// The name, unless the parameter is a pattern that takes a value apart.
    pub(crate) name: Option<&'s Ident>,
    /// The `#[cache]` on it.
    pub(crate) mark: Option<&'s Attribute>,
    /// What the expansion calls it.
    pub(crate) binding: Ident,
    /// It is marked, named or typed as a cache.
    pub(crate) may_be_cache: bool,
}

impl<'s> Param<'s> {
    fn new(place: usize, syntax: &'s PatType, args: &TokenStream) -> Self {
        let pattern = without_parens(&syntax.pat);
        let name = match pattern {
            Pat::Ident(PatIdent { by_ref: None, subpat: None, ident, .. }) => Some(ident),
            _ => None,
        };
        let mark = syntax.attrs.iter().find(|attr| is_cache_mark(attr));
        // The name, so that expressions of the attribute can use it; but what begins with an underscore is not supposed
        // to be used, so unless the attribute does, neither do we.
        let usable = |name: &&Ident| !name.to_string().starts_with('_') || mentions(args, &|ident| ident == *name);
        let binding = name.filter(usable).cloned().unwrap_or_else(|| names::parameter(place));
        let may_be_cache = mark.is_some() || name.is_some_and(|name| name == "cache") || points_to_cache(&syntax.ty);
        Self { syntax, pattern, place, name, mark, binding, may_be_cache }
    }

    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.name.is_some_and(|ident| ident.unraw() == name.strip_prefix("r#").unwrap_or(name))
    }

    /// Whether the type is the cache for one owner by name, but not behind `&mut`.
    pub(crate) fn is_immutable_manager(&self) -> bool {
        match self.ty() {
            Type::Reference(reference) => reference.mutability.is_none() && is_named(&reference.elem, &[OWNED]),
            ty => is_named(ty, &[OWNED]),
        }
    }

    /// Its type, out of what a `macro_rules!` passes it on in.
    fn ty(&self) -> &'s Type {
        peeled(&self.syntax.ty)
    }

    /// Whether the type is `&mut` to the cache for one owner by name.
    pub(crate) fn is_borrowed_manager(&self) -> bool {
        matches!(self.ty(), Type::Reference(reference)
            if reference.mutability.is_some() && is_named(&reference.elem, &[OWNED]))
    }

    /// How it is borrowed, if it is the cache.
    pub(crate) fn lend(&self) -> Lend {
        match self.ty() {
            Type::Reference(reference) if reference.mutability.is_none() => Lend::Shared,
            ty if is_named(ty, &[SHARED]) => Lend::Handle,
            ty if is_named(ty, &["Arc", "Rc"]) => Lend::Pointer,
            _ => Lend::Mutable,
        }
    }

    /// Whether it is bound as its pattern says without us doing anything.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.pattern, Pat::Ident(PatIdent { mutability: None, .. })) && self.name == Some(&self.binding)
    }

    /// Whether its type is not written as a reference.
    pub(crate) fn is_guard(&self) -> bool {
        !matches!(self.ty(), Type::Reference(_))
    }

    /// The attributes to keep on it.
    pub(crate) fn attrs(&self) -> impl Iterator<Item = &'s Attribute> {
        self.syntax.attrs.iter().filter(|attr| !is_cache_mark(attr))
    }
}

/// Whether the type, behind any references, is one of our caches by name.
fn points_to_cache(ty: &Type) -> bool {
    match peeled(ty) {
        Type::Reference(reference) => points_to_cache(&reference.elem),
        other => is_named(other, &[OWNED, SHARED]),
    }
}

fn is_mutable_reference(ty: &Type) -> bool {
    matches!(peeled(ty), Type::Reference(reference) if reference.mutability.is_some())
}

/// A type without parentheses around it, or what a `macro_rules!` passes on as one.
fn peeled(ty: &Type) -> &Type {
    match ty {
        Type::Paren(paren) => peeled(&paren.elem),
        Type::Group(group) => peeled(&group.elem),
        other => other,
    }
}

/// Whether a type is a path that ends in one of these names.
fn is_named(ty: &Type, names: &[&str]) -> bool {
    match peeled(ty) {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| names.iter().any(|name| last.ident == name)),
        _ => false,
    }
}

fn without_parens(pattern: &Pat) -> &Pat {
    match pattern {
        Pat::Paren(paren) => without_parens(&paren.pat),
        other => other,
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
