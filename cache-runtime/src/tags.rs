//! The tags of an entry that is to be stored.

use std::fmt::{self, Display, Write};

use crate::fingerprint::Seed;
use crate::index::{Index, narrow};

/// Tags, each once, in the order they were added: one text behind the other, so that they take one allocation.
#[derive(Default)]
pub(crate) struct Tags {
    text: String,
    /// Where the first one ends, if there is any.
    first: Option<usize>,
    /// Where the others end. Most entries have none.
    more: Vec<usize>,
    /// To find one by its text, once there are many to which more are added.
    numbers: Option<Box<Numbers>>,
}

/// The numbers of tags by their texts.
struct Numbers {
    seed: Seed,
    by_text: Index,
}

impl Tags {
    /// There is space for so many bytes, if for any: then most tags are written without being moved. And space of one size is
    /// there again for the next call, so that what a body allocates lies as it would without a cache.
    const LEAST: usize = 128;

    /// Among so many a tag is looked for one by one.
    const FEW: usize = 32;

    /// Adds what `tag` displays as, unless it is there.
    ///
    /// # Errors
    ///
    /// Displaying it failed; nothing has been added.
    pub(crate) fn add(&mut self, tag: impl Display) -> fmt::Result {
        let start = self.text.len();
        if self.text.capacity() == 0 {
            self.text.reserve(Self::LEAST);
        }
        let written = write!(self.text, "{tag}");
        let added = self.text.get(start..).unwrap_or_default();
        if written.is_err() || self.contain(added) {
            self.text.truncate(start);
        } else {
            self.end();
            if self.more.len() >= Self::FEW {
                self.number_last();
            }
        }
        written
    }

    /// Whether a text is one of them.
    pub(crate) fn contain(&self, text: &str) -> bool {
        let Some(numbers) = &self.numbers else { return self.iter().any(|tag| tag == text) };
        let is_it = |number| (self.get(number) == Some(text)).then_some(());
        numbers.by_text.find(numbers.hash(text), is_it).is_some()
    }

    /// The tag of a number.
    fn get(&self, number: usize) -> Option<&str> {
        let end = |number: usize| match number.checked_sub(1) {
            None => self.first,
            Some(place) => self.more.get(place).copied(),
        };
        let start = number.checked_sub(1).map_or(Some(0), end)?;
        self.text.get(start..end(number)?)
    }

    fn push(&mut self, tag: &str) {
        self.text.push_str(tag);
        self.end();
    }

    /// What has been written since the last tag is one.
    fn end(&mut self) {
        if self.first.is_none() {
            self.first = Some(self.text.len());
        } else {
            self.more.push(self.text.len());
        }
    }

    /// Lets the last tag be found by its text, or all of them, if none could be yet.
    fn number_last(&mut self) {
        let last = self.more.len();
        let (mut numbers, from) = match self.numbers.take() {
            Some(numbers) => (numbers, last),
            None => (Box::new(Numbers { seed: Seed::random(), by_text: Index::default() }), 0),
        };
        for number in from..=last {
            let hash = numbers.hash(self.get(number).unwrap_or_default());
            numbers.by_text.insert(hash, number);
        }
        self.numbers = Some(numbers);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.first.iter().chain(&self.more).filter_map(move |end| {
            let tag = self.text.get(start..*end);
            start = *end;
            tag
        })
    }

    /// What all of them take.
    pub(crate) fn len_bytes(&self) -> usize {
        self.text.len()
    }
}

impl Numbers {
    fn hash(&self, text: &str) -> u32 {
        narrow(self.seed.hash(text.as_bytes()))
    }
}

/// Of tags that are known to occur once.
impl<'t> FromIterator<&'t str> for Tags {
    fn from_iter<I: IntoIterator<Item = &'t str>>(texts: I) -> Self {
        let mut tags = Self::default();
        for text in texts {
            tags.push(text);
        }
        tags
    }
}

impl Clone for Tags {
    fn clone(&self) -> Self {
        // Few add more to a clone.
        Self { text: self.text.clone(), first: self.first, more: self.more.clone(), numbers: None }
    }
}

impl fmt::Debug for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::{Index, Numbers, Seed, Tags};

    struct Broken;

    impl fmt::Display for Broken {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("CC")?;
            Err(fmt::Error)
        }
    }

    #[test]
    fn tags_are_kept_once_and_in_order() {
        let mut tags = Tags::default();
        assert_eq!((tags.iter().count(), tags.len_bytes()), (0, 0));
        for tag in ["CCO", "", "CC", "CCO", "", "C", "CCOC"] {
            assert!(tags.add(tag).is_ok());
        }
        assert!(tags.add(Broken).is_err());
        assert!(tags.add(7).is_ok());
        assert_eq!(tags.iter().collect::<Vec<_>>(), ["CCO", "", "CC", "C", "CCOC", "7"]);
        assert_eq!(tags.len_bytes(), "CCOCCCCCOC7".len());
        let again: Tags = tags.iter().collect();
        assert!(again.iter().eq(tags.iter()));
        assert_eq!(format!("{tags:?}"), r#"["CCO", "", "CC", "C", "CCOC", "7"]"#);
    }

    #[test]
    fn many_tags_are_kept_once_too() {
        let mut tags = Tags::default();
        for round in 0..3 {
            for n in 0..200 * (round + 1) {
                assert!(tags.add(n % 500).is_ok());
            }
        }
        let texts: Vec<String> = (0..500).map(|n| n.to_string()).collect();
        assert!(tags.iter().eq(&texts));
        assert!((0..500).all(|n| tags.get(n) == Some(&*texts[n])) && tags.get(500).is_none());
        assert_eq!(tags.len_bytes(), texts.concat().len());
        let again: Tags = tags.iter().collect();
        for mut again in [again, tags.clone(), tags] {
            for _ in 0..2 {
                assert!(again.add("499").is_ok() && again.add("500").is_ok() && again.add("501").is_ok());
            }
            assert_eq!(again.iter().count(), 502);
        }
    }

    #[test]
    fn tags_of_one_hash_are_told_apart() {
        let mut tags = Tags::default();
        let mut numbers = Numbers { seed: Seed::COLLIDING, by_text: Index::default() };
        for n in 0..40 {
            assert!(tags.add(n).is_ok());
            numbers.by_text.insert(0, n);
        }
        tags.numbers = Some(Box::new(numbers));
        for n in 0..50 {
            assert_eq!(tags.contain(&n.to_string()), n < 40);
        }
        for n in 0..50 {
            assert!(tags.add(n).is_ok());
        }
        assert_eq!(tags.iter().count(), 50);
    }

    #[test]
    fn one_tag_may_be_empty() {
        let mut tags = Tags::default();
        assert!(tags.add("").is_ok());
        assert_eq!(tags.iter().collect::<Vec<_>>(), [""]);
    }
}
