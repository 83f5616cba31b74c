//! What is part of the key. Nothing leaves it silently.

use syn::ext::IdentExt;
use syn::{Expr, GenericParam, Ident, Type};

use crate::args::{CachedArgs, Given, List};
use crate::diag::Diag;
use crate::model::{CacheChoice, Function, Param, mentions};

/// The parts of a key.
pub(crate) struct KeyPlan<'f, 's> {
    pub(crate) args: Vec<KeyPart<'f, 's>>,
    /// Sorted by name.
    pub(crate) kwargs: Vec<(String, &'f Param<'s>)>,
    /// The parameters that are no part of it, by place.
    pub(crate) skipped: Vec<usize>,
    pub(crate) skips_self: bool,
}

#[derive(Clone, Copy)]
pub(crate) enum KeyPart<'f, 's> {
    Param(&'f Param<'s>),
    Expr(&'f Expr),
}

pub(super) fn plan<'f, 's>(args: &'f CachedArgs, function: &'f Function<'s>, diag: &mut Diag) -> KeyPlan<'f, 's> {
    exclusive(args, diag);
    let skipped = args.skip.given().map(|given| names(given, function, diag)).unwrap_or_default();
    let by_name = args.kwargs.given().map(|given| names(given, function, diag)).unwrap_or_default();
    not_both(&skipped, &by_name, diag);
    let exprs = args.key.given().map(|given| {
        not_empty(given, diag);
        given.value.0.as_slice()
    });
    let positional = |param: &&Param<'_>| !is_in(&skipped, param) && !is_in(&by_name, param);
    let parts = match exprs {
        Some(exprs) => exprs.iter().map(KeyPart::Expr).collect(),
        None => function.arguments().filter(positional).map(KeyPart::Param).collect(),
    };
    let mut kwargs: Vec<(String, &Param<'_>)> =
        by_name.iter().filter_map(|named| Some((named.param?.name?.unraw().to_string(), named.param?))).collect();
    kwargs.sort_by(|(one, _), (other, _)| one.cmp(other));
    let plan = KeyPlan {
        args: parts,
        kwargs,
        skipped: skipped.iter().filter_map(|named| named.param).map(|param| param.place).collect(),
        skips_self: skipped.iter().any(|named| named.param.is_none()),
    };
    if let Some(exprs) = exprs {
        every_parameter_is_mentioned(exprs, &plan, function, diag);
    }
    self_is_decided(args, &plan, function, diag);
    no_unordered_set(&plan, function, diag);
    no_mutable_argument(&plan, diag);
    generics_in_key(&plan, function, diag);
    plan
}

fn is_in(list: &[Named<'_, '_>], param: &Param<'_>) -> bool {
    list.iter().any(|named| named.param.is_some_and(|other| other.place == param.place))
}

fn not_both(skipped: &[Named<'_, '_>], by_name: &[Named<'_, '_>], diag: &mut Diag) {
    for named in by_name {
        match named.param {
            None => diag.at(named.written, "`self` has no name to be a keyword argument: write `key(self, …)`"),
            Some(param) if is_in(skipped, param) => {
                diag.at(named.written, "it is skipped too: leave it out of `skip` or of `kwargs`");
            }
            Some(_) => {}
        }
    }
}

impl KeyPlan<'_, '_> {
    /// Whether the key depends on some identifier: by an expression that mentions it, or a parameter whose type does.
    fn mentions(&self, found: &impl Fn(&Ident) -> bool) -> bool {
        let in_args = self.args.iter().any(|part| match part {
            KeyPart::Param(param) => mentions(&param.syntax.ty, found),
            KeyPart::Expr(expr) => mentions(expr, found),
        });
        in_args || self.kwargs.iter().any(|(_, param)| mentions(&param.syntax.ty, found))
    }

    fn params(&self) -> impl Iterator<Item = &Param<'_>> {
        let positional = self.args.iter().filter_map(|part| match part {
            KeyPart::Param(param) => Some(*param),
            KeyPart::Expr(_) => None,
        });
        positional.chain(self.kwargs.iter().map(|(_, param)| *param))
    }
}

/// A parameter in a list, or `self` if it is none.
struct Named<'f, 's> {
    written: &'f Expr,
    param: Option<&'f Param<'s>>,
}

/// The parameters that a list names. What names none is reported.
fn names<'f, 's>(given: &'f Given<List>, function: &'f Function<'s>, diag: &mut Diag) -> Vec<Named<'f, 's>> {
    not_empty(given, diag);
    let mut names: Vec<Named<'f, 's>> = Vec::new();
    for written in &given.value.0 {
        let name = match written {
            Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
            _ => None,
        };
        let Some(name) = name else {
            diag.at(written, format_args!("`{}` lists parameters by name: write `{}(verbose)`", given.key, given.key));
            continue;
        };
        let is_self = name == "self" && function.receiver.is_some();
        let param = function.argument(&name);
        let is_repeated = |other: &Named<'_, '_>| match (other.param, param) {
            (None, None) => is_self,
            (one, other) => one.map(|param| param.place) == other.map(|param| param.place),
        };
        if names.iter().any(is_repeated) {
            diag.at(written, format_args!("`{name}` stands in `{}` twice: keep one of them", given.key));
        } else if param.is_some() || is_self {
            names.push(Named { written, param });
        } else {
            let (ident, instead) = (&function.syntax.sig.ident, function.other_than(&name));
            diag.at(
                written,
                format_args!("`{name}` is no parameter of `{ident}` that `{}` can name: {instead}", given.key),
            );
        }
    }
    names
}

fn not_empty(given: &Given<List>, diag: &mut Diag) {
    if given.value.0.is_empty() {
        diag.at(&given.key, format_args!("the list is empty: leave `{}` out, or name something in it", given.key));
    }
}

fn exclusive(args: &CachedArgs, diag: &mut Diag) {
    if let (Some(_), Some(kwargs)) = (args.key.given(), args.kwargs.given()) {
        diag.at(&kwargs.key, "`kwargs` and `key` exclude each other: `key` says what the whole key is, positionally");
    }
}

/// `key(a)` on `fn f(a: u32, b: u32)` would give `f(1, 2)` and `f(1, 3)` the same key.
fn every_parameter_is_mentioned(exprs: &[Expr], plan: &KeyPlan<'_, '_>, function: &Function<'_>, diag: &mut Diag) {
    for param in function.arguments().filter(|param| !plan.skipped.contains(&param.place)) {
        match param.name {
            Some(name) if exprs.iter().any(|expr| mentions(expr, &|ident| ident == name)) => {}
            Some(name) => diag.at(
                name,
                format_args!(
                    "`{name}` leaves the key silently: mention it in `key(…)`, or write `skip({name})` if results do not \
                     depend on it"
                ),
            ),
            None => diag.at(
                &param.syntax.pat,
                "a parameter that is taken apart cannot be mentioned in `key(…)`: give it a name, and take it apart in \
                 the body",
            ),
        }
    }
}

/// `S(1).m(1)` and `S(100).m(1)` must not share a result because nobody thought of `self`.
fn self_is_decided(args: &CachedArgs, plan: &KeyPlan<'_, '_>, function: &Function<'_>, diag: &mut Diag) {
    let Some(receiver) = function.receiver else { return };
    let in_key =
        plan.args.iter().any(|part| matches!(part, KeyPart::Expr(expr) if mentions(expr, &|ident| ident == "self")));
    if !in_key && !plan.skips_self {
        diag.at(
            receiver,
            "`self` is not part of the key: write `key(self, …)` if it is `Serialize`, `key(self.id, …)` for what tells \
             two of them apart, or `skip(self)` if results do not depend on it",
        );
    }
    if args.namespace.given().is_none() {
        diag.at(
            receiver,
            "a method has to name its namespace: its module and name do not tell two types apart; \
             write `namespace = \"Type.method\"`",
        );
    }
}

/// A hit would leave out what the body does to a `&mut` argument.
fn no_mutable_argument(plan: &KeyPlan<'_, '_>, diag: &mut Diag) {
    for param in plan.params().filter(|param| !param.may_be_cache) {
        if let Some(reference) = mutable_reference(&param.syntax.ty) {
            diag.at(
                reference,
                "a hit does not run the body, so it would not change this argument: return what changes, or borrow it \
                 with `&`",
            );
        }
    }
}

fn mutable_reference(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Reference(reference) if reference.mutability.is_some() => Some(ty),
        Type::Reference(reference) => mutable_reference(&reference.elem),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(mutable_reference),
        Type::Paren(paren) => mutable_reference(&paren.elem),
        Type::Group(group) => mutable_reference(&group.elem),
        _ => None,
    }
}

