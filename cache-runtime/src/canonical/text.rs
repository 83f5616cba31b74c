//! Strings as CPython's `json.dumps` writes them: ASCII only.

use super::Bytes;
use crate::digest::digit;

/// Appends `text` in quotes.
pub(super) fn write_str(out: &mut Bytes, text: &str) {
    if is_plain(text.as_bytes()) {
        return out.quote::<b'"', b'"'>(text.as_bytes());
    }
    write_with_escapes(out, text);
}

#[cold]
fn write_with_escapes(out: &mut Bytes, text: &str) {
    out.push(b'"');
    write_escaped(out, text);
    out.push(b'"');
}

/// Appends `text` without quotes.
pub(super) fn write_escaped(out: &mut Bytes, text: &str) {
    let mut rest = text;
    // The first byte that needs an escape is ASCII or begins a character, so it is a place to split at.
    while let Some((plain, tail)) = first_escape(rest.as_bytes()).and_then(|at| rest.split_at_checked(at)) {
        out.extend_from_slice(plain.as_bytes());
        let mut chars = tail.chars();
        if let Some(char) = chars.next() {
            write_escape(out, char);
        }
        rest = chars.as_str();
    }
    out.extend_from_slice(rest.as_bytes());
}

const fn needs_escape(byte: u8) -> bool {
    // Of signed numbers, bytes beyond ASCII are the least. The quote takes the place of the space, which then is above it.
    (byte ^ 2).cast_signed() <= 0x20 || byte == b'\\' || byte == 0x7f
}

/// Whether no byte needs an escape.
#[inline]
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    is_without(bytes, escapes)
}

/// The same, and none is this one, which is ASCII.
#[inline]
pub(crate) fn is_plain_without(bytes: &[u8], byte: u8) -> bool {
    is_without(bytes, |word| escapes(word) | (equals(u64::from_le_bytes(word), byte) & HIGHEST))
}

/// Whether nothing is found in any word, where blanks are not found.
#[inline]
fn is_without(bytes: &[u8], find: impl Fn([u8; WORD]) -> u64) -> bool {
    // What is left of a longer text is read as its last word, some of which then is looked at twice.
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return if bytes.len() <= 2 * WORD {
            find(*first) | find(*last) == 0
        } else {
            is_without_in_words(bytes, find(*last), find)
        };
    }
    let word = if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        // The same with halves of a word.
        let [first, last] = [first, last].map(|half| u64::from(u32::from_le_bytes(*half)));
        first | last << u32::BITS
    } else {
        bytes.iter().fold(ONES * u64::from(b' '), |word, byte| word << u8::BITS | u64::from(*byte))
    };
    find(word.to_le_bytes()) == 0
}

#[inline(never)]
fn is_without_in_words(bytes: &[u8], found: u64, find: impl Fn([u8; WORD]) -> u64) -> bool {
    bytes.as_chunks().0.iter().fold(found, |found, word| found | find(*word)) == 0
}

/// Where the first byte is that needs an escape.
fn first_escape(bytes: &[u8]) -> Option<usize> {
    let (words, rest) = bytes.as_chunks();
    let found = words.iter().map(|word| escapes(*word)).enumerate().find(|(_, escapes)| *escapes != 0);
    if let Some((place, escapes)) = found {
        return Some(place * WORD + first_byte(escapes));
    }
    // What is left of a longer text is read as its last word, the beginning of which is known to be plain.
    match bytes.last_chunk() {
        Some(_) if rest.is_empty() => None,
        Some(word) => match escapes(*word) {
            0 => None,
            escapes => Some(bytes.len() - WORD + first_byte(escapes)),
        },
        None => rest.iter().position(|byte| needs_escape(*byte)),
    }
}

/// Bytes that are looked at at a time.
const WORD: usize = 8;

const ONES: u64 = u64::MAX / 0xff;
const HIGHEST: u64 = ONES << 7;

/// Sets the highest bit of the first byte that needs an escape, and perhaps of bytes behind it.
#[inline]
fn escapes(word: [u8; WORD]) -> u64 {
    let word = u64::from_le_bytes(word);
    // A sum carries into the byte above only if its own byte is found.
    let above = word | word.wrapping_add(ONES);
    // As in `needs_escape`, the quote takes the place of the space.
    let below = (word ^ (ONES * 2)).wrapping_sub(ONES * 0x21);
    (above | below | equals(word, b'\\')) & HIGHEST
}

/// Sets the highest bit of the first byte that is this one, and perhaps of bytes behind it and of those that are not ASCII.
#[inline]
fn equals(word: u64, byte: u8) -> u64 {
    // A difference borrows from the byte above only if its own byte is found.
    (word ^ (ONES * u64::from(byte))).wrapping_sub(ONES)
}

fn first_byte(escapes: u64) -> usize {
    (escapes.trailing_zeros() / u8::BITS) as usize
}

fn write_escape(out: &mut Bytes, char: char) {
    let short = match char {
        '"' => b'"',
        '\\' => b'\\',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        '\u{8}' => b'b',
        '\u{c}' => b'f',
        _ => {
            for unit in char.encode_utf16(&mut [0; 2]) {
                let [high, low] = unit.to_be_bytes();
                let [a, b, c, d] = [high >> 4, high & 0xf, low >> 4, low & 0xf].map(digit);
                out.extend_from_slice(&[b'\\', b'u', a, b, c, d]);
            }
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

#[cfg(test)]
mod tests {
    use super::{Bytes, first_escape, is_plain, is_plain_without, needs_escape, write_str};

    fn written(text: &str) -> String {
        let mut out = Bytes::new();
        write_str(&mut out, text);
        String::from_utf8(out.take()).unwrap()
    }

    #[test]
    fn escapes_are_cpythons() {
        assert_eq!(written("a/b~ "), r#""a/b~ ""#);
        assert_eq!(written("\"\\\n\r\t\u{8}\u{c}"), r#""\"\\\n\r\t\b\f""#);
        assert_eq!(written("\0\u{1f}\u{7f}\u{e9}\u{ffff}"), r#""\u0000\u001f\u007f\u00e9\uffff""#);
        assert_eq!(written("x😀y"), r#""x\ud83d\ude00y""#);
    }

    #[test]
    fn an_escape_is_found_wherever_it_is() {
        for length in 0..40 {
            let plain = "a".repeat(length);
            assert_eq!(written(&plain), format!("\"{plain}\""));
            for place in 0..length {
                for byte in 0..=0x7f_u8 {
                    let mut text = plain.clone().into_bytes();
                    text[place] = byte;
                    assert_eq!(first_escape(&text), needs_escape(byte).then_some(place), "{byte:#x} at {place}");
                    assert_eq!(is_plain(&text), !needs_escape(byte), "{byte:#x} at {place} of {length}");
                    let is_found = needs_escape(byte) || byte == b':';
                    assert_eq!(is_plain_without(&text, b':'), !is_found, "{byte:#x} at {place} of {length}");
                    // What lies behind makes no difference.
                    if let Some(next) = text.get_mut(place + 1) {
                        *next = b'\n';
                        let expected = if needs_escape(byte) { place } else { place + 1 };
                        assert_eq!(first_escape(&text), Some(expected), "{byte:#x} at {place}");
                    }
                }
                for byte in [0x80, 0xc3, 0xff] {
                    let mut text = plain.clone().into_bytes();
                    text[place] = byte;
                    assert_eq!(first_escape(&text), Some(place));
                    assert!(!is_plain(&text) && !is_plain_without(&text, b':'), "{byte:#x} at {place} of {length}");
                }
            }
        }
    }
}
