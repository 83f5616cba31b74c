//! What is allowed, one small function a rule, and what follows from the options.
//!
//! - [`plain_function`]: no method, no `async`, no `const`, no variadic, a body.
//! - [`one_cache`]: exactly one parameter is the cache.
//! - [`no_unordered_set`]: no keyed parameter is a `HashSet`.
//! - [`generics_in_key`]: every type and const parameter occurs in the type of a keyed parameter.
//! - [`owned_result`]: the result is a type that can be stored.
//! - [`plain_namespace`]: a namespace is a text, not empty, without `:` and control characters.
//! - [`whole_version`]: a version that is a literal fits a `u32`.
//! - [`positive_ttl`]: a time to live that is a literal can be read and is more than zero.
//! - [`tag_or_tags`], [`tag_names_parameter`]: tags are given once and name parameters that exist.

use std::fmt::Display;
use std::time::Duration;

use syn::{Expr, ExprCall, ExprLit, ExprUnary, GenericParam, Lit, LitStr, Type, UnOp};

use crate::args::{CachedArgs, Given};
use crate::diag::Diag;
use crate::duration;
use crate::model::{CacheChoice, Function, Param, mentions};
use crate::template::Template;

/// A function with options that hold: all that expanding needs.
pub(crate) struct Checked<'f, 's> {
    pub(crate) function: &'f Function<'s>,
    pub(crate) cache: &'f Param<'s>,
    /// `None` for the default namespace.
    pub(crate) namespace: Option<&'f LitStr>,
    /// `None` for 1.
    pub(crate) version: Option<&'f Expr>,
    pub(crate) ttl: Option<Ttl<'f>>,
    pub(crate) tags: Vec<Tag<'f>>,
}

pub(crate) enum Ttl<'f> {
    Constant(Duration),
    Expr(&'f Expr),
}

