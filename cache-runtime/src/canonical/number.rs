//! Numbers as CPython prints, reads and compares them.

use std::cmp::Ordering;
use std::fmt::{Display, LowerExp};
use std::io::{Cursor, Write};
use std::str::FromStr;

use serde::Serialize;

use super::Bytes;
use crate::KeyError;

/// Appends an integer.
pub(crate) fn write_integer(out: &mut Bytes, integer: impl Serialize) {
    // Writing to a buffer does not fail.
    let _ = serde_json::to_writer(out, &integer);
}

/// Appends anything whose `Display` is ASCII that needs no escape.
pub(crate) fn write_display(out: &mut Bytes, number: impl Display) {
    // Writing to a buffer does not fail.
    let _ = write!(out, "{number}");
}

/// Appends a finite or other float as `float.__repr__` prints it.
///
/// For an `f32` the digits are the shortest that give back the same `f32`.
pub(crate) fn write_float<F>(out: &mut Bytes, float: F)
where
    F: Into<f64> + Copy + LowerExp + FromStr + PartialEq + Serialize,
{
    let wide: f64 = float.into();
    if write_plain(out, float, wide) {
        return;
    }
    if wide.is_nan() {
        out.extend_from_slice(b"NaN");
    } else if wide.is_infinite() {
        out.extend_from_slice(if wide > 0.0 { b"Infinity" } else { b"-Infinity" });
    } else {
        write_styled(out, float);
    }
}

/// Where nothing but speed differs from [`write_styled`]: `serde_json` prints most floats as CPython does, and faster.
fn write_plain<F: Serialize>(out: &mut Bytes, float: F, wide: f64) -> bool {
    // Beyond, CPython and `serde_json` may put the point elsewhere.
    if !(1e-3..1e15).contains(&wide.abs()) {
        return false;
    }
    let start = out.len();
    // Writing to a buffer does not fail.
    let is_written = serde_json::to_writer(&mut *out, &float).is_ok();
    let written = out.get(start..).unwrap_or_default();
    // An exponent has no more than two digits and a sign in that range.
    let has_exponent = match written {
        [.., a, b, c, d] => [a, b, c, d].contains(&&b'e'),
        short => short.contains(&b'e'),
    };
    let is_plain = is_written && !has_exponent;
    if !is_plain {
        out.truncate(start);
    }
    is_plain
}

fn write_styled<F: Copy + LowerExp + FromStr + PartialEq>(out: &mut Bytes, float: F) {
    let scientific = Scientific::shortest(float);
    if let Some((mantissa, exponent)) = scientific.split() {
        write_decimal(out, mantissa, exponent);
    }
}

/// A finite float in Rust's `{:e}` form, such as `-1.25e-7`.
struct Scientific(Cursor<[u8; 32]>);

impl Scientific {
    fn shortest<F: Copy + LowerExp + FromStr + PartialEq>(float: F) -> Self {
        let shortest = Self::print(format_args!("{float:e}"));
        let places = shortest.split().map_or(0, |(mantissa, _)| digits(mantissa).count().saturating_sub(1));
        // Of two equally near shortest forms Rust takes the upper, CPython the one with the even last digit: that is
        // how Rust rounds to a given number of places. Near a power of two the nearest may not read back; then the
        // shortest form is the only one.
        let nearest = Self::print(format_args!("{float:.places$e}"));
        if nearest.text() != shortest.text() && nearest.text().parse::<F>().is_ok_and(|back| back == float) {
            nearest
        } else {
            shortest
        }
    }

    fn print(text: std::fmt::Arguments<'_>) -> Self {
        let mut buffer = Cursor::new([0; 32]);
        // At most 17 digits, two signs, a point, an `e` and three digits of exponent: it fits.
        let _ = buffer.write_fmt(text);
        Self(buffer)
    }

