//! What somebody may have meant.

/// The known name nearest to one that is not known, if it is near enough to be a slip.
pub(crate) fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let distance = |known: &&str| distance(name, known);
    let near = known.iter().copied().min_by_key(distance)?;
    (distance(&near) <= near.chars().count() / 3).then_some(near)
}

/// Names for a sentence: "`a`, `b` and `c`".
pub(crate) fn list(names: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    match quoted.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => quoted.concat(),
    }
}

/// How many characters have to be put in, left out or replaced (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(other.chars()) {
            let replaced = diagonal + usize::from(a != b);
            diagonal = *cell;
            left = replaced.min(*cell + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{distance, list, nearest};

    #[test]
    fn distances_count_edits() {
        for (one, other, edits) in [("", "", 0), ("a", "", 1), ("", "ab", 2), ("kitten", "sitting", 3), ("é", "e", 1)]
        {
            assert_eq!((distance(one, other), distance(other, one)), (edits, edits), "{one} {other}");
        }
    }

    #[test]
    fn only_a_slip_is_suggested() {
        let known = ["namespace", "ttl", "tag"];
        assert_eq!(nearest("namespase", &known), Some("namespace"));
        assert_eq!(nearest("tll", &known), Some("ttl"));
        assert_eq!(nearest("capacity", &known), None);
        assert_eq!(nearest("x", &[]), None);
        assert_eq!(nearest("x", &["y"]), None);
    }

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(list(&["a"; 0]), "");
        assert_eq!(list(&["a"]), "`a`");
        assert_eq!(list(&["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
