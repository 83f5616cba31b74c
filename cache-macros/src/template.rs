//! Tags that are written as texts: a parameter's name, a template, or a fixed label.

use std::fmt::Write;

/// What a text stands for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Template {
    /// Shaped like an identifier: the value of that parameter.
    Name(String),
    /// Holds braces: what `format!` makes of it, with placeholders that name these parameters in turn.
    Format {
        /// The text with each name replaced by its place in `names`.
        text: String,
        /// Each name once.
        names: Vec<String>,
    },
    /// Anything else: the text itself.
    Fixed,
}

impl Template {
    /// Reads a text; the error says what is wrong with its braces.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.contains(['{', '}']) {
            Format::default().read(text)
        } else if is_identifier(text) {
            Ok(Self::Name(text.to_owned()))
        } else {
            Ok(Self::Fixed)
        }
    }
}

pub(crate) fn is_identifier(text: &str) -> bool {
    let name = text.strip_prefix("r#").unwrap_or(text);
    name != "_"
        && !name.starts_with(|char: char| char.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(is_word)
}

fn is_word(char: char) -> bool {
    char.is_alphabetic() || char.is_ascii_digit() || char == '_'
}

/// A placeholder and what follows its closing brace, which is not the one that fills: `{x:}<5}`.
fn split_placeholder(text: &str) -> Option<(&str, &str)> {
    let colon = text.find(':').filter(|colon| text.find('}').is_none_or(|brace| colon < &brace));
    let fill = colon.and_then(|colon| text.get(colon + 1..)).map_or(0, |spec| split_fill(spec).0.len());
    let start = colon.map_or(0, |colon| colon + 1 + fill);
    let end = start + text.get(start..)?.find('}')?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

/// What is filled with and how it is aligned, which may be any character, and the rest.
fn split_fill(spec: &str) -> (&str, &str) {
    let mut chars = spec.chars();
    match (chars.next(), chars.next()) {
        (Some(_), Some('<' | '^' | '>')) => {
            spec.split_at_checked(spec.len() - chars.as_str().len()).unwrap_or(("", spec))
        }
        _ => ("", spec),
    }
}

/// A format string being rewritten from names to places.
#[derive(Default)]
struct Format {
    text: String,
    names: Vec<String>,
}

impl Format {
    fn read(mut self, text: &str) -> Result<Template, String> {
        let mut rest = text;
        while let Some((plain, brace)) = rest.find(['{', '}']).and_then(|at| rest.split_at_checked(at)) {
            self.text.push_str(plain);
            rest = if let Some(tail) = brace.strip_prefix("{{") {
                self.text.push_str("{{");
                tail
            } else if let Some(tail) = brace.strip_prefix("}}") {
                self.text.push_str("}}");
                tail
            } else if let Some((placeholder, tail)) = brace.strip_prefix('{').and_then(split_placeholder) {
                self.placeholder(placeholder)?;
                tail
            } else if brace.starts_with('{') {
                return Err("a `{` is not closed: write `{name}`, or `{{` for a brace".to_owned());
            } else {
                return Err("a `}` was not opened: write `}}` for a brace".to_owned());
            };
        }
        self.text.push_str(rest);
        Ok(Template::Format { text: self.text, names: self.names })
    }

    fn placeholder(&mut self, placeholder: &str) -> Result<(), String> {
        let (name, spec) = match placeholder.split_once(':') {
            Some((name, spec)) => (name, Some(spec)),
            None => (placeholder, None),
        };
        let place = self.place(name)?;
        let _ = write!(self.text, "{{{place}");
        if let Some(spec) = spec {
            self.text.push(':');
            self.spec(spec)?;
        }
        self.text.push('}');
        Ok(())
    }

    /// Copies what follows the colon. A width or precision may name a parameter too: `{x:>width$}`.
    fn spec(&mut self, spec: &str) -> Result<(), String> {
        let (fill, mut rest) = split_fill(spec);
        self.text.push_str(fill);
        while let Some((before, after)) = rest.split_once('$') {
            let flags = before.trim_end_matches(is_word);
            let word = before.strip_prefix(flags).unwrap_or_default();
            let name = word.trim_start_matches(|char: char| char.is_ascii_digit());
            let zeros = word.strip_suffix(name).unwrap_or_default();
            let place = self.place(name)?;
            let _ = write!(self.text, "{flags}{zeros}{place}$");
            rest = after;
        }
        self.text.push_str(rest);
        Ok(())
    }

    fn place(&mut self, name: &str) -> Result<usize, String> {
        let name = name.trim();
        if !is_identifier(name) {
            return Err(format!(
                "`{{{name}}}` names no parameter: write `{{name}}` with a parameter's name, or `{{{{` for a brace"
            ));
        }
        if let Some(place) = self.names.iter().position(|known| known == name) {
            return Ok(place);
        }
        self.names.push(name.to_owned());
        Ok(self.names.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::Template;

    fn format(text: &str, names: &[&str]) -> Template {
        Template::Format { text: text.to_owned(), names: names.iter().map(|name| (*name).to_owned()).collect() }
    }

    #[test]
    fn a_name_a_template_or_a_label() {
        assert_eq!(Template::parse("smiles"), Ok(Template::Name("smiles".to_owned())));
        assert_eq!(Template::parse("r#type"), Ok(Template::Name("r#type".to_owned())));
        for label in ["batch:1", "", "a b", "1st", "a-b", "_", "H₂O", "x²"] {
            assert_eq!(Template::parse(label), Ok(Template::Fixed), "{label}");
        }
    }

    #[test]
    fn names_become_places() {
        assert_eq!(Template::parse("molecule:{smiles}"), Ok(format("molecule:{0}", &["smiles"])));
        assert_eq!(Template::parse("{a}{b}{a}"), Ok(format("{0}{1}{0}", &["a", "b"])));
        assert_eq!(Template::parse("{a:?} {b:>08.3}"), Ok(format("{0:?} {1:>08.3}", &["a", "b"])));
        assert_eq!(Template::parse("{a:é>w$.p$}"), Ok(format("{0:é>1$.2$}", &["a", "w", "p"])));
        assert_eq!(Template::parse("{a:0w$}"), Ok(format("{0:01$}", &["a", "w"])));
        assert_eq!(Template::parse("{{a}}"), Ok(format("{{a}}", &[])));
        assert_eq!(Template::parse("{a:$>5}{b:}<w$}{c}"), Ok(format("{0:$>5}{1:}<2$}{3}", &["a", "b", "w", "c"])));
    }

    #[test]
    fn unmatched_braces_and_places_without_a_name_are_errors() {
        for text in ["{", "{a", "a}", "}{", "{}", "{0}", "{:?}", "{a.b}", "{{{a}}"] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
    }
}
