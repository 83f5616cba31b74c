//! How a [`CacheManager`] answers the calls of cached functions.

use std::sync::Arc;

use crate::call::Lookup;
use crate::canonical::Bytes;
use crate::clock::Tick;
use crate::family::Family;
use crate::generation::Begun;
use crate::manager::{Fresh, LookedUp};
use crate::name::Key;
use crate::observe::{may_take_long, tell_of_other};
use crate::reading::Reading;
use crate::values::{Held, fits, offer};
use crate::{Begin, Cache, CacheManager, Call, Claim, Evict, LookupOutcome, Never, SetOptions, SharedError};

/// A call that missed and whose result may be stored.
///
/// It owns what storing needs; the arguments may be gone by then.
#[derive(Debug)]
pub struct ManagerClaim(Option<Open>);

impl Claim for ManagerClaim {}

#[derive(Debug)]
struct Open {
    key: Key,
    looked_up: LookedUp,
    instance: u64,
    begun: Begun,
    outcome: LookupOutcome,
    started: Tick,
}

/// What is known of a call that is answered slowly.
#[derive(Clone, Copy)]
struct Sought {
    /// None if its entry was guessed.
    hash: Option<u64>,
    is_not_found: bool,
}

impl ManagerClaim {
    /// A call that runs without the cache.
    const VOID: Self = Self(None);
}

#[diagnostic::do_not_recommend]
impl<V: Clone + Send + Sync + 'static> Cache<V> for CacheManager {
    type Claim = ManagerClaim;
    type Wait = Never;

    fn begin(&mut self, call: &Call<'_>) -> Begin<V, ManagerClaim> {
        if call.lookup() == Lookup::Bypass || self.is_disabled() {
            return self.begin_without(call);
        }
        let family = match self.families.of(call, &mut self.owners, &mut self.ledger) {
            Ok(family) => family,
            Err(refused) => return self.run_without(call, refused),
        };
        if call.write(&mut self.scratch).is_err() {
            self.ledger.by(family.account).count(LookupOutcome::KeyError);
            return self.run_without(call, LookupOutcome::KeyError);
        }
        let read = if !family.reads_clock() {
            Reading::NONE
        } else if self.misses_ahead > 0 {
            // Those need the time itself, which here need not wait for the index.
            self.misses_ahead -= 1;
            Reading::exact(self.clock.read())
        } else {
            self.clock.glance()
        };
        let arguments = &*self.scratch.bytes;
        let consults = call.lookup() == Lookup::Consult;
        let guessed = match self.stride.next() {
            Some(slot) if consults => self.entries.find_call_in(slot, family, arguments),
            _ => None,
        };
        // What is guessed right needs no hash.
        let (found, hash) = if guessed.is_some() {
            (guessed, None)
        } else {
            let hash = self.entries.hash_call(family, self.entries.hash_arguments(arguments));
            (if consults { self.entries.find_call(family, arguments, hash) } else { None }, Some(hash))
        };
        let sought = Sought { hash, is_not_found: consults && found.is_none() };
        if let Some((slot, stored)) = found
            && Self::is_live(&mut self.now, &self.clock, read, stored)
            && let Some(value) = self.entries.value_of::<V>(slot, stored, call.instance_of()).map(Held::get)
        {
            self.stride.note(slot);
            self.ledger.by(family.account).hits += 1;
            self.last_lookup = Some(LookupOutcome::Hit);
            family.tell(arguments, self.traces_arguments, LookupOutcome::Hit);
            // Nothing is in disorder if this, which is a user's code, panics.
            let value = value.clone();
            self.entries.touch(slot);
            return Begin::Hit(value);
        }
        let family = Arc::clone(family);
        self.begin_slowly(call, family, sought, read)
    }

    fn finish(&mut self, claim: ManagerClaim, value: &V, options: SetOptions) {
        let Some(open) = claim.0 else { return };
        let now = self.count_body(&open);
        let Open { key, looked_up, instance, begun, .. } = open;
        if !options.unstored && self.is_fresh(key.name(), &options, &begun) {
            let (name, looked_up) = (key.name(), Some(looked_up));
            offer(
                || value.clone(),
                fits::<V>(),
                |offer| {
                    self.store(Fresh { name, offer, instance, looked_up }, options, now);
                },
            );
        }
        self.take_back(key);
        self.settle();
    }

    fn stale(&mut self, claim: &ManagerClaim) -> Option<V> {
        let open = claim.0.as_ref()?;
        let standing = self.find_stale::<V>(open.key.name(), open.instance);
        self.settle();
        self.standing_value::<V>(standing?, open.instance).map(|value| value.get().clone())
    }

    fn decline(&mut self, claim: ManagerClaim, _: Option<SharedError>) {
        if let Some(open) = claim.0 {
            self.count_body(&open);
            self.take_back(open.key);
        }
    }
}

impl Evict for CacheManager {
    fn evict_tag(&mut self, tag: &str) -> usize {
        Self::evict_tag(self, tag)
    }

    fn evict_namespace(&mut self, namespace: &str) -> usize {
        Self::evict_namespace(self, namespace)
    }

