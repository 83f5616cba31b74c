//! The values of entries, those of one type side by side.
//!
//! What is next to its likes needs no allocation of its own, and a hit waits for one memory access less than where each value
//! lies in a box somewhere.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::mem;
use std::sync::Arc;

use crate::slots::{SlotId, Slots, short};

/// A value that lies in its column itself.
pub(crate) struct Inline<V>(pub(crate) V);

/// Whether values of a type lie in their columns. Larger ones, which it takes a while to move, do so behind an `Arc`.
pub(crate) const fn fits<V>() -> bool {
    size_of::<V>() <= 128
}

/// A value in a cache.
pub(crate) enum Held<'c, V> {
    Inline(&'c V),
    /// A hit can leave a locked cache with it, before the value, whose `Clone` is a user's code, is cloned.
    Shared(&'c Arc<V>),
}

impl<'c, V> Held<'c, V> {
    #[inline]
    pub(crate) fn get(self) -> &'c V {
        match self {
            Self::Inline(value) => value,
            Self::Shared(value) => value,
        }
    }
}

/// A value that is to leave a locked cache.
#[cfg(feature = "shared")]
pub(crate) enum Leaving<V> {
    Own(V),
    Shared(Arc<V>),
}

#[cfg(feature = "shared")]
impl<V: Clone> Held<'_, V> {
    pub(crate) fn leave(self) -> Leaving<V> {
        match self {
            Self::Inline(value) => Leaving::Own(value.clone()),
            Self::Shared(value) => Leaving::Shared(Arc::clone(value)),
        }
    }
}

#[cfg(feature = "shared")]
impl<V: Clone> Leaving<V> {
    /// The value itself, when nothing is locked any more.
    pub(crate) fn into_value(self) -> V {
        match self {
            Self::Own(value) => value,
            Self::Shared(value) => V::clone(&value),
        }
    }
}

/// Whether values of a type are cloned at once and without code of a user's.
#[cfg(feature = "shared")]
pub(crate) fn is_plain<V: 'static>() -> bool {
    macro_rules! is_one_of {
        ($($plain:ty)*) => {
            $(TypeId::of::<V>() == TypeId::of::<$plain>() || TypeId::of::<V>() == TypeId::of::<Option<$plain>>())||*
        };
    }
    is_one_of!(() bool char u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 &'static str)
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

/// What lies there of one type: [`Inline`] values, or `Arc`s of them.
trait Column: Any + Send + Sync {
    fn take(&mut self, row: SlotId) -> Option<Box<dyn Loose>>;

    fn bury(&mut self, row: SlotId) -> Option<Box<dyn Loose>>;
}

struct Rows<T>(Slots<T>);

impl<T: Send + Sync + 'static> Column for Rows<T> {
    fn take(&mut self, row: SlotId) -> Option<Box<dyn Loose>> {
        Some(Box::new(self.0.remove(row)?))
    }

    fn bury(&mut self, row: SlotId) -> Option<Box<dyn Loose>> {
        bury(self.0.remove(row)?)
    }
}

/// What is to be dropped later: nothing, if no code of a user's does that.
fn bury<T: Send + Sync + 'static>(value: T) -> Option<Box<dyn Loose>> {
    if mem::needs_drop::<T>() { Some(Box::new(value)) } else { None }
}

/// A value that is not in a cache, of whatever type.
pub(crate) trait Loose: Send + Sync {
    fn put_into(self: Box<Self>, values: &mut Values) -> Cell;
}

impl<T: Send + Sync + 'static> Loose for T {
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

    /// Takes the value back that nobody wants, if there is anything to drop of it.
    fn withdraw(&mut self) -> Option<Box<dyn Loose>>;
}

/// Offers a value in the form in which it is to be held.
pub(crate) fn offer<V: Send + Sync + 'static, R>(
    make: impl FnOnce() -> V,
    is_inline: bool,
    act: impl FnOnce(&mut dyn Offer) -> R,
) -> R {
    if is_inline { act(&mut Some(Inline(make()))) } else { act(&mut Some(Arc::new(make()))) }
}

/// A form in which a value is held.
trait Form: Send + Sync + 'static {
    fn value(&self) -> &(dyn Any + Send + Sync);
}

impl<V: Send + Sync + 'static> Form for Inline<V> {
    fn value(&self) -> &(dyn Any + Send + Sync) {
        &self.0
    }
}

impl<V: Send + Sync + 'static> Form for Arc<V> {
    fn value(&self) -> &(dyn Any + Send + Sync) {
        &**self
    }
}

impl<T: Form> Offer for Option<T> {
    fn value(&self) -> Option<&(dyn Any + Send + Sync)> {
        self.as_ref().map(Form::value)
    }

    fn give(&mut self, values: &mut Values) -> Option<Cell> {
        self.take().map(|value| values.add(value))
    }

