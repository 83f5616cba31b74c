//! What of a function's result is stored: the `Ok` value of a `Result`, anything else whole.

use std::marker::PhantomData;
use std::ops::Deref;

/// Tells by its type whether a result is a `Result`, whatever alias it is written as.
///
/// `Probe::<R>::new().__cached_kind()` finds the method of the impl below if `R` is a `Result`, and else, by
/// dereferencing, that of [`NotResult`]. A trait of the user's with a method of that name would get in the way: hence the
/// name.
#[derive(Debug)]
pub struct Probe<R>(PhantomData<fn() -> R>);

impl<R> Probe<R> {
    /// A probe for `R`.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "only generated code makes one")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T, E> Probe<Result<T, E>> {
    /// `R` is a `Result`.
    #[must_use]
    pub const fn __cached_kind(&self) -> OkOnly {
        OkOnly
    }
}

impl<R> Deref for Probe<R> {
    type Target = NotResult;

    fn deref(&self) -> &NotResult {
        &NotResult
    }
}

/// Where a [`Probe`] ends up that is not for a `Result`.
#[derive(Debug)]
pub struct NotResult;

impl NotResult {
    /// `R` is something else.
    #[must_use]
    pub const fn __cached_kind(&self) -> Whole {
        Whole
    }
}

/// How a result `R` relates to what is stored of it.
pub trait Outcome<R> {
    /// What is stored.
    type Stored;

    /// What of this result is to be stored, if anything.
    fn stored(result: &R) -> Option<&Self::Stored>;

    /// The result that a stored value stands for.
    fn restore(stored: Self::Stored) -> R;
}

/// The result is stored whole.
#[derive(Debug, Clone, Copy)]
pub struct Whole;

impl<R> Outcome<R> for Whole {
    type Stored = R;

    fn stored(result: &R) -> Option<&R> {
        Some(result)
    }

    fn restore(stored: R) -> R {
        stored
    }
}

/// The `Ok` value is stored, and an `Err` is not.
#[derive(Debug, Clone, Copy)]
pub struct OkOnly;

impl<T, E> Outcome<Result<T, E>> for OkOnly {
    type Stored = T;

    fn stored(result: &Result<T, E>) -> Option<&T> {
        result.as_ref().ok()
    }

    fn restore(stored: T) -> Result<T, E> {
        Ok(stored)
    }
}
