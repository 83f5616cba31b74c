//! The values of entries, those of one type side by side.
//!
//! What is next to its likes needs no allocation of its own, and a hit waits for one memory access less than where each value
//! lies in a box somewhere.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::mem;
use std::sync::Arc;

use crate::slots::{SlotId, Slots};

/// A value as it is held.
pub(crate) enum Held<V> {
    Own(V),
    /// A hit leaves a locked cache with this, before the value, whose `Clone` is a user's code, is cloned.
    #[cfg_attr(not(feature = "shared"), expect(dead_code, reason = "a cache with one owner is never locked"))]
    Shared(Arc<V>),
}

impl<V> Held<V> {
    #[inline]
    pub(crate) fn get(&self) -> &V {
        match self {
            Self::Own(value) => value,
            Self::Shared(value) => value,
        }
    }
}

#[cfg(feature = "shared")]
impl<V: Clone + 'static> Held<V> {
    /// A value that others share, as a cache holds it that is locked now and then.
    pub(crate) fn shared(value: &Arc<V>) -> Self {
        if is_plain::<V>() { Self::Own(V::clone(value)) } else { Self::Shared(Arc::clone(value)) }
    }
}

#[cfg(feature = "shared")]
impl<V: 'static> From<V> for Held<V> {
    /// A value as a cache holds it that is locked now and then.
    fn from(value: V) -> Self {
        if is_plain::<V>() { Self::Own(value) } else { Self::Shared(Arc::new(value)) }
    }
}

/// Whether values of a type are cloned at once and without code of a user's.
#[cfg(feature = "shared")]
fn is_plain<V: 'static>() -> bool {
    macro_rules! is_one_of {
        ($($plain:ty)*) => {
            $(TypeId::of::<V>() == TypeId::of::<$plain>() || TypeId::of::<V>() == TypeId::of::<Option<$plain>>())||*
        };
    }
    is_one_of!(() bool char u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 &'static str)
}

#[cfg(feature = "shared")]
impl<V: Clone> Held<V> {
    /// What leaves the cache on a hit.
    pub(crate) fn leave(&self) -> Self {
        match self {
            Self::Own(value) => Self::Own(value.clone()),
            Self::Shared(value) => Self::Shared(Arc::clone(value)),
        }
    }

    /// The value itself.
    pub(crate) fn into_value(self) -> V {
        match self {
            Self::Own(value) => value,
            Self::Shared(value) => V::clone(&value),
        }
    }
}

/// Where a value is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    column: u32,
    row: u32,
}

#[derive(Default)]
pub(crate) struct Values {
    columns: Vec<Box<dyn Column>>,
    by_type: HashMap<TypeId, u32>,
    /// Where a value was added last, as another one is likely to be.
    last: u32,
}

/// The values of one type.
trait Column: Any + Send + Sync {
    fn take(&mut self, row: SlotId) -> Option<Box<dyn Loose>>;

    fn bury(&mut self, row: SlotId) -> Option<Box<dyn Loose>>;
}

struct Rows<V>(Slots<Held<V>>);

impl<V: Send + Sync + 'static> Column for Rows<V> {
    fn take(&mut self, row: SlotId) -> Option<Box<dyn Loose>> {
        Some(Box::new(self.0.remove(row)?))
    }

    fn bury(&mut self, row: SlotId) -> Option<Box<dyn Loose>> {
        let value = self.0.remove(row)?;
        // It needs no box to be dropped in later if no code of a user's does that.
        if mem::needs_drop::<V>() { Some(Box::new(value)) } else { None }
    }
}

/// A value that is not in a cache, of whatever type.
pub(crate) trait Loose: Send + Sync {
    fn put_into(self: Box<Self>, values: &mut Values) -> Cell;
}

impl<V: Send + Sync + 'static> Loose for Held<V> {
    fn put_into(self: Box<Self>, values: &mut Values) -> Cell {
        values.add(*self)
    }
}

/// What gives its value to a cache, if the cache wants it, so that only that much has to know the value's type.
pub(crate) trait Offer {
    /// The value, if it can be looked at.
    fn value(&self) -> Option<&(dyn Any + Send + Sync)>;

    /// Puts the value there, unless that has been done.
    fn give(&mut self, values: &mut Values) -> Option<Cell>;
}

