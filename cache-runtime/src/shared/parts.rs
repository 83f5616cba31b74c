//! The parts of a shared cache, which are locked one by one, and who is looked for in which.

use std::borrow::Borrow;
use std::iter::once;
use std::sync::atomic::{AtomicBool, Ordering};

use super::call_key::CallKey;
use super::shard::Shard;
use super::sync::{ReadGuard, SharedLock, WriteGuard, read, write};
use crate::entries::is_made;
use crate::fingerprint::Seed;
use crate::removed::Removed;

/// The parts of one cache: at least one. What is removed from them is dropped when none is locked any more.
pub(super) struct Parts {
    first: Part,
    others: Box<[Part]>,
    /// That of all parts, so that one hash says where a call is looked for, and there.
    seed: Seed,
    /// Whether a value was set by hand under a key that a call may have, since the cache was cleared.
    has_orphans: AtomicBool,
}

/// What is locked on its own.
type Part = SharedLock<Shard>;

/// All parts, locked.
struct Locked<'p> {
    first: WriteGuard<'p, Shard>,
    others: Vec<WriteGuard<'p, Shard>>,
}

impl Parts {
    pub(super) fn new(first: Shard, others: impl IntoIterator<Item = Shard>) -> Self {
        let seed = Seed::random();
        let part = |mut shard: Shard| {
            shard.manager.entries.reseed(seed);
            SharedLock::new(shard)
        };
        let others = others.into_iter().map(part).collect();
        Self { first: part(first), others, seed, has_orphans: AtomicBool::new(false) }
    }

    pub(super) fn len(&self) -> usize {
        1 + self.others.len()
    }

    /// The hash of a call's arguments, for [`read_call`](Self::read_call).
    #[inline]
    pub(super) fn hash(&self, arguments: &[u8]) -> u64 {
        self.seed.hash(arguments)
    }

