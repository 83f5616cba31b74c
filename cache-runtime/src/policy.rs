//! What of an annotated function's options is only known when it runs.

use std::fmt::Display;

use crate::__private::Ttl;
use crate::{Evict, SetOptions};

/// How a value is stored, and whether.
#[derive(Debug)]
pub struct Policy {
    options: SetOptions,
    keep: bool,
}

impl Policy {
    /// Stored as these options say.
    #[must_use]
    pub fn new(options: SetOptions) -> Self {
        Self { options, keep: true }
    }

    pub(crate) fn options(self) -> SetOptions {
        SetOptions { unstored: self.options.unstored || !self.keep, ..self.options }
    }

    /// `keep_if = …`
    #[must_use]
    pub fn keep_if(self, keep: bool) -> Self {
        Self { keep, ..self }
    }

    /// `ttl_with = …`
    #[must_use]
    pub fn ttl(self, ttl: impl Ttl) -> Self {
        Self { options: self.options.ttl(ttl.ttl()), ..self }
    }

    /// `tags_with = …`
    #[must_use]
    pub fn tags(self, tags: impl IntoIterator<Item: Display>) -> Self {
        Self { options: tags.into_iter().fold(self.options, SetOptions::tag), ..self }
    }
}

/// What a user's closure makes of a value. The bound lets the closure's parameter go without a type.
pub fn with<'v, V, R>(value: &'v V, make: impl FnOnce(&'v V) -> R) -> R {
    make(value)
}

/// What an `#[evicts]` function evicts.
#[derive(Debug, Default)]
pub struct Targets {
    tags: SetOptions,
    namespace: Option<&'static str>,
    all: bool,
}

impl Targets {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The entries with this tag.
    #[must_use]
    pub fn tag(self, tag: impl Display) -> Self {
        Self { tags: self.tags.tag(tag), ..self }
    }

    /// The entries of this namespace.
    #[must_use]
    pub fn namespace(self, namespace: &'static str) -> Self {
        Self { namespace: Some(namespace), ..self }
    }

    /// All entries.
    #[must_use]
    pub fn all(self) -> Self {
        Self { all: true, ..self }
    }

    /// Evicts them. A tag that cannot be displayed might have been any, so all entries go.
    pub fn evict(self, cache: &mut (impl Evict + ?Sized)) {
        if self.all || self.tags.lacks_tag {
            cache.clear();
            return;
        }
        for tag in self.tags.tags() {
            cache.evict_tag(tag);
        }
        if let Some(namespace) = self.namespace {
            cache.evict_namespace(namespace);
        }
    }
}
