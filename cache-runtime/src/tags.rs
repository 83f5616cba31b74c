//! The tags of an entry that is to be stored.

use std::fmt::{self, Display, Write};

/// Tags, each once, in the order they were added: one text behind the other, so that they take one allocation.
#[derive(Clone, Default)]
pub(crate) struct Tags {
    text: String,
    /// Where the first one ends, if there is any.
    first: Option<usize>,
    /// Where the others end. Most entries have none.
    more: Vec<usize>,
}

impl Tags {
    /// There is space for so many bytes, if for any: then most tags are written without being moved. And space of one size is
    /// there again for the next call, so that what a body allocates lies as it would without a cache.
    const LEAST: usize = 128;

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
        if written.is_err() || self.iter().any(|tag| tag == added) {
            self.text.truncate(start);
        } else {
            self.end();
        }
        written
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

impl fmt::Debug for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::Tags;

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
    fn one_tag_may_be_empty() {
        let mut tags = Tags::default();
        assert!(tags.add("").is_ok());
        assert_eq!(tags.iter().collect::<Vec<_>>(), [""]);
    }
}
