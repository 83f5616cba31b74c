//! Hits, which threads count without waiting for each other.

use std::collections::BTreeSet;
use std::mem;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::ledger::{AccountId, Ledger};

/// Counts that are not yet in their accounts.
#[derive(Debug, Default)]
pub(super) struct Hits {
    /// For so many accounts each: those of one thread lie together, and in no line of the processors' caches with another's.
    rows: Vec<Row>,
}

const ACCOUNTS: usize = 16;

#[derive(Debug, Default)]
struct Row {
    /// Each of these is one thread's, while that lives, so that it counts without a locked instruction.
    own: [Counters; Seat::OWN],
    /// These are for more threads than that.
    shared: [Counters; Seat::SHARED],
}

#[derive(Debug, Default)]
#[repr(align(128))]
struct Counters([AtomicU64; ACCOUNTS]);

impl Counters {
    /// The counter of an account.
    fn of(&self, account: usize) -> Option<&AtomicU64> {
        self.0.get(account % ACCOUNTS)
    }
}

impl Hits {
    /// Counts a hit, if the account is [`open`](Self::open); whether it is. Nobody else may [`enter`](Self::enter) it meanwhile.
    #[inline]
    pub(super) fn count(&self, account: AccountId) -> bool {
        let (seat, place) = (Seat::of_thread(), account.place());
        let Some(row) = self.rows.get(place / ACCOUNTS) else { return false };
        if let Some(own) = row.own.get(seat).and_then(|own| own.of(place)) {
            own.store(own.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
            return true;
        }
        let shared = row.shared.get(seat % Seat::SHARED).and_then(|shared| shared.of(place));
        shared.map(|shared| shared.fetch_add(1, Ordering::Relaxed)).is_some()
    }

    /// Lets hits of an account be counted.
    pub(super) fn open(&mut self, account: AccountId) {
        let row = account.place() / ACCOUNTS;
        if self.rows.len() <= row {
            self.rows.resize_with(row + 1, Default::default);
        }
    }

    /// Enters all hits in their accounts.
    pub(super) fn enter(&mut self, ledger: &mut Ledger) {
        for (number, Row { own, shared }) in self.rows.iter_mut().enumerate() {
            for Counters(counters) in own.iter_mut().chain(shared) {
                for (place, counter) in counters.iter_mut().enumerate() {
                    let hits = mem::take(counter.get_mut());
                    if hits > 0 {
                        ledger.by(AccountId::at(number * ACCOUNTS + place)).hits += hits;
                    }
                }
            }
        }
    }
}

/// A number that no other thread has as long as this one lives. Small ones are given first.
struct Seat(usize);

/// Those of threads that have ended, and the first that none has had.
static VACANT: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());
static NEXT: AtomicUsize = AtomicUsize::new(0);

impl Seat {
    const OWN: usize = 8;
    const SHARED: usize = 8;

    /// The number of the current thread.
    #[inline]
    fn of_thread() -> usize {
        thread_local! {
            static SEAT: Seat = Seat::take();
        }
        // A thread that ends may have given it back.
        SEAT.try_with(|seat| seat.0).unwrap_or(usize::MAX)
    }

    #[cold]
    fn take() -> Self {
        let vacant = VACANT.lock().unwrap_or_else(PoisonError::into_inner).pop_first();
        Self(vacant.unwrap_or_else(|| NEXT.fetch_add(1, Ordering::Relaxed)))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        VACANT.lock().unwrap_or_else(PoisonError::into_inner).insert(self.0);
    }
}

#[cfg(test)]
mod tests {
    use std::thread::scope;

    use super::{Hits, Ledger};

    #[test]
    fn no_hit_is_lost() {
        let (mut hits, mut ledger) = (Hits::default(), Ledger::default());
        let accounts: Vec<_> = (0..40).map(|n| ledger.account(&format!("n{n}"))).collect();
        assert!(!hits.count(accounts[0]), "it is not open");
        for account in &accounts {
            hits.open(*account);
        }
        for _ in 0..2 {
            scope(|scope| {
                for _ in 0..20 {
                    scope.spawn(|| {
                        for _ in 0..1_000 {
                            assert!(accounts.iter().all(|account| hits.count(*account)));
                        }
                    });
                }
            });
            hits.enter(&mut ledger);
        }
        assert_eq!(accounts.iter().map(|account| ledger.by(*account).hits).collect::<Vec<_>>(), [40_000; 40]);
    }
}
