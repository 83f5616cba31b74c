//! Which entry is likely to be asked for next.
//!
//! Calls that are made again are often made in the order in which they were made first. Then their entries lie one behind the
//! other, or at equal distances, where calls within them have stored theirs in between. (As processors guess what to fetch: Fu,
//! Patel and Janssens, "Stride directed prefetching in scalar processors", 1992.)

use crate::slots::SlotId;

/// The distance at which entries are asked for. At first it is that of slot 0, asked for again and again.
#[derive(Debug, Default)]
pub(crate) struct Stride {
    last: SlotId,
    step: usize,
    next: Option<SlotId>,
}

impl Stride {
    /// Where the next one is likely to be, if the last two were at one distance. It may be where there is none.
    #[inline]
    pub(crate) fn next(&self) -> Option<SlotId> {
        self.next
    }

    /// Learns which one was asked for.
    #[inline]
    pub(crate) fn note(&mut self, slot: SlotId) {
        // Backwards, steps wrap around.
        let step = slot.wrapping_sub(self.last);
        self.next = if step == self.step { Some(slot.wrapping_add(step)) } else { None };
        (self.last, self.step) = (slot, step);
    }
}

#[cfg(test)]
mod tests {
    use super::Stride;

    #[test]
    fn what_lies_at_one_distance_is_guessed() {
        let mut stride = Stride::default();
        let mut guesses = |slots: &[usize]| {
            let guess = |slot: &usize| {
                stride.note(*slot);
                stride.next()
            };
            slots.iter().map(guess).collect::<Vec<_>>()
        };
        assert_eq!(guesses(&[5, 8, 11, 14]), [None, None, Some(14), Some(17)]);
        assert_eq!(guesses(&[3, 4, 5, 6]), [None, None, Some(6), Some(7)]);
        assert_eq!(guesses(&[9, 7, 5]), [None, None, Some(3)], "backwards");
        assert_eq!(guesses(&[5, 5, 5]), [None, Some(5), Some(5)], "the same again");
        assert_eq!(guesses(&[8, 2, 7, 0]), [None; 4], "in no order");
    }
}
