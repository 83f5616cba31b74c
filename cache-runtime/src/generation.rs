//! Which computations an eviction has overtaken.
//!
//! A value that was computed from old data must not be stored after that data was evicted. Every claim notes the
//! generation, a counter of evictions, at which its computation began; what was evicted later is remembered as long as a
//! computation is under way, and forgotten when the last one is asked about, or else when something is evicted after that.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

/// What can be evicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Target<'t> {
    Key(&'t str),
    Tag(&'t str),
    Namespace(&'t str),
}

/// The evictions that computations under way may have to know of.
#[derive(Debug, Default)]
pub(crate) struct Generations {
    current: u64,
    /// Claims begun before this one are stale whatever they are about.
    floor: u64,
    /// When each target, by its hash, was last evicted. Two targets of one hash make a value be computed once more.
    evicted: HashMap<u64, u64>,
    hasher: RandomState,
    /// Whether a key is among them: else nobody has to know what a key is.
    has_keys: bool,
    /// As many more as there are claims hold this.
    open: Arc<()>,
}

/// The moment at which a computation began.
#[derive(Debug)]
pub(crate) struct Begun {
    generation: u64,
    open: Arc<()>,
}

impl Generations {
    /// So many evictions are remembered one by one during a computation; after that all claims under way are stale.
    const REMEMBERED: usize = 1 << 16;

    pub(crate) fn begin(&self) -> Begun {
        Begun { generation: self.current, open: Arc::clone(&self.open) }
    }

    pub(crate) fn evict(&mut self, target: Target<'_>) {
        if Arc::strong_count(&self.open) == 1 {
            return self.forget();
        }
        self.current += 1;
        self.has_keys |= matches!(target, Target::Key(_));
        self.evicted.insert(self.hasher.hash_one(target), self.current);
        if self.evicted.len() > Self::REMEMBERED {
            self.evict_all();
        }
    }

    pub(crate) fn evict_all(&mut self) {
        self.current += 1;
        self.floor = self.current;
        self.forget();
    }

    /// Whether any of `targets` was evicted since, or `begun` belongs to another cache that stood here then. To be asked once, when
    /// the computation ends: then evictions may be forgotten.
    pub(crate) fn is_stale<'t>(&mut self, begun: &Begun, targets: impl IntoIterator<Item = Target<'t>>) -> bool {
        let evicted_since = |target| {
            let evicted = self.evicted.get(&self.hasher.hash_one(target));
            evicted.is_some_and(|generation| *generation > begun.generation)
        };
        let is_ours = Arc::ptr_eq(&self.open, &begun.open);
        let is_stale = !is_ours
            || begun.generation < self.floor
            || (!self.evicted.is_empty() && targets.into_iter().any(evicted_since));
        if is_ours && Arc::strong_count(&self.open) == 2 {
            self.forget();
        }
        is_stale
    }

    /// Whether a computation under way may have to know that its key was evicted.
    pub(crate) fn have_keys(&self) -> bool {
        self.has_keys
    }

    fn forget(&mut self) {
        if !self.evicted.is_empty() {
            self.evicted = HashMap::new();
            self.has_keys = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Generations, Target};

    #[test]
    fn only_what_was_evicted_since_is_stale() {
        let mut generations = Generations::default();
        let outer = generations.begin();
        generations.evict(Target::Tag("CCO"));
        let inner = generations.begin();
        assert!(generations.is_stale(&outer, [Target::Tag("CCO")]));
        assert!(!generations.is_stale(&outer, [Target::Key("CCO"), Target::Tag("CCC")]));
        assert!(!generations.is_stale(&inner, [Target::Tag("CCO")]));
        generations.evict_all();
        assert!(generations.is_stale(&inner, []));
    }

    #[test]
    fn nothing_is_remembered_without_a_computation_under_way() {
        let mut generations = Generations::default();
        drop(generations.begin());
        generations.evict(Target::Tag("CCO"));
        assert!(generations.evicted.is_empty());
        let begun = generations.begin();
        generations.evict(Target::Tag("CCO"));
        generations.evict(Target::Key("CCO"));
        assert_eq!((generations.evicted.len(), generations.have_keys()), (2, true));
        drop(begun);
        generations.evict(Target::Tag("CCO"));
        assert!(generations.evicted.is_empty() && !generations.have_keys());
    }

    #[test]
    fn what_the_last_computation_had_to_know_is_forgotten() {
        let mut generations = Generations::default();
        let (one, last) = (generations.begin(), generations.begin());
        generations.evict(Target::Key("CCO"));
        let evicted = || [Target::Key("CCO")];
        assert!(generations.is_stale(&one, evicted()));
        drop(one);
        assert!(generations.have_keys());
        assert!(generations.is_stale(&last, evicted()));
        assert!(generations.evicted.is_empty() && !generations.have_keys());
        drop(last);
        let next = generations.begin();
        assert!(!generations.is_stale(&next, evicted()));
        generations.evict(Target::Tag("CCO"));
        assert!(generations.is_stale(&Generations::default().begin(), []));
        assert!(generations.is_stale(&next, [Target::Tag("CCO")]), "another cache's computation is none of ours");
        assert!(generations.evicted.is_empty());
    }

    #[test]
    fn what_is_remembered_is_bounded_and_errs_on_the_fresh_side() {
        let mut generations = Generations::default();
        let begun = generations.begin();
        for tag in 0..=Generations::REMEMBERED {
            generations.evict(Target::Tag(&tag.to_string()));
        }
        assert!(generations.evicted.len() <= Generations::REMEMBERED);
        assert_eq!(generations.evicted.capacity(), 0, "they are known by the floor");
        assert!(generations.is_stale(&begun, [Target::Tag("0")]));
        generations.evict(Target::Key("0"));
        generations.evict_all();
        assert!(!generations.have_keys());
    }

    #[test]
    fn a_claim_on_another_cache_is_stale() {
        let one = Generations::default();
        let begun = one.begin();
        assert!(Generations::default().is_stale(&begun, []));
    }
}
