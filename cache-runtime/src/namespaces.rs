//! Functions, their namespaces, and which came by one without naming it.

use std::any::TypeId;
use std::borrow::Cow;
use std::collections::HashMap;
use std::ptr;
use std::sync::{Arc, Mutex, PoisonError};

/// The namespace and the version of a function that names them.
///
/// That and the other are in a program's constants, so that calls of one function are told by where they lie.
pub type Named = (&'static str, u32);

/// The module of a function that names no namespace, its name there and its version.
pub type Unnamed = (&'static str, &'static str, u32);

/// A function, as far as its calls have something in common.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Function {
    /// The attribute names the namespace. Functions that name the same one share entries on purpose.
    Named(&'static Named),
    /// The namespace is the path of the function, which another may have too, in another scope of the same module. So it has a
    /// type of its own.
    Unnamed(&'static Unnamed, TypeId),
}

impl Function {
    /// The namespace as it stands in a key: `module.path.function` if it is not named.
    pub(crate) fn namespace(self) -> Cow<'static, str> {
        match self {
            Self::Named((namespace, _)) => (*namespace).into(),
            Self::Unnamed((module, name, _), _) => [&module.replace("::", "."), ".", name].concat().into(),
        }
    }

    pub(crate) fn version(self) -> u32 {
        match self {
            Self::Named((_, version)) | Self::Unnamed((.., version), _) => *version,
        }
    }

    /// Whether calls of both have keys in common, and may have.
    #[inline]
    pub(crate) fn is_one_with(&self, other: &Self) -> bool {
        match (self, other) {
            // Mostly it is the very same, which need not be read.
            (Self::Named(this), Self::Named(that)) if ptr::eq(*this, *that) => true,
            (Self::Unnamed(this, own), Self::Unnamed(that, its)) if ptr::eq(*this, *that) && own == its => true,
            _ => self.reads_like(other),
        }
    }

    /// The same, by what they are.
    #[inline(never)]
    fn reads_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Named(this), Self::Named(that)) => this == that,
            (Self::Unnamed((.., version), own), Self::Unnamed((.., its_version), its)) => {
                own == its && version == its_version
            }
            _ => false,
        }
    }
}

/// The first function that came by each default namespace and version.
#[derive(Debug, Default)]
pub(crate) struct Owners {
    known: HashMap<Box<str>, Vec<(u32, TypeId)>>,
    /// Those of all parts of one cache, which are asked about what is not known here.
    all: Option<Arc<Mutex<Owners>>>,
}

impl Owners {
    /// The owners that a part of a cache knows.
    #[cfg(feature = "shared")]
    pub(crate) fn among(all: &Arc<Mutex<Self>>) -> Self {
        Self { known: HashMap::new(), all: Some(Arc::clone(all)) }
    }

    /// Whether the function may use its namespace, which reads as `text`; the first to ask may from then on.
    pub(crate) fn admit(&mut self, function: Function, namespace: &str) -> bool {
        let Function::Unnamed((.., version), own) = function else { return true };
        self.owner(namespace, *version, own) == own
    }

    /// The function that owns a namespace: this one, if none does yet.
    fn owner(&mut self, text: &str, version: u32, function: TypeId) -> TypeId {
        if let Some((_, owner)) = self.known.get(text).into_iter().flatten().find(|(owned, _)| *owned == version) {
            return *owner;
        }
        let asked = self.all.as_ref().map(|all| all.lock().unwrap_or_else(PoisonError::into_inner));
        let owner = asked.map_or(function, |mut all| all.owner(text, version, function));
        self.known.entry(text.into()).or_default().push((version, owner));
        owner
    }
}

#[cfg(test)]
mod tests {
    use std::any::TypeId;

    use super::{Function, Owners, Unnamed};

    fn unnamed<F: 'static>(unnamed: &'static Unnamed) -> Function {
        Function::Unnamed(unnamed, TypeId::of::<F>())
    }

    #[test]
    fn the_default_namespace_is_the_dotted_path() {
        assert_eq!(unnamed::<()>(&("my_crate::module", "né", 1)).namespace(), "my_crate.module.né");
        assert_eq!(Function::Named(&("run_az", 1)).namespace(), "run_az");
    }

    #[test]
    fn functions_are_one_by_what_their_keys_have_in_common() {
        // Each of them lies elsewhere.
        let named = [("f", 1), ("f", 1), ("f", 2), ("g", 1)].map(|named| Function::Named(Box::leak(Box::new(named))));
        let of = |unnamed: Unnamed| -> &'static Unnamed { Box::leak(Box::new(unnamed)) };
        let [first, same, later] = [1, 1, 2].map(|version| of(("m", "f", version)));
        let functions = [
            named.as_slice(),
            &[unnamed::<u8>(first), unnamed::<u8>(same), unnamed::<u8>(later), unnamed::<u16>(first)],
        ]
        .concat();
        for (place, function) in functions.iter().enumerate() {
            for (other, its) in functions.iter().enumerate() {
                let is_one = place == other || matches!((place, other), (0, 1) | (1, 0) | (4, 5) | (5, 4));
                assert_eq!(function.is_one_with(its), is_one, "{function:?} and {its:?}");
            }
        }
    }

    #[test]
    fn a_default_namespace_belongs_to_the_first_of_each_version() {
        let mut owners = Owners::default();
        assert!(owners.admit(unnamed::<u8>(&("", "f", 1)), "f"));
        assert!(!owners.admit(unnamed::<u16>(&("", "f", 1)), "f"));
        assert!(owners.admit(unnamed::<u16>(&("", "f", 2)), "f"));
        assert!(owners.admit(unnamed::<u8>(&("", "f", 1)), "f"));
        assert!(owners.admit(Function::Named(&("f", 1)), "f"));
    }
}
