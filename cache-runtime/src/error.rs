//! What can go wrong when a key is made.

use std::error::Error;
use std::fmt::{self, Display, Write};

/// Why a key could not be made.
///
/// The value was not stored anywhere and nothing was lost: a `#[cached]` function that meets this error runs its body
/// without the cache and counts it in [`CacheStats::key_errors`](crate::CacheStats::key_errors).
///
/// ```
/// use cache_runtime::{KeyErrorKind, make_cache_key};
///
/// let error = make_cache_key("run:az", 1, &("CCO",), &()).unwrap_err();
/// assert_eq!(error.kind(), KeyErrorKind::Namespace);
/// assert!(error.to_string().contains("holds a `:`"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyError {
    /// Out of the way, since it is a part of what every step of making a key returns.
    reason: Box<Reason>,
}

/// The kinds of [`KeyError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyErrorKind {
    /// The namespace is empty or holds a `:` or a control character.
    Namespace,
    /// `args` did not serialize as a sequence, nor as `()`.
    Args,
    /// `kwargs` did not serialize as a map or struct, nor as `()`.
    Kwargs,
    /// Containers are nested deeper than the key contract allows.
    TooDeep,
    /// A number is out of the range of what a key can hold.
    Number,
    /// A `Serialize` implementation reported an error of its own.
    Serialize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reason {
    Namespace(String, &'static str),
    Args(&'static str),
    Kwargs(&'static str),
    TooDeep(&'static str, u16),
    Number(String),
    Serialize(String),
}

impl KeyError {
    pub(crate) fn namespace(namespace: &str, fault: &'static str) -> Self {
        Reason::Namespace(namespace.to_owned(), fault).into()
    }

    pub(crate) fn args(found: &'static str) -> Self {
        Reason::Args(found).into()
    }

    pub(crate) fn kwargs(found: &'static str) -> Self {
        Reason::Kwargs(found).into()
    }

    pub(crate) fn too_deep(what: &'static str, limit: u16) -> Self {
        Reason::TooDeep(what, limit).into()
    }

    pub(crate) fn number(literal: &str) -> Self {
        Reason::Number(literal.to_owned()).into()
    }

    pub(crate) fn serialize(message: impl Display) -> Self {
        let mut text = String::new();
        // Not `to_string`, which panics if the message cannot be displayed.
        if write!(text, "{message}").is_err() {
            text.push_str("its error cannot be displayed");
        }
        Reason::Serialize(text).into()
    }

    /// Which kind of error this is, to match on.
    #[must_use]
    pub fn kind(&self) -> KeyErrorKind {
        match *self.reason {
            Reason::Namespace(..) => KeyErrorKind::Namespace,
            Reason::Args(_) => KeyErrorKind::Args,
            Reason::Kwargs(_) => KeyErrorKind::Kwargs,
            Reason::TooDeep(..) => KeyErrorKind::TooDeep,
            Reason::Number(_) => KeyErrorKind::Number,
            Reason::Serialize(_) => KeyErrorKind::Serialize,
        }
    }
}

impl From<Reason> for KeyError {
    fn from(reason: Reason) -> Self {
        Self { reason: Box::new(reason) }
    }
}

impl Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.reason {
            Reason::Namespace(namespace, fault) => {
                write!(f, "the namespace {namespace:?} {fault}: name it with letters, digits, `_`, `-` and `.`")
            }
            Reason::Args(found) => write!(
                f,
                "args must be a sequence (a tuple, array, slice or Vec) or `()` for none, found {found}: \
                 write `&(value,)` for one argument"
            ),
            Reason::Kwargs(found) => write!(
                f,
                "kwargs must be a map or a struct, or `()` for none, found {found}: \
                 write `&kwargs! {{ name = value }}`"
            ),
            Reason::TooDeep(what, limit) => {
                write!(f, "an argument nests more than {limit} {what}: pass a flatter value, or one that identifies it")
            }
            Reason::Number(literal) => {
                write!(f, "the number {literal} is out of the range of a 64-bit float: pass it as a string")
            }
            Reason::Serialize(message) => write!(f, "an argument could not be serialized: {message}"),
        }
    }
}

impl Error for KeyError {}

impl serde::ser::Error for KeyError {
    fn custom<T: Display>(message: T) -> Self {
        Self::serialize(message)
    }
}
