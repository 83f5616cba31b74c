//! A function and its twin: annotated and not, they give the same values, errors and panics on the same calls, again and
//! again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use cache_runtime::{CacheManager, cached};
use proptest::collection::vec;
use proptest::prelude::*;

/// Writes a function twice, the second time annotated.
macro_rules! twins {
    ($(
        $(#[$attr:meta])*
        fn $name:ident $(<$lifetime:lifetime>)? ($($params:tt)*) -> $ret:ty $body:block
    )*) => {
        mod plain {
            use super::*;
            $(
                pub(super) fn $name $(<$lifetime>)? ($($params)*, cache: &mut CacheManager) -> $ret {
                    let _ = cache;
                    $body
                }
            )*
        }
        mod annotated {
            use super::*;
            $(
                $(#[$attr])*
                pub(super) fn $name $(<$lifetime>)? ($($params)*, cache: &mut CacheManager) -> $ret {
                    let _ = cache;
                    $body
                }
            )*
        }
    };
}

twins! {
    #[cached]
    fn early(x: u8) -> u8 {
        if x > 100 {
            return x / 2;
        }
        x * 2
    }

    #[cached]
    fn failing(text: &str) -> Result<u8, std::num::ParseIntError> {
        let number: u8 = text.trim().parse()?;
        Ok(number)
    }

    #[cached(keep_if = Option::is_some)]
    fn optional(x: u8) -> Option<u8> {
        x.checked_mul(2)
    }

    #[cached(tag = "x")]
    fn panicking(x: u8) -> u8 {
        assert!(!x.is_multiple_of(7), "{x} is a multiple of seven");
        x
    }

    #[cached]
    fn labelled(list: &[u8]) -> usize {
        'found: {
            for (place, item) in list.iter().enumerate() {
                if *item > 200 {
                    break 'found place;
                }
            }
            list.len()
        }
    }

    #[cached(kwargs(b))]
    fn patterns((a, mut c): (u8, u8), mut list: Vec<u8>, b: Option<&str>) -> Arc<Vec<u8>> {
        c = c.wrapping_add(a);
        list.push(c);
        list.extend(b.map(str::len).and_then(|len| u8::try_from(len).ok()));
        Arc::new(list)
    }

    #[cached(ttl = "1h", version = auto)]
    fn nothing(x: u8) -> () {
        assert!(x < 250);
    }
}

/// What came of a call: its value, or its panic's message.
fn outcome<R>(call: impl FnOnce() -> R) -> Result<R, String> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| panic.downcast_ref::<String>().cloned().unwrap_or_default())
}

macro_rules! same {
    ($cache:ident: $name:ident($($arg:expr),*)) => {
        prop_assert_eq!(
            outcome(|| annotated::$name($($arg,)* &mut $cache)),
            outcome(|| plain::$name($($arg,)* &mut CacheManager::disabled()))
        );
    };
}

proptest! {
    #[test]
    fn annotated_and_plain_agree(calls in vec((any::<u8>(), vec(any::<u8>(), 0..3), "[ 0-9x]{0,3}"), 1..60)) {
        let mut cache = CacheManager::new();
        for (x, list, text) in calls {
            same!(cache: early(x));
            same!(cache: failing(&text));
            same!(cache: optional(x));
            same!(cache: panicking(x));
            same!(cache: labelled(&list));
            same!(cache: patterns((x, 1), list.clone(), (x > 9).then_some(&*text)));
            same!(cache: nothing(x));
        }
    }
}
