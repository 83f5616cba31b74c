//! What is allowed, one small function a rule, and what follows from the options.
//!
//! Functions, in [`function`]:
//! - `plain_function`: not `const`, not variadic, a body in braces, a result with a name.
//! - `one_cache`: exactly one parameter, or one place, is the cache.
//! - `plain_mark`, `mutable_cache`: its mark takes nothing, and it is borrowed with `&mut`.
//! - `owned_result`: the result is neither borrowed nor a boxed trait object.
//!
//! The key, in [`key`]:
//! - `names`, `not_empty`: lists name parameters that exist, once.
//! - `exclusive`: `key` and `kwargs` exclude each other; nothing is both skipped and a keyword argument.
//! - `every_parameter_is_mentioned`, `self_is_decided`, `generics_in_key`: nothing leaves the key silently.
//! - `no_unordered_set`, `no_mutable_argument`: no parameter in the key is a `HashSet`, or a `&mut`.
//!
//! What is stored, in [`stored`]:
//! - `plain_namespace`: a namespace is a text, not empty, without `:` and control characters.
//! - `whole_version`: a version that is a literal fits a `u32`.
//! - `positive_ttl`: a time to live that is a literal can be read and is more than zero.
//! - `share_of_ttl`: a jitter that is a literal is from 0 to 1, and there is a time to live.
//! - `time_after_ttl`: so is one for which an expired value may stand in, and it is more than zero.
//!
//! Tags, in [`tags`]: they are given once, and name parameters that exist.
//!
//! Here: what excludes what, switches, and paths.

mod function;
mod key;
mod stored;
mod tags;

use syn::{Expr, ExprLit, ExprPath, Lit, LitStr};

pub(crate) use self::function::CacheSource;
pub(crate) use self::key::{KeyPart, KeyPlan};
pub(crate) use self::stored::{Ttl, Version};
pub(crate) use self::tags::Tag;
use crate::args::{CachedArgs, EvictsArgs, Slot};
use crate::diag::Diag;
use crate::model::Function;

/// A function with `#[cached]` options that hold: all that expanding needs.
pub(crate) struct Cached<'f, 's> {
    pub(crate) frame: Frame<'f, 's>,
    /// `None` for the default namespace.
    pub(crate) namespace: Option<&'f LitStr>,
    pub(crate) version: Version<'f>,
    pub(crate) plan: KeyPlan<'f, 's>,
    pub(crate) ttl: Option<Ttl<'f>>,
    pub(crate) tags: Vec<Tag<'f>>,
    pub(crate) ttl_with: Option<&'f Expr>,
    pub(crate) ttl_jitter: Option<&'f Expr>,
    pub(crate) stale_if_error: Option<Ttl<'f>>,
    pub(crate) tags_with: Option<&'f Expr>,
    pub(crate) keep_if: Option<&'f Expr>,
    pub(crate) refresh: Option<&'f Expr>,
    pub(crate) enabled: Option<&'f Expr>,
    pub(crate) companion: bool,
}

/// A function with `#[evicts]` options that hold.
pub(crate) struct Evicts<'f, 's> {
    pub(crate) frame: Frame<'f, 's>,
    pub(crate) tags: Vec<Tag<'f>>,
    pub(crate) namespace: Option<&'f LitStr>,
    pub(crate) all: bool,
    pub(crate) when: When,
}

/// When an `#[evicts]` function evicts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Ok,
    Always,
    Before,
}

/// What both attributes put around a body.
pub(crate) struct Frame<'f, 's> {
    pub(crate) function: &'f Function<'s>,
    pub(crate) cache: CacheSource<'f, 's>,
    /// Another path to the runtime.
    pub(crate) root: Option<&'f ExprPath>,
}