    fn clear(&mut self) {
        Self::clear(self);
    }
}

impl CacheManager {
    /// After a miss, so many calls are likely to miss, too.
    const MISSES_AHEAD: u8 = 4;

    /// Answers a call that is not to be looked up, nor its result to be stored.
    #[cold]
    fn begin_without<V>(&mut self, call: &Call<'_>) -> Begin<V, ManagerClaim> {
        if call.lookup() == Lookup::Bypass {
            return self.run_without(call, LookupOutcome::Bypassed);
        }
        // Every call misses, as in a cache that forgets at once.
        self.ledger.of(&call.namespace()).count(LookupOutcome::Absent);
        self.run_without(call, LookupOutcome::Absent)
    }

    /// Answers a call whose arguments have been written, and whose value is not there, or not where it was looked for first.
    // Apart, so that a hit has less to keep.
    #[inline(never)]
    fn begin_slowly<V: Clone + 'static>(
        &mut self,
        call: &Call<'_>,
        family: Arc<Family>,
        sought: Sought,
        read: Reading,
    ) -> Begin<V, ManagerClaim> {
        // The body may need space for arguments too, so they leave with theirs, and it comes back with the result.
        let key = Key::Call(family, self.scratch.bytes.take());
        let hash = sought.hash.unwrap_or_else(|| self.entries.hash(key.name()));
        // Nor may its key have anything that was set by hand, or remains of what has expired.
        let is_absent = sought.is_not_found && self.has_nothing_else();
        let looked_up = LookedUp { hash, absent_at: is_absent.then_some(self.entries.added()) };
        let instance = call.instance_of();
        let outcome = if call.lookup() == Lookup::Refresh {
            LookupOutcome::Refreshed
        } else if looked_up.absent_at.is_some() {
            LookupOutcome::Absent
        } else {
            match self.look_up::<V>(key.name(), instance) {
                Ok(slot) => {
                    self.tell(&key, LookupOutcome::Hit);
                    self.take_back(key);
                    self.settle();
                    return match self.value_at::<V>(slot, instance) {
                        Some(value) => Begin::Hit(value.clone()),
                        None => Begin::Miss(ManagerClaim::VOID),
                    };
                }
                Err(miss) => miss,
            }
        };
        self.count(key.name(), outcome);
        self.misses_ahead = Self::MISSES_AHEAD;
        self.tell(&key, outcome);
        // Those who are told take their time, which is not the body's.
        let read = read.time().map(|read| Self::note(&mut self.now, read));
        let started = read.filter(|_| !may_take_long()).unwrap_or_else(|| self.read_clock());
        let begun = self.generations.begin();
        // What has expired, and was found to be, is a user's to drop.
        let claim = ManagerClaim(Some(Open { key, looked_up, instance, begun, outcome, started }));
        self.settle();
        Begin::Miss(claim)
    }

    /// Answers a call that has nothing to do with what is stored; it has been counted.
    fn run_without<V>(&mut self, call: &Call<'_>, outcome: LookupOutcome) -> Begin<V, ManagerClaim> {
        self.last_lookup = Some(outcome);
        tell_of_other(&call.namespace(), call.version(), outcome);
        Begin::Miss(ManagerClaim::VOID)
    }

    /// Space for arguments comes back.
    fn take_back(&mut self, key: Key) {
        if let Key::Call(_, arguments) = key
            && self.scratch.bytes.capacity() < arguments.capacity()
        {
            self.scratch.bytes = Bytes::in_space_of(arguments);
            self.scratch.shrink();
        }
    }

    fn tell(&self, key: &Key, outcome: LookupOutcome) {
        if let Key::Call(family, arguments) = key {
            family.tell(arguments, self.traces_arguments, outcome);
        }
    }

    /// Counts a body that has ended, and says when.
    fn count_body(&mut self, open: &Open) -> Tick {
        let now = self.read_clock();
        let took = now.since(open.started);
        let account = open.key.name().account(&mut self.ledger);
        self.ledger.by(account).count_body(took);
        self.last_lookup = Some(open.outcome);
        now
    }
}

#[cfg(test)]
mod tests {
    use crate::__private::named;
    use crate::{Begin, Cache, CacheManager, SetOptions};

    fn is_hit(cache: &mut CacheManager, x: u32) -> bool {
        match Cache::<u32>::begin(cache, &named("f", 1, &[&x])) {
            Begin::Hit(value) => value == x,
            Begin::Miss(claim) => {
                cache.finish(claim, &x, SetOptions::new());
                false
            }
            Begin::Wait(never) => match never {},
        }
    }

    #[test]
    fn calls_in_order_are_found_without_their_hashes() {
        let mut cache = CacheManager::new();
        assert!((0..10).all(|x| !is_hit(&mut cache, x)));
        assert!((0..5).all(|x| is_hit(&mut cache, x)));
        cache.entries.forget_calls();
        assert!((5..10).all(|x| is_hit(&mut cache, x)));
        assert!(!is_hit(&mut cache, 2));
    }
}