    fn text(&self) -> &str {
        let length = usize::try_from(self.0.position()).unwrap_or(0);
        self.0.get_ref().get(..length).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    fn split(&self) -> Option<(&str, i32)> {
        let (mantissa, exponent) = self.text().split_once('e')?;
        Some((mantissa, exponent.parse().ok()?))
    }
}

fn digits(mantissa: &str) -> impl Iterator<Item = u8> {
    mantissa.bytes().filter(u8::is_ascii_digit)
}

/// Lays digits out as CPython does: a plain decimal while the point falls within 4 zeros before or 16 digits after
/// the first digit, an exponent of at least two digits otherwise.
fn write_decimal(out: &mut Bytes, mantissa: &str, exponent: i32) {
    if mantissa.starts_with('-') {
        out.push(b'-');
    }
    if (-4..0).contains(&exponent) {
        out.extend_from_slice(b"0.");
        out.extend((exponent..-1).map(|_| b'0'));
        out.extend(digits(mantissa));
    } else if (0..16).contains(&exponent) {
        let before_point = usize::try_from(exponent).unwrap_or(0) + 1;
        out.extend(digits(mantissa).chain(std::iter::repeat(b'0')).take(before_point));
        out.push(b'.');
        let start = out.len();
        out.extend(digits(mantissa).skip(before_point));
        if out.len() == start {
            out.push(b'0');
        }
    } else {
        out.extend_from_slice(mantissa.trim_start_matches('-').as_bytes());
        let sign = if exponent < 0 { '-' } else { '+' };
        write_display(out, format_args!("e{sign}{:02}", exponent.unsigned_abs()));
    }
}

/// Appends a number that `serde_json` hands over as text, as if it had arrived as the `u64`, `i64` or `f64` that a
/// build of `serde_json` without `arbitrary_precision` would have read.
///
/// # Errors
///
/// The literal is not a number, or beyond the range of `f64`: such a build would not have read it.
pub(crate) fn write_literal(out: &mut Bytes, literal: &str) -> Result<(), KeyError> {
    if let Ok(unsigned) = literal.parse::<u64>() {
        write_display(out, unsigned);
    } else if let Some(signed) = literal.parse::<i64>().ok().filter(|signed| *signed != 0) {
        write_display(out, signed);
    } else {
        write_float(out, read_float(literal)?);
    }
    Ok(())
}

fn read_float(literal: &str) -> Result<f64, KeyError> {
    let nearest = literal.parse::<f64>().ok().filter(|float| float.is_finite());
    let nearest = nearest.ok_or_else(|| KeyError::number(literal))?;
    // A literal that is how serde_json prints an `f64` was most likely made from that `f64`. Any other came from a
    // text, which serde_json reads to within one unit in the last place: do as it does.
    if serde_json::to_string(&nearest).is_ok_and(|printed| printed == literal) {
        return Ok(nearest);
    }
    serde_json::from_str(literal).map_err(|_| KeyError::number(literal))
}

/// A map key that is a number, to be sorted by value as CPython sorts it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Number {
    Int(Int),
    Float(f64),
}

impl Number {
    /// Reads what this module, or `true` and `false`, wrote. `NaN` is in no order and so is none.
    pub(crate) fn read(written: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(written).ok()?;
        match Int::read(text) {
            Some(int) => Some(Self::Int(int)),
            None => text.parse().ok().filter(|float: &f64| !float.is_nan()).map(Self::Float),
        }
    }

    /// Orders by exact value, an integer beside a float too.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Int(one), Self::Int(two)) => one.cmp(two),
            (Self::Float(one), Self::Float(two)) => one.partial_cmp(two).unwrap_or(Ordering::Equal),
            (Self::Int(int), Self::Float(float)) => int.compare_to_float(*float),
            (Self::Float(float), Self::Int(int)) => int.compare_to_float(*float).reverse(),
        }
    }
}

/// An integer of up to 128 bits and a sign. Zero is not negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Int {
    negative: bool,
    magnitude: u128,
}

impl Int {
    fn new(negative: bool, magnitude: u128) -> Self {
        Self { negative: negative && magnitude != 0, magnitude }
    }

    fn read(text: &str) -> Option<Self> {
        let magnitude = match text.strip_prefix('-').unwrap_or(text) {
            "true" => 1,
            "false" => 0,
            digits => digits.parse().ok()?,
        };
        Some(Self::new(text.starts_with('-'), magnitude))
    }

