//! Keyword arguments for a key that is written by hand.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// Keyword arguments, for [`make_cache_key`](crate::make_cache_key) and [`make_args_hash`](crate::make_args_hash).
///
/// Each is `name = value`; the value is anything that is `Serialize`, moved in or borrowed. The order makes no
/// difference. A name of Rust's such as `type` is written `r#type`, and is `type` in the key.
///
/// ```
/// use cache_runtime::{kwargs, make_cache_key};
///
/// let model = String::from("USPTO");
/// let key = make_cache_key("run_az", 1, &("CCO",), &kwargs! { az_model = &model, depth = 3 })?;
/// assert_eq!(key, make_cache_key("run_az", 1, &("CCO",), &kwargs! { depth = 3, az_model = model })?);
/// # Ok::<(), cache_runtime::KeyError>(())
/// ```
#[macro_export]
macro_rules! kwargs {
    () => { $crate::__private::NoKwargs };
    ($name:ident = $value:expr $(, $($rest:tt)*)?) => {
        $crate::__private::Kwarg::new(::core::stringify!($name), $value, $crate::kwargs! { $($($rest)*)? })
    };
}

/// One keyword argument and those after it. The list is in the type, so that it owns values of any types.
#[derive(Debug, Clone)]
pub struct Kwarg<V, R> {
    name: &'static str,
    value: V,
    rest: R,
}

/// The end of the list.
#[derive(Debug, Clone, Copy)]
pub struct NoKwargs;

impl<V, R> Kwarg<V, R> {
    /// Puts one argument before `rest`.
    pub fn new(name: &'static str, value: V, rest: R) -> Self {
        Self { name: name.strip_prefix("r#").unwrap_or(name), value, rest }
    }
}

/// What a list of keyword arguments writes into a map.
pub trait WriteKwargs {
    /// Writes every argument.
    ///
    /// # Errors
    ///
    /// Those of the serializer and of the values.
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

impl WriteKwargs for NoKwargs {
    fn write<M: SerializeMap>(&self, _map: &mut M) -> Result<(), M::Error> {
        Ok(())
    }
}

impl<V: Serialize, R: WriteKwargs> WriteKwargs for Kwarg<V, R> {
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry(self.name, &self.value)?;
        self.rest.write(map)
    }
}

impl Serialize for NoKwargs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_map(Some(0))?.end()
    }
}

impl<V: Serialize, R: WriteKwargs> Serialize for Kwarg<V, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.write(&mut map)?;
        map.end()
    }
}
