//! The identifiers that occur in some tokens, read once: every look at a token is a call into the compiler.

use proc_macro2::{Delimiter, Spacing, TokenTree};

#[derive(Default)]
pub(crate) struct Words {
    idents: Vec<String>,
    /// Literals that may be format strings.
    templates: Vec<String>,
    /// Whether there is a `Self` that is not of an item among the tokens.
    has_self: bool,
    /// Whether there is a `return`, a `?`, or a macro call that may hide one.
    may_return: bool,
}

/// The macros of the standard library that return from no function. Should one of these names stand for a user's macro
/// that does, the value it returns is not stored.
const NEVER_RETURN: [&str; 17] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "concat",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprintln",
    "format",
    "format_args",
    "include_str",
    "matches",
    "println",
    "vec",
    "write",
    "writeln",
];

/// What may stand before a `!` that negates.
const BEFORE_NOT: [&str; 6] = ["break", "else", "if", "in", "match", "while"];

impl Words {
    pub(crate) fn among(tokens: impl IntoIterator<Item = TokenTree>) -> Self {
        let mut words = Self::default();
        words.read(tokens, false);
        words
    }

    /// Whether the identifier occurs.
    pub(crate) fn has(&self, ident: &str) -> bool {
        self.idents.iter().any(|known| known == ident)
    }

    /// Whether any identifier is such.
    pub(crate) fn any(&self, found: impl Fn(&str) -> bool) -> bool {
        self.idents.iter().any(|ident| found(ident))
    }

    /// Whether the identifier occurs, or is captured by a format string.
    pub(crate) fn use_name(&self, name: &str) -> bool {
        let placeholder = format!("{{{}", name.strip_prefix("r#").unwrap_or(name));
        self.has(name) || self.templates.iter().any(|template| template.contains(&placeholder))
    }

    pub(crate) fn has_self(&self) -> bool {
        self.has_self
    }

    /// Whether a function with these tokens as its body may be left otherwise than by the body's end.
    pub(crate) fn may_return(&self) -> bool {
        self.may_return
    }

    fn read(&mut self, tokens: impl IntoIterator<Item = TokenTree>, in_item: bool) {
        // After a keyword of an item, up to the braces or the semicolon that end it.
        let mut item = in_item;
        let mut before = None;
        for token in tokens {
            let before = before.replace(token.clone());
            match token {
                TokenTree::Ident(ident) => {
                    let ident = ident.to_string();
                    self.may_return |= ident == "return";
                    item |= matches!(ident.as_str(), "impl" | "trait" | "struct" | "enum" | "union" | "macro_rules");
                    self.has_self |= !item && ident == "Self";
                    self.idents.push(ident);
                }
                TokenTree::Group(group) => {
                    self.read(group.stream(), item);
                    item &= in_item || group.delimiter() != Delimiter::Brace;
                }
                TokenTree::Punct(punct) => {
                    self.may_return |= match punct.as_char() {
                        '?' => true,
                        '!' if punct.spacing() == Spacing::Alone => before.is_some_and(|before| may_be_macro(&before)),
                        _ => false,
                    };
                    item &= in_item || punct.as_char() != ';';
                }
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    if text.contains('{') {
                        self.templates.push(text);
                    }
                }
            }
        }
    }
}

/// Whether the token before a `!` is the name of a macro that may return from the function.
fn may_be_macro(name: &TokenTree) -> bool {
    match name {
        TokenTree::Ident(ident) => !NEVER_RETURN.iter().chain(&BEFORE_NOT).any(|name| ident == name),
        TokenTree::Group(group) => group.delimiter() == Delimiter::None,
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::Words;

    #[test]
    fn names_are_found_wherever_they_are() {
        let words = Words::among(quote!({
            f(a, [b.c]);
            format!("{d:?} {{e}}", r#type = 1)
        }));
        assert!(["f", "a", "b", "c", "r#type"].iter().all(|name| words.use_name(name)));
        assert!(words.use_name("d") && !words.has("d") && !words.has("x"));
    }

    #[test]
    fn a_body_that_may_return_is_told() {
        let stays = [
            quote!({ if !a && b != c { vec![d != e] } else { format!("{x}") } }),
            quote!({
                while !(a) {
                    assert!(!b)
                }
            }),
        ];
        assert!(stays.iter().all(|body| !Words::among(body.clone()).may_return()));
        let leaves = [
            quote!({
                return 1;
            }),
            quote!({ format!("{}", a?) }),
            quote!({ bail!("x") }),
            quote!({
                a.map(|x| {
                    return x;
                })
            }),
            quote!({ my::try_it!(x) }),
        ];
        assert!(leaves.iter().all(|body| Words::among(body.clone()).may_return()));
    }

    #[test]
    fn self_of_an_item_is_not_the_functions() {
        assert!(Words::among(quote!({ Self::new() })).has_self());
        assert!(
            Words::among(quote!({
                struct A;
                let x = [Self::B];
            }))
            .has_self()
        );
        assert!(
            !Words::among(quote!({
                impl A {
                    fn f() -> Self {
                        Self(1)
                    }
                }
                x()
            }))
            .has_self()
        );
        assert!(
            Words::among(quote!({
                impl A {
                    fn f() -> Self {
                        Self(1)
                    }
                }
                Self::x()
            }))
            .has_self()
        );
    }
}
