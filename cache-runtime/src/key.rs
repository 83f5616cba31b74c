//! Keys: `v<version>:<namespace>:<sha256>`, or whatever a caller picks.

use std::borrow::Borrow;
use std::convert::Infallible;
use std::fmt::{self, Display};
use std::str::FromStr;

use serde::Serialize;

use crate::KeyError;
use crate::canonical::{self, ARGS, Buffer, Bytes, Form, KWARGS, write_args, write_kwargs};
use crate::digest::{Digits, digits_of};
use crate::scratch;

/// Names one entry of a cache.
///
/// A key is its text: a `CacheKey` and its printed form always name the same entry. [`make_cache_key`] makes one from a
/// namespace, a version and arguments; any string converts into one that is picked by hand.
///
/// ```
/// use cache_runtime::{CacheKey, kwargs, make_cache_key};
///
/// let made = make_cache_key("run_az", 1, &("CCO",), &kwargs! { az_model = "USPTO" })?;
/// assert_eq!(made.namespace(), Some("run_az"));
/// assert_eq!(made.version(), Some(1));
/// assert_eq!(made, CacheKey::from(made.to_string()));
///
/// let picked = CacheKey::from("demo");
/// assert_eq!(picked.namespace(), None);
/// # Ok::<(), cache_runtime::KeyError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CacheKey(Box<str>);

/// What a made key consists of.
struct Parts<'k> {
    version: u32,
    namespace: &'k str,
    args_hash: &'k str,
}

impl CacheKey {
    /// The key as it prints.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The namespace, or `None` for a key picked by hand.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        namespace_in(&self.0)
    }

    /// The version, or `None` for a key picked by hand.
    #[must_use]
    pub fn version(&self) -> Option<u32> {
        Parts::of(&self.0).map(|parts| parts.version)
    }

    /// The 64 hexadecimal digits of [`make_args_hash`], or `None` for a key picked by hand.
    #[must_use]
    pub fn args_hash(&self) -> Option<&str> {
        Parts::of(&self.0).map(|parts| parts.args_hash)
    }
}

impl<'k> Parts<'k> {
    /// A text that is exactly how a made key prints *is* that key; all else was picked by hand.
    fn of(text: &'k str) -> Option<Self> {
        let (version, rest) = text.strip_prefix('v')?.split_once(':')?;
        let (namespace, args_hash) = rest.split_once(':')?;
        let canonical = version == "0" || !version.starts_with(['0', '+']);
        let hexadecimal = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let made = canonical && args_hash.len() == Digits::COUNT && args_hash.bytes().all(hexadecimal);
        if !made || namespace_fault(namespace).is_some() {
            return None;
        }
        Some(Self { version: version.parse().ok()?, namespace, args_hash })
    }
}

/// The namespace of what prints as a made key.
pub(crate) fn namespace_in(text: &str) -> Option<&str> {
    Parts::of(text).map(|parts| parts.namespace)
}

impl Display for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CacheKey").field(&self.as_str()).finish()
    }
}

impl FromStr for CacheKey {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.into())
    }
}

