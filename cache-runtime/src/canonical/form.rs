//! How strings are written: as in a key's payload, or faster.

use std::borrow::Cow;

use super::Bytes;
use super::text::{is_plain, write_escaped, write_str};

/// The form of all strings in a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// That of a payload: ASCII, with escapes.
    Json,
    /// As they are, from a quote to an [`END`]. Two values are written alike in this form if they are in the other.
    Raw,
}

/// Ends a raw string. No string has such a byte in it.
const END: u8 = 0xff;

impl Form {
    const QUOTE: u8 = b'"';

    /// What a string begins and ends with.
    pub(super) fn quotes(self) -> [&'static [u8]; 2] {
        match self {
            Self::Json => [b"\"", b"\""],
            Self::Raw => [b"\"", &[END]],
        }
    }

    /// Appends a string.
    #[inline]
    pub(super) fn write_str(self, out: &mut Bytes, text: &str) {
        match self {
            Self::Json => write_str(out, text),
            Self::Raw => out.quote::<{ Self::QUOTE }, END>(text.as_bytes()),
        }
    }

    /// Appends a piece of a string.
    pub(super) fn write_piece(self, out: &mut Bytes, piece: &str) {
        match self {
            Self::Json => write_escaped(out, piece),
            Self::Raw => out.extend_from_slice(piece.as_bytes()),
        }
    }

    /// The text behind a string, or the payload of what is none. The order of its bytes is that of its code points.
    pub(super) fn text(self, written: &[u8]) -> Cow<'_, [u8]> {
        if let Some(plain) = self.plain_text(written) {
            return Cow::Borrowed(plain);
        }
        let payload = self.payload(written);
        serde_json::from_slice::<String>(&payload).map_or(payload, |text| Cow::Owned(text.into_bytes()))
    }

    /// The same without looking at escapes: `None` if there are any, or if this is no string.
    pub(super) fn plain_text(self, written: &[u8]) -> Option<&[u8]> {
        match (self, written) {
            (Self::Raw, [Self::QUOTE, text @ .., END]) => Some(text),
            (Self::Json, [Self::QUOTE, text @ .., Self::QUOTE]) if is_plain(text) => Some(text),
            _ => None,
        }
    }

    /// What was written, in the form of a payload.
    pub(super) fn payload(self, written: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Self::Json => Cow::Borrowed(written),
            Self::Raw => {
                let mut payload = Bytes::new();
                write_payload(&mut payload, written);
                Cow::Owned(payload.take())
            }
        }
    }
}

/// Appends what was written in the raw form, in that of a payload.
pub(crate) fn write_payload(out: &mut Bytes, raw: &[u8]) {
    // Outside of strings there are neither quotes nor ends.
    for piece in raw.split_inclusive(|byte| *byte == END) {
        let begins = piece.iter().position(|byte| *byte == Form::QUOTE).unwrap_or(piece.len());
        let (before, string) = piece.split_at_checked(begins).unwrap_or((piece, &[]));
        out.extend_from_slice(before);
        if let Some(text) = Form::Raw.plain_text(string) {
            write_str(out, &String::from_utf8_lossy(text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bytes, Form, write_payload};

    fn written(form: Form, texts: &[&str]) -> Vec<u8> {
        let mut out = Bytes::new();
        for text in texts {
            form.write_str(&mut out, text);
            out.extend_from_slice(b", 1.5, ");
        }
        out.take()
    }

    #[test]
    fn both_forms_have_one_payload() {
        let texts = ["", "plain", "\"\\\n", "é, \"", "x😀y\u{7f}", "\u{ff}"];
        let json = written(Form::Json, &texts);
        let mut payload = Bytes::new();
        write_payload(&mut payload, &written(Form::Raw, &texts));
        assert_eq!(String::from_utf8(payload.take()), String::from_utf8(json));
    }

    #[test]
    fn the_text_of_a_string_comes_back() {
        for form in [Form::Json, Form::Raw] {
            for text in ["", "plain", "\"\\\n", "é", "x😀y\u{7f}"] {
                let mut out = Bytes::new();
                form.write_str(&mut out, text);
                assert_eq!(form.text(&out), text.as_bytes());
            }
        }
    }
}
