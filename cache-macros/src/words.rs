//! The identifiers that occur in some tokens, read once: every look at a token is a call into the compiler.

use std::borrow::Borrow;
use std::mem::take;

use proc_macro2::{Delimiter, TokenTree};

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
    pub(crate) fn among<T: Borrow<TokenTree>>(tokens: impl IntoIterator<Item = T>) -> Self {
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

    fn read<T: Borrow<TokenTree>>(&mut self, tokens: impl IntoIterator<Item = T>, in_item: bool) {
        // After a keyword of an item, up to the braces or the semicolon that end it.
        let mut item = in_item;
        let mut before = Before::Other;
        // After a name and a `!`, unless what follows is the `=` of a `!=`.
        let mut in_call = false;
        for token in tokens {
            let token = token.borrow();
            self.may_return |=
                take(&mut in_call) && !matches!(token, TokenTree::Punct(punct) if punct.as_char() == '=');
            let before = std::mem::replace(&mut before, Before::of(token));
            match token {
                TokenTree::Ident(ident) => {
                    let ident = ident.to_string();
                    self.may_return |= matches!(ident.as_str(), "return" | "become" | "yeet");
                    item |= matches!(ident.as_str(), "impl" | "trait" | "struct" | "enum" | "union" | "macro_rules");
                    self.has_self |= !item && ident == "Self";
                    self.idents.push(ident);
                }
                TokenTree::Group(group) => {
                    self.read(group.stream(), item);
                    item &= in_item || group.delimiter() != Delimiter::Brace;
                }
                TokenTree::Punct(punct) => {
                    self.may_return |= punct.as_char() == '?';
                    in_call = punct.as_char() == '!' && self.may_be_macro(&before);
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

    /// Whether what stands before a `!` is the name of a macro that may return from the function.
    fn may_be_macro(&self, before: &Before) -> bool {
        let name = self.idents.last().map_or("", String::as_str);
        match before {
            Before::Ident => !NEVER_RETURN.contains(&name) && !BEFORE_NOT.contains(&name),
            Before::Fragment => true,
            Before::Other => false,
        }
    }
}

/// What stands before a token.
enum Before {
    /// The last identifier that was read.
    Ident,
    /// What a `macro_rules!` passes on.
    Fragment,
    Other,
}

impl Before {
    fn of(token: &TokenTree) -> Self {
        match token {
            TokenTree::Ident(_) => Self::Ident,
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => Self::Fragment,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::{Punct, Spacing, TokenTree};
    use quote::quote;

    use super::Words;

    #[test]
    fn names_are_found_wherever_they_are() {
        let words = Words::among::<TokenTree>(quote!({
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
        assert!(stays.iter().all(|body| !Words::among::<TokenTree>(body.clone()).may_return()));
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
            quote!({ do yeet 1 }),
        ];
        assert!(leaves.iter().all(|body| Words::among::<TokenTree>(body.clone()).may_return()));
        // What comes from a `macro_rules!` may keep the spacing that it had there.
        let joint = TokenTree::Punct(Punct::new('!', Spacing::Joint));
        let call = quote!(bail).into_iter().chain([joint]).chain(quote!((7)));
        assert!(Words::among::<TokenTree>(call).may_return());
    }

    #[test]
    fn self_of_an_item_is_not_the_functions() {
        assert!(Words::among::<TokenTree>(quote!({ Self::new() })).has_self());
        assert!(
            Words::among::<TokenTree>(quote!({
                struct A;
                let x = [Self::B];
            }))
            .has_self()
        );
        assert!(
            !Words::among::<TokenTree>(quote!({
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
            Words::among::<TokenTree>(quote!({
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
