//! SHA-256 of a text that lies in a buffer of ours.

use sha2::block_api::compress256;

/// The SHA-256 of what is in the buffer, as it is printed. Leaves the buffer padded.
///
/// The padding goes behind the message, so that all blocks are read where they are: `Sha256::digest` copies the last one.
pub(crate) fn digits_of(message: &mut Vec<u8>) -> [u8; 64] {
    let bits = (message.len() as u64) << 3;
    // A byte at least, so that the number of bits ends a block.
    let padding = PADDING.split_at(BLOCK - (message.len() + size_of_val(&bits)) % BLOCK).0;
    message.extend_from_slice(padding);
    message.extend_from_slice(&bits.to_be_bytes());
    let mut state = FIRST;
    compress256(&mut state, message.as_chunks().0);
    let mut digits = [0; 64];
    for (digits, word) in digits.as_chunks_mut().0.iter_mut().zip(state) {
        *digits = hexadecimal(word);
    }
    digits
}

/// The eight digits of a word, all at once.
pub(crate) const fn hexadecimal(word: u32) -> [u8; 8] {
    const ONES: u64 = u64::MAX / 0xff;
    let mut nibbles = word as u64;
    nibbles = (nibbles | nibbles << 16) & 0x0000_ffff_0000_ffff;
    nibbles = (nibbles | nibbles << 8) & 0x00ff_00ff_00ff_00ff;
    nibbles = (nibbles | nibbles << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    // Six more than a digit beyond nine is sixteen or more.
    let letters = (nibbles + ONES * 6) >> 4 & ONES;
    (nibbles + ONES * b'0' as u64 + letters * (b'a' - b'0' - 10) as u64).to_be_bytes()
}

const BLOCK: usize = 64;

/// What follows a message: a bit that is set, and as many as it takes that are not.
const PADDING: [u8; BLOCK] = {
    let mut padding = [0; BLOCK];
    padding[0] = 0x80;
    padding
};

/// What SHA-256 begins with: the fractions of the square roots of the first eight primes.
const FIRST: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::digits_of;

    #[test]
    fn the_digest_is_sha_256_however_long_the_message() {
        let message: Vec<u8> = (0..=u8::MAX).chain(0..=u8::MAX).collect();
        for length in 0..message.len() {
            let message = &message[..length];
            let digest: [u8; 32] = Sha256::digest(message).into();
            let [high, low] = [0, 16].map(|at| u128::from_be_bytes(*digest[at..].first_chunk().unwrap()));
            let expected = format!("{high:032x}{low:032x}");
            assert_eq!(str::from_utf8(&digits_of(&mut message.to_vec())), Ok(expected.as_str()), "{length} bytes");
        }
    }
}