    /// Locks the part of the calls whose arguments have this hash, to look one up there while others may do so too.
    #[inline]
    pub(super) fn read_call(&self, hash: u64) -> ReadGuard<'_, Shard> {
        read(self.part(self.place(hash)))
    }

    /// The same for a key that was picked by hand: `None` if a call may have it, since then it may be in any part.
    pub(super) fn read_text(&self, text: &str) -> Option<ReadGuard<'_, Shard>> {
        (!is_made(text)).then(|| self.read_call(self.hash(text.as_bytes())))
    }

    /// Does something to the part of the calls whose arguments have this hash.
    pub(super) fn at_call<R>(&self, hash: u64, act: impl FnOnce(&mut Shard) -> R) -> R {
        self.at(self.place(hash), act)
    }

    /// Does something to the part of a text. What a call has stored, whose key prints so, may be in any part.
    pub(super) fn at_text<R>(&self, text: &str, act: impl FnOnce(&mut Shard) -> R) -> R {
        let place = self.place(self.hash(text.as_bytes()));
        if !is_made(text) || self.others.is_empty() {
            return self.at(place, act);
        }
        self.all_at_once(|shards| {
            // All that is held of one key is in one part.
            let holder = shards.iter_mut().position(|shard| shard.manager.holds(text));
            act(shards.get_mut(holder.unwrap_or(place)))
        })
    }

    /// Does something to a part, whichever.
    pub(super) fn at_any<R>(&self, act: impl FnOnce(&mut Shard) -> R) -> R {
        self.at(0, act)
    }

    /// Does something to the part of a call, which by then holds what may have been set by hand under the call's key.
    pub(super) fn at_home<K: Borrow<CallKey>, R>(&self, of: K, act: impl FnOnce(&mut Shard, K) -> R) -> R {
        let acted = self.at_call(of.borrow().hash, |shard| {
            // Asked while the part is locked: whoever sets a value from now on finds in it what is stored now.
            if self.have_orphans() { Err((of, act)) } else { Ok(act(shard, of)) }
        });
        acted.unwrap_or_else(|(of, act)| self.adopt(of, act))
    }

    /// Brings an entry that was set by hand under the key of a call to where the call looks for it, and goes on there.
    fn adopt<K: Borrow<CallKey>, R>(&self, of: K, act: impl FnOnce(&mut Shard, K) -> R) -> R {
        let (text, home) = (of.borrow().name().to_cache_key(), self.place(of.borrow().hash));
        self.all_at_once(|shards| {
            let others = shards.iter_mut().enumerate().filter(|(place, _)| *place != home);
            let handed_over = others.map(|(_, shard)| shard).find_map(|shard| shard.manager.hand_over(text.as_str()));
            let shard = shards.get_mut(home);
            if let Some(entry) = handed_over {
                shard.manager.take_over(entry, of.borrow().name().to_key());
            }
            act(shard, of)
        })
    }

    /// A value is about to be set by hand under this text, whose part is locked: calls look for it only if this says so.
    pub(super) fn expect_orphan(&self, text: &str) {
        if is_made(text) {
            self.has_orphans.store(true, Ordering::SeqCst);
        }
    }

    /// Whether values may have been set by hand under keys of calls. While a part is locked, none is set of its calls.
    pub(super) fn have_orphans(&self) -> bool {
        self.has_orphans.load(Ordering::SeqCst)
    }

    /// All parts are being emptied, and none can be filled meanwhile.
    pub(super) fn forget_orphans(&self) {
        self.has_orphans.store(false, Ordering::SeqCst);
    }

    /// Does something while all parts are locked; the sum of what that gives. A body that began in one of them after it was
    /// evicted, and then read another one before that was, would store what it made of old data.
    pub(super) fn everywhere_at_once(&self, act: impl FnMut(&mut Shard) -> usize) -> usize {
        self.all_at_once(|shards| shards.iter_mut().map(act).sum())
    }

    /// Does something to every part in turn; the sum of what that gives.
    pub(super) fn everywhere(&self, mut act: impl FnMut(&mut Shard) -> usize) -> usize {
        let mut removed = Removed::default();
        let mut sum = 0;
        for shard in self.iter() {
            let mut shard = write(shard);
            sum += act(&mut shard);
            removed.add(shard.manager.removed.take());
        }
        // A user's code, which may panic, runs when all parts are done.
        removed.settle();
        sum
    }

    fn all_at_once<R>(&self, act: impl FnOnce(&mut Locked<'_>) -> R) -> R {
        let first = write(&self.first);
        let mut shards = Locked { first, others: self.others.iter().map(write).collect() };
        let mut removed = Removed::default();
        let result = act(&mut shards);
        for shard in shards.iter_mut() {
            removed.add(shard.manager.removed.take());
        }
        drop(shards);
        removed.settle();
        result
    }

    fn at<R>(&self, place: usize, act: impl FnOnce(&mut Shard) -> R) -> R {
        let mut shard = write(self.part(place));
        let result = act(&mut shard);
        if shard.manager.removed.are_none() {
            return result;
        }
        let removed = shard.manager.removed.take();
        drop(shard);
        removed.settle();
        result
    }

    fn part(&self, place: usize) -> &Part {
        place.checked_sub(1).and_then(|place| self.others.get(place)).unwrap_or(&self.first)
    }

    fn iter(&self) -> impl Iterator<Item = &Part> {
        once(&self.first).chain(&self.others)
    }

    /// A hash's lower half says where: indexes use the upper one.
    fn place(&self, hash: u64) -> usize {
        let [a, b, c, d, ..] = hash.to_le_bytes();
        // That share of all parts: a division would take longer.
        let place = (u64::from(u32::from_le_bytes([a, b, c, d])) * self.len() as u64) >> 32;
        usize::try_from(place).unwrap_or(0)
    }
}

impl Locked<'_> {
    fn iter_mut(&mut self) -> impl Iterator<Item = &mut Shard> {
        once(&mut *self.first).chain(self.others.iter_mut().map(|shard| &mut **shard))
    }

    fn get_mut(&mut self, place: usize) -> &mut Shard {
        let other = place.checked_sub(1).and_then(|place| self.others.get_mut(place));
        other.map_or(&mut self.first, |shard| shard)
    }
}
