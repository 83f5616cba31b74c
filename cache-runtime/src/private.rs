//! The door for the code that the attributes generate. Not part of the public interface.

use std::any::TypeId;
use std::marker::PhantomData;
use std::time::Duration;

use serde::Serialize;

pub use crate::call::{Argument, Call, Payload};
pub use crate::kwargs::{Kwarg, NoKwargs, WriteKwargs};
use crate::namespaces::Namespace;
pub use crate::outcome::{NotResult, OkOnly, Outcome, Probe, Whole};
pub use crate::policy::{Policy, Targets, with};
use crate::{Begin, Cache, Evict, KeyError, SetOptions};

/// A call of a function that names its namespace.
#[must_use]
pub fn named<'a>(namespace: &'a str, version: u32, args: &'a [&'a dyn Argument]) -> Call<'a> {
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

/// The same for its key alone, which does not ask who came by the namespace first.
#[must_use]
pub fn unnamed_key<'a>(module: &'a str, name: &'a str, version: u32, args: &'a [&'a dyn Argument]) -> Call<'a> {
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

/// A claim, and how the result of the call relates to what is stored.
#[derive(Debug)]
pub struct Open<K, C> {
    claim: C,
    kind: PhantomData<K>,
}

/// The first phase: a hit comes back as the function's own result.
pub fn begin<K, R, C>(_: K, cache: &mut C, call: &Call<'_>) -> Begin<R, Open<K, C::Claim>>
where
    K: Outcome<R>,
    C: Cache<K::Stored> + ?Sized,
{
    match cache.begin(call) {
        Begin::Hit(value) => Begin::Hit(K::restore(value)),
        Begin::Miss(claim) => Begin::Miss(Open { claim, kind: PhantomData }),
    }
}

/// The body of the function, with those of its parameters that it may assign to.
pub fn run<A, R>(parameters: A, body: impl FnOnce(A) -> R) -> R {
    body(parameters)
}

/// The second phase. A claim whose result is not to be stored is dropped.
pub fn finish<K, R, C>(cache: &mut C, open: Open<K, C::Claim>, result: &R, options: SetOptions)
where
    K: Outcome<R>,
    C: Cache<K::Stored> + ?Sized,
{
    if let Some(value) = K::stored(result) {
        cache.finish(open.claim, value, options);
    }
}

/// The second phase, where the value that would be stored decides how, and whether.
pub fn finish_with<'r, K, R, C>(
    cache: &mut C,
    open: Open<K, C::Claim>,
    result: &'r R,
    policy: impl FnOnce(&'r K::Stored) -> Policy,
) where
    K: Outcome<R>,
    K::Stored: 'r,
    C: Cache<K::Stored> + ?Sized,
{
    if let Some(value) = K::stored(result)
        && let Policy { options, keep: true } = policy(value)
    {
        cache.finish(open.claim, value, options);
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

/// The time to live that an expression gives.
pub fn ttl(ttl: impl Ttl) -> Option<Duration> {
    ttl.ttl()
}