/// A `HashSet` serializes in an order that differs from run to run, and serde cannot tell it from a list.
fn no_unordered_set(plan: &KeyPlan<'_, '_>, function: &Function<'_>, diag: &mut Diag) {
    if !function.signature_words().any(|word| word.ends_with("HashSet")) {
        return;
    }
    for param in plan.params() {
        let ty = &*param.syntax.ty;
        if mentions(ty, &|ident| ident.to_string().ends_with("HashSet")) {
            diag.at(ty, "a `HashSet` has no order, so it cannot be part of a key: use a `BTreeSet`, or `skip` it");
        }
    }
}

/// `fn f<T: Named>(x: u32)` would give `f::<A>(1)` and `f::<B>(1)` the same key.
fn generics_in_key(plan: &KeyPlan<'_, '_>, function: &Function<'_>, diag: &mut Diag) {
    for param in &function.syntax.sig.generics.params {
        let (name, instead) = match param {
            GenericParam::Type(param) => (&param.ident, format!("key(type_name::<{}>(), …)", param.ident)),
            GenericParam::Const(param) => (&param.ident, format!("key({}, …)", param.ident)),
            GenericParam::Lifetime(_) => continue,
        };
        let is_named = |ident: &Ident| ident == name;
        let is_cache = match function.cache() {
            CacheChoice::One(cache) => mentions(&cache.syntax.ty, &is_named),
            CacheChoice::None | CacheChoice::Several(_) => false,
        };
        if !is_cache && !plan.mentions(&is_named) {
            diag.at(
                name,
                format_args!(
                    "`{name}` is not part of the key, because no parameter in it has a type that mentions `{name}`: calls \
                     with different `{name}` would share results; write `{instead}`"
                ),
            );
        }
    }
}
