//! Hits, which threads count without waiting for each other.

use std::cell::Cell;
use std::mem;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::ledger::{AccountId, Ledger};

/// Counts that are not yet in their accounts. Threads that run at a time mostly have counters of their own.
#[derive(Debug, Default)]
pub(super) struct Hits {
    /// For so many accounts each: those of one thread lie together, and in no line of the processors' caches with another's.
    rows: Vec<[Counters; STRIPES]>,
}

const STRIPES: usize = 8;

const ACCOUNTS: usize = 16;

#[derive(Debug, Default)]
#[repr(align(128))]
struct Counters([AtomicU64; ACCOUNTS]);

impl Hits {
    /// Counts a hit, if the account is [`open`](Self::open); whether it is.
    #[inline]
    pub(super) fn count(&self, account: AccountId) -> bool {
        let place = account.place();
        let counters = self.rows.get(place / ACCOUNTS).and_then(|row| row.get(stripe()));
        let counter = counters.and_then(|Counters(counters)| counters.get(place % ACCOUNTS));
        if let Some(counter) = counter {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        counter.is_some()
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
        for (row, stripes) in self.rows.iter_mut().enumerate() {
            for Counters(counters) in stripes {
                for (place, counter) in counters.iter_mut().enumerate() {
                    let hits = mem::take(counter.get_mut());
                    if hits > 0 {
                        ledger.by(AccountId::at(row * ACCOUNTS + place)).hits += hits;
                    }
                }
            }
        }
    }
}

/// Whose counters are the current thread's.
#[inline]
fn stripe() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static STRIPE: Cell<usize> = const { Cell::new(STRIPES) };
    }
    STRIPE.with(|stripe| {
        if stripe.get() == STRIPES {
            stripe.set(NEXT.fetch_add(1, Ordering::Relaxed) % STRIPES);
        }
        stripe.get()
    })
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
                    scope.spawn(|| assert!(accounts.iter().all(|account| hits.count(*account))));
                }
            });
            hits.enter(&mut ledger);
        }
        assert_eq!(accounts.iter().map(|account| ledger.by(*account).hits).collect::<Vec<_>>(), [40; 40]);
    }
}