impl<V: Send + Sync + 'static> Offer for Option<Held<V>> {
    fn value(&self) -> Option<&(dyn Any + Send + Sync)> {
        self.as_ref().map(|value| value.get() as _)
    }

    fn give(&mut self, values: &mut Values) -> Option<Cell> {
        self.take().map(|value| values.add(value))
    }
}

impl Offer for Option<Box<dyn Loose>> {
    fn value(&self) -> Option<&(dyn Any + Send + Sync)> {
        None
    }

    fn give(&mut self, values: &mut Values) -> Option<Cell> {
        self.take().map(|value| value.put_into(values))
    }
}

impl Values {
    fn add<V: Send + Sync + 'static>(&mut self, value: Held<V>) -> Cell {
        if self.rows::<V>(self.last).is_none() {
            self.last = self.turn_to::<V>();
        }
        let column = self.columns.get_mut(self.last as usize);
        let rows = column.and_then(|column| (&mut **column as &mut dyn Any).downcast_mut::<Rows<V>>());
        let row = rows.map_or(u32::MAX, |Rows(rows)| u32::try_from(rows.insert(value)).unwrap_or(u32::MAX));
        Cell { column: self.last, row }
    }

    /// The column of a type.
    fn turn_to<V: Send + Sync + 'static>(&mut self) -> u32 {
        *self.by_type.entry(TypeId::of::<V>()).or_insert_with(|| {
            self.columns.push(Box::new(Rows::<V>(Slots::default())));
            u32::try_from(self.columns.len() - 1).unwrap_or(u32::MAX)
        })
    }

    #[inline]
    fn rows<V: 'static>(&self, column: u32) -> Option<&Slots<Held<V>>> {
        let column: &dyn Any = &**self.columns.get(column as usize)?;
        column.downcast_ref::<Rows<V>>().map(|Rows(rows)| rows)
    }

    /// The value in a cell, if it is of that type.
    #[inline]
    pub(crate) fn get<V: 'static>(&self, Cell { column, row }: Cell) -> Option<&Held<V>> {
        self.rows(column)?.get(row as SlotId)
    }

    /// Takes a value out.
    pub(crate) fn take(&mut self, Cell { column, row }: Cell) -> Option<Box<dyn Loose>> {
        self.columns.get_mut(column as usize)?.take(row as SlotId)
    }

    /// Takes a value out that is to be dropped: there is nothing to drop of some.
    pub(crate) fn bury(&mut self, Cell { column, row }: Cell) -> Option<Box<dyn Loose>> {
        self.columns.get_mut(column as usize)?.bury(row as SlotId)
    }
}

#[cfg(test)]
mod tests {
    use super::{Held, Offer, Values};

    #[cfg(feature = "shared")]
    #[test]
    fn what_is_plain_runs_no_code_of_a_users() {
        use super::is_plain;
        assert!(is_plain::<u64>() && is_plain::<Option<f64>>() && is_plain::<&'static str>() && is_plain::<()>());
        assert!(!is_plain::<String>() && !is_plain::<std::sync::Arc<u64>>() && !is_plain::<Option<Vec<u8>>>());
        assert!(matches!(Held::from(7u8), Held::Own(7)) && matches!(Held::from(vec![7u8]), Held::Shared(_)));
    }

    #[test]
    fn values_of_several_types_come_back_as_they_are() {
        let mut values = Values::default();
        let mut add = |offer: &mut dyn Offer| offer.give(&mut values).unwrap();
        let number = add(&mut Some(Held::Own(7u64)));
        let text = add(&mut Some(Held::Own("seven".to_owned())));
        let other = add(&mut Some(Held::Own(8u64)));
        assert_eq!(values.get::<u64>(number).map(Held::get), Some(&7));
        assert_eq!(values.get::<u64>(other).map(Held::get), Some(&8));
        assert_eq!(values.get::<String>(text).map(Held::get), Some(&"seven".to_owned()));
        assert!(values.get::<u32>(number).is_none() && values.get::<String>(number).is_none());
        assert!(values.bury(number).is_none(), "nothing to drop");
        let mut loose = values.take(text);
        assert!(loose.is_some() && values.get::<String>(text).is_none());
        let text = loose.give(&mut values).unwrap();
        assert_eq!(values.get::<String>(text).map(Held::get), Some(&"seven".to_owned()));
        assert!(loose.give(&mut values).is_none(), "it has been given");
        assert!(values.bury(text).is_some());
    }
}
