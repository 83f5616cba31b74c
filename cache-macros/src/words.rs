//! The identifiers that occur in some tokens, read once: every look at a token is a call into the compiler.

use std::collections::HashSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;

#[derive(Default)]
pub(crate) struct Words {
    idents: HashSet<String>,
    /// Literals that may be format strings.
    templates: Vec<String>,
    /// Whether there is a `Self` that is not of an item among the tokens.
    has_self: bool,
}

impl Words {
    pub(crate) fn of(syntax: &impl ToTokens) -> Self {
        let mut words = Self::default();
        words.read(syntax.to_token_stream(), false);
        words
    }

    /// Whether the identifier occurs.
    pub(crate) fn has(&self, ident: &str) -> bool {
        self.idents.contains(ident)
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

    fn read(&mut self, tokens: TokenStream, in_item: bool) {
        // After a keyword of an item, up to the braces or the semicolon that end it.
        let mut item = in_item;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    let ident = ident.to_string();
                    item |= matches!(ident.as_str(), "impl" | "trait" | "struct" | "enum" | "union" | "macro_rules");
                    self.has_self |= !item && ident == "Self";
                    self.idents.insert(ident);
                }
                TokenTree::Group(group) => {
                    self.read(group.stream(), item);
                    item &= in_item || group.delimiter() != Delimiter::Brace;
                }
                TokenTree::Punct(punct) => item &= in_item || punct.as_char() != ';',
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

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::Words;

    #[test]
    fn names_are_found_wherever_they_are() {
        let words = Words::of(&quote!({
            f(a, [b.c]);
            format!("{d:?} {{e}}", r#type = 1)
        }));
        assert!(["f", "a", "b", "c", "r#type"].iter().all(|name| words.use_name(name)));
        assert!(words.use_name("d") && !words.has("d") && !words.has("x"));
    }

    #[test]
    fn self_of_an_item_is_not_the_functions() {
        assert!(Words::of(&quote!({ Self::new() })).has_self());
        assert!(
            Words::of(&quote!({
                struct A;
                let x = [Self::B];
            }))
            .has_self()
        );
        assert!(
            !Words::of(&quote!({
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
            Words::of(&quote!({
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