    fn compare_to_float(self, float: f64) -> Ordering {
        /// 2^128, the first float that no `u128` reaches.
        const BEYOND: f64 = 340_282_366_920_938_463_463_374_607_431_768_211_456.0;
        if float.abs() >= BEYOND {
            return if float > 0.0 { Ordering::Less } else { Ordering::Greater };
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, positive and below 2^128")]
        let whole = Self::new(float < 0.0, float.trunc().abs() as u128);
        let fraction = || 0.0.partial_cmp(&float.fract()).unwrap_or(Ordering::Equal);
        self.cmp(&whole).then_with(fraction)
    }
}

impl Ord for Int {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.magnitude.cmp(&other.magnitude),
            (true, true) => other.magnitude.cmp(&self.magnitude),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Int {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering::Equal;
    use std::fmt::LowerExp;
    use std::str::FromStr;

    use proptest::prelude::*;
    use serde::Serialize;

    use super::{Bytes, Number, write_float, write_literal, write_styled};

    fn float(value: f64) -> String {
        let mut out = Bytes::new();
        write_float(&mut out, value);
        String::from_utf8(out.take()).unwrap()
    }

    fn literal(text: &str) -> Option<String> {
        let mut out = Bytes::new();
        write_literal(&mut out, text).ok()?;
        String::from_utf8(out.take()).ok()
    }

    fn styled<F: Copy + LowerExp + FromStr + PartialEq>(value: F) -> String {
        let mut out = Bytes::new();
        write_styled(&mut out, value);
        String::from_utf8(out.take()).unwrap()
    }

    fn both<F: Copy + LowerExp + FromStr + PartialEq + Into<f64> + Serialize>(value: F) -> [String; 2] {
        let mut out = Bytes::new();
        write_float(&mut out, value);
        [String::from_utf8(out.take()).unwrap(), styled(value)]
    }

    #[test]
    fn of_two_equally_near_forms_the_even_one_is_taken_however_it_is_written() {
        for bits in 0..50 {
            for n in 0..20u32 {
                for part in 1..64 {
                    let wide = 2f64.powi(bits) + f64::from(n * 777) + f64::from(part) / 64.0;
                    let [written, styled] = both(wide);
                    assert_eq!(written, styled);
                    #[expect(clippy::cast_possible_truncation, reason = "any `f32` will do")]
                    let [written, styled] = both(wide as f32);
                    assert_eq!(written, styled);
                }
            }
        }
        assert_eq!(float(2f64.powi(47) + 0.375), "140737488355328.38");
    }

    proptest! {
        #[test]
        fn floats_are_the_same_however_they_are_written(wide in any::<f64>(), scaled in -1e16..1e16f64, narrow in any::<f32>()) {
            for value in [wide, scaled, scaled / 1e8, scaled / 1e16].into_iter().filter(|value| value.is_finite()) {
                let [written, styled] = both(value);
                prop_assert_eq!(written, styled);
            }
            if narrow.is_finite() {
                let [written, styled] = both(narrow);
                prop_assert_eq!(written, styled);
            }
        }
    }

    #[test]
    fn floats_are_cpythons() {
        let cases = [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (-12.5, "-12.5"),
            (0.0001, "0.0001"),
            (0.000_01, "1e-05"),
            (0.000_123, "0.000123"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1_234_567_890_123_456.0, "1234567890123456.0"),
            (12_345_678_901_234_567.0, "1.2345678901234568e+16"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "Infinity"),
            (f64::NEG_INFINITY, "-Infinity"),
        ];
        for (value, text) in cases {
            assert_eq!(float(value), text);
        }
    }

    #[test]
    fn of_two_equally_near_shortest_forms_the_even_one_is_taken() {
        assert_eq!(float(2f64.powi(-25)), "2.9802322387695312e-08");
    }

    #[test]
    fn the_nearest_form_is_not_taken_if_it_does_not_read_back() {
        assert_eq!(float(2f64.powi(-44)), "5.684341886080802e-14");
    }

    #[test]
    fn an_f32_keeps_its_own_digits() {
        let mut out = Bytes::new();
        write_float(&mut out, 0.1f32);
        assert_eq!(&*out, b"0.1");
    }

    #[test]
    fn a_literal_is_what_serde_json_would_have_read() {
        let cases = [
            ("18446744073709551615", "18446744073709551615"),
            ("18446744073709551616", "1.8446744073709552e+19"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("-0", "-0.0"),
            ("1.0", "1.0"),
            ("1E2", "100.0"),
            ("0.1", "0.1"),
        ];
        for (text, written) in cases {
            assert_eq!(literal(text).as_deref(), Some(written));
        }
        assert_eq!(literal("1e400"), None);
        assert_eq!(literal("one"), None);
    }

    #[test]
    fn numbers_are_ordered_by_exact_value() {
        let ordered = [
            "-Infinity",
            "-340282366920938463463374607431768211455",
            "-1.5",
            "-1",
            "false",
            "5e-324",
            "true",
            "1.5",
            "9007199254740992.0",
            "9007199254740993",
            "340282366920938463463374607431768211455",
            "3.402823669209385e+38",
            "Infinity",
        ];
        let read = |text: &str| Number::read(text.as_bytes()).unwrap();
        for (i, one) in ordered.iter().enumerate() {
            for (j, two) in ordered.iter().enumerate() {
                let expected = i.cmp(&j);
                assert_eq!(read(one).compare(&read(two)), expected, "{one} {two}");
            }
        }
        assert_eq!(read("1").compare(&read("1.0")), Equal);
        assert!(Number::read(b"NaN").is_none());
    }
}
