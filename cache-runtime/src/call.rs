//! A call that may be answered from a cache.

use std::borrow::Cow;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Serialize;

use crate::canonical::{ARGS, Buffer, Form, KWARGS, write_argument};
use crate::key::{KWARGS_MARK, make_key};
use crate::namespaces::Namespace;
use crate::{CacheKey, KeyError};

/// A call of a cached function: its namespace, its version and its arguments, which are only borrowed.
///
/// A [`Cache`](crate::Cache) gets the call rather than a finished key, because a store may be able to tell two calls
/// apart more cheaply than by hashing them. Whatever prints, persists or shares a key uses [`key`](Self::key).
#[derive(Clone, Copy)]
pub struct Call<'a> {
    namespace: Namespace<'a>,
    version: u32,
    args: &'a [&'a dyn Argument],
    kwargs: &'a [(&'a str, &'a dyn Argument)],
    lookup: Lookup,
    instance: u64,
    in_task: bool,
}

/// How a call uses its cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// It looks its result up, and stores it on a miss.
    Consult,
    /// It stores its result without looking it up.
    Refresh,
    /// Neither.
    Bypass,
}

impl<'a> Call<'a> {
    pub(crate) fn new(namespace: Namespace<'a>, version: u32, args: &'a [&'a dyn Argument]) -> Self {
        Self { namespace, version, args, kwargs: &[], lookup: Lookup::Consult, instance: 0, in_task: false }
    }

    /// Adds keyword arguments, which are sorted by name.
    #[doc(hidden)]
    #[must_use]
    pub fn kwargs(self, kwargs: &'a [(&'a str, &'a dyn Argument)]) -> Self {
        Self { kwargs, ..self }
    }

    /// Says whether to compute the result even if it is there.
    #[doc(hidden)]
    #[must_use]
    pub fn refresh(self, refresh: bool) -> Self {
        if refresh && self.lookup == Lookup::Consult { Self { lookup: Lookup::Refresh, ..self } } else { self }
    }

    /// Says whether to use the cache at all.
    #[doc(hidden)]
    #[must_use]
    pub fn enabled(self, enabled: bool) -> Self {
        if enabled { self } else { Self { lookup: Lookup::Bypass, ..self } }
    }

    /// Names the types that a generic function, or a method, is called with.
    ///
    /// They are no part of the key, since keys are the same in every language. But `f::<A>(1)` and `f::<B>(1)` may have
    /// different results of one type, so a result is only given to calls of its own instance.
    #[doc(hidden)]
    #[must_use]
    pub fn instance(self, types: &[&str]) -> Self {
        let mut hasher = DefaultHasher::new();
        types.hash(&mut hasher);
        // Zero is for functions that have but one.
        Self { instance: hasher.finish() | 1, ..self }
    }

    /// The call of an asynchronous function.
    pub(crate) fn in_task(self) -> Self {
        Self { in_task: true, ..self }
    }

    /// Whether it is the call of an asynchronous function.
    #[cfg_attr(not(feature = "shared"), expect(dead_code, reason = "a cache with one owner does not care"))]
    pub(crate) fn is_in_task(&self) -> bool {
        self.in_task
    }

    /// The namespace of the function.
    #[must_use]
    pub fn namespace(&self) -> Cow<'a, str> {
        self.namespace.text()
    }

    /// The version of the function.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    pub(crate) fn instance_of(&self) -> u64 {
        self.instance
    }

    pub(crate) fn lookup(&self) -> Lookup {
        self.lookup
    }

    pub(crate) fn namespace_as_given(&self) -> Namespace<'a> {
        self.namespace
    }

    /// The key of the call, as [`make_cache_key`](crate::make_cache_key) makes it.
    ///
    /// # Errors
    ///
    /// Those of [`make_cache_key`](crate::make_cache_key).
    pub fn key(&self) -> Result<CacheKey, KeyError> {
        make_key(
            &self.namespace(),
            self.version(),
            |out| {
                out.bytes.extend_from_slice(ARGS);
                self.write_args(out)
            },
            |out| {
                out.bytes.extend_from_slice(KWARGS);
                self.write_kwargs(out)?;
                out.bytes.push(b'}');
                Ok(())
            },
        )
    }

    /// Writes what tells two calls of one function apart, in the place of what is in the buffer.
    #[expect(clippy::inline_always, reason = "or else it is called by hits of a program with results of several types")]
    #[inline(always)]
    pub(crate) fn write(&self, out: &mut Buffer) -> Result<(), KeyError> {
        out.clear(Form::Raw);
        out.shrink();
        self.write_args(out)?;
        if !self.kwargs.is_empty() {
            out.bytes.push(KWARGS_MARK);
            self.write_kwargs(out)?;
        }
        Ok(())
    }

    #[inline]
    fn write_args(&self, out: &mut Buffer) -> Result<(), KeyError> {
        for (place, argument) in self.args.iter().enumerate() {
            if place > 0 {
                out.bytes.extend_from_slice(b", ");
            }
            argument.write(out)?;
        }
        Ok(())
    }

    fn write_kwargs(&self, out: &mut Buffer) -> Result<(), KeyError> {
        for (place, (name, argument)) in self.kwargs.iter().enumerate() {
            if place > 0 {
                out.bytes.extend_from_slice(b", ");
            }
            out.write_str(name);
            out.bytes.extend_from_slice(b": ");
            argument.write(out)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("namespace", &self.namespace())
            .field("version", &self.version())
            .finish_non_exhaustive()
    }
}

/// A value that can be part of a key: anything that is [`Serialize`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a cache key, because it does not implement `Serialize`",
    label = "this parameter is part of the key of its `#[cached]` function",
    note = "derive `serde::Serialize` for the type, or pass a value that identifies it"
)]
pub trait Argument {
    /// Appends the value to what is written of a call's arguments.
    ///
    /// # Errors
    ///
    /// The value's `Serialize` implementation fails, or it nests too deep.
    #[doc(hidden)]
    fn write(&self, payload: &mut Buffer) -> Result<(), KeyError>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> Argument for T {
    fn write(&self, payload: &mut Buffer) -> Result<(), KeyError> {
        write_argument(payload, self)
    }
}
