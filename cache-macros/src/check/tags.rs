//! Tags: which they are, and that the parameters they name exist.

use syn::{Expr, ExprCall, Ident, LitStr};

use super::text;
use crate::args::Slot;
use crate::diag::Diag;
use crate::model::Function;
use crate::template::Template;

pub(crate) enum Tag<'f> {
    Fixed(&'f LitStr),
    /// A format string for the values of these parameters.
    Format(String, Vec<Ident>),
    Expr(&'f Expr),
}

/// `tag` is one tag, `tags` a list of them.
pub(super) fn tags<'f>(
    tag: &'f Slot<Expr>,
    tags: &'f Slot<Expr>,
    function: &'f Function<'_>,
    diag: &mut Diag,
) -> Vec<Tag<'f>> {
    let one = tag.value().and_then(|value| one_tag(value, "tag = ", function, diag));
    let Some(list) = tags.value() else { return one.into_iter().collect() };
    if let Some(tag) = tag.given() {
        diag.at(&tag.key, "`tag` and `tags` exclude each other: put this tag into the list of `tags`");
    }
    match list {
        Expr::Array(list) if list.elems.is_empty() => {
            diag.at(list, "the list of tags is empty: name a tag, or leave `tags` out");
            Vec::new()
        }
        Expr::Array(list) => list.elems.iter().filter_map(|value| one_tag(value, "", function, diag)).collect(),
        other => {
            diag.at(other, "`tags` is a list: write `tags = [\"smiles\", fixed(\"all\")]`, or `tag = …` for one");
            Vec::new()
        }
    }
}

/// One tag: a text, `fixed("label")`, or an expression that displays as one. `option` is what stands before it.
fn one_tag<'f>(value: &'f Expr, option: &str, function: &Function<'_>, diag: &mut Diag) -> Option<Tag<'f>> {
    if let Some(call) = fixed(value) {
        let label = label(call);
        if label.is_none() {
            diag.at(value, "`fixed` takes one text: write `fixed(\"molecules\")`");
        }
        return label.map(Tag::Fixed);
    }
    let Some(text) = text(value) else {
        if let Expr::Lit(_) = value {
            diag.at(value, "a tag is a text: write `\"smiles\"` or `fixed(\"molecules\")`");
            return None;
        }
        return Some(Tag::Expr(value));
    };
    match Template::parse(&text.value()) {
        Ok(Template::Fixed) => Some(Tag::Fixed(text)),
        Ok(Template::Name(name)) => {
            let param = names_parameter(&name, (text, option), function, diag)?;
            Some(Tag::Format("{}".to_owned(), vec![param]))
        }
        Ok(Template::Format { text: format, names }) => {
            let params: Vec<_> =
                names.iter().filter_map(|name| names_parameter(name, (text, option), function, diag)).collect();
            (params.len() == names.len()).then_some(Tag::Format(format, params))
        }
        Err(fault) => {
            diag.at(text, fault);
            None
        }
    }
}

fn names_parameter(
    name: &str,
    (text, option): (&LitStr, &str),
    function: &Function<'_>,
    diag: &mut Diag,
) -> Option<Ident> {
    if let Some(param) = function.argument(name) {
        return Some(param.binding.clone());
    }
    let (ident, known) = (&function.syntax.sig.ident, function.other_than(name));
    let instead = if text.value() == name {
        format!("for a fixed label write `{option}fixed(\"{name}\")`")
    } else {
        "for a brace write `{{`".to_owned()
    };
    diag.at(text, format_args!("`{name}` is no parameter of `{ident}` that a tag can name: {instead}; {known}"));
    None
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
