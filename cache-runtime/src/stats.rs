//! What a cache has done.

/// What a cache has done since it was made, and what it holds.
///
/// [`CacheManager::stats`](crate::CacheManager::stats) takes it after purging expired entries, so `num_entries` and
/// `size_bytes` are those of live ones. Clearing a cache does not reset its counters.
///
/// ```
/// use cache_runtime::{CacheManager, SetOptions};
///
/// let mut cache = CacheManager::new();
/// cache.set("demo", 1, SetOptions::default());
/// cache.get::<i32>("demo");
/// cache.get::<i32>("other");
/// let stats = cache.stats();
/// assert_eq!((stats.hits, stats.misses, stats.num_entries), (1, 1, 1));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheStats {
    /// Look-ups that found a value.
    pub hits: u64,
    /// Look-ups that did not, for whatever reason; [`key_errors`](Self::key_errors),
    /// [`type_mismatches`](Self::type_mismatches) and [`namespace_conflicts`](Self::namespace_conflicts) are among them.
    pub misses: u64,
    /// Bytes that the live entries take, shallow: see
    /// [`estimate_size_bytes`](crate::CacheManager::estimate_size_bytes).
    pub size_bytes: usize,
    /// Live entries.
    pub num_entries: usize,
    /// Values stored.
    pub stores: u64,
    /// Values not stored although that was asked for: their time to live was zero, a tag of theirs could not be
    /// displayed, or the cache is disabled.
    pub refused_stores: u64,
    /// Results not stored because their key, their namespace, one of their tags or the whole cache was evicted while
    /// they were being computed.
    pub stale_results: u64,
    /// Entries removed by tag, by namespace, by key or by clearing the cache.
    pub evictions: u64,
    /// Entries removed because their time to live had passed.
    pub expirations: u64,
    /// Calls whose key could not be made ([`KeyError`](crate::KeyError)): they ran without the cache.
    pub key_errors: u64,
    /// Look-ups that found a value of another type than the one asked for.
    pub type_mismatches: u64,
    /// Calls of a function whose default namespace another function came by first: they ran without the cache. Name
    /// one of the two: `#[cached(namespace = "…")]`.
    pub namespace_conflicts: u64,
}
