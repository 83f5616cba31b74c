//! What a cache has done, by namespace.

use std::collections::HashMap;
use std::ptr;
use std::sync::Arc;

use crate::CacheStats;

/// Names an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AccountId(usize);

#[cfg(feature = "shared")]
impl AccountId {
    /// Its number: small ones are given first.
    pub(crate) fn place(self) -> usize {
        self.0.wrapping_add(1)
    }

    /// The account of that number.
    pub(crate) fn at(place: usize) -> Self {
        Self(place.wrapping_sub(1))
    }
}

impl Default for AccountId {
    /// That of keys picked by hand.
    fn default() -> Self {
        Self(usize::MAX)
    }
}

/// One account for each namespace, and one for keys picked by hand.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    places: HashMap<Arc<str>, usize>,
    accounts: Vec<(Arc<str>, CacheStats)>,
    /// The account that was used last, which is likely to be used next.
    last: usize,
    others: CacheStats,
}

impl Ledger {
    /// Namespaces beyond so many share the account of keys picked by hand, so that the accounts take little space whatever
    /// the keys.
    const MOST: usize = 1 << 10;

    /// What names the account of a key.
    pub(crate) fn account_at(&mut self, key: &str) -> AccountId {
        self.account(namespace_of(key))
    }

    /// The account of a namespace.
    pub(crate) fn of(&mut self, namespace: &str) -> &mut CacheStats {
        let id = self.account(namespace);
        self.by(id)
    }

    /// What names the account of a namespace.
    pub(crate) fn account(&mut self, namespace: &str) -> AccountId {
        if namespace.is_empty() {
            return AccountId::default();
        }
        if self.accounts.get(self.last).is_none_or(|(name, _)| **name != *namespace) {
            self.last = match self.places.get(namespace) {
                Some(place) => *place,
                None => self.open(namespace),
            };
        }
        AccountId(self.last)
    }

    /// The same where it most likely is known.
    pub(crate) fn account_if(&mut self, likely: AccountId, namespace: &str) -> AccountId {
        match self.accounts.get(likely.0) {
            // Most often it is not only an equal text, but the very same.
            Some((name, _)) if ptr::eq(&raw const **name, &raw const *namespace) || **name == *namespace => likely,
            _ => self.account(namespace),
        }
    }

    /// The namespace as the account that it has, if it has one, is named.
    pub(crate) fn name_of(&self, account: AccountId, namespace: &str) -> Arc<str> {
        self.accounts.get(account.0).map_or_else(|| namespace.into(), |(name, _)| Arc::clone(name))
    }

    /// An account by its name.
    #[inline]
    pub(crate) fn by(&mut self, id: AccountId) -> &mut CacheStats {
        self.accounts.get_mut(id.0).map_or(&mut self.others, |(_, account)| account)
    }

    /// Opens an account, if there is space for one; its place.
    fn open(&mut self, namespace: &str) -> usize {
        let place = self.accounts.len();
        if place < Self::MOST {
            let name: Arc<str> = namespace.into();
            self.places.insert(Arc::clone(&name), place);
            self.accounts.push((name, CacheStats::default()));
        }
        place
    }

    /// All accounts together.
    pub(crate) fn total(&self) -> CacheStats {
        let mut total = self.others.clone();
        for (_, account) in &self.accounts {
            total.add(account);
        }
        total
    }

    /// Each account, with the name of its namespace.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&str, &CacheStats)> {
        self.accounts.iter().map(|(name, account)| (&**name, account))
    }
}

/// The namespace of a made key, and nothing of another. It is less strict than `CacheKey::namespace`, but fast.
pub(crate) fn namespace_of(key: &str) -> &str {
    let prefix = key.len().checked_sub(65).and_then(|at| key.get(..at)).filter(|_| key.starts_with('v'));
    prefix.and_then(|prefix| prefix.split_once(':')).map_or("", |(_, namespace)| namespace)
}

#[cfg(test)]
mod tests {
    use super::{Ledger, namespace_of};
    use crate::make_cache_key;

    #[test]
    fn the_namespace_is_that_of_the_key() {
        let key = make_cache_key("run_az", 12, &(1,), &()).unwrap();
        assert_eq!(Some(namespace_of(key.as_str())), key.namespace());
        assert_eq!(["", "demo", "v1:run_az:", "vé"].map(namespace_of), [""; 4]);
    }

    #[test]
    fn accounts_are_bounded() {
        let mut ledger = Ledger::default();
        for n in 0..3_000 {
            ledger.of(&n.to_string()).hits += 1;
        }
        ledger.of("7").hits += 1;
        ledger.of("").misses += 1;
        assert_eq!((ledger.total().hits, ledger.total().misses, ledger.each().count()), (3_001, 1, Ledger::MOST));
        assert_eq!(ledger.each().find(|(name, _)| *name == "7").map(|(_, account)| account.hits), Some(2));
    }
}
