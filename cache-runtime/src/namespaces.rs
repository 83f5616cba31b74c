//! Namespaces, and which function came by one without naming it.

use std::any::TypeId;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How a function came by its namespace.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Namespace<'a> {
    /// The attribute names it. Functions that name the same one share entries on purpose.
    Named(&'static str),
    /// It is the path of the function, which another function may have too, in another scope of the same module.
    Default { module: &'a str, name: &'a str, function: TypeId },
}

impl<'a> Namespace<'a> {
    /// The namespace as it stands in a key: `module.path.function` if it is not named.
    pub(crate) fn text(self) -> Cow<'a, str> {
        match self {
            Self::Named(namespace) => namespace.into(),
            Self::Default { module, name, .. } => [&module.replace("::", "."), ".", name].concat().into(),
        }
    }
}

/// Whose calls have one namespace.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Holder {
    /// All functions that name it.
    Namesakes(&'static str),
    Function(TypeId),
}

impl Holder {
    pub(crate) fn of(namespace: Namespace<'_>) -> Self {
        match namespace {
            Namespace::Named(namespace) => Self::Namesakes(namespace),
            Namespace::Default { function, .. } => Self::Function(function),
        }
    }

    #[inline]
    pub(crate) fn has(self, namespace: Namespace<'_>) -> bool {
        match (self, namespace) {
            // Mostly it is the very same text, which need not be read.
            (Self::Namesakes(ours), Namespace::Named(its)) => {
                (ours.as_ptr() == its.as_ptr() && ours.len() == its.len()) || are_equal(ours, its)
            }
            (Self::Function(ours), Namespace::Default { function, .. }) => ours == function,
            _ => false,
        }
    }
}

// Apart, so that a hit has less to keep.
#[inline(never)]
fn are_equal(one: &str, other: &str) -> bool {
    one == other
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
    pub(crate) fn admit(&mut self, namespace: Namespace<'_>, text: &str, version: u32) -> bool {
        let Namespace::Default { function, .. } = namespace else { return true };
        self.owner(text, version, function) == function
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

    use super::{Holder, Namespace, Owners};

    fn unnamed<F: 'static>(name: &str) -> Namespace<'_> {
        Namespace::Default { module: "my_crate::module", name, function: TypeId::of::<F>() }
    }

    #[test]
    fn the_default_namespace_is_the_dotted_path() {
        assert_eq!(unnamed::<()>("né").text(), "my_crate.module.né");
        assert_eq!(Namespace::Named("run_az").text(), "run_az");
    }

    #[test]
    fn a_name_is_the_same_wherever_it_lies() {
        let (ours, elsewhere) = ("run_az", String::from("run_az").leak());
        let holder = Holder::of(Namespace::Named(ours));
        assert!(holder.has(Namespace::Named(ours)) && holder.has(Namespace::Named(elsewhere)));
        assert!(!holder.has(Namespace::Named(&ours[..3])) && !holder.has(Namespace::Named("run_ay")));
        let function = Holder::of(unnamed::<u8>("run_az"));
        assert!(function.has(unnamed::<u8>("run_az")) && !function.has(unnamed::<u16>("run_az")));
        assert!(!function.has(Namespace::Named(ours)) && !holder.has(unnamed::<u8>("run_az")));
    }

    #[test]
    fn a_default_namespace_belongs_to_the_first_of_each_version() {
        let mut owners = Owners::default();
        assert!(owners.admit(unnamed::<u8>("f"), "f", 1));
        assert!(!owners.admit(unnamed::<u16>("f"), "f", 1));
        assert!(owners.admit(unnamed::<u16>("f"), "f", 2));
        assert!(owners.admit(unnamed::<u8>("f"), "f", 1));
        assert!(owners.admit(Namespace::Named("f"), "f", 1));
    }
}
