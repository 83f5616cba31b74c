//! Namespaces, and which function came by one without naming it.

use std::any::TypeId;
use std::borrow::Cow;
use std::collections::HashMap;

/// How a function came by its namespace.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Namespace<'a> {
    /// The attribute names it. Functions that name the same one share entries on purpose.
    Named(&'a str),
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

/// The first function that came by each default namespace and version.
#[derive(Debug, Default)]
pub(crate) struct Owners(HashMap<Box<str>, Vec<(u32, TypeId)>>);

impl Owners {
    /// Whether the function may use its namespace, which reads as `text`; the first to ask may from then on.
    pub(crate) fn admit(&mut self, namespace: Namespace<'_>, text: &str, version: u32) -> bool {
        let Namespace::Default { function, .. } = namespace else { return true };
        if !self.0.contains_key(text) {
            self.0.insert(text.into(), vec![(version, function)]);
            return true;
        }
        let Some(owners) = self.0.get_mut(text) else { return true };
        if let Some((_, owner)) = owners.iter().find(|(owned, _)| *owned == version) {
            return *owner == function;
        }
        owners.push((version, function));
        true
    }
}

#[cfg(test)]
mod tests {
    use std::any::TypeId;

    use super::{Namespace, Owners};

    fn unnamed<F: 'static>(name: &str) -> Namespace<'_> {
        Namespace::Default { module: "my_crate::module", name, function: TypeId::of::<F>() }
    }

    #[test]
    fn the_default_namespace_is_the_dotted_path() {
        assert_eq!(unnamed::<()>("né").text(), "my_crate.module.né");
        assert_eq!(Namespace::Named("run_az").text(), "run_az");
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
