//! The seam between a cached function and what stores its results.

use crate::{Call, SetOptions};

/// What a [`#[cached]`](crate::cached) function consults: two phases around the function's body.
///
/// [`begin`](Self::begin) looks the call up. On a miss the function's body runs, with nothing borrowed from the cache,
/// so that it may use the same cache itself; then [`finish`](Self::finish) stores the result. `V` is what is stored: a
/// function's result, or the `Ok` value of a `Result`.
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
    note = "a `CacheManager` stores what is `Clone + Send + Sync + 'static`: wrap a value that is not in an `Arc`, \
            and return owned values instead of borrowed ones"
)]
pub trait Cache<V> {
    /// What a miss holds until its result is there.
    type Claim;

    /// Looks a call up. `options` says how its result is to be stored, and is only asked on a miss.
    fn begin(&mut self, call: &Call<'_>, options: &dyn Fn() -> SetOptions) -> Begin<V, Self::Claim>;

    /// Stores the result of a call that was a miss.
    fn finish(&mut self, claim: Self::Claim, value: &V);
}

/// How a call begins.
#[derive(Debug)]
pub enum Begin<V, C> {
    /// The result is there.
    Hit(V),
    /// It has to be computed, and then [`Cache::finish`]ed with this claim.
    Miss(C),
}

/// A pointer to a cache is a cache.
macro_rules! forward {
    ($($pointer:ty),*) => {$(
        impl<V, S: Cache<V> + ?Sized> Cache<V> for $pointer {
            type Claim = S::Claim;

            fn begin(&mut self, call: &Call<'_>, options: &dyn Fn() -> SetOptions) -> Begin<V, S::Claim> {
                S::begin(self, call, options)
            }

            fn finish(&mut self, claim: S::Claim, value: &V) {
                S::finish(self, claim, value);
            }
        }
    )*};
}

forward!(&mut S, Box<S>);
