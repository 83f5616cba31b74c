//! The door for the code that the attributes generate. Not part of the public interface.

use std::any::TypeId;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::pin;
use std::time::Duration;

use serde::Serialize;

pub use crate::call::{Argument, Call};
pub use crate::canonical::Buffer;
pub use crate::kwargs::{Kwarg, NoKwargs, WriteKwargs};
use crate::namespaces::Namespace;
pub use crate::outcome::{Fallible, NotResult, NotShared, OkOnly, OkOrShared, Outcome, Probe, SoleProbe, Whole};
pub use crate::policy::{Policy, Targets, with};
use crate::{Begin, Cache, CacheKey, Claim, Evict, KeyError, SetOptions, Wait, Waited};

/// A call of a function that names its namespace.
#[must_use]
pub fn named<'a>(namespace: &'static str, version: u32, args: &'a [&'a dyn Argument]) -> Call<'a> {
    Call::new(Namespace::Named(namespace), version, args)
}

/// A call of a function whose namespace is where it is. `function` is a type of its own.
#[must_use]
pub fn unnamed<'a>(
    module: &'a str,
    name: &'a str,
    function: TypeId,
    version: u32,
    args: &'a [&'a dyn Argument],
) -> Call<'a> {
    Call::new(Namespace::Default { module, name, function }, version, args)
}

/// The key of a call of a function that names its namespace.
///
/// # Errors
///
/// Those of [`make_cache_key`](crate::make_cache_key).
pub fn named_key(namespace: &'static str, version: u32, args: &[&dyn Argument]) -> Result<CacheKey, KeyError> {
    named(namespace, version, args).key()
}

/// The key of a call of a function whose namespace is where it is. That does not ask who came by the namespace first.
///
/// # Errors
///
/// Those of [`make_cache_key`](crate::make_cache_key).
pub fn unnamed_key(module: &str, name: &str, version: u32, args: &[&dyn Argument]) -> Result<CacheKey, KeyError> {
    unnamed_by_kwargs(module, name, version, args).key()
}

