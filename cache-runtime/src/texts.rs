//! The texts that entries are known by, one behind the other.
//!
//! They are appended to segments. A segment whose texts are all gone is used again, and when more than half of what is held is
//! gone, what is left in the segment with most of it gone is appended anew: so space is given back a segment at a time, and no
//! text needs an allocation of its own. (As in Rosenblum and Ousterhout, "The design and implementation of a log-structured
//! file system", 1992.)

use std::mem;

use crate::slots::SlotId;

/// Where a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    segment: u32,
    start: u32,
    len: u32,
}

impl Place {
    /// No text is there.
    pub(crate) const NOWHERE: Self = Self { segment: u32::MAX, start: 0, len: 0 };
}

#[derive(Debug)]
pub(crate) struct Texts {
    segments: Vec<Segment>,
    /// Where texts are appended: a segment that there is not, before the first.
    open: usize,
    /// Segments with nothing in them.
    spare: Vec<usize>,
    /// Bytes of texts, with their heads, that are still there, and of all that the segments hold.
    live: usize,
    held: usize,
}

impl Default for Texts {
    fn default() -> Self {
        Self { segments: Vec::new(), open: usize::MAX, spare: Vec::new(), live: 0, held: 0 }
    }
}

#[derive(Debug, Default)]
struct Segment {
    /// Of each text: whose it is, how long it is, and itself.
    bytes: Vec<u8>,
    live: usize,
}

/// What stands before a text: the slot of the entry, and the length.
const HEAD: usize = 2 * size_of::<u32>();

impl Texts {
    /// What a segment holds, unless it is for a single text that is a good part of that.
    const SEGMENT: usize = 1 << 16;
    const LONG: usize = Self::SEGMENT / 4;

    /// Whether a text can be held at all.
    pub(crate) fn can_hold(text: &[u8]) -> bool {
        u32::try_from(text.len()).is_ok()
    }

    /// Adds the text of an entry.
    pub(crate) fn add(&mut self, owner: SlotId, text: &[u8]) -> Place {
        let size = HEAD + text.len();
        let number = if size > Self::LONG { self.vacant(size) } else { self.with_room_for(size) };
        let Some(segment) = self.segments.get_mut(number) else { return Place::NOWHERE };
        let place = Place { segment: short(number), start: short(segment.bytes.len() + HEAD), len: short(text.len()) };
        segment.bytes.extend_from_slice(&short(owner).to_le_bytes());
        segment.bytes.extend_from_slice(&short(text.len()).to_le_bytes());
        segment.bytes.extend_from_slice(text);
        segment.live += size;
        self.live += size;
        self.held += size;
        place
    }

    /// The open segment, another one if that is full.
    fn with_room_for(&mut self, size: usize) -> usize {
        if self.segments.get(self.open).is_none_or(|open| open.bytes.len() + size > Self::SEGMENT) {
            let full = self.open;
            // The first one grows until it is full: few texts take little space.
            let capacity = if self.held == 0 { 0 } else { Self::SEGMENT };
            self.open = self.vacant(capacity);
            // It may have been emptied while it was open.
            self.release_if_empty(full);
        }
        self.open
    }

    /// A segment with nothing in it.
    fn vacant(&mut self, capacity: usize) -> usize {
        let number = self.spare.pop().unwrap_or_else(|| {
            self.segments.push(Segment::default());
            self.segments.len() - 1
        });
        if let Some(segment) = self.segments.get_mut(number) {
            segment.bytes.reserve_exact(capacity);
        }
        number
    }

    #[inline]
    pub(crate) fn get(&self, Place { segment, start, len }: Place) -> Option<&[u8]> {
        self.segments.get(segment as usize)?.bytes.get(start as usize..)?.get(..len as usize)
    }

    /// Forgets the text at a place.
    pub(crate) fn remove(&mut self, place: Place) {
        let Some(size) = self.get(place).map(|text| HEAD + text.len()) else { return };
        let number = place.segment as usize;
        let Some(segment) = self.segments.get_mut(number) else { return };
        segment.live -= size;
        self.live -= size;
        self.release_if_empty(number);
    }

    fn release_if_empty(&mut self, number: usize) {
        let Some(segment) = self.segments.get_mut(number).filter(|segment| segment.live == 0) else { return };
        self.held -= segment.bytes.len();
        if number == self.open {
            segment.bytes.clear();
        } else if !segment.bytes.is_empty() {
            segment.bytes = Vec::new();
            self.spare.push(number);
        }
    }

    /// If more is gone than left, empties the segment of which most is gone. What it held is to be [added](Self::add) anew,
    /// as far as it still is an entry's, and the segment then to be [reused](Self::reuse).
    pub(crate) fn compact(&mut self) -> Option<Emptied> {
        if self.held - self.live <= self.live.max(Self::SEGMENT) {
            return None;
        }
        let closed = self.segments.iter().enumerate().filter(|(number, _)| *number != self.open);
        // There is one: in the open segment there is less than what has to be gone.
        let (number, _) = closed.max_by_key(|(_, segment)| segment.bytes.len() - segment.live)?;
        let segment = self.segments.get_mut(number)?;
        let Segment { bytes, live } = mem::take(segment);
        self.held -= bytes.len();
        self.live -= live;
        Some(Emptied { number: short(number), bytes })
    }

