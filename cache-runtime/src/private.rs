//! The door for the code that the attributes generate. Not part of the public interface.

use std::time::Duration;

use serde::Serialize;

pub use crate::call::{Argument, Call, Payload};
pub use crate::kwargs::{Kwarg, NoKwargs, WriteKwargs};
pub use crate::namespaces::Origin;
pub use crate::outcome::{NotResult, OkOnly, Outcome, Probe, Whole};
pub use crate::policy::{Policy, Targets, with};
use crate::{Begin, Cache, Evict, KeyError, SetOptions};

/// A call of an annotated function.
#[must_use]
pub fn call<'a>(namespace: &'a str, version: u32, origin: Origin, args: &'a [&'a dyn Argument]) -> Call<'a> {
    Call::new(namespace, version, origin, args)
}

/// The first phase: a hit comes back as the function's own result.
pub fn begin<K, R, C>(_: K, cache: &mut C, call: &Call<'_>) -> Begin<R, C::Claim>
where
    K: Outcome<R>,
    C: Cache<K::Stored> + ?Sized,
{
    match cache.begin(call) {
        Begin::Hit(value) => Begin::Hit(K::restore(value)),
        Begin::Miss(claim) => Begin::Miss(claim),
    }
}

/// The body of the function, with those of its parameters that it may assign to.
pub fn run<A, R>(parameters: A, body: impl FnOnce(A) -> R) -> R {
    body(parameters)
}

/// The second phase. A claim whose result is not to be stored is dropped.
pub fn finish<K, R, C>(_: K, cache: &mut C, claim: C::Claim, result: &R, options: SetOptions)
where
    K: Outcome<R>,
    C: Cache<K::Stored> + ?Sized,
{
    if let Some(value) = K::stored(result) {
        cache.finish(claim, value, options);
    }
}

/// The second phase, where the value that would be stored decides how, and whether.
pub fn finish_with<'r, K, R, C>(
    _: K,
    cache: &mut C,
    claim: C::Claim,
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
        cache.finish(claim, value, options);
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

/// The namespace of a function that names none, and that it was come by so: `module.path.function`.
#[doc(hidden)]
#[macro_export]
macro_rules! __default_namespace {
    ($name:literal) => {{
        const PATH: &str = ::core::concat!(::core::module_path!(), ".", $name);
        const TEXT: [u8; $crate::__private::dotted_len(PATH)] = $crate::__private::dotted(PATH);
        $crate::__private::utf8(&TEXT)
    }};
}

pub use crate::__default_namespace as default_namespace;

/// The length of a path once each `::` is a `.`.
#[must_use]
pub const fn dotted_len(path: &str) -> usize {
    let mut rest = path.as_bytes();
    let mut len = 0;
    while let [_, tail @ ..] = rest {
        rest = match rest {
            [b':', b':', tail @ ..] => tail,
            _ => tail,
        };
        len += 1;
    }
    len
}

/// The path with each `::` as a `.`, for an `N` that is its [`dotted_len`].
#[must_use]
pub const fn dotted<const N: usize>(path: &str) -> [u8; N] {
    let mut text = [b'.'; N];
    let mut unwritten: &mut [u8] = &mut text;
    let mut rest = path.as_bytes();
    while let ([byte, tail @ ..], [place, places @ ..]) = (rest, unwritten) {
        rest = if let [b':', b':', tail @ ..] = rest {
            tail
        } else {
            *place = *byte;
            tail
        };
        unwritten = places;
    }
    text
}

/// A text that [`dotted`] made. It replaces ASCII by ASCII, so the text stays UTF-8.
#[must_use]
pub const fn utf8(text: &[u8]) -> &str {
    match std::str::from_utf8(text) {
        Ok(text) => text,
        Err(_) => "",
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_default_namespace_is_the_dotted_path() {
        assert_eq!(crate::__private::default_namespace!("né"), "cache_runtime.__private.tests.né");
    }
}
