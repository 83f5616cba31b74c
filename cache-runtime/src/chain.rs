//! Lists that run through slots: what is in one says itself who is before and behind it, so it is taken out in constant time,
//! and being in a list takes no space elsewhere.

use std::iter::successors;
use std::marker::PhantomData;

use crate::slots::{NOBODY, SlotId, Slots, short, slot};

/// Who is before and behind something in a chain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Links {
    before: u32,
    after: u32,
}

impl Links {
    /// Those of what is in no chain.
    pub(crate) const NONE: Self = Self { before: NOBODY, after: NOBODY };
}

/// What can be in chains of a kind `K`, in one of them at a time.
pub(crate) trait Linked<K> {
    fn links(&self) -> Links;

    fn links_mut(&mut self) -> &mut Links;
}

/// A list of slots, in no particular order.
#[derive(Debug)]
pub(crate) struct Chain<K> {
    first: u32,
    len: u32,
    kind: PhantomData<fn() -> K>,
}

impl<K> Default for Chain<K> {
    fn default() -> Self {
        Self { first: NOBODY, len: 0, kind: PhantomData }
    }
}

impl<K> Chain<K> {
    pub(crate) fn len(&self) -> usize {
        self.len as usize
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(crate) fn first(&self) -> Option<SlotId> {
        slot(self.first)
    }

    /// Adds a slot that is in no chain of the kind.
    pub(crate) fn add<T: Linked<K>>(&mut self, slots: &mut Slots<T>, id: SlotId) {
        let number = short(id);
        let Some(added) = slots.get_mut(id) else { return };
        *added.links_mut() = Links { before: NOBODY, after: self.first };
        if let Some(first) = self.first().and_then(|first| slots.get_mut(first)) {
            first.links_mut().before = number;
        }
        self.first = number;
        self.len += 1;
    }

    /// Takes a slot out that is in this one.
    pub(crate) fn remove<T: Linked<K>>(&mut self, slots: &mut Slots<T>, id: SlotId) {
        let Some(removed) = slots.get_mut(id) else { return };
        let Links { before, after } = std::mem::replace(removed.links_mut(), Links::NONE);
        match slot(before).and_then(|before| slots.get_mut(before)) {
            Some(one) => one.links_mut().after = after,
            None => self.first = after,
        }
        if let Some(one) = slot(after).and_then(|after| slots.get_mut(after)) {
            one.links_mut().before = before;
        }
        self.len -= 1;
    }

    pub(crate) fn iter<T: Linked<K>>(&self, slots: &Slots<T>) -> impl Iterator<Item = SlotId> {
        successors(self.first(), |id| Self::after(slots, *id))
    }

    /// The one behind.
    pub(crate) fn after<T: Linked<K>>(slots: &Slots<T>, id: SlotId) -> Option<SlotId> {
        slot(slots.get(id)?.links().after)
    }
}
