//! The syntax of `#[cached(…)]` and `#[evicts(…)]`: keys, values, duplicates.

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Expr, Ident, Token, parenthesized};

use crate::diag::Diag;
use crate::suggest;

/// The options of `#[cached(…)]` as they are written.
#[derive(Default)]
pub(crate) struct CachedArgs {
    pub(crate) namespace: Slot<Expr>,
    pub(crate) version: Slot<Expr>,
    pub(crate) ttl: Slot<Expr>,
    pub(crate) ttl_with: Slot<Expr>,
    pub(crate) ttl_jitter: Slot<Expr>,
    pub(crate) stale_if_error: Slot<Expr>,
    pub(crate) tag: Slot<Expr>,
    pub(crate) tags: Slot<Expr>,
    pub(crate) tags_with: Slot<Expr>,
    pub(crate) skip: Slot<List>,
    pub(crate) kwargs: Slot<List>,
    pub(crate) key: Slot<List>,
    pub(crate) keep_if: Slot<Expr>,
    pub(crate) refresh: Slot<Expr>,
    pub(crate) enabled: Slot<Expr>,
    pub(crate) companion: Slot<Expr>,
    pub(crate) cache: Slot<Expr>,
    pub(crate) root: Slot<Expr>,
}

/// The options of `#[evicts(…)]` as they are written.
#[derive(Default)]
pub(crate) struct EvictsArgs {
    pub(crate) tag: Slot<Expr>,
    pub(crate) tags: Slot<Expr>,
    pub(crate) namespace: Slot<Expr>,
    pub(crate) all: Slot<Flag>,
    pub(crate) when: Slot<Expr>,
    pub(crate) cache: Slot<Expr>,
    pub(crate) root: Slot<Expr>,
}

/// An attribute's options: one line each.
pub(crate) trait Options: Default {
    /// The attribute, as it is written.
    const ATTRIBUTE: &str;
    const KNOWN: &[&str];

    /// Where the option of that name goes.
    fn slot(&mut self, name: &str) -> Option<AnySlot<'_>>;
}

impl Options for CachedArgs {
    const ATTRIBUTE: &str = "#[cached]";
    const KNOWN: &[&str] = &[
        "namespace",
        "version",
        "ttl",
        "ttl_with",
        "ttl_jitter",
        "stale_if_error",
        "tag",
        "tags",
        "tags_with",
        "skip",
        "kwargs",
        "key",
        "keep_if",
        "refresh",
        "enabled",
        "companion",
        "cache",
        "crate",
    ];

    fn slot(&mut self, name: &str) -> Option<AnySlot<'_>> {
        Some(match name {
            "namespace" => AnySlot::Value(&mut self.namespace),
            "version" => AnySlot::Value(&mut self.version),
            "ttl" => AnySlot::Value(&mut self.ttl),
            "ttl_with" => AnySlot::Value(&mut self.ttl_with),
            "ttl_jitter" => AnySlot::Value(&mut self.ttl_jitter),
            "stale_if_error" => AnySlot::Value(&mut self.stale_if_error),
            "tag" => AnySlot::Value(&mut self.tag),
            "tags" => AnySlot::Value(&mut self.tags),
            "tags_with" => AnySlot::Value(&mut self.tags_with),
            "skip" => AnySlot::List(&mut self.skip),
            "kwargs" => AnySlot::List(&mut self.kwargs),
            "key" => AnySlot::List(&mut self.key),
            "keep_if" => AnySlot::Value(&mut self.keep_if),
            "refresh" => AnySlot::Value(&mut self.refresh),
            "enabled" => AnySlot::Value(&mut self.enabled),
            "companion" => AnySlot::Value(&mut self.companion),
            "cache" => AnySlot::Value(&mut self.cache),
            "crate" => AnySlot::Value(&mut self.root),
            _ => return None,
        })
    }
}

impl Options for EvictsArgs {
    const ATTRIBUTE: &str = "#[evicts]";
    const KNOWN: &[&str] = &["tag", "tags", "namespace", "all", "when", "cache", "crate"];

    fn slot(&mut self, name: &str) -> Option<AnySlot<'_>> {
        Some(match name {
            "tag" => AnySlot::Value(&mut self.tag),
            "tags" => AnySlot::Value(&mut self.tags),
            "namespace" => AnySlot::Value(&mut self.namespace),
            "all" => AnySlot::Flag(&mut self.all),
            "when" => AnySlot::Value(&mut self.when),
            "cache" => AnySlot::Value(&mut self.cache),
            "crate" => AnySlot::Value(&mut self.root),
            _ => return None,
        })
    }
}

