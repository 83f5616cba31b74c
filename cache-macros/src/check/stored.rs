//! Under which name and for how long results are stored.

use std::time::Duration;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, ExprLit, ExprUnary, Lit, LitStr, UnOp};

use super::{text, ttl_excludes};
use crate::args::{CachedArgs, Given};
use crate::diag::Diag;
use crate::duration;
use crate::model::Function;

pub(crate) enum Version<'f> {
    Default,
    Expr(&'f Expr),
    /// The fingerprint of the function.
    Auto(u32),
}

pub(crate) enum Ttl<'f> {
    Constant(Duration),
    Expr(&'f Expr),
}

/// The rule of the runtime's keys, told at compile time.
pub(super) fn plain_namespace<'f>(given: &'f Given<Expr>, diag: &mut Diag) -> Option<&'f LitStr> {
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

pub(super) fn whole_version<'f>(args: &'f CachedArgs, function: &Function<'_>, diag: &mut Diag) -> Version<'f> {
    let Some(value) = args.version.value() else { return Version::Default };
    let fits = match value {
        Expr::Path(path) if path.path.is_ident("auto") => return Version::Auto(fingerprint(function)),
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) => int.base10_parse::<u32>().is_ok(),
        Expr::Lit(_) | Expr::Unary(ExprUnary { op: UnOp::Neg(_), .. }) => false,
        _ => true,
    };
    if !fits {
        diag.at(
            value,
            "a version is a whole number from 0 to 4294967295: write `version = 2`, or `version = auto` for one that \
             changes with the function",
        );
    }
    Version::Expr(value)
}

/// A number that changes with the tokens of the function, and not with comments, formatting or attributes (FNV-1a, 32
/// bits: it has to be the same with every compiler for ever).
fn fingerprint(function: &Function<'_>) -> u32 {
    let mut hash = Fnv(0x811c_9dc5);
    hash.tokens(function.syntax.sig.to_token_stream());
    hash.tokens(function.syntax.body.to_token_stream());
    hash.0
}

struct Fnv(u32);

impl Fnv {
    fn text(&mut self, text: &str) {
        // The byte at the end keeps `ab c` and `a bc` apart.
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        self.list(&Vec::from_iter(tokens));
    }

    fn group(&mut self, group: &Group) {
        let [open, close] = match group.delimiter() {
            Delimiter::Parenthesis => ["(", ")"],
            Delimiter::Brace => ["{", "}"],
            Delimiter::Bracket => ["[", "]"],
            Delimiter::None => ["", ""],
        };
        let tokens = Vec::from_iter(group.stream());
        let commas = tokens.iter().filter(|token| is_comma(token)).count();
        self.text(open);
        // Formatters put a comma before the closing delimiter. One alone may be what makes a tuple.
        match tokens.as_slice() {
            [but_last @ .., last] if is_comma(last) && commas > 1 => self.list(but_last),
            all => self.list(all),
        }
        self.text(close);
    }

    fn list(&mut self, tokens: &[TokenTree]) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.group(group),
                other => self.text(&other.to_string()),
            }
        }
    }
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')
}

pub(super) fn positive_ttl<'f>(args: &'f CachedArgs, diag: &mut Diag) -> Option<Ttl<'f>> {
    ttl_excludes(args, diag);
    let zero = "a time to live of zero stores nothing: write a longer one, or remove `#[cached]`";
    positive_time(args.ttl.value()?, "a time to live", zero, diag)
}

pub(super) fn time_after_ttl<'f>(args: &'f CachedArgs, diag: &mut Diag) -> Option<Ttl<'f>> {
    let given = args.stale_if_error.given()?;
    if args.ttl.given().is_none() && args.ttl_with.given().is_none() {
        diag.at(&given.key, "what lives for ever never expires: write `ttl = …` too, or remove `stale_if_error`");
    }
    let zero = "after a time of zero nothing stands in: write a longer one, or remove `stale_if_error`";
    positive_time(&given.value, "a time", zero, diag)
}

fn positive_time<'f>(value: &'f Expr, what: &str, zero: &str, diag: &mut Diag) -> Option<Ttl<'f>> {
    let read = match value {
        Expr::Lit(ExprLit { lit, .. }) => literal_ttl(lit),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) if matches!(**expr, Expr::Lit(_)) => {
            Err("it is negative: write a positive number of seconds".to_owned())
        }
        _ => return Some(Ttl::Expr(value)),
    };
    match read {
        Ok(Duration::ZERO) => {
            diag.at(value, zero);
            None
        }
        Ok(ttl) => Some(Ttl::Constant(ttl)),
        Err(fault) => {
            diag.at(value, format_args!("not {what}: {fault}"));
            None
        }
    }
}

pub(super) fn share_of_ttl<'f>(args: &'f CachedArgs, diag: &mut Diag) -> Option<&'f Expr> {
    let given = args.ttl_jitter.given()?;
    if args.ttl.given().is_none() && args.ttl_with.given().is_none() {
        diag.at(&given.key, "there is no time to live to shorten: write `ttl = …` too, or remove `ttl_jitter`");
    }
    let share = match &given.value {
        Expr::Lit(ExprLit { lit: Lit::Float(float), .. }) => float.base10_parse::<f64>().ok(),
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) => int.base10_parse::<u8>().ok().map(f64::from),
        Expr::Lit(_) | Expr::Unary(ExprUnary { op: UnOp::Neg(_), .. }) => None,
        _ => return Some(&given.value),
    };
    if share.is_none_or(|share| share > 1.0) {
        diag.at(
            &given.value,
            "not a share of the time to live: write a number from 0 to 1, such as `ttl_jitter = 0.1`",
        );
        return None;
    }
    Some(&given.value)
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