impl From<&str> for CacheKey {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for CacheKey {
    fn from(text: String) -> Self {
        Self(text.into_boxed_str())
    }
}

impl From<&String> for CacheKey {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<&CacheKey> for CacheKey {
    fn from(key: &CacheKey) -> Self {
        key.clone()
    }
}

impl AsRef<str> for CacheKey {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for CacheKey {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

/// The SHA-256 of a call's arguments, as 64 lower-case hexadecimal digits.
///
/// `args` is anything that serializes as a sequence (a tuple, array, slice or `Vec`), `kwargs` anything that serializes
/// as a map or a struct ([`kwargs!`](crate::kwargs) makes one); `()` means none. The bytes that are hashed are what
/// CPython's `json.dumps({"args": [...], "kwargs": {...}}, sort_keys=True)` prints; the README has the contract.
///
/// # Errors
///
/// `args` is no sequence, `kwargs` no map, an argument nests deeper than 128 containers, or its `Serialize`
/// implementation fails.
///
/// ```
/// use cache_runtime::{kwargs, make_args_hash};
///
/// let hash = make_args_hash(&("CCO",), &kwargs! { az_model = "USPTO" })?;
/// assert_eq!(hash, "6ad01e27a3a319962ad084787e060ab0fa0e661cc7d3e018e96747b06f7bacf7");
/// # Ok::<(), cache_runtime::KeyError>(())
/// ```
pub fn make_args_hash<A, K>(args: &A, kwargs: &K) -> Result<String, KeyError>
where
    A: Serialize + ?Sized,
    K: Serialize + ?Sized,
{
    scratch::with(|out| {
        write_payload(out, |out| write_args(out, args), |out| write_kwargs(out, kwargs))?;
        Ok(digits_of(&mut out.bytes).as_str().to_owned())
    })
}

/// The text that is hashed.
pub(crate) fn payload<A, K>(args: &A, kwargs: &K) -> Result<Vec<u8>, KeyError>
where
    A: Serialize + ?Sized,
    K: Serialize + ?Sized,
{
    let mut payload = Buffer::new(Form::Json);
    write_payload(&mut payload, |out| write_args(out, args), |out| write_kwargs(out, kwargs))?;
    Ok(payload.bytes.take())
}

/// The key of a call: `v{version}:{namespace}:{hash}`, the hash from [`make_args_hash`].
///
/// # Errors
///
/// Those of [`make_args_hash`], and a namespace that is empty or holds a `:` or a control character.
///
/// ```
/// use cache_runtime::{kwargs, make_cache_key};
///
/// let key = make_cache_key("run_az", 1, &("CCO",), &kwargs! { az_model = "USPTO" })?;
/// assert_eq!(
///     key.to_string(),
///     "v1:run_az:6ad01e27a3a319962ad084787e060ab0fa0e661cc7d3e018e96747b06f7bacf7",
/// );
/// # Ok::<(), cache_runtime::KeyError>(())
/// ```
pub fn make_cache_key<A, K>(namespace: &str, version: u32, args: &A, kwargs: &K) -> Result<CacheKey, KeyError>
where
    A: Serialize + ?Sized,
    K: Serialize + ?Sized,
{
    make_key(namespace, version, |out| write_args(out, args), |out| write_kwargs(out, kwargs))
}

/// The key of a call the arguments of which are written by these.
pub(crate) fn make_key(
    namespace: &str,
    version: u32,
    args: impl Fn(&mut Buffer) -> Result<(), KeyError>,
    kwargs: impl Fn(&mut Buffer) -> Result<(), KeyError>,
) -> Result<CacheKey, KeyError> {
    check_namespace(namespace)?;
    let mut out = scratch::take();
    let written = write_payload(&mut out, &args, &kwargs);
    // Should that have failed, it is hashed for nothing: nothing else has to wait until it is known.
    let key = key_of(namespace, version, &mut out.bytes);
    scratch::keep(out);
    written.map(|()| key)
}

/// Puts the text that is hashed together, in the place of what is in the buffer.
fn write_payload(
    out: &mut Buffer,
    args: impl Fn(&mut Buffer) -> Result<(), KeyError>,
    kwargs: impl Fn(&mut Buffer) -> Result<(), KeyError>,
) -> Result<(), KeyError> {
    out.clear(Form::Json);
    args(out)?;
    kwargs(out)?;
    out.bytes.push(b'}');
    Ok(())
}

/// Between the positional arguments of a call and its keyword arguments, if there are any. What is written of arguments is
/// texts and ASCII, so that it occurs nowhere else.
pub(crate) const KWARGS_MARK: u8 = 0xfe;

/// The payload of a call, from what [`Call::write`](crate::Call) wrote of its arguments.
fn write_payload_of_call(out: &mut Bytes, arguments: &[u8]) {
    let marked = arguments.iter().rposition(|byte| *byte == KWARGS_MARK).and_then(|at| arguments.split_at_checked(at));
    let (args, kwargs) =
        marked.map_or((arguments, &[][..]), |(args, kwargs)| (args, kwargs.get(1..).unwrap_or_default()));
    out.extend_from_slice(ARGS);
    canonical::write_payload(out, args);
    out.extend_from_slice(KWARGS);
    canonical::write_payload(out, kwargs);
    out.extend_from_slice(b"}}");
}

/// The payload of a call as one text.
#[cfg(feature = "tracing")]
pub(crate) fn payload_of_call(arguments: &[u8]) -> Vec<u8> {
    let mut payload = Bytes::new();
    write_payload_of_call(&mut payload, arguments);
    payload.take()
}

/// The key of a call, from what [`Call::write`](crate::Call) wrote of its arguments.
pub(crate) fn key_of_call(namespace: &str, version: u32, arguments: &[u8]) -> CacheKey {
    scratch::with(|payload| {
        payload.clear(Form::Json);
        write_payload_of_call(&mut payload.bytes, arguments);
        key_of(namespace, version, &mut payload.bytes)
    })
}

/// The key of a call, from its payload, which is hashed last: what comes before is done while that arrives in memory.
fn key_of(namespace: &str, version: u32, payload: &mut Bytes) -> CacheKey {
    let digit = char::from_digit(version, 10);
    let version_len = if digit.is_some() { 1 } else { version.ilog10() as usize + 1 };
    let mut key = String::with_capacity("v::".len() + version_len + namespace.len() + Digits::COUNT);
    key.push('v');
    match digit {
        Some(digit) => key.push(digit),
        None => key.push_str(&version.to_string()),
    }
    key.push(':');
    key.push_str(namespace);
    key.push(':');
    key.push_str(digits_of(payload).as_str());
    key.into()
}

#[inline]
pub(crate) fn check_namespace(namespace: &str) -> Result<(), KeyError> {
    match namespace_fault(namespace) {
        Some(fault) => Err(KeyError::namespace(namespace, fault)),
        None => Ok(()),
    }
}

#[inline]
fn namespace_fault(namespace: &str) -> Option<&'static str> {
    // Most can be told from their bytes to have none.
    let is_plain = !namespace.is_empty() && canonical::is_plain_without(namespace.as_bytes(), b':');
    if is_plain { None } else { fault_of_chars(namespace) }
}

#[cold]
fn fault_of_chars(namespace: &str) -> Option<&'static str> {
    if namespace.is_empty() {
        Some("is empty")
    } else if namespace.contains(':') {
        Some("holds a `:`")
    } else if namespace.contains(char::is_control) {
        Some("holds a control character")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{CacheKey, make_cache_key};
    use crate::kwargs;

    const HASH: &str = "6ad01e27a3a319962ad084787e060ab0fa0e661cc7d3e018e96747b06f7bacf7";

    #[test]
    fn a_printed_key_has_the_parts_it_was_made_of() {
        let key = CacheKey::from(format!("v4294967295:run az.1:{HASH}"));
        assert_eq!(key.version(), Some(u32::MAX));
        assert_eq!(key.namespace(), Some("run az.1"));
        assert_eq!(key.args_hash(), Some(HASH));
        assert_eq!(CacheKey::from(format!("v0:n:{HASH}")).version(), Some(0));
    }

    #[test]
    fn a_key_has_its_version_in_decimal() {
        for version in [0, 9, 10, 99, 255, 256, u32::MAX] {
            let key = make_cache_key("run az", version, &("CCO",), &kwargs! { az_model = "USPTO" }).unwrap();
            assert_eq!(key, CacheKey::from(format!("v{version}:run az:{HASH}")));
        }
    }

    #[test]
    fn a_text_that_no_made_key_prints_as_was_picked_by_hand() {
        let upper = HASH.to_uppercase();
        for text in [
            "",
            "demo",
            "v1:run_az:",
            "v1:run_az:6ad01e27",
            &format!("1:n:{HASH}"),
            &format!("v01:n:{HASH}"),
            &format!("v+1:n:{HASH}"),
            &format!("v4294967296:n:{HASH}"),
            &format!("v1::{HASH}"),
            &format!("v1:a:b:{HASH}"),
            &format!("v1:a\n:{HASH}"),
            &format!("v1:n:{upper}"),
            &format!("v1:n:{HASH}0"),
        ] {
            let key = CacheKey::from(text);
            assert_eq!((key.namespace(), key.version(), key.args_hash()), (None, None, None), "{text:?}");
        }
    }
}
