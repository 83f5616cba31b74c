//! A user's crate that denies everything. What `#[cached]` emits fires no lint, and silences none.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![deny(warnings, missing_docs, unused, clippy::all, clippy::pedantic, clippy::nursery)]

use std::sync::Arc;
use std::time::Duration;

use cache_runtime::{Cache, CacheManager, cached, evicts};

/// A function with every option, whose body does not use its cache.
#[cached(namespace = "all", version = 2, ttl = Duration::from_secs(60), tags = ["smiles", "n:{n}", fixed("all")])]
pub fn with_every_option(smiles: &str, n: u32, cache: &mut CacheManager) -> Arc<String> {
    Arc::new(smiles.repeat(n as usize))
}

/// A function with none, that returns early and fails.
///
/// # Errors
///
/// It is not a number.
#[cached]
pub fn with_no_option(text: &str, cache: &mut CacheManager) -> Result<u32, std::num::ParseIntError> {
    if text.is_empty() {
        return Ok(0);
    }
    let number: u32 = text.parse()?;
    Ok(number)
}

/// A generic function, that is not inlined and must be used.
#[must_use]
#[inline(never)]
#[cached(namespace = "generic", ttl = "1m", tag = "n")]
pub fn generic<T: serde::Serialize, C: Cache<u32>>(items: &[T], n: u32, cache: &mut C) -> u32 {
    u32::try_from(items.len()).unwrap_or(n)
}

/// A function that takes arguments apart, changes them, and returns nothing.
#[cached(namespace = "unit")]
pub fn unit((a, mut b): (u32, u32), mut words: Vec<String>, cache: &mut CacheManager) {
    b += a;
    words.push(b.to_string());
    words.clear();
}

/// A function without arguments.
#[cached(namespace = "constant")]
pub fn constant(cache: &mut CacheManager) -> u32 {
    7
}

/// One line, and a name that is not supposed to be used.
#[cached(namespace = "one")]
pub fn one(_x: u32, _cache: &mut CacheManager) -> u32 {
    1
}

/// One line that waits.
#[cached(namespace = "one_async")]
pub async fn one_async(x: u32, cache: &mut CacheManager) -> u32 {
    std::future::ready(x).await
}

/// One that is generic over its cache: its future is `Send` if the cache is.
#[cached(namespace = "generic_async")]
pub async fn generic_async<C: Cache<u32> + Send>(x: u32, cache: &mut C) -> u32 {
    std::future::ready(x).await
}

/// A type with methods.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Planner {
    /// What tells two of them apart.
    pub id: u32,
}

impl Planner {
    /// A method.
    #[must_use]
    #[cached(namespace = "plan", key(self, x), skip(verbose), companion = true, refresh = verbose)]
    pub fn plan(&self, x: u32, verbose: bool, cache: &mut CacheManager) -> u32 {
        self.id + x
    }

    /// An asynchronous one.
    ///
    /// # Errors
    ///
    /// There is none.
    #[cached(namespace = "later", key(self.id, words), keep_if = |count| *count > 0, tags_with = |count| [*count])]
    pub async fn later(&self, mut words: Vec<String>, cache: &mut CacheManager) -> Result<usize, String> {
        words.sort();
        std::future::ready(()).await;
        if words.is_empty() {
            return Err("empty".to_owned());
        }
        Ok(words.len())
    }

    /// One that never returns.
    #[cached(namespace = "never", skip(self))]
    pub async fn never(&self, cache: &mut CacheManager) -> u32 {
        std::future::pending::<u32>().await
    }
}

/// What no one can have, so a function of it never ends.
#[derive(Debug, serde::Serialize)]
pub enum Nothing {}

/// One that does not return.
#[cached]
pub fn aborting(x: u32, cache: &mut CacheManager) -> u32 {
    std::process::abort()
}

/// One that has nothing to do.
#[cached]
#[expect(clippy::needless_pass_by_value, reason = "as without the attribute")]
pub fn absurd(x: Nothing, cache: &mut CacheManager) -> u32 {
    match x {}
}

/// One that goes on for ever.
#[evicts(all, when = before)]
pub fn serve(cache: &mut CacheManager) {
    loop {
        std::thread::yield_now();
    }
}

/// One that waits for ever.
#[cached]
pub async fn serve_later(x: u32, cache: &mut CacheManager) -> u32 {
    loop {
        std::future::ready(()).await;
    }
}

#[cached]
#[expect(dead_code, reason = "as without the attribute")]
fn never_called(x: u32, cache: &mut CacheManager) -> u32 {
    x
}

/// The same for a lint that looks at the whole function.
#[cached(companion = false)]
#[expect(clippy::needless_pass_by_value, reason = "as without the attribute")]
pub fn taking(words: Vec<String>, cache: &mut CacheManager) -> usize {
    words.len()
}

/// An update.
///
/// # Errors
///
/// There is none.
#[evicts(tag = "smiles")]
pub fn update(smiles: &str, cache: &mut CacheManager) -> Result<(), String> {
    Ok(())
}

/// An asynchronous update.
#[evicts(all, when = always)]
pub async fn reset(cache: &mut CacheManager) {
    std::future::ready(()).await;
}

#[test]
fn they_work() {
    let mut cache = CacheManager::new();
    assert_eq!(*with_every_option("C", 3, &mut cache), "CCC");
    assert_eq!(with_no_option("", &mut cache), Ok(0));
    assert_eq!(with_no_option("12", &mut cache), Ok(12));
    assert!(with_no_option("x", &mut cache).is_err());
    assert_eq!(generic(&["a"], 1, &mut cache), 1);
    unit((1, 2), Vec::new(), &mut cache);
    assert_eq!(constant(&mut cache), 7);
    let planner = Planner { id: 1 };
    assert_eq!(planner.plan(2, false, &mut cache), 3);
    assert!(cache.contains(planner.plan_key(2).unwrap()));
    assert_eq!(cache.len(), 7);
    assert_eq!(update("C", &mut cache), Ok(()));
    assert_eq!(cache.len(), 6);
}
