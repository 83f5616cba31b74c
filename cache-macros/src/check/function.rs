//! Which functions an attribute can be put on, and which parameter is the cache.

use proc_macro2::Delimiter;
use syn::{Expr, ExprPath, GenericArgument, PathArguments, Type};

use crate::args::{Given, Slot};
use crate::diag::Diag;
use crate::model::{CacheChoice, Function, Lend, Param, mentions};

/// The cache of a function.
pub(crate) enum CacheSource<'f, 's> {
    Param(&'f Param<'s>),
    /// A place, such as `self.cache`.
    Place(&'f Expr, Lend),
}

/// What holds for functions with either attribute.
pub(super) fn plain_function(attribute: &str, function: &Function<'_>, diag: &mut Diag) {
    let sig = &function.syntax.sig;
    if let Some(token) = &sig.constness {
        diag.at(token, format_args!("a `const fn` cannot consult a cache: remove `const` or `{attribute}`"));
    }
    if let Some(variadic) = &sig.variadic {
        diag.at(variadic, format_args!("variadic arguments cannot be part of a key: remove `...` or `{attribute}`"));
    }
    if function.syntax.body.delimiter() != Delimiter::Brace {
        diag.at(&function.syntax.body, "expected the function's body in braces");
    }
    if function.signature_words().has("impl")
        && let Some(ty) = function.output()
        && mentions(ty, &|ident| ident == "impl")
    {
        diag.at(ty, "an `impl Trait` result cannot be named: write its type, or collect into one that has a name");
    }
    if function.signature_words().has("Pin")
        && let Some(ty) = function.output()
        && mentions(ty, &|ident| ident == "Pin")
        && mentions(ty, &|ident| ident == "Future")
    {
        diag.at(
            ty,
            format_args!(
                "a boxed future, as `async-trait` makes it, is no result: put the body into an inherent `async fn`, \
                 put `{attribute}` on that, and call it from the trait"
            ),
        );
    }
}

/// `#[cache]` takes nothing and is written once.
fn plain_mark(param: &Param<'_>, diag: &mut Diag) {
    if let Some(mark) = param.mark
        && mark.meta.require_path_only().is_err()
    {
        diag.at(mark, "`#[cache]` takes no arguments: write `#[cache]` alone");
    }
}

/// `cache: CacheManager` would be dropped with the call, and `cache: &CacheManager` cannot be changed.
fn mutable_cache(param: &Param<'_>, diag: &mut Diag) {
    if param.is_immutable_manager() {
        diag.at(
            &param.syntax.ty,
            "a call changes its cache, so it has to be borrowed: write `&mut CacheManager`, or share a `&SharedCache`",
        );
    }
}

/// `fn f(x: u32)` has no cache, `fn f(a: &mut CacheManager, b: &mut CacheManager)` has two.
pub(super) fn one_cache<'f, 's>(
    place: &'f Slot<Expr>,
    function: &'f Function<'s>,
    diag: &mut Diag,
) -> Option<CacheSource<'f, 's>> {
    match (place.given(), function.cache()) {
        (Some(given), choice) => return cache_place(given, &choice, function, diag),
        (None, CacheChoice::One(cache)) => {
            plain_mark(cache, diag);
            mutable_cache(cache, diag);
            return Some(CacheSource::Param(cache));
        }
        (None, CacheChoice::None) => diag.push(syn::Error::new(
            function.syntax.sig.paren_token.span.join(),
            "no parameter is a cache: add `cache: &mut CacheManager`, or mark the one that is with `#[cache]`, \
             or name its place with `cache = self.cache`",
        )),
        (None, CacheChoice::Several(second)) if second.mark.is_some() => {
            diag.at(second.mark, "a second parameter is marked with `#[cache]`: mark the one to consult");
        }
        (None, CacheChoice::Several(second)) => {
            diag.at(
                second.syntax,
                "more than one parameter could be the cache: mark the one to consult with `#[cache]`",
            );
        }
    }
    None
}

fn cache_place<'f, 's>(
    given: &'f Given<Expr>,
    choice: &CacheChoice<'f, 's>,
    function: &Function<'_>,
    diag: &mut Diag,
) -> Option<CacheSource<'f, 's>> {
    if let CacheChoice::One(param) | CacheChoice::Several(param) = choice {
        diag.at(
            param.syntax,
            "this parameter is a cache, and `cache = …` names another: remove the parameter or the option",
        );
        return None;
    }
    if root(&given.value).is_none() {
        diag.at(&given.value, "the cache has to be a place, because it is borrowed twice: write `cache = self.cache`");
        return None;
    }
    let root = root(&given.value).and_then(|path| path.path.get_ident());
    Some(CacheSource::Place(&given.value, function.lend_place(root)))
}

/// The path that a place begins with; `None` if it is none.
fn root(expr: &Expr) -> Option<&ExprPath> {
    match expr {
        Expr::Path(path) => Some(path),
        Expr::Field(field) => root(&field.base),
        Expr::Index(index) => root(&index.expr),
        Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Deref(_)) => root(&unary.expr),
        Expr::Paren(paren) => root(&paren.expr),
        Expr::Group(group) => root(&group.expr),
        _ => None,
    }
}

/// `-> &str` points into something that the cache cannot keep alive; `-> Box<dyn Trait>` cannot be cloned.
pub(super) fn owned_result(function: &Function<'_>, diag: &mut Diag) {
    let Some(ty) = function.output() else { return };
    if let Some(borrowed) = borrowed(ty) {
        diag.at(
            borrowed,
            "a borrowed result cannot be stored: return an owned value, such as `String` or `Arc<T>`, \
             or `&'static` for what lives for ever",
        );
    }
    if let Some(boxed) = boxed_trait(ty) {
        diag.at(
            boxed,
            "a `Box<dyn …>` cannot be cloned, so it cannot be stored: return an `Arc<dyn … + Send + Sync>` instead",
        );
    }
}

/// The first reference in what would be stored that is not `'static`.
fn borrowed(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Reference(reference)
            if reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident == "static") =>
        {
            None
        }
        Type::Reference(_) => Some(ty),
        Type::Paren(paren) => borrowed(&paren.elem),
        Type::Group(group) => borrowed(&group.elem),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(borrowed),
        Type::Array(array) => borrowed(&array.elem),
        _ => stored_arguments(ty).find_map(borrowed),
    }
}

fn boxed_trait(ty: &Type) -> Option<&Type> {
    if let Type::Path(path) = ty
        && path.path.segments.last().is_some_and(|last| last.ident == "Box")
        && stored_arguments(ty).any(|argument| matches!(argument, Type::TraitObject(_)))
    {
        return Some(ty);
    }
    // A pinned box is a future, which has an error of its own.
    let is_pin = matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Pin"));
    if is_pin { None } else { stored_arguments(ty).find_map(boxed_trait) }
}

/// The type arguments of a path, such as `T` of `Option<T>`; of what is spelled `Result` only the first, since an error
/// is not stored.
fn stored_arguments(ty: &Type) -> impl Iterator<Item = &Type> {
    let last = match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    };
    let count = if last.is_some_and(|last| last.ident == "Result") { 1 } else { usize::MAX };
    let arguments = last.and_then(|last| match &last.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    });
    let types = arguments.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.take(count)
}