pub(crate) enum Tag<'f> {
    Fixed(&'f LitStr),
    /// A format string for the values of these parameters.
    Format(String, Vec<&'f syn::Ident>),
    Expr(&'f Expr),
}

/// Checks every rule; `None` if there is no cache to go on with, which has been reported.
pub(crate) fn check<'f, 's>(
    args: &'f CachedArgs,
    function: &'f Function<'s>,
    diag: &mut Diag,
) -> Option<Checked<'f, 's>> {
    plain_function(function, diag);
    no_unordered_set(function, diag);
    generics_in_key(function, diag);
    owned_result(function, diag);
    let namespace = args.namespace.given().and_then(|given| plain_namespace(given, diag));
    let version = args.version.given().map(|given| whole_version(given, diag));
    let ttl = args.ttl.given().and_then(|given| positive_ttl(given, diag));
    let tags = tags(args, function, diag);
    let cache = one_cache(function, diag)?;
    Some(Checked { function, cache, namespace, version, ttl, tags })
}

fn plain_function(function: &Function<'_>, diag: &mut Diag) {
    let sig = &function.syntax.sig;
    if let Some(receiver) = sig.receiver() {
        diag.at(
            receiver,
            "`#[cached]` cannot be put on a method yet: move the body into a free function and cache that",
        );
    }
    if let Some(token) = &sig.asyncness {
        diag.at(token, "`#[cached]` cannot be put on an `async fn` yet: cache the synchronous part of it");
    }
    if let Some(token) = &sig.constness {
        diag.at(token, "a `const fn` cannot consult a cache: remove `const` or `#[cached]`");
    }
    if let Some(variadic) = &sig.variadic {
        diag.at(variadic, "variadic arguments cannot be part of a key: remove `...` or `#[cached]`");
    }
    if function.syntax.body.delimiter() != proc_macro2::Delimiter::Brace {
        diag.at(&function.syntax.body, "expected the function's body in braces");
    }
}

/// `fn f(x: u32)` has no cache, `fn f(a: &mut CacheManager, b: &mut CacheManager)` has two.
fn one_cache<'f, 's>(function: &'f Function<'s>, diag: &mut Diag) -> Option<&'f Param<'s>> {
    match function.cache() {
        CacheChoice::One(cache) => return Some(cache),
        CacheChoice::None => diag.push(syn::Error::new(
            function.syntax.sig.paren_token.span.join(),
            "no parameter is a cache: add `cache: &mut CacheManager`, or mark the one that is with `#[cache]`",
        )),
        CacheChoice::Several(second) if second.mark.is_some() => {
            diag.at(second.mark, "a second parameter is marked with `#[cache]`: mark the one to consult");
        }
        CacheChoice::Several(second) => {
            diag.at(
                second.syntax,
                "more than one parameter could be the cache: mark the one to consult with `#[cache]`",
            );
        }
    }
    None
}

/// A `HashSet` serializes in an order that differs from run to run, and serde cannot tell it from a list.
fn no_unordered_set(function: &Function<'_>, diag: &mut Diag) {
    for param in function.keyed() {
        let ty = &*param.syntax.ty;
        if mentions(ty, &|ident| ident.to_string().ends_with("HashSet")) {
            diag.at(ty, "a `HashSet` has no order, so it cannot be part of a key: use a `BTreeSet`");
        }
    }
}

/// `fn f<T: Named>(x: u32)` would give `f::<A>(1)` and `f::<B>(1)` the same key.
fn generics_in_key(function: &Function<'_>, diag: &mut Diag) {
    for param in &function.syntax.sig.generics.params {
        let name = match param {
            GenericParam::Type(param) => &param.ident,
            GenericParam::Const(param) => &param.ident,
            GenericParam::Lifetime(_) => continue,
        };
        let is_cache = match function.cache() {
            CacheChoice::One(cache) => mentions(&*cache.syntax.ty, &|ident| ident == name),
            CacheChoice::None | CacheChoice::Several(_) => false,
        };
        if !is_cache && !function.keyed().any(|keyed| mentions(&*keyed.syntax.ty, &|ident| ident == name)) {
            diag.at(
                name,
                format_args!(
                    "`{name}` is not part of the key, because no parameter's type mentions it: \
                     calls with different `{name}` would share results; add a parameter that tells them apart"
                ),
            );
        }
    }
}

fn owned_result(function: &Function<'_>, diag: &mut Diag) {
    match function.output() {
        Some(ty @ Type::ImplTrait(_)) => {
            diag.at(ty, "an `impl Trait` result cannot be stored: name the type, or collect into one that has a name");
        }
        Some(ty @ Type::Reference(reference))
            if reference.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident != "static") =>
        {
            diag.at(ty, "a borrowed result cannot be stored: return an owned value, such as `String` or `Arc<T>`");
        }
        _ => {}
    }
}

/// The rule of the runtime's keys, told at compile time.
fn plain_namespace<'f>(given: &'f Given<Expr>, diag: &mut Diag) -> Option<&'f LitStr> {
    let Some(namespace) = text(&given.value) else {
        diag.at(&given.value, "a namespace is a text: write `namespace = \"run_az\"`");
        return None;
    };
    let value = namespace.value();
    let fault = if value.is_empty() {
        "the namespace is empty: name it, or leave `namespace` out for the function's path"
    } else if value.contains(':') {
        "a namespace cannot hold a `:`, which separates the parts of a key: write `.` instead"
    } else if value.contains(char::is_control) {
        "a namespace cannot hold a control character: use letters, digits, `_`, `-` and `.`"
    } else {
        return Some(namespace);
    };
    diag.at(namespace, fault);
    None
}

fn whole_version<'f>(given: &'f Given<Expr>, diag: &mut Diag) -> &'f Expr {
    let fits = match &given.value {
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) => int.base10_parse::<u32>().is_ok(),
        Expr::Lit(_) | Expr::Unary(_) => false,
        _ => true,
    };
    if !fits {
        diag.at(&given.value, "a version is a whole number from 0 to 4294967295: write `version = 2`");
    }
    &given.value
}

fn positive_ttl<'f>(given: &'f Given<Expr>, diag: &mut Diag) -> Option<Ttl<'f>> {
    let value = &given.value;
    let read = match value {
        Expr::Lit(ExprLit { lit, .. }) => literal_ttl(lit),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) if matches!(**expr, Expr::Lit(_)) => {
            Err("it is negative: write a positive number of seconds".to_owned())
        }
        _ => return Some(Ttl::Expr(value)),
    };
    match read {
        Ok(Duration::ZERO) => {
            diag.at(value, "a time to live of zero stores nothing: write a longer one, or remove `#[cached]`");
            None
        }
        Ok(ttl) => Some(Ttl::Constant(ttl)),
        Err(fault) => {
            diag.at(value, format_args!("not a time to live: {fault}"));
            None
        }
    }
}