    /// A segment that was emptied may be filled again: not before, so that no new place is like one that it held.
    pub(crate) fn reuse(&mut self, emptied: Emptied) {
        let Emptied { number, mut bytes } = emptied;
        bytes.clear();
        // One is likely to be filled soon.
        if self.spare.is_empty()
            && let Some(segment) = self.segments.get_mut(number as usize)
        {
            segment.bytes = bytes;
        }
        self.spare.push(number as usize);
    }
}

/// What a segment held.
#[derive(Debug)]
pub(crate) struct Emptied {
    number: u32,
    bytes: Vec<u8>,
}

impl Emptied {
    /// Each text, with whose it was, and where.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (SlotId, Place, &[u8])> {
        let mut rest = self.bytes.as_slice();
        std::iter::from_fn(move || {
            let start = short(self.bytes.len() - rest.len() + HEAD);
            let (owner, text, behind) = split(rest)?;
            rest = behind;
            Some((owner, Place { segment: self.number, start, len: short(text.len()) }, text))
        })
    }
}

/// The first text, whose it is, and what comes behind.
fn split(record: &[u8]) -> Option<(SlotId, &[u8], &[u8])> {
    let (owner, record) = record.split_first_chunk()?;
    let (len, record) = record.split_first_chunk()?;
    let (text, behind) = record.split_at_checked(u32::from_le_bytes(*len) as usize)?;
    Some((u32::from_le_bytes(*owner) as SlotId, text, behind))
}

fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{Place, Texts};

    /// The text of an entry.
    fn text(owner: usize, length: usize) -> Vec<u8> {
        vec![u8::try_from(owner % 251).unwrap(); length]
    }

    fn compact(texts: &mut Texts, model: &mut BTreeMap<usize, (Place, usize)>) {
        let Some(emptied) = texts.compact() else { return };
        for (owner, place, moved) in emptied.texts() {
            if let Some((its_place, length)) = model.get_mut(&owner).filter(|(its_place, _)| *its_place == place) {
                assert_eq!(moved, text(owner, *length));
                *its_place = texts.add(owner, moved);
            }
        }
        texts.reuse(emptied);
    }

    proptest! {
        /// Some texts are longer than what a segment is for.
        #[test]
        fn texts_agree_with_a_map(steps in prop::collection::vec((0usize..40, 0u32..18, any::<bool>()), 1..200)) {
            let mut texts = Texts::default();
            let mut model = BTreeMap::<usize, (Place, usize)>::new();
            for (owner, length, is_added) in steps {
                if let Some((place, _)) = model.remove(&owner) {
                    texts.remove(place);
                    compact(&mut texts, &mut model);
                }
                if is_added {
                    let length = (1 << length) - 1;
                    model.insert(owner, (texts.add(owner, &text(owner, length)), length));
                }
                let live: usize = model.values().map(|(_, length)| length + super::HEAD).sum();
                prop_assert_eq!(texts.live, live);
                prop_assert_eq!(texts.held, texts.segments.iter().map(|segment| segment.bytes.len()).sum::<usize>());
            }
            for (owner, (place, length)) in model {
                prop_assert_eq!(texts.get(place), Some(&*text(owner, length)));
            }
        }
    }

    /// Each time all but one in a hundred go, so that hardly a segment is ever empty.
    #[test]
    fn space_is_given_back() {
        let mut texts = Texts::default();
        let mut model = BTreeMap::new();
        for owner in 0..40_000 {
            model.insert(owner, (texts.add(owner, &text(owner, 60)), 60));
            if owner % 100 > 0 && owner >= 1_000 {
                let (place, _) = model.remove(&(owner - 999)).unwrap_or((Place::NOWHERE, 0));
                texts.remove(place);
                compact(&mut texts, &mut model);
            }
        }
        assert!(texts.held <= 2 * texts.live.max(Texts::SEGMENT) + Texts::SEGMENT, "{} of {}", texts.live, texts.held);
        let capacity: usize = texts.segments.iter().map(|segment| segment.bytes.capacity()).sum();
        // One is being filled, and one is kept for what comes next.
        assert!(capacity <= texts.held + 2 * Texts::SEGMENT, "{capacity} for {}", texts.held);
    }

    /// Some texts have a segment of their own, which is wholly theirs and still less than is left in others.
    #[test]
    fn what_is_compacted_gives_space_back() {
        let mut texts = Texts::default();
        let mut model = BTreeMap::new();
        for owner in 0..20_000 {
            let length = if owner % 400 == 0 { 16_400 } else { 56 };
            model.insert(owner, (texts.add(owner, &text(owner, length)), length));
        }
        for owner in (0..20_000).filter(|owner| owner % 400 > 100) {
            let (place, _) = model.remove(&owner).unwrap();
            texts.remove(place);
            let (before, more) = (texts.held, texts.held - texts.live > texts.live.max(Texts::SEGMENT));
            compact(&mut texts, &mut model);
            assert_eq!(texts.held < before, more);
        }
        assert!(texts.held <= 2 * texts.live + Texts::SEGMENT, "{} of {}", texts.live, texts.held);
    }
}
