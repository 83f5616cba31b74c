//! A crate that renames its dependency: there is no `::cache_runtime` here, so `crate = …` has to be enough. And its edition
//! is an older one, whose rules its functions keep.

#![forbid(unsafe_code)]
#![cfg(test)]

use std::cell::RefCell;
use std::time::Duration;

use memo::{cached, evicts, CacheManager, Clock, ManualClock};

#[cached(
    crate = memo,
    ttl = Duration::from_secs(60),
    tags = ["smiles", "n:{n}"],
    kwargs(n),
    skip(_verbose),
    keep_if = |size| *size > 0,
    tags_with = |size| [*size],
    refresh = n == 9
)]
fn weigh(smiles: &str, n: usize, _verbose: bool, cache: &mut CacheManager) -> Result<usize, String> {
    Ok(smiles.len() * n)
}

struct Planner(u32);

impl Planner {
    #[cached(crate = ::memo, namespace = "plan", key(self.0, x), ttl_with = |_| Duration::from_secs(1), companion = true)]
    async fn plan(&self, x: u32, cache: &mut CacheManager) -> u32 {
        self.0 + x
    }
}

#[evicts(crate = memo, tag = "smiles")]
fn update(smiles: &str, cache: &mut CacheManager) -> Result<(), String> {
    if smiles.is_empty() {
        Err("empty".to_owned())
    } else {
        Ok(())
    }
}

/// Notes when it is dropped.
struct Dropped<'d>(&'static str, &'d RefCell<Vec<&'static str>>);

impl Dropped<'_> {
    fn value(&self) -> u32 {
        u32::from(self.1.borrow().is_empty())
    }
}

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

#[cached(crate = memo, skip(drops))]
fn order(x: u32, drops: &RefCell<Vec<&'static str>>, cache: &mut CacheManager) -> u32 {
    let _local = Dropped("local", drops);
    Dropped("temporary", drops).value() + x
}

#[test]
fn temporaries_are_dropped_as_this_edition_says() {
    let drops = RefCell::default();
    assert_eq!(order(1, &drops, &mut CacheManager::new()), 2);
    assert_eq!(*drops.borrow(), ["local", "temporary"]);
}

#[test]
fn everything_is_found_under_the_other_name() {
    let clock = ManualClock::new();
    let mut cache = CacheManager::builder().clock(clock.clone()).build();
    assert_eq!(weigh("CCO", 2, true, &mut cache), Ok(6));
    assert_eq!(weigh("CCO", 2, false, &mut cache), Ok(6));
    assert_eq!(cache.stats().hits, 1);
    assert!(weigh_key("CCO", 2).is_ok_and(|key| cache.contains(key)));
    assert!(Planner(1).plan_key(2).is_ok_and(|key| key.namespace() == Some("plan")));
    drop(Planner(1).plan(2, &mut cache));
    assert!(update("", &mut cache).is_err());
    assert!(update("CCO", &mut cache).is_ok());
    assert!(cache.is_empty() && clock.now().is_zero());
}