/// Checks every rule; `None` if there is no cache to go on with, which has been reported.
pub(crate) fn cached<'f, 's>(
    args: &'f CachedArgs,
    function: &'f Function<'s>,
    diag: &mut Diag,
) -> Option<Cached<'f, 's>> {
    function::plain_function("#[cached]", function, diag);
    function::owned_result(function, diag);
    let plan = key::plan(args, function, diag);
    let namespace = args.namespace.given().and_then(|given| stored::plain_namespace(given, diag));
    let version = stored::whole_version(args, function, diag);
    let ttl = stored::positive_ttl(args, diag);
    let tags = tags::tags(&args.tag, &args.tags, function, diag);
    let companion = switch(&args.companion, diag).unwrap_or(function.receiver.is_none());
    let root = path(&args.root, diag);
    let cache = function::one_cache(&args.cache, function, diag)?;
    Some(Cached {
        frame: Frame { function, cache, root },
        namespace,
        version,
        plan,
        ttl,
        tags,
        ttl_with: args.ttl_with.value(),
        ttl_jitter: stored::share_of_ttl(args, diag),
        stale_if_error: stored::time_after_ttl(args, diag),
        tags_with: args.tags_with.value(),
        keep_if: args.keep_if.value(),
        refresh: args.refresh.value(),
        enabled: args.enabled.value(),
        companion,
    })
}

/// The same for `#[evicts]`.
pub(crate) fn evicts<'f, 's>(
    args: &'f EvictsArgs,
    function: &'f Function<'s>,
    diag: &mut Diag,
) -> Option<Evicts<'f, 's>> {
    function::plain_function("#[evicts]", function, diag);
    something_to_evict(args, function, diag);
    let tags = tags::tags(&args.tag, &args.tags, function, diag);
    let namespace = args.namespace.given().and_then(|given| stored::plain_namespace(given, diag));
    let when = when(&args.when, diag);
    let root = path(&args.root, diag);
    let cache = function::one_cache(&args.cache, function, diag)?;
    let all = args.all.given().is_some();
    Some(Evicts { frame: Frame { function, cache, root }, tags, namespace, all, when })
}

fn something_to_evict(args: &EvictsArgs, function: &Function<'_>, diag: &mut Diag) {
    let target = [&args.tag, &args.tags, &args.namespace].into_iter().find_map(Slot::given);
    match (args.all.given(), target) {
        (None, None) => diag.push(syn::Error::new(
            function.syntax.sig.fn_token.span,
            "`#[evicts]` has nothing to evict: write `tag = …`, `tags = […]`, `namespace = …` or `all`",
        )),
        (Some(all), Some(target)) => {
            diag.at(&all.key, format_args!("`all` evicts `{}` too: keep one of them", target.key));
        }
        _ => {}
    }
}

fn when(slot: &Slot<Expr>, diag: &mut Diag) -> When {
    let Some(value) = slot.value() else { return When::Ok };
    match ident(value).as_deref() {
        Some("ok") => When::Ok,
        Some("always") => When::Always,
        Some("before") => When::Before,
        _ => {
            diag.at(
                value,
                "`when` is `ok` (unless the result is an `Err`), `always` or `before`: write `when = always`",
            );
            When::Ok
        }
    }
}

fn ttl_excludes(args: &CachedArgs, diag: &mut Diag) {
    if let (Some(_), Some(with)) = (args.ttl.given(), args.ttl_with.given()) {
        diag.at(&with.key, "`ttl` and `ttl_with` exclude each other: keep the one that decides");
    }
}

fn switch(slot: &Slot<Expr>, diag: &mut Diag) -> Option<bool> {
    match slot.value()? {
        Expr::Lit(ExprLit { lit: Lit::Bool(bool), .. }) => Some(bool.value),
        other => {
            diag.at(other, "`companion` is `true` or `false`: write `companion = false`");
            None
        }
    }
}

fn path<'f>(slot: &'f Slot<Expr>, diag: &mut Diag) -> Option<&'f ExprPath> {
    match slot.value()? {
        Expr::Path(path) => Some(path),
        other => {
            diag.at(other, "`crate` is the path to this crate: write `crate = my_renamed_cache_runtime`");
            None
        }
    }
}

fn ident(value: &Expr) -> Option<String> {
    match value {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        _ => None,
    }
}

fn text(value: &Expr) -> Option<&LitStr> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text),
        _ => None,
    }
}
