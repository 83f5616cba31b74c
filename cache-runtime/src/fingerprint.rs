//! A fast hash of bytes, to look things up by. It differs from cache to cache, so that nobody can choose arguments that all
//! have one hash, and nothing relies on two hashes being different.

use std::hash::{BuildHasher, RandomState};
use std::num::NonZero;

/// What makes the hashes of one cache differ from those of another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seed {
    one: u64,
    two: u64,
    mask: u64,
}

/// Bytes that are read at a time.
const WORD: usize = 8;

/// Bytes that are mixed in at a time.
const BLOCK: usize = 4 * WORD;

/// Bytes of a long text that are mixed in at a time, and as many blocks.
const STRIP: usize = BLOCKS * BLOCK;
const BLOCKS: usize = 4;

/// From so many bytes on, more lanes pay for being put together.
const LONG: usize = 2 * STRIP;

/// Spreads small numbers, with no two alike.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

impl Seed {
    #[cfg(test)]
    pub(crate) const COLLIDING: Self = Self { one: 0, two: 0, mask: 0 };

    pub(crate) fn random() -> Self {
        let state = RandomState::new();
        Self { one: state.hash_one(1), two: state.hash_one(2), mask: u64::MAX }
    }

    /// The hash of some bytes.
    ///
    /// Two words at a time are multiplied to 128 bits, the halves of which are folded into one; in two lanes, since a
    /// multiplication takes longer than it takes to begin the next one.
    #[expect(clippy::inline_always, reason = "or else it is called by hits of a program with results of several types")]
    #[inline(always)]
    pub(crate) fn hash(&self, bytes: &[u8]) -> u64 {
        if bytes.len() < LONG { self.end(self.lanes(), bytes, bytes) } else { self.hash_long(bytes) }
    }

    /// The same of many bytes, in four times as many lanes.
    // Apart, since short ones are what is mostly hashed.
    #[inline(never)]
    fn hash_long(&self, bytes: &[u8]) -> u64 {
        // What is in one place differs from what is in another.
        let mut number = 0u64;
        let mut all = [self.lanes(); BLOCKS].map(|[one, two]| {
            number = number.wrapping_add(SPREAD);
            [one ^ number, two ^ number]
        });
        let (strips, rest) = bytes.as_chunks::<STRIP>();
        for strip in strips {
            for (lanes, block) in all.iter_mut().zip(strip.as_chunks::<BLOCK>().0) {
                *lanes = self.mix(*lanes, words(block));
            }
        }
        let [first, others @ ..] = all;
        let lanes = others.into_iter().fold(first, |lanes, [one, two]| self.mix(lanes, [one, two, two, one]));
        self.end(lanes, rest, bytes)
    }

    /// What the lanes begin with.
    #[inline]
    fn lanes(&self) -> [u64; 2] {
        [self.one, self.two.rotate_left(32)]
    }

    /// Mixes in what is left of some bytes.
    #[expect(clippy::inline_always, reason = "as what it is the end of")]
    #[inline(always)]
    fn end(&self, mut lanes: [u64; 2], rest: &[u8], bytes: &[u8]) -> u64 {
        let (blocks, rest) = rest.as_chunks::<BLOCK>();
        for block in blocks {
            lanes = self.mix(lanes, words(block));
        }
        if !rest.is_empty() {
            lanes = self.mix(lanes, last_words(bytes, rest));
        }
        // The length tells what was read twice, or is missing, from what is there.
        fold(lanes[0] ^ lanes[1].rotate_left(17) ^ self.one, (bytes.len() as u64) ^ self.two) & self.mask
    }

    /// The hash of a call, from its family's number and the hash of its arguments.
    #[inline]
    pub(crate) fn of_family(self, family: NonZero<u32>, arguments: u64) -> u64 {
        (arguments ^ u64::from(family.get()).wrapping_mul(SPREAD)) & self.mask
    }

    #[inline]
    fn mix(&self, [one, two]: [u64; 2], [a, b, c, d]: [u64; 4]) -> [u64; 2] {
        [fold(a ^ one, b ^ self.two), fold(c ^ two, d ^ self.one)]
    }
}

#[inline]
fn words(block: &[u8; BLOCK]) -> [u64; 4] {
    [0, 1, 2, 3].map(|place| word(block, place * WORD))
}

/// Four words that hold what is behind the blocks, which is not nothing, and perhaps bytes before it.
#[inline]
fn last_words(bytes: &[u8], rest: &[u8]) -> [u64; 4] {
    if let Some(last) = bytes.last_chunk::<BLOCK>() {
        return words(last);
    }
    let words = |at: usize| [word(rest, at), word(rest, at + WORD)];
    let ([a, b], [c, d]) = match rest.len().checked_sub(2 * WORD) {
        Some(second) => (words(0), words(second)),
        None => (words(0), [0; 2]),
    };
    [a, b, c, d]
}

/// The word that begins at a place. What is missing of it counts as zeros.
#[inline]
fn word(bytes: &[u8], place: usize) -> u64 {
    let rest = bytes.get(place..).unwrap_or_default();
    if let Some(word) = rest.first_chunk::<WORD>() {
        return u64::from_le_bytes(*word);
    }
    rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = (u128::from(a) * u128::from(b)).to_le_bytes();
    let half = |at| word(&product, at);
    half(0) ^ half(WORD)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{BLOCK, LONG, STRIP, Seed};

    #[test]
    fn what_differs_has_another_hash() {
        let seed = Seed::random();
        let mut texts: Vec<Vec<u8>> = (0..200).map(|length| vec![0; length]).collect();
        for length in 1..100 {
            for place in 0..length {
                let mut text = vec![0; length];
                text[place] = 1;
                texts.push(text);
            }
        }
        let mut long: Vec<u8> = (0..LONG + 2 * STRIP + BLOCK + 3).map(|n| u8::try_from(n % 251).unwrap()).collect();
        texts.extend((LONG - BLOCK..long.len()).map(|length| long[..length].to_vec()));
        for place in 0..long.len() {
            long[place] ^= 1;
            texts.push(long.clone());
            long[place] ^= 1;
        }
        // Blocks in other places.
        for (one, two) in (0..long.len() / BLOCK).flat_map(|one| (0..one).map(move |two| (one, two))) {
            let mut text = long.clone();
            let (head, tail) = text.split_at_mut(one * BLOCK);
            head[two * BLOCK..][..BLOCK].swap_with_slice(&mut tail[..BLOCK]);
            texts.push(text);
        }
        texts.extend((0..10_000).map(|n: u32| format!("\"CCO{n}\", \"USPTO\"").into_bytes()));
        let hashes: HashSet<u64> = texts.iter().map(|text| seed.hash(text)).collect();
        assert_eq!(hashes.len(), texts.len());
        assert_ne!(seed.hash(b"CCO"), Seed::random().hash(b"CCO"));
    }

    #[test]
    fn all_bits_of_a_hash_are_used() {
        let seed = Seed::random();
        for bit in 0..64 {
            let ones = (0..1_000u32).filter(|n| seed.hash(&n.to_le_bytes()) >> bit & 1 == 1).count();
            assert!((400..600).contains(&ones), "bit {bit} is set {ones} times");
            let long = |n: u32| n.to_le_bytes().repeat(100);
            let ones = (0..1_000).filter(|n| seed.hash(&long(*n)) >> bit & 1 == 1).count();
            assert!((400..600).contains(&ones), "bit {bit} is set {ones} times of long texts");
        }
    }
}