    fn withdraw(&mut self) -> Option<Box<dyn Loose>> {
        bury(self.take()?)
    }
}

impl Offer for Option<Box<dyn Loose>> {
    fn value(&self) -> Option<&(dyn Any + Send + Sync)> {
        None
    }

    fn give(&mut self, values: &mut Values) -> Option<Cell> {
        self.take().map(|value| value.put_into(values))
    }

    fn withdraw(&mut self) -> Option<Box<dyn Loose>> {
        self.take()
    }
}

impl Values {
    fn add<T: Send + Sync + 'static>(&mut self, value: T) -> Cell {
        if self.rows::<T>(self.last).is_none() {
            self.last = self.turn_to::<T>();
        }
        let column = self.columns.get_mut(self.last as usize);
        let rows = column.and_then(|column| (&mut **column as &mut dyn Any).downcast_mut::<Rows<T>>());
        let row = rows.map_or(u32::MAX, |Rows(rows)| short(rows.insert(value)));
        Cell { column: self.last, row }
    }

    /// The column of a type.
    fn turn_to<T: Send + Sync + 'static>(&mut self) -> u32 {
        *self.by_type.entry(TypeId::of::<T>()).or_insert_with(|| {
            self.columns.push(Box::new(Rows::<T>(Slots::default())));
            short(self.columns.len() - 1)
        })
    }

    #[inline]
    fn rows<T: 'static>(&self, column: u32) -> Option<&Slots<T>> {
        let column: &dyn Any = &**self.columns.get(column as usize)?;
        column.downcast_ref::<Rows<T>>().map(|Rows(rows)| rows)
    }

    /// The value in a cell, if it is of that type.
    #[inline]
    pub(crate) fn get<V: 'static>(&self, Cell { column, row }: Cell) -> Option<Held<'_, V>> {
        if fits::<V>()
            && let Some(rows) = self.rows::<Inline<V>>(column)
        {
            return rows.get(row as SlotId).map(|Inline(value)| Held::Inline(value));
        }
        self.rows::<Arc<V>>(column)?.get(row as SlotId).map(Held::Shared)
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
    use super::{Held, Offer, Values, fits, offer};

    #[cfg(feature = "shared")]
    #[test]
    fn what_is_plain_runs_no_code_of_a_users() {
        use super::is_plain;
        assert!(is_plain::<u64>() && is_plain::<Option<f64>>() && is_plain::<&'static str>() && is_plain::<()>());
        assert!(!is_plain::<String>() && !is_plain::<std::sync::Arc<u64>>() && !is_plain::<Option<Vec<u8>>>());
    }

    #[test]
    fn values_of_several_types_come_back_as_they_are() {
        let mut values = Values::default();
        let mut add = |offer: &mut dyn Offer| offer.give(&mut values).unwrap();
        let number = offer(|| 7u64, true, &mut add);
        let text = offer(|| "seven".to_owned(), true, &mut add);
        let other = offer(|| 8u64, true, &mut add);
        let shared = offer(|| "eight".to_owned(), false, &mut add);
        let large = offer(|| [9u8; 1000], fits::<[u8; 1000]>(), &mut add);
        assert_eq!(values.get::<u64>(number).map(Held::get), Some(&7));
        assert_eq!(values.get::<u64>(other).map(Held::get), Some(&8));
        assert!(matches!(values.get::<String>(text), Some(Held::Inline(text)) if text == "seven"));
        assert!(matches!(values.get::<String>(shared), Some(Held::Shared(text)) if **text == "eight"));
        assert!(matches!(values.get::<[u8; 1000]>(large), Some(Held::Shared(large)) if **large == [9; 1000]));
        assert!(values.get::<u32>(number).is_none() && values.get::<String>(number).is_none());
        assert!(values.bury(number).is_none(), "nothing to drop");
        let mut loose = values.take(text);
        assert!(loose.is_some() && values.get::<String>(text).is_none());
        let text = loose.give(&mut values).unwrap();
        assert_eq!(values.get::<String>(text).map(Held::get), Some(&"seven".to_owned()));
        assert!(loose.give(&mut values).is_none(), "it has been given");
        assert!(values.bury(text).is_some() && values.bury(shared).is_some());
    }

    #[test]
    fn what_nobody_wants_is_withdrawn_once() {
        let withdrawn =
            |offer: &mut dyn Offer| (offer.value().is_some(), offer.withdraw().is_some(), offer.value().is_some());
        assert_eq!(offer(|| "seven".to_owned(), true, withdrawn), (true, true, false));
        assert_eq!(offer(|| "seven".to_owned(), false, withdrawn), (true, true, false));
        assert_eq!(offer(|| 7, true, withdrawn), (true, false, false));
    }
}
