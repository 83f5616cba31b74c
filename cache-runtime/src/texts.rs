//! The texts that entries and tags are known by, one behind the other.
//!
//! They are appended to segments. A segment whose texts are all gone is used again, and when more than half of what is held is
//! gone, what is left in the segment with most of it gone is appended anew: so space is given back a segment at a time, and no
//! text needs an allocation of its own, but for a long one, which has a segment to itself. (As in Rosenblum and Ousterhout, "The design and implementation of a log-structured
//! file system", 1992.)

use std::mem;

use crate::slots::{SlotId, Slots, short};

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

/// What has a text.
pub(crate) trait Owner {
    /// Where it is.
    fn text_mut(&mut self) -> &mut Place;
}

#[derive(Debug)]
pub(crate) struct Texts {
    segments: Vec<Segment>,
    /// Where texts are appended: a segment that there is not, before the first.
    open: usize,
    /// Segments with nothing in them.
    spare: Vec<usize>,
    /// The space of one that was emptied, which is likely to be filled soon.
    kept: Vec<u8>,
    /// Bytes of texts that share segments, with their heads: of those that are still there, and of all.
    live: usize,
    held: usize,
}

impl Default for Texts {
    fn default() -> Self {
        Self { segments: Vec::new(), open: usize::MAX, spare: Vec::new(), kept: Vec::new(), live: 0, held: 0 }
    }
}

#[derive(Debug, Default)]
struct Segment {
    /// Of each text: whose it is, how long it is, and itself.
    bytes: Vec<u8>,
    live: usize,
}

/// What stands before a text: the slot of its owner, and the length.
const HEAD: usize = 2 * size_of::<u32>();

impl Texts {
    /// What a segment holds, unless it is for a single text that would be a good part of that.
    const SEGMENT: usize = 1 << 16;
    const LONG: usize = Self::SEGMENT / 4;

    /// Whether a text can be held at all.
    pub(crate) fn can_hold(text: &[u8]) -> bool {
        u32::try_from(text.len()).is_ok()
    }

    /// Adds the text of what is in that slot.
    pub(crate) fn add(&mut self, owner: SlotId, text: &[u8]) -> Place {
        let size = HEAD + text.len();
        let number = if is_long(size) { self.vacant() } else { self.with_room_for(size) };
        let Some(segment) = self.segments.get_mut(number) else { return Place::NOWHERE };
        if is_long(size) {
            segment.bytes.reserve_exact(size);
        }
        let place = Place { segment: short(number), start: short(segment.bytes.len() + HEAD), len: short(text.len()) };
        segment.bytes.extend_from_slice(&short(owner).to_le_bytes());
        segment.bytes.extend_from_slice(&short(text.len()).to_le_bytes());
        segment.bytes.extend_from_slice(text);
        segment.live += size;
        if !is_long(size) {
            self.live += size;
            self.held += size;
        }
        place
    }

    /// The open segment, another one if that is full.
    fn with_room_for(&mut self, size: usize) -> usize {
        if self.segments.get(self.open).is_none_or(|open| open.bytes.len() + size > Self::SEGMENT) {
            let full = self.open;
            self.open = self.vacant();
            // The first one grows until it is full: few texts take little space.
            if self.held > 0
                && let Some(segment) = self.segments.get_mut(self.open)
            {
                segment.bytes = mem::take(&mut self.kept);
                segment.bytes.reserve_exact(Self::SEGMENT);
            }
            // It may have been emptied while it was open.
            self.release_if_empty(full);
        }
        self.open
    }

