//! The seam between a cached function and what stores its results.

use std::any::Any;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::{Call, SetOptions};

/// What a [`#[cached]`](crate::cached) function consults: two phases around the function's body.
///
/// [`begin`](Self::begin) looks the call up. On a miss the function's body runs, with nothing borrowed from the cache and
/// nothing locked, so that it may use the same cache itself; then [`finish`](Self::finish) stores the result. `V` is what
/// is stored: a function's result, or the `Ok` value of a `Result`. A cache that several threads or tasks share may let a
/// call [`Wait`] for another one that computes the same result.
///
/// A function can be generic over its cache. Mark the parameter if its name is not `cache`:
///
/// ```
/// use cache_runtime::{Cache, CacheManager, cached};
///
/// #[cached(namespace = "square")]
/// fn square<C: Cache<u64>>(x: u64, cache: &mut C) -> u64 {
///     x * x
/// }
///
/// let mut cache = CacheManager::new();
/// assert_eq!(square(3, &mut cache), 9);
/// ```
///
/// # For those who write a store
///
/// `finish` must not store a value if its key, its namespace, one of its tags or the whole cache was evicted since
/// `begin`, and its time to live starts when it is stored. A claim that is dropped must release what it holds. A store
/// that fails is a miss: the body runs, and nothing is stored.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no cache that can store a result of type `{V}`",
    label = "this result has to be stored",
    note = "a `&mut CacheManager` and a `&SharedCache` store what is `Clone + Send + Sync + 'static`: wrap a value that is \
            not in an `Arc`, and return owned values instead of borrowed ones"
)]
pub trait Cache<V> {
    /// What a miss holds until its result is there.
    type Claim: Claim + Send + Sync;

    /// What a call holds that waits for another's result: [`Never`], if none does.
    type Wait: Wait<V, Self::Claim> + Send;

    /// Looks a call up.
    fn begin(&mut self, call: &Call<'_>) -> Begin<V, Self::Claim, Self::Wait>;

    /// Stores the result of a call that was a miss, unless the options say not to.
    fn finish(&mut self, claim: Self::Claim, value: &V, options: SetOptions);

    /// The value that a call returns whose body has failed, if its function says `stale_if_error`: the last one, unless it
    /// was evicted or is too old by now. The call is then [`finish`](Self::finish)ed with it, but it is not stored again.
    fn stale(&mut self, claim: &Self::Claim) -> Option<V> {
        let _ = claim;
        None
    }

    /// Ends a call whose result is an error, which is not stored. Those who wait may be given it, if it can be cloned.
    fn decline(&mut self, claim: Self::Claim, error: Option<SharedError>) {
        drop((claim, error));
    }
}

/// An error of a body that those who waited for its value get a clone of.
pub type SharedError = Arc<dyn Any + Send + Sync>;

/// What a miss holds until its result is there. Dropping it gives the computation up.
pub trait Claim {
    /// Learns, before the body runs, how its result will be stored.
    fn announce(&self, options: &SetOptions) {
        let _ = options;
    }

    /// Learns that the body, which is asynchronous, is being polled, until what this returns is dropped.
    fn enter(&self) -> Entered {
        Entered::default()
    }
}

impl Claim for () {}

/// An asynchronous body is being polled.
#[derive(Debug, Default)]
pub struct Entered {
    #[cfg(feature = "shared")]
    #[expect(dead_code, reason = "what counts is when it is dropped")]
    pub(crate) polled: Option<crate::shared::Polled>,
}

/// A call that waits until another call, which computes the same result, has ended.
pub trait Wait<V, C> {
    /// Blocks the current thread until then.
    fn block(self) -> Waited<V, C>;

    /// Has the current task woken then.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Waited<V, C>>;
}

/// How waiting ended.
#[derive(Debug)]
pub enum Waited<V, C> {
    /// With the result.
    Hit(V),
    /// With the task to compute it.
    Miss(C),
    /// With an error, and what to compute with if it is of another type than the one expected.
    Failed(SharedError, C),
}

/// No call waits for another: what a cache with one owner waits with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Never {}

impl<V, C> Wait<V, C> for Never {
    fn block(self) -> Waited<V, C> {
        match self {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<Waited<V, C>> {
        match *self {}
    }
}

/// How a call begins.
#[derive(Debug)]
pub enum Begin<V, C, W = Never> {
    /// The result is there.
    Hit(V),
    /// It has to be computed, and then [`Cache::finish`]ed with this claim.
    Miss(C),
    /// Another call computes it.
    Wait(W),
}

/// What an [`#[evicts]`](crate::evicts) function consults.
///
/// ```
/// use cache_runtime::{CacheManager, Evict, SetOptions};
///
/// fn forget(smiles: &str, cache: &mut impl Evict) -> usize {
///     cache.evict_tag(smiles)
/// }
///
/// let mut cache = CacheManager::new();
/// cache.set("demo", 1, SetOptions::new().tag("CCO"));
/// assert_eq!(forget("CCO", &mut cache), 1);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no cache to evict from",
    note = "pass a `&mut CacheManager` or a `&SharedCache`, or mark the parameter that is the cache with `#[cache]`"
)]
pub trait Evict {
    /// Removes every entry that carries `tag`; how many there were.
    fn evict_tag(&mut self, tag: &str) -> usize;

    /// Removes every entry whose key has this namespace, of any version; how many there were.
    fn evict_namespace(&mut self, namespace: &str) -> usize;

    /// Removes every entry.
    fn clear(&mut self);
}

/// A pointer to a cache is a cache.
macro_rules! forward {
    ($($pointer:ty),*) => {$(
        impl<V, S: Cache<V> + ?Sized> Cache<V> for $pointer {
            type Claim = S::Claim;
            type Wait = S::Wait;

            fn begin(&mut self, call: &Call<'_>) -> Begin<V, S::Claim, S::Wait> {
                S::begin(self, call)
            }

            fn finish(&mut self, claim: S::Claim, value: &V, options: SetOptions) {
                S::finish(self, claim, value, options);
            }

            fn stale(&mut self, claim: &S::Claim) -> Option<V> {
                S::stale(self, claim)
            }

            fn decline(&mut self, claim: S::Claim, error: Option<SharedError>) {
                S::decline(self, claim, error);
            }
        }

        impl<S: Evict + ?Sized> Evict for $pointer {
            fn evict_tag(&mut self, tag: &str) -> usize {
                S::evict_tag(self, tag)
            }

            fn evict_namespace(&mut self, namespace: &str) -> usize {
                S::evict_namespace(self, namespace)
            }

            fn clear(&mut self) {
                S::clear(self);
            }
        }
    )*};
}

forward!(&mut S, Box<S>);