/// Reads what it can; what it cannot is reported, and skipped up to the next comma.
pub(crate) fn parse<O: Options>(tokens: TokenStream, diag: &mut Diag) -> O {
    let mut options = O::default();
    let parsed = (|input: ParseStream<'_>| {
        while !input.is_empty() {
            let option = input.parse::<WrittenOption>().and_then(|option| {
                // An option ends at a comma; what follows it otherwise is reported, and the option dropped with it.
                if input.is_empty() || input.peek(Token![,]) {
                    Ok(option)
                } else {
                    Err(input.error("expected `,`: options are separated by commas"))
                }
            });
            match option {
                Ok(option) => fill(&mut options, option, diag),
                Err(error) => {
                    diag.push(error);
                    skip_to_comma(input);
                }
            }
            let _ = input.parse::<Option<Token![,]>>();
        }
        Ok(())
    })
    .parse2(tokens);
    if let Err(error) = parsed {
        diag.push(error);
    }
    options
}

fn fill<O: Options>(options: &mut O, WrittenOption { key, value }: WrittenOption, diag: &mut Diag) {
    let name = key.to_string();
    match (options.slot(&name), value) {
        (Some(AnySlot::Value(slot)), Written::Value(value)) => slot.fill(key, value, diag),
        (Some(AnySlot::List(slot)), Written::List(list)) => slot.fill(key, list, diag),
        (Some(AnySlot::Flag(slot)), Written::Flag) => slot.fill(key, Flag, diag),
        (Some(AnySlot::Value(_)), _) => diag.at(&key, format_args!("`{name}` takes a value: write `{name} = …`")),
        (Some(AnySlot::List(_)), _) => diag.at(&key, format_args!("`{name}` takes a list: write `{name}(…)`")),
        (Some(AnySlot::Flag(_)), _) => diag.at(&key, format_args!("`{name}` takes no value: write `{name}` alone")),
        (None, _) => {
            let instead = suggest::nearest(&name, O::KNOWN).map_or_else(
                || format!("it knows {}", suggest::list(O::KNOWN)),
                |near| format!("did you mean `{near}`?"),
            );
            diag.at(&key, format_args!("`{}` has no option `{name}`: {instead}", O::ATTRIBUTE));
        }
    }
}

/// One `key = value`, `key(list)` or `key`.
struct WrittenOption {
    key: Ident,
    value: Written,
}

enum Written {
    Value(Expr),
    List(List),
    Flag,
}

impl Parse for WrittenOption {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(Ident::peek_any) {
            return Err(input.error("expected an option: write `key = value`, such as `ttl = 3600`"));
        }
        let key = input.call(Ident::parse_any)?;
        let value = if input.parse::<Option<Token![=]>>()?.is_some() {
            Written::Value(ungrouped(input.parse()?))
        } else if input.peek(syn::token::Paren) {
            let list;
            parenthesized!(list in input);
            Written::List(List(list.parse_terminated(Expr::parse, Token![,])?.into_iter().map(ungrouped).collect()))
        } else {
            Written::Flag
        };
        Ok(Self { key, value })
    }
}

/// The expression behind parentheses, or behind what a `macro_rules!` passes on as one.
fn ungrouped(expr: Expr) -> Expr {
    match expr {
        Expr::Group(group) => ungrouped(*group.expr),
        Expr::Paren(paren) => ungrouped(*paren.expr),
        Expr::Array(mut list) => {
            list.elems = std::mem::take(&mut list.elems).into_iter().map(ungrouped).collect();
            Expr::Array(list)
        }
        other => other,
    }
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        let _ = input.parse::<TokenTree>();
    }
}

/// The expressions in the parentheses of an option.
pub(crate) struct List(pub(crate) Vec<Expr>);

/// An option that is there or not.
pub(crate) struct Flag;

/// The slot of an option, by the shape that the option has.
pub(crate) enum AnySlot<'a> {
    Value(&'a mut Slot<Expr>),
    List(&'a mut Slot<List>),
    Flag(&'a mut Slot<Flag>),
}

/// An option that may be given once.
pub(crate) struct Slot<T> {
    given: Option<Given<T>>,
}

/// An option that was given.
pub(crate) struct Given<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
}

impl<T> Slot<T> {
    fn fill(&mut self, key: Ident, value: T, diag: &mut Diag) {
        if self.given.is_some() {
            diag.at(&key, format_args!("`{key}` is given twice: keep one of them"));
        } else {
            self.given = Some(Given { key, value });
        }
    }

    pub(crate) fn given(&self) -> Option<&Given<T>> {
        self.given.as_ref()
    }

    pub(crate) fn value(&self) -> Option<&T> {
        self.given.as_ref().map(|given| &given.value)
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { given: None }
    }
}
