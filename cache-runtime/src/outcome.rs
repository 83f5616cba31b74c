//! What of a function's result is stored: the `Ok` value of a `Result`, anything else whole.

use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use crate::{Never, SharedError};

/// Tells by its type whether a result is a `Result`, whatever alias it is written as.
///
/// `Probe::<R>::new().__cached_kind()` finds the method of the first impl below if `R` is a `Result` whose error can be
/// shared; else, by dereferencing, that of [`NotShared`] if it is any other `Result`; and else that of [`NotResult`]. A
/// trait of the user's with a method of that name would get in the way: hence the name.
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

impl<T, E: Clone + Send + Sync + 'static> Probe<Result<T, E>> {
    /// `R` is a `Result`, and those who wait for it may be given a clone of its error.
    #[must_use]
    pub const fn __cached_kind(&self) -> OkOrShared {
        OkOrShared
    }
}

impl<R> Deref for Probe<R> {
    type Target = NotShared<R>;

    fn deref(&self) -> &NotShared<R> {
        &NotShared(PhantomData)
    }
}

/// Where a [`Probe`] ends up that is not for a `Result` with an error that can be shared.
#[derive(Debug)]
pub struct NotShared<R>(PhantomData<fn() -> R>);

impl<T, E> NotShared<Result<T, E>> {
    /// `R` is a `Result`.
    #[must_use]
    pub const fn __cached_kind(&self) -> OkOnly {
        OkOnly
    }
}

impl<R> Deref for NotShared<R> {
    type Target = NotResult;

    fn deref(&self) -> &NotResult {
        &NotResult
    }
}

/// The same where nobody ever waits, so that no error is shared: one question less for the compiler.
#[derive(Debug)]
pub struct SoleProbe<R>(PhantomData<fn() -> R>);

impl<R> SoleProbe<R> {
    /// A probe for `R`.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "only generated code makes one")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T, E> SoleProbe<Result<T, E>> {
    /// `R` is a `Result`.
    #[must_use]
    pub const fn __cached_kind(&self) -> OkOnly {
        OkOnly
    }
}

impl<R> Deref for SoleProbe<R> {
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

    /// The error of a result of which nothing is stored, for those who wait.
    fn error(result: &R) -> Option<SharedError> {
        let _ = result;
        None
    }

    /// An error that can be shared.
    type Error;

    /// Such an error, if it is of the right type.
    fn failure(error: &SharedError) -> Option<Self::Error> {
        let _ = error;
        None
    }

    /// The result that it stands for.
    fn fail(error: Self::Error) -> R;
}

/// A result that can be an error.
#[diagnostic::on_unimplemented(
    message = "`stale_if_error` is for functions that return a `Result`",
    label = "a body with this result cannot fail",
    note = "return a `Result`, or remove `stale_if_error`"
)]
pub trait Fallible {}

impl Fallible for OkOnly {}

impl Fallible for OkOrShared {}

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

    type Error = Never;

    fn fail(error: Never) -> R {
        match error {}
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

    type Error = Never;

    fn fail(error: Never) -> Result<T, E> {
        match error {}
    }
}

/// The same, and an `Err` is shared with those who wait.
#[derive(Debug, Clone, Copy)]
pub struct OkOrShared;

impl<T, E: Clone + Send + Sync + 'static> Outcome<Result<T, E>> for OkOrShared {
    type Stored = T;

    fn stored(result: &Result<T, E>) -> Option<&T> {
        result.as_ref().ok()
    }

    fn restore(stored: T) -> Result<T, E> {
        Ok(stored)
    }

    fn error(result: &Result<T, E>) -> Option<SharedError> {
        result.as_ref().err().map(|error| Arc::new(error.clone()) as SharedError)
    }

    type Error = E;

    fn failure(error: &SharedError) -> Option<E> {
        error.downcast_ref().cloned()
    }

    fn fail(error: E) -> Result<T, E> {
        Err(error)
    }
}
