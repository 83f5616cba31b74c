//! How an entry is stored.

use std::fmt::Display;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use crate::name::Name;
use crate::tags::Tags;

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
    pub(crate) tags: Tags,
    /// A tag could not be printed: an entry that lacks it could not be evicted by it, so it must not be stored.
    pub(crate) lacks_tag: bool,
    /// More tags follow from the value.
    #[cfg_attr(not(feature = "shared"), expect(dead_code, reason = "a cache with one owner does not care"))]
    pub(crate) expects_tags: bool,
    /// The value is only for those who wait for it.
    pub(crate) unstored: bool,
    pub(crate) weight: Option<usize>,
    /// By what share of it the time to live may be shortened.
    pub(crate) jitter: f64,
    /// For how long after its time to live the value may stand in for a failed body's.
    pub(crate) stale_if_error: Option<Duration>,
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

    /// Shortens the time to live by up to this share of it, from 0 to 1 (which is what others are taken for), so that entries
    /// stored at one time do not all expire at one time. By how much depends on the key alone.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use cache_runtime::{CacheManager, ManualClock, SetOptions};
    /// let mut cache = CacheManager::builder().clock(ManualClock::new()).build();
    /// cache.set("demo", 1, SetOptions::new().ttl(Duration::from_secs(100)).ttl_jitter(0.1));
    /// let expires_at = cache.entry("demo").and_then(|entry| entry.expires_at()).unwrap();
    /// assert!(Duration::from_secs(90) <= expires_at && expires_at <= Duration::from_secs(100));
    /// ```
    #[must_use]
    pub fn ttl_jitter(self, share: f64) -> Self {
        Self { jitter: if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) }, ..self }
    }

    /// For so long after its time to live the value is kept, and a [`#[cached]`](crate::cached) call of its key whose body
    /// fails returns it instead of the error: a `Duration`, or an `Option<Duration>`.
    ///
    /// Nothing but a failed body finds it, and failures do not renew it. It goes for good when its key is stored anew, or
    /// when it is evicted like an entry: by a tag, its namespace, its key, or all. It counts towards the cache's bounds,
    /// and goes before any live entry does.
    ///
    /// ```
    /// # use std::time::Duration;
    /// use cache_runtime::{CacheManager, ManualClock, SetOptions, cached};
    ///
    /// #[cached(namespace = "price", ttl = 60, stale_if_error = 600)]
    /// fn price(up: bool, cache: &mut CacheManager) -> Result<u32, String> {
    ///     Err("the shop does not answer".to_owned())
    /// }
    ///
    /// let clock = ManualClock::new();
    /// let mut cache = CacheManager::builder().clock(clock.clone()).build();
    /// let options = SetOptions::new().ttl(Duration::from_secs(60)).stale_if_error(Duration::from_secs(600));
    /// cache.set(price_key(true)?, 7u32, options);
    /// clock.advance(Duration::from_secs(659));
    /// assert_eq!(price(true, &mut cache), Ok(7));
    /// clock.advance(Duration::from_secs(1));
    /// assert!(price(true, &mut cache).is_err());
    /// # Ok::<(), cache_runtime::KeyError>(())
    /// ```
    #[must_use]
    pub fn stale_if_error(self, time: impl Into<Option<Duration>>) -> Self {
        Self { stale_if_error: time.into(), ..self }
    }

    /// The time to live of an entry under a key.
    pub(crate) fn ttl_of(&self, key: Name<'_>) -> Option<Duration> {
        let ttl = self.ttl?;
        if self.jitter == 0.0 {
            return Some(ttl);
        }
        let mut hasher = DefaultHasher::new();
        key.to_cache_key().as_str().hash(&mut hasher);
        // 32 bits are plenty to spread times.
        let place = f64::from(u32::try_from(hasher.finish() >> 32).unwrap_or(u32::MAX)) / f64::from(u32::MAX);
        // A share that is lost in rounding shortens nothing.
        let shortened = Duration::try_from_secs_f64(ttl.as_secs_f64() * (1.0 - self.jitter * place));
        Some(shortened.map_or(ttl, |shortened| shortened.min(ttl)))
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
        self.tags.iter()
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
        self.lacks_tag |= self.tags.add(tag).is_err();
        self
    }
}
