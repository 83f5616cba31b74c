//! What names an entry: a text, or a call whose key is only made when someone asks for it.

use std::sync::Arc;

use crate::CacheKey;
use crate::family::Family;
use crate::fingerprint::Seed;
use crate::ledger::{AccountId, Ledger};

/// What names an entry that is not in a cache, or not yet.
#[derive(Debug, Clone)]
pub(crate) enum Key {
    /// A call of a family, by what [`Call::write`](crate::Call) writes of its arguments.
    Call(Arc<Family>, Vec<u8>),
    /// A key that was given as such.
    Text(CacheKey),
}

/// The same, borrowed.
#[derive(Clone, Copy)]
pub(crate) enum Name<'k> {
    Call(&'k Arc<Family>, &'k [u8]),
    Text(&'k str),
}

impl Key {
    pub(crate) fn name(&self) -> Name<'_> {
        match self {
            Self::Call(family, arguments) => Name::Call(family, arguments),
            Self::Text(key) => Name::Text(key.as_str()),
        }
    }
}

impl Name<'_> {
    /// The bytes behind it.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Call(_, arguments) => arguments,
            Self::Text(text) => text.as_bytes(),
        }
    }

    /// The key as it prints. Of a call that is a SHA-256.
    pub(crate) fn to_cache_key(self) -> CacheKey {
        match self {
            Self::Call(family, arguments) => family.key(arguments),
            Self::Text(text) => text.into(),
        }
    }

    #[inline]
    pub(crate) fn hash(&self, seed: &Seed) -> u64 {
        match self {
            Self::Call(family, arguments) => seed.of_family(family.number, seed.hash(arguments)),
            Self::Text(text) => seed.hash(text.as_bytes()),
        }
    }

    /// What is done with the entry is counted there.
    pub(crate) fn account(&self, ledger: &mut Ledger) -> AccountId {
        match self {
            // A family may be another cache's, if a body puts a new one in its place.
            Self::Call(family, _) => ledger.account_if(family.account, &family.namespace),
            Self::Text(text) => ledger.account_at(text),
        }
    }

    pub(crate) fn to_key(self) -> Key {
        match self {
            Self::Call(family, arguments) => Key::Call(Arc::clone(family), arguments.into()),
            Self::Text(text) => Key::Text(text.into()),
        }
    }
}
