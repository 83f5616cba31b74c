//! How an entry is stored.

use std::fmt::{Display, Write};
use std::time::Duration;

/// How [`CacheManager::set`](crate::CacheManager::set) stores an entry: for how long, and with which tags.
///
/// The default is for ever and without a tag.
///
/// ```
/// use std::time::Duration;
/// use cache_runtime::{CacheManager, SetOptions};
///
/// let mut cache = CacheManager::new();
/// let options = SetOptions::new().ttl(Duration::from_secs(3600)).tag("CCO").tag(format_args!("batch:{}", 7));
/// cache.set("routes", vec!["C=C.O"], options);
/// assert_eq!(cache.evict_tag("batch:7"), 1);
/// ```
#[derive(Debug, Clone, Default)]
pub struct SetOptions {
    pub(crate) ttl: Option<Duration>,
    /// Each once.
    pub(crate) tags: Vec<String>,
    /// A tag could not be printed: an entry that lacks it could not be evicted by it, so it must not be stored.
    pub(crate) lacks_tag: bool,
    /// More tags follow from the value.
    #[cfg_attr(not(feature = "shared"), expect(dead_code, reason = "a cache with one owner does not care"))]
    pub(crate) expects_tags: bool,
    /// The value is only for those who wait for it.
    pub(crate) unstored: bool,
    pub(crate) weight: Option<usize>,
}

impl SetOptions {
    /// For ever, without a tag.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The time to live, from when the entry is stored: a `Duration`, or an `Option<Duration>` with `None` for ever.
    ///
    /// An entry with a time to live of zero is not stored. One that ends beyond the clock's 584 years never expires.
    #[must_use]
    pub fn ttl(mut self, ttl: impl Into<Option<Duration>>) -> Self {
        self.ttl = ttl.into();
        self
    }

    /// What the entry counts towards [`max_bytes`](crate::CacheManagerBuilder::max_bytes), instead of what the cache's weigher, or
    /// else its shallow estimate, says.
    #[must_use]
    pub fn weight(self, bytes: usize) -> Self {
        Self { weight: Some(bytes), ..self }
    }

    /// For how long, or `None` for ever.
    #[must_use]
    pub fn time_to_live(&self) -> Option<Duration> {
        self.ttl
    }

    /// The tags, each once.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.tags.iter().map(String::as_str)
    }

    /// Whether there is something to store. Not with a time to live of zero, nor if a tag could not be displayed, nor if the
    /// function's `keep_if` said no.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        !self.unstored && !self.lacks_tag && self.ttl.is_none_or(|ttl| !ttl.is_zero())
    }

    /// Adds a tag: the text that `tag` displays as. An entry may carry several, each once.
    ///
    /// If displaying it fails, the entry is not stored, because it could not be evicted by that tag.
    #[must_use]
    pub fn tag(mut self, tag: impl Display) -> Self {
        let mut text = String::new();
        match write!(text, "{tag}") {
            Ok(()) if self.tags.contains(&text) => {}
            Ok(()) => self.tags.push(text),
            Err(_) => self.lacks_tag = true,
        }
        self
    }
}