fn literal_ttl(lit: &Lit) -> Result<Duration, String> {
    const EXPECTED: &str = "write a number of seconds such as `3600` or `0.5`, or a text such as `\"1h30m\"`";
    let expected = |_: syn::Error| EXPECTED.to_owned();
    match lit {
        Lit::Str(text) => duration::parse(&text.value()),
        Lit::Int(int) if int.suffix().is_empty() => int.base10_parse().map(Duration::from_secs).map_err(expected),
        Lit::Float(float) if float.suffix().is_empty() => {
            let seconds = float.base10_parse::<f64>().map_err(expected)?;
            Duration::try_from_secs_f64(seconds).map_err(|error| format!("{error}: leave `ttl` out for ever"))
        }
        Lit::Int(_) | Lit::Float(_) => Err(format!("a number of seconds has no suffix: {EXPECTED}")),
        _ => Err(EXPECTED.to_owned()),
    }
}

/// `tag` is one tag, `tags` a list of them.
fn tags<'f>(args: &'f CachedArgs, function: &'f Function<'_>, diag: &mut Diag) -> Vec<Tag<'f>> {
    let one = args.tag.given().and_then(|given| tag(&given.value, function, diag));
    let Some(given) = args.tags.given() else { return one.into_iter().collect() };
    tag_or_tags(args, diag);
    match &given.value {
        Expr::Array(list) if list.elems.is_empty() => {
            diag.at(list, "the list of tags is empty: name a tag, or leave `tags` out");
            Vec::new()
        }
        Expr::Array(list) => list.elems.iter().filter_map(|value| tag(value, function, diag)).collect(),
        other => {
            diag.at(other, "`tags` is a list: write `tags = [\"smiles\", fixed(\"all\")]`, or `tag = …` for one");
            Vec::new()
        }
    }
}

fn tag_or_tags(args: &CachedArgs, diag: &mut Diag) {
    if let (Some(tag), Some(_)) = (args.tag.given(), args.tags.given()) {
        diag.at(&tag.key, "`tag` and `tags` exclude each other: put this tag into the list of `tags`");
    }
}

/// One tag: a text, `fixed("label")`, or an expression that displays as one.
fn tag<'f>(value: &'f Expr, function: &'f Function<'_>, diag: &mut Diag) -> Option<Tag<'f>> {
    if let Some(call) = fixed(value) {
        return match label(call) {
            Some(label) => Some(Tag::Fixed(label)),
            None => report(diag, value, "`fixed` takes one text: write `fixed(\"molecules\")`"),
        };
    }
    let Some(text) = text(value) else {
        return match value {
            Expr::Lit(_) => report(diag, value, "a tag is a text: write `\"smiles\"` or `fixed(\"molecules\")`"),
            _ => Some(Tag::Expr(value)),
        };
    };
    match Template::parse(&text.value()) {
        Ok(Template::Fixed) => Some(Tag::Fixed(text)),
        Ok(Template::Name(name)) => {
            let param = tag_names_parameter(&name, text, function, diag)?;
            Some(Tag::Format("{}".to_owned(), vec![param]))
        }
        Ok(Template::Format { text: format, names }) => {
            let params: Vec<_> =
                names.iter().filter_map(|name| tag_names_parameter(name, text, function, diag)).collect();
            (params.len() == names.len()).then_some(Tag::Format(format, params))
        }
        Err(fault) => report(diag, text, fault),
    }
}

fn tag_names_parameter<'f>(
    name: &str,
    text: &LitStr,
    function: &'f Function<'_>,
    diag: &mut Diag,
) -> Option<&'f syn::Ident> {
    if let Some(param) = function.keyed_named(name) {
        return param.name;
    }
    let (ident, known) = (&function.syntax.sig.ident, function.keyed_names());
    let instead = if text.value() == name {
        format!("for a fixed label write `fixed(\"{name}\")`")
    } else {
        "for a brace write `{{`".to_owned()
    };
    report(diag, text, format_args!("`{name}` is no parameter of `{ident}` that a tag can name: {known}; {instead}"))
}

fn report<T>(diag: &mut Diag, tokens: impl quote::ToTokens, message: impl Display) -> Option<T> {
    diag.at(tokens, message);
    None
}

fn text(value: &Expr) -> Option<&LitStr> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text),
        Expr::Group(group) => text(&group.expr),
        _ => None,
    }
}

/// A call of `fixed`.
fn fixed(value: &Expr) -> Option<&ExprCall> {
    let Expr::Call(call) = value else { return None };
    match &*call.func {
        Expr::Path(path) if path.path.is_ident("fixed") => Some(call),
        _ => None,
    }
}

/// The label of `fixed("label")`.
fn label(fixed: &ExprCall) -> Option<&LitStr> {
    let mut args = fixed.args.iter();
    args.next().and_then(text).filter(|_| args.next().is_none())
}
