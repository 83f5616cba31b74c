#![cfg_attr(feature = "shared", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "shared"),
    doc = "Explicit, deterministic, tagged memoization. The README, whose examples use all features, is part of this page when \
           it is made with them."
)]
#![forbid(unsafe_code)]

// So that generated code finds `::cache_runtime` in this crate's own tests too.
extern crate self as cache_runtime;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod builder;
mod cache;
mod call;
mod canonical;
mod chain;
mod claim;
mod clock;
mod digest;
mod entries;
mod entry;
mod error;
mod eviction;
mod expiry;
mod family;
mod fingerprint;
mod generation;
mod index;
mod key;
mod kwargs;
mod labels;
mod ledger;
mod limits;
mod manager;
mod name;
mod namespaces;
mod observe;
mod options;
mod outcome;
mod policy;
mod queue;
mod reading;
mod remains;
mod removed;
mod scratch;
#[cfg(feature = "shared")]
mod shared;
mod slots;
mod stats;
mod stride;
mod tags;
mod texts;
mod values;

pub use self::builder::CacheManagerBuilder;
pub use self::cache::{Begin, Cache, Claim, Entered, Evict, Never, SharedError, Wait, Waited};
pub use self::call::{Argument, Call};
pub use self::claim::ManagerClaim;
#[cfg(feature = "coarse-clock")]
pub use self::clock::CoarseClock;
pub use self::clock::{Clock, ManualClock, SystemClock};
pub use self::entry::CacheEntry;
pub use self::error::{KeyError, KeyErrorKind};
pub use self::key::{CacheKey, make_args_hash, make_cache_key};
pub use self::manager::CacheManager;
pub use self::options::SetOptions;
pub use self::removed::{Removal, RemovalCause};
#[cfg(feature = "shared")]
pub use self::shared::{SharedCache, SharedCacheBuilder, SharedClaim, Ticket};
pub use self::stats::{CacheStats, LookupOutcome};

#[doc = include_str!("cached.md")]
pub use cache_macros::cached;

#[doc = include_str!("evicts.md")]
pub use cache_macros::evicts;
