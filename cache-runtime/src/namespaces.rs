//! Which function came by a namespace without naming it.

use std::any::TypeId;
use std::collections::HashMap;

/// How a function came by its namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The attribute names it. Functions that name the same one share entries on purpose.
    Named,
    /// It is the module and name of this function, which another function may have too.
    Default(TypeId),
}

/// The first function that came by each default namespace and version.
#[derive(Debug, Default)]
pub(crate) struct Owners(HashMap<Box<str>, Vec<(u32, TypeId)>>);

impl Owners {
    /// Whether the function may use the namespace; the first to ask may from then on.
    pub(crate) fn admit(&mut self, namespace: &str, version: u32, origin: Origin) -> bool {
        let Origin::Default(function) = origin else { return true };
        if !self.0.contains_key(namespace) {
            self.0.insert(namespace.into(), vec![(version, function)]);
            return true;
        }
        let Some(owners) = self.0.get_mut(namespace) else { return true };
        if let Some((_, owner)) = owners.iter().find(|(owned, _)| *owned == version) {
            return *owner == function;
        }
        owners.push((version, function));
        true
    }
}