    /// A segment with nothing in it.
    fn vacant(&mut self) -> usize {
        self.spare.pop().unwrap_or_else(|| {
            self.segments.push(Segment::default());
            self.segments.len() - 1
        })
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
        if is_long(size) {
            *segment = Segment::default();
            self.spare.push(number);
            return;
        }
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

    /// If more is gone than left, empties the segment of which most is gone, and adds anew what is left of it.
    pub(crate) fn compact<T: Owner>(&mut self, owners: &mut Slots<T>) {
        if self.held - self.live <= self.live.max(Self::SEGMENT) {
            return;
        }
        let closed = self.segments.iter().enumerate().filter(|(number, _)| *number != self.open);
        // There is one: in the open segment there is less than what has to be gone.
        let Some((number, _)) = closed.max_by_key(|(_, segment)| segment.bytes.len() - segment.live) else { return };
        let Some(segment) = self.segments.get_mut(number) else { return };
        let Segment { mut bytes, live } = mem::take(segment);
        self.held -= bytes.len();
        self.live -= live;
        let mut rest = bytes.as_slice();
        while let Some((owner, text, behind)) = split(rest) {
            let place =
                Place { segment: short(number), start: short(bytes.len() - rest.len() + HEAD), len: short(text.len()) };
            // Whose text is gone may have another one elsewhere.
            if let Some(its_place) = owners.get_mut(owner).map(Owner::text_mut).filter(|its_place| **its_place == place)
            {
                *its_place = self.add(owner, text);
            }
            rest = behind;
        }
        // Not before, so that no new place is like one that it held.
        self.spare.push(number);
        bytes.clear();
        self.kept = bytes;
    }
}

/// Whether a text of that size, with its head, has a segment to itself.
fn is_long(size: usize) -> bool {
    size > Texts::LONG
}

/// The first text, whose it is, and what comes behind.
fn split(record: &[u8]) -> Option<(SlotId, &[u8], &[u8])> {
    let (owner, record) = record.split_first_chunk()?;
    let (len, record) = record.split_first_chunk()?;
    let (text, behind) = record.split_at_checked(u32::from_le_bytes(*len) as usize)?;
    Some((u32::from_le_bytes(*owner) as SlotId, text, behind))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{Owner, Place, Texts, is_long};
    use crate::slots::{SlotId, Slots};

    /// What is known of a text: where it is, of what, and how often.
    struct Known {
        place: Place,
        byte: u8,
        length: usize,
    }

    impl Owner for Known {
        fn text_mut(&mut self) -> &mut Place {
            &mut self.place
        }
    }

    /// Texts with their owners.
    #[derive(Default)]
    struct Model {
        texts: Texts,
        known: Slots<Known>,
    }

    impl Model {
        fn add(&mut self, number: usize, length: usize) -> SlotId {
            let byte = u8::try_from(number % 251).unwrap();
            let owner = self.known.insert(Known { place: Place::NOWHERE, byte, length });
            self.known.get_mut(owner).unwrap().place = self.texts.add(owner, &vec![byte; length]);
            owner
        }

        fn remove(&mut self, owner: SlotId) {
            let known = self.known.remove(owner).unwrap();
            self.texts.remove(known.place);
        }

        fn compact(&mut self) {
            self.texts.compact(&mut self.known);
        }

        fn check(&self) -> Result<(), TestCaseError> {
            let sizes = self.known.iter().map(|(_, known)| known.length + super::HEAD);
            let (long, shared): (Vec<usize>, Vec<usize>) = sizes.partition(|size| is_long(*size));
            let long: usize = long.iter().sum();
            prop_assert_eq!(self.texts.live, shared.iter().sum::<usize>());
            let held = self.texts.segments.iter().map(|segment| segment.bytes.len()).sum::<usize>();
            prop_assert_eq!(self.texts.held, held - long);
            Ok(())
        }
    }

    proptest! {
        /// Some texts are longer than what a segment is for.
        #[test]
        fn texts_agree_with_a_map(steps in prop::collection::vec((0usize..40, 0u32..18, any::<bool>()), 1..200)) {
            let mut model = Model::default();
            let mut owners = BTreeMap::<usize, SlotId>::new();
            for (number, length, is_added) in steps {
                if let Some(owner) = owners.remove(&number) {
                    model.remove(owner);
                    model.compact();
                }
                if is_added {
                    owners.insert(number, model.add(number, (1 << length) - 1));
                }
                model.check()?;
            }
            for owner in owners.values() {
                let known = model.known.get(*owner).unwrap();
                let text = model.texts.get(known.place).map(<[u8]>::to_vec);
                prop_assert_eq!(text, Some(vec![known.byte; known.length]));
            }
        }
    }

    /// Each time all but one in a hundred go, so that hardly a segment is ever empty.
    #[test]
    fn space_is_given_back() {
        let mut model = Model::default();
        let mut owners = BTreeMap::new();
        for number in 0..40_000 {
            owners.insert(number, model.add(number, 60));
            if number % 100 > 0 && number >= 1_000 {
                if let Some(owner) = owners.remove(&(number - 999)) {
                    model.remove(owner);
                }
                model.compact();
            }
        }
        let texts = &model.texts;
        assert!(texts.held <= 2 * texts.live.max(Texts::SEGMENT) + Texts::SEGMENT, "{} of {}", texts.live, texts.held);
        let capacity: usize = texts.segments.iter().map(|segment| segment.bytes.capacity()).sum();
        // One is being filled, and one is kept for what comes next.
        assert!(capacity <= texts.held + 2 * Texts::SEGMENT, "{capacity} for {}", texts.held);
    }

    /// While they are there they are no reason to keep what else is gone, nor do they take more than they need.
    #[test]
    fn long_texts_go_with_their_space() {
        let mut model = Model::default();
        let shorts: Vec<SlotId> = (0..5_000).map(|number| model.add(number, 1_000)).collect();
        let mut longs: Vec<SlotId> = (0..20).map(|number| model.add(number, 1 << 19)).collect();
        for (place, owner) in shorts.into_iter().enumerate() {
            if place % 50 > 0 {
                model.remove(owner);
                model.compact();
            }
            if place % 100 == 0 {
                longs.push(model.add(place, Texts::LONG));
            }
        }
        let capacity =
            |model: &Model| model.texts.segments.iter().map(|segment| segment.bytes.capacity()).sum::<usize>();
        let (long, short) = (20 * (1 << 19) + 50 * Texts::LONG, 100 * 1_000);
        assert!(capacity(&model) <= long + 2 * short + 3 * Texts::SEGMENT, "{} for {long}", capacity(&model));
        for owner in longs {
            model.remove(owner);
            model.compact();
        }
        assert!(capacity(&model) <= 2 * short + 3 * Texts::SEGMENT, "{} for {short}", capacity(&model));
    }

    /// Some texts have a segment of their own, which is wholly theirs and still less than is left in others.
    #[test]
    fn what_is_compacted_gives_space_back() {
        let mut model = Model::default();
        let owners: Vec<SlotId> =
            (0..20_000).map(|number| model.add(number, if number % 400 == 0 { 16_400 } else { 56 })).collect();
        for (number, owner) in owners.into_iter().enumerate().filter(|(number, _)| number % 400 > 100) {
            model.remove(owner);
            let texts = &model.texts;
            let (before, more) = (texts.held, texts.held - texts.live > texts.live.max(Texts::SEGMENT));
            model.compact();
            assert_eq!(model.texts.held < before, more, "text {number}");
        }
        let texts = &model.texts;
        assert!(texts.held <= 2 * texts.live + Texts::SEGMENT, "{} of {}", texts.live, texts.held);
    }
}
