//! Times to live that are written as numbers or texts.

use std::time::Duration;

/// The units of a text, largest first, in milliseconds.
const UNITS: [(&str, u64); 6] =
    [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// Reads a text such as `1h30m`: whole numbers with units, each unit once, the larger first.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let mut units = UNITS.iter();
    let mut rest = text;
    let mut total: u64 = 0;
    while !rest.is_empty() || rest.len() == text.len() {
        let (number, tail) = split_where(rest, |char| !char.is_ascii_digit());
        let (unit, tail) = split_where(tail, |char| char.is_ascii_digit());
        if number.is_empty() {
            return Err("write whole numbers with units, such as `\"250ms\"`, `\"90m\"` or `\"1h30m\"`".to_owned());
        }
        if !UNITS.iter().any(|(name, _)| *name == unit) {
            let fault =
                if unit.is_empty() { "a number has no unit".to_owned() } else { format!("`{unit}` is no unit") };
            return Err(format!("{fault}: the units are `ms`, `s`, `m`, `h`, `d` and `w`"));
        }
        let Some((_, milliseconds)) = units.find(|(name, _)| *name == unit) else {
            return Err(format!("`{unit}` is out of order: write each unit once, the larger first"));
        };
        let part = number.parse::<u64>().ok().and_then(|number| number.checked_mul(*milliseconds));
        let Some(sum) = part.and_then(|part| total.checked_add(part)) else {
            return Err("it is longer than 584 million years: leave `ttl` out for ever".to_owned());
        };
        total = sum;
        rest = tail;
    }
    Ok(Duration::from_millis(total))
}

fn split_where(text: &str, ends: impl Fn(char) -> bool) -> (&str, &str) {
    text.find(ends).and_then(|at| text.split_at_checked(at)).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::parse;

    #[test]
    fn texts_are_read() {
        let cases = [
            ("250ms", 250),
            ("90m", 5_400_000),
            ("1h30m", 5_400_000),
            ("7d", 604_800_000),
            ("1w", 604_800_000),
            ("1w2d3h4m5s6ms", 788_645_006),
            ("0s", 0),
        ];
        for (text, milliseconds) in cases {
            assert_eq!(parse(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_text_is_said() {
        let cases = [
            ("", "whole numbers"),
            ("h", "whole numbers"),
            ("1.5h", "`.` is no unit"),
            ("-1s", "whole numbers"),
            ("1h ", "`h ` is no unit"),
            ("60", "has no unit"),
            ("5 min", "` min` is no unit"),
            ("1y", "`y` is no unit"),
            ("30m1h", "out of order"),
            ("1h1h", "out of order"),
            ("99999999999999999999s", "longer"),
            ("18446744073709551615w", "longer"),
            ("é1s", "whole numbers"),
        ];
        for (text, fault) in cases {
            let error = parse(text).unwrap_err();
            assert!(error.contains(fault), "{text}: {error}");
        }
    }
}