/// The same with keyword arguments to come.
#[must_use]
pub fn unnamed_by_kwargs<'a>(module: &'a str, name: &'a str, version: u32, args: &'a [&'a dyn Argument]) -> Call<'a> {
    unnamed(module, name, TypeId::of::<()>(), version, args)
}

/// How a result is stored, unless an option says more.
#[must_use]
pub fn options() -> SetOptions {
    SetOptions::new()
}

/// The same, with a time to live that is a literal.
#[must_use]
pub fn options_for(seconds: u64, nanoseconds: u32) -> SetOptions {
    SetOptions::new().ttl(Duration::new(seconds, nanoseconds))
}

/// The same, where more tags follow from the value.
#[must_use]
pub fn expects_tags(options: SetOptions) -> SetOptions {
    SetOptions { expects_tags: true, ..options }
}

/// A call that need not wait, or has waited: `H` is what a hit gives, and `K` how that relates to what is stored. Its
/// methods have names that no trait of the user's has.
#[derive(Debug)]
pub struct Begun<K, H, C> {
    stage: Stage<H, C>,
    kind: PhantomData<fn() -> K>,
}

#[derive(Debug)]
enum Stage<H, C> {
    /// Until it is taken.
    Hit(Option<H>),
    /// Apart, so that what has begun is small: it is moved, and a hit has no use for it.
    Miss(Box<Miss<C>>),
}

/// What a miss holds, and how its result is stored.
#[derive(Debug)]
struct Miss<C> {
    claim: C,
    options: SetOptions,
}

impl<K, H, C: Claim> Begun<K, H, C> {
    fn hit(hit: H) -> Self {
        Self { stage: Stage::Hit(Some(hit)), kind: PhantomData }
    }

    fn miss(claim: C) -> Self {
        Self { stage: Stage::Miss(Box::new(Miss { claim, options: SetOptions::default() })), kind: PhantomData }
    }

    /// The result, or that the body has to run.
    #[inline]
    pub fn __cached_hit(&mut self) -> Option<H> {
        match &mut self.stage {
            Stage::Hit(hit) => hit.take(),
            Stage::Miss(_) => None,
        }
    }

    /// Says how the result of a body that has to run is to be stored, as far as that is known before.
    pub fn __cached_with(&mut self, options: SetOptions) {
        if let Stage::Miss(miss) = &mut self.stage {
            miss.claim.announce(&options);
            miss.options = options;
        }
    }

    /// The same, if all there is to say is a time to live that is a literal.
    pub fn __cached_for(&mut self, seconds: u64, nanoseconds: u32) {
        if let Stage::Miss(miss) = &mut self.stage {
            miss.options.ttl = Some(Duration::new(seconds, nanoseconds));
            miss.claim.announce(&miss.options);
        }
    }

    /// Runs an asynchronous body.
    pub async fn __cached_run<B: Future>(&self, body: B) -> B::Output {
        let claim = match &self.stage {
            Stage::Hit(_) => None,
            Stage::Miss(miss) => Some(&miss.claim),
        };
        let mut body = pin!(body);
        poll_fn(|cx| {
            let _entered = claim.map(Claim::enter);
            body.as_mut().poll(cx)
        })
        .await
    }
}

/// The first phase: a hit comes back as the function's own result.
#[inline]
pub fn begin<K, R, C>(_: K, cache: &mut C, call: &Call<'_>) -> Begun<K, R, C::Claim>
where
    K: Outcome<R>,
    C: Cache<K::Stored> + ?Sized,
{
    let waited = match cache.begin(call) {
        Begin::Hit(value) => Waited::Hit(value),
        Begin::Miss(claim) => Waited::Miss(claim),
        Begin::Wait(wait) => wait.block(),
    };
    match waited {
        Waited::Hit(value) => Begun::hit(K::restore(value)),
        Waited::Miss(claim) => Begun::miss(claim),
        Waited::Failed(error, claim) => {
            K::failure(&error).map_or_else(|| Begun::miss(claim), |error| Begun::hit(K::fail(error)))
        }
    }
}

/// A call of an asynchronous function that has begun. It holds no result `R`, which need not be `Send`.
#[derive(Debug)]
pub struct Started<K, R, V, C, W> {
    begun: Begin<V, C, W>,
    kind: PhantomData<fn() -> (K, R)>,
}

/// The same in a task, up to where it may have to wait.
pub fn start<K, R, C>(_: K, cache: &mut C, call: &Call<'_>) -> Started<K, R, K::Stored, C::Claim, C::Wait>
where
    K: Outcome<R>,
    C: Cache<K::Stored> + ?Sized,
{
    Started { begun: cache.begin(&call.in_task()), kind: PhantomData }
}

/// Waits, if the call has to.
pub async fn arrive<K, R, C, W>(started: Started<K, R, K::Stored, C, W>) -> Begun<K, Kept<K, R>, C>
where
    K: Outcome<R>,
    C: Claim,
    W: Wait<K::Stored, C>,
{
    let waited = match started.begun {
        Begin::Hit(value) => Waited::Hit(value),
        Begin::Miss(claim) => Waited::Miss(claim),
        Begin::Wait(mut wait) => poll_fn(move |cx| wait.poll(cx)).await,
    };
    match waited {
        Waited::Hit(value) => Begun::hit(Kept::Value(value)),
        Waited::Miss(claim) => Begun::miss(claim),
        Waited::Failed(error, claim) => {
            K::failure(&error).map_or_else(|| Begun::miss(claim), |error| Begun::hit(Kept::Error(error)))
        }
    }
}

/// What is kept of a result that need not be `Send`.
#[derive(Debug)]
pub enum Kept<K: Outcome<R>, R> {
    /// What is stored.
    Value(K::Stored),
    /// What is shared with those who wait.
    Error(K::Error),
}

impl<K: Outcome<R>, R> Kept<K, R> {
    /// The result.
    pub fn restore(self) -> R {
        match self {
            Self::Value(value) => K::restore(value),
            Self::Error(error) => K::fail(error),
        }
    }
}

/// The body of the function, with those of its parameters that it may assign to.
pub fn run<A, R>(parameters: A, body: impl FnOnce(A) -> R) -> R {
    body(parameters)
}

/// Between the phases: an error gives way to the last value, if that may still stand in for it.
pub fn rescue<K, H, R, C>(cache: &mut C, begun: &mut Begun<K, H, C::Claim>, result: R) -> R
where
    K: Outcome<R> + Fallible,
    C: Cache<K::Stored> + ?Sized,
{
    if K::stored(&result).is_some() {
        return result;
    }
    let Stage::Miss(miss) = &mut begun.stage else { return result };
    match cache.stale(&miss.claim) {
        Some(value) => {
            // Its age counts from when it was stored.
            miss.options.unstored = true;
            K::restore(value)
        }
        None => result,
    }
}

/// The second phase, after a miss.
#[inline]
pub fn finish<K, H, R, C>(cache: &mut C, begun: Begun<K, H, C::Claim>, result: &R)
where
    K: Outcome<R>,
    C: Cache<K::Stored> + ?Sized,
{
    if let Stage::Miss(miss) = begun.stage {
        finish_miss::<K, R, C>(cache, *miss, result);
    }
}

// Apart, so that a hit has to know nothing of it.
#[inline(never)]
fn finish_miss<K, R, C>(cache: &mut C, miss: Miss<C::Claim>, result: &R)
where
    K: Outcome<R>,
    C: Cache<K::Stored> + ?Sized,
{
    let Miss { claim, options } = miss;
    match K::stored(result) {
        Some(value) => cache.finish(claim, value, options),
        None => cache.decline(claim, K::error(result)),
    }
}

/// The second phase, where the value that would be stored decides how, and whether.
pub fn finish_with<'r, K, H, R, C>(
    cache: &mut C,
    begun: Begun<K, H, C::Claim>,
    result: &'r R,
    policy: impl FnOnce(Policy, &'r K::Stored) -> Policy,
) where
    K: Outcome<R>,
    K::Stored: 'r,
    C: Cache<K::Stored> + ?Sized,
{
    let Stage::Miss(miss) = begun.stage else { return };
    let Miss { claim, options } = *miss;
    match K::stored(result) {
        Some(value) => cache.finish(claim, value, policy(Policy::new(options), value).options()),
        None => cache.decline(claim, K::error(result)),
    }
}

/// Evicts after the body, unless the result is an `Err`.
pub fn evict_unless_err<K: Outcome<R>, R>(_: K, cache: &mut (impl Evict + ?Sized), targets: Targets, result: &R) {
    if K::stored(result).is_some() {
        targets.evict(cache);
    }
}

/// The text behind a key, for tests that compare it with another implementation's.
///
/// # Errors
///
/// Those of [`make_args_hash`](crate::make_args_hash).
pub fn payload<A, K>(args: &A, kwargs: &K) -> Result<String, KeyError>
where
    A: Serialize + ?Sized,
    K: Serialize + ?Sized,
{
    let payload = crate::key::payload(args, kwargs)?;
    String::from_utf8(payload).map_err(KeyError::serialize)
}

/// What `ttl = …` accepts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no time to live",
    label = "expected a `Duration` or an `Option<Duration>`",
    note = "write a number of seconds (`ttl = 3600`), a text (`ttl = \"1h30m\"`), or an expression of type \
            `Duration` such as `Duration::from_secs(60 * 60)`"
)]
pub trait Ttl {
    /// `None` for ever.
    fn ttl(self) -> Option<Duration>;
}

impl Ttl for Duration {
    fn ttl(self) -> Option<Duration> {
        Some(self)
    }
}

impl Ttl for Option<Duration> {
    fn ttl(self) -> Option<Duration> {
        self
    }
}

/// A share of a whole, as a literal of any kind gives it.
pub fn share(share: impl Into<f64>) -> f64 {
    share.into()
}

/// The time to live that an expression gives.
pub fn ttl(ttl: impl Ttl) -> Option<Duration> {
    ttl.ttl()
}
