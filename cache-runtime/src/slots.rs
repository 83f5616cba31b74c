//! Numbered places for values, reused when they become free.

/// The number of a place.
pub(crate) type SlotId = usize;

/// A number of a place, or of what there are no more of than places, in less space. Too large a one stands for none.
#[inline]
pub(crate) fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(NOBODY)
}

/// Stands for no place.
pub(crate) const NOBODY: u32 = u32::MAX;

/// The place that a [`short`] number stands for.
#[inline]
pub(crate) fn slot(number: u32) -> Option<SlotId> {
    (number != NOBODY).then_some(number as SlotId)
}

/// Sees to it that a large `Vec`, when it has to grow to this length, gains a quarter. By itself it would double, so that half of
/// it might be empty. That costs little where the allocator moves what is large without copying it, as that of Linux does.
#[inline]
fn make_room<T>(places: &mut Vec<T>, len: usize) {
    if len > places.capacity() {
        add_room(places, len);
    }
}

#[cold]
fn add_room<T>(places: &mut Vec<T>, len: usize) {
    /// In bytes.
    const LARGE: usize = 1 << 16;
    if size_of_val(places.as_slice()) >= LARGE {
        places.reserve_exact((len - places.len()).max(places.len() / 4));
    }
}

/// The place of that number. If there is none, it is made by `empty`, as are those before it.
pub(crate) fn at<T>(places: &mut Vec<T>, id: SlotId, empty: impl FnMut() -> T) -> Option<&mut T> {
    if places.len() <= id {
        make_room(places, id + 1);
        places.resize_with(id + 1, empty);
    }
    places.get_mut(id)
}

#[derive(Debug)]
pub(crate) struct Slots<T> {
    slots: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Slots<T> {
    pub(crate) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (SlotId, &T)> {
        self.slots.iter().enumerate().filter_map(|(id, slot)| Some((id, slot.as_ref()?)))
    }

    #[inline]
    pub(crate) fn get(&self, id: SlotId) -> Option<&T> {
        self.slots.get(id)?.as_ref()
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, id: SlotId) -> Option<&mut T> {
        self.slots.get_mut(id)?.as_mut()
    }

    #[inline]
    pub(crate) fn insert(&mut self, value: T) -> SlotId {
        if let Some(id) = self.free.pop()
            && let Some(slot) = self.slots.get_mut(id as SlotId)
        {
            *slot = Some(value);
            return id as SlotId;
        }
        let id = self.slots.len();
        make_room(&mut self.slots, id + 1);
        self.slots.push(Some(value));
        id
    }

    pub(crate) fn remove(&mut self, id: SlotId) -> Option<T> {
        let is_last = self.len() == 1;
        let value = self.slots.get_mut(id)?.take()?;
        if is_last {
            // What is empty need not keep more space than for a few.
            self.slots.clear();
            self.slots.shrink_to(Self::KEPT);
            self.free = Vec::new();
        } else {
            self.free.push(short(id));
        }
        Some(value)
    }

    /// So many places are kept: 4 KiB.
    const KEPT: usize = (1 << 12) / if size_of::<Option<T>>() == 0 { 1 } else { size_of::<Option<T>>() };
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self { slots: Vec::new(), free: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{Slots, at};

    #[test]
    fn of_many_places_a_fifth_is_empty_at_most() {
        let (mut slots, mut places, mut some) = (Slots::default(), Vec::new(), Vec::new());
        for id in 0..200_000_u32 {
            slots.insert(id);
            *at(&mut places, id as usize, || 0).unwrap() = id;
            if id % 3 == 0 {
                *at(&mut some, id as usize, || 0).unwrap() = id;
            }
            let of_slots = (slots.len(), slots.slots.capacity());
            for (len, capacity) in [of_slots, (places.len(), places.capacity()), (some.len(), some.capacity())] {
                assert!(id < 20_000 || len * 5 >= capacity * 4, "{len} of {capacity}");
            }
        }
    }

    proptest! {
        #[test]
        fn slots_agree_with_a_map(steps in prop::collection::vec((0usize..12, any::<bool>()), 1..60)) {
            let mut slots = Slots::<[u64; 3]>::default();
            let mut model = BTreeMap::new();
            for (step, (id, is_added)) in (0u64..).zip(steps) {
                if is_added {
                    let id = slots.insert([step; 3]);
                    prop_assert!(model.insert(id, step).is_none());
                } else {
                    prop_assert_eq!(slots.remove(id).map(|value| value[0]), model.remove(&id));
                }
                let held: BTreeMap<usize, u64> = slots.iter().map(|(id, value)| (id, value[2])).collect();
                prop_assert_eq!(&held, &model);
                prop_assert_eq!(slots.len(), model.len());
                for id in 0..12 {
                    prop_assert_eq!(slots.get(id).map(|value| value[1]), model.get(&id).copied());
                }
            }
        }
    }
}
