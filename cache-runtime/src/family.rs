//! Functions whose calls have the same keys: those of one namespace and version.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::call::Call;
use crate::entry::FamilyNumber;
use crate::key::{check_namespace, key_of_call};
use crate::ledger::{AccountId, Ledger};
use crate::namespaces::{Holder, Namespace, Owners};
use crate::observe::{Counters, trace};
use crate::{CacheKey, LookupOutcome};

/// What the calls of a family have in common.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) namespace: Arc<str>,
    version: u32,
    pub(crate) account: AccountId,
    /// Another number for each family of a cache.
    pub(crate) number: FamilyNumber,
    /// Whether results of its calls have had a time to live.
    expires: AtomicBool,
    counters: Counters,
}

#[cfg(test)]
impl Family {
    pub(crate) fn for_tests(namespace: &str, number: u32) -> Self {
        let number = FamilyNumber::new(number).unwrap_or(FamilyNumber::MIN);
        let account = AccountId::default();
        let (expires, counters) = Default::default();
        Self { namespace: namespace.into(), version: 1, account, number, expires, counters }
    }
}

impl Family {
    /// Whether a call had better read the clock before it looks its result up. On many processors reading it waits for all
    /// that is still under way, and a look-up ends in waiting for memory.
    #[inline]
    pub(crate) fn reads_clock(&self) -> bool {
        self.expires.load(Ordering::Relaxed)
    }

    /// A result is stored that expires.
    pub(crate) fn expect_expiry(&self) {
        if !self.reads_clock() {
            self.expires.store(true, Ordering::Relaxed);
        }
    }

    /// Tells of a call with these arguments, which are told if they are asked for.
    pub(crate) fn tell(&self, arguments: &[u8], traces_arguments: bool, outcome: LookupOutcome) {
        trace(&self.namespace, self.version, traces_arguments.then_some(arguments), outcome);
        self.counters.count(&self.namespace, outcome);
    }

    /// The key of the call with these arguments, as [`Call::write`] writes them.
    pub(crate) fn key(&self, arguments: &[u8]) -> CacheKey {
        key_of_call(&self.namespace, self.version, arguments)
    }
}

/// The families that a cache knows, and whether their functions may use it.
#[derive(Debug, Default)]
pub(crate) struct Families {
    members: Vec<Member>,
    /// The function that was called last, which is likely to be called next, where one owner calls.
    last: usize,
    by_namespace: HashMap<Box<str>, Vec<usize>>,
    by_function: HashMap<(TypeId, u32), usize>,
}

/// A function, or all that name one namespace and version.
#[derive(Debug)]
struct Member {
    holder: Holder,
    family: Arc<Family>,
    /// Why its calls run without the cache, if they do.
    refused: Option<LookupOutcome>,
}

impl Member {
    #[inline]
    fn makes(&self, call: &Call<'_>) -> bool {
        self.family.version == call.version() && self.holder.has(call.namespace_as_given())
    }
}

impl Families {
    /// The family of a call, or why it has to run without the cache, which is counted.
    #[inline]
    pub(crate) fn of(
        &mut self,
        call: &Call<'_>,
        owners: &mut Owners,
        ledger: &mut Ledger,
    ) -> Result<&Arc<Family>, LookupOutcome> {
        if !self.members.get(self.last).is_some_and(|last| last.refused.is_none() && last.makes(call)) {
            self.turn_to(call, owners, ledger)?;
        }
        self.members.get(self.last).map(|last| &last.family).ok_or(LookupOutcome::Absent)
    }

    /// The family of a call that has called before, and may use the cache.
    #[cfg(feature = "shared")]
    #[inline]
    pub(crate) fn known(&self, call: &Call<'_>) -> Option<&Arc<Family>> {
        /// So many are compared sooner than one is looked up.
        const FEW: usize = 8;
        let among_few = self.members.iter().take(FEW).find(|member| member.makes(call));
        let member = among_few.or_else(|| self.members.get(self.find(call)?))?;
        member.refused.is_none().then_some(&member.family)
    }

    /// Another function calls than the one before, or one that may not use the cache.
    // Apart, since all that every call does is in line.
    #[inline(never)]
    fn turn_to(&mut self, call: &Call<'_>, owners: &mut Owners, ledger: &mut Ledger) -> Result<(), LookupOutcome> {
        if !self.members.get(self.last).is_some_and(|last| last.makes(call)) {
            self.last = self.find(call).unwrap_or_else(|| self.found(call, owners, ledger));
        }
        let Some(Member { family, refused: Some(refused), .. }) = self.members.get(self.last) else { return Ok(()) };
        ledger.by(family.account).count(*refused);
        Err(*refused)
    }

    fn find(&self, call: &Call<'_>) -> Option<usize> {
        match call.namespace_as_given() {
            Namespace::Named(namespace) => self.among(namespace, |member| member.makes(call)),
            Namespace::Default { function, .. } => self.by_function.get(&(function, call.version())).copied(),
        }
    }

    /// The first member of a namespace that is such.
    fn among(&self, namespace: &str, is_such: impl Fn(&Member) -> bool) -> Option<usize> {
        let mut places = self.by_namespace.get(namespace)?.iter().copied();
        places.find(|place| self.members.get(*place).is_some_and(&is_such))
    }

    /// Registers a function that calls for the first time.
    fn found(&mut self, call: &Call<'_>, owners: &mut Owners, ledger: &mut Ledger) -> usize {
        let (namespace, version) = (call.namespace(), call.version());
        let account = ledger.account(&namespace);
        let relative = self.among(&namespace, |member| member.family.version == version);
        let family = match relative.and_then(|place| self.members.get(place)) {
            Some(member) => Arc::clone(&member.family),
            None => Arc::new(Family {
                namespace: ledger.name_of(account, &namespace),
                version,
                account,
                number: u32::try_from(self.members.len())
                    .map_or(FamilyNumber::MAX, |number| FamilyNumber::MIN.saturating_add(number)),
                expires: AtomicBool::new(false),
                counters: Counters::default(),
            }),
        };
        let refused = if check_namespace(&namespace).is_err() {
            Some(LookupOutcome::KeyError)
        } else {
            let is_admitted = owners.admit(call.namespace_as_given(), &namespace, version);
            (!is_admitted).then_some(LookupOutcome::NamespaceConflict)
        };
        let place = self.members.len();
        self.by_namespace.entry(namespace.as_ref().into()).or_default().push(place);
        let holder = Holder::of(call.namespace_as_given());
        if let Holder::Function(function) = holder {
            self.by_function.insert((function, version), place);
        }
        self.members.push(Member { holder, family, refused });
        place
    }
}
