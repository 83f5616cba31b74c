//! SHA-256 of a text that lies in a buffer of ours.

use sha2::block_api::compress256;

use crate::canonical::Bytes;

/// The SHA-256 of what is in the buffer, as it is printed. Leaves the buffer padded.
///
/// The padding goes behind the message, so that all blocks are read where they are: `Sha256::digest` copies the last one.
pub(crate) fn digits_of(message: &mut Bytes) -> Digits {
    let bits = ((message.len() as u64) << 3).to_be_bytes();
    // There is a byte of padding at least, and the number of bits ends a block.
    let end = (message.len() + bits.len()) / BLOCK * BLOCK + BLOCK;
    // All that it may take: what is always of one length is copied by a few instructions.
    message.extend_from_slice(&PADDING);
    message.truncate(end);
    if let Some(last) = message.last_chunk_mut() {
        *last = bits;
    }
    let mut state = FIRST;
    compress256(&mut state, message.as_chunks().0);
    let mut bytes = [0; 32];
    for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
    // In this form compilers make many at once.
    let (mut high, mut low) = ([0; 32], [0; 32]);
    for ((high, low), byte) in high.iter_mut().zip(&mut low).zip(bytes) {
        (*high, *low) = (digit(byte >> 4), digit(byte & 0xf));
    }
    let mut digits = Digits([0; Digits::COUNT]);
    for (digits, (high, low)) in digits.0.as_chunks_mut().0.iter_mut().zip(high.into_iter().zip(low)) {
        *digits = [high, low];
    }
    digits
}

/// The digits of a SHA-256. They begin with a word, so that it is told by words that they are ASCII.
#[repr(align(16))]
pub(crate) struct Digits([u8; Self::COUNT]);

impl Digits {
    pub(crate) const COUNT: usize = 64;

    #[inline]
    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The hexadecimal digit of a number below 16.
pub(crate) fn digit(nibble: u8) -> u8 {
    // Compilers make many at once of sums sooner than of choices.
    let beyond = 0u8.wrapping_sub(u8::from(nibble > 9));
    nibble + b'0' + (beyond & (b'a' - 10 - b'0'))
}

const BLOCK: usize = 64;

/// What follows a message: a bit that is set, and as many as it takes that are not.
const PADDING: [u8; BLOCK + size_of::<u64>()] = {
    let mut padding = [0; BLOCK + size_of::<u64>()];
    padding[0] = 0x80;
    padding
};

/// What SHA-256 begins with: the fractions of the square roots of the first eight primes.
const FIRST: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::{Bytes, digits_of};

    #[test]
    fn the_digest_is_sha_256_however_long_the_message() {
        let message: Vec<u8> = (0..=u8::MAX).chain(0..=u8::MAX).collect();
        for length in 0..message.len() {
            let message = &message[..length];
            let digest: [u8; 32] = Sha256::digest(message).into();
            let [high, low] = [0, 16].map(|at| u128::from_be_bytes(*digest[at..].first_chunk().unwrap()));
            let expected = format!("{high:032x}{low:032x}");
            let mut bytes = Bytes::new();
            bytes.extend_from_slice(message);
            assert_eq!(digits_of(&mut bytes).as_str(), expected, "{length} bytes");
        }
    }
}
