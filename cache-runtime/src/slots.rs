//! Numbered places for values, reused when they become free.

/// The number of a place.
pub(crate) type SlotId = usize;

/// They lie in chunks: however many there are, none is moved when one more comes, and what is held for more is little.
#[derive(Debug)]
pub(crate) struct Slots<T> {
    /// All but the last one are full. The first grows until it is.
    chunks: Vec<Vec<Option<T>>>,
    free: Vec<u32>,
    /// How many places there are, free ones included.
    places: usize,
}

impl<T> Slots<T> {
    /// Places in a chunk, which is about 64 KiB large.
    const CHUNK: usize = {
        let fitting = (1 << 16) / if size_of::<Option<T>>() == 0 { 1 } else { size_of::<Option<T>>() };
        1 << if fitting == 0 { 0 } else { fitting.ilog2() }
    };

    pub(crate) fn len(&self) -> usize {
        self.places - self.free.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (SlotId, &T)> {
        self.chunks.iter().flatten().enumerate().filter_map(|(id, slot)| Some((id, slot.as_ref()?)))
    }

    #[inline]
    pub(crate) fn get(&self, id: SlotId) -> Option<&T> {
        self.chunks.get(id / Self::CHUNK)?.get(id % Self::CHUNK)?.as_ref()
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, id: SlotId) -> Option<&mut T> {
        self.place(id)?.as_mut()
    }

    pub(crate) fn insert(&mut self, value: T) -> SlotId {
        if let Some(id) = self.free.pop()
            && let Some(place) = self.place(id as SlotId)
        {
            *place = Some(value);
            return id as SlotId;
        }
        let id = self.places;
        self.places += 1;
        match self.chunks.last_mut().filter(|last| last.len() < Self::CHUNK) {
            Some(last) => last.push(Some(value)),
            None => {
                let mut chunk = Vec::with_capacity(if self.chunks.is_empty() { 1 } else { Self::CHUNK });
                chunk.push(Some(value));
                self.chunks.push(chunk);
            }
        }
        id
    }

    pub(crate) fn remove(&mut self, id: SlotId) -> Option<T> {
        let value = self.place(id)?.take()?;
        self.free.push(u32::try_from(id).unwrap_or(u32::MAX));
        if self.len() == 0 {
            self.forget();
        }
        Some(value)
    }

    fn place(&mut self, id: SlotId) -> Option<&mut Option<T>> {
        self.chunks.get_mut(id / Self::CHUNK)?.get_mut(id % Self::CHUNK)
    }

    /// All places are free: gives most of their space back.
    fn forget(&mut self) {
        self.chunks.truncate(1);
        if let Some(first) = self.chunks.first_mut() {
            first.clear();
        }
        self.free = Vec::new();
        self.places = 0;
    }
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self { chunks: Vec::new(), free: Vec::new(), places: 0 }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::Slots;

    proptest! {
        /// Values of 16 KiB, four of which make a chunk.
        #[test]
        fn slots_agree_with_a_map(steps in prop::collection::vec((0usize..12, any::<bool>()), 1..60)) {
            let mut slots = Slots::<[u64; 2047]>::default();
            let mut model = BTreeMap::new();
            for (step, (id, is_added)) in (0u64..).zip(steps) {
                if is_added {
                    let id = slots.insert([step; 2047]);
                    prop_assert!(model.insert(id, step).is_none());
                } else {
                    prop_assert_eq!(slots.remove(id).map(|value| value[0]), model.remove(&id));
                }
                let held: BTreeMap<usize, u64> = slots.iter().map(|(id, value)| (id, value[2046])).collect();
                prop_assert_eq!(&held, &model);
                prop_assert_eq!(slots.len(), model.len());
                for id in 0..12 {
                    prop_assert_eq!(slots.get(id).map(|value| value[1]), model.get(&id).copied());
                }
            }
        }
    }

    #[test]
    fn a_chunk_holds_one_value_at_least() {
        let mut slots = Slots::default();
        assert_eq!([(); 3].map(|()| slots.insert(vec![[0u8; 1 << 17]])), [0, 1, 2]);
        let mut nothings = Slots::default();
        assert_eq!([(); 3].map(|()| nothings.insert(())), [0, 1, 2]);
        assert_eq!(nothings.remove(1), Some(()));
        assert_eq!(nothings.insert(()), 1);
    }
}
