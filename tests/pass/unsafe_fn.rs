//! An `unsafe fn` stays one; the key of a call can be had without calling it.
#![deny(warnings)]

use cache_runtime::{CacheManager, cached};

/// # Safety
///
/// `place` is within `bytes`.
#[cached(namespace = "first", tag = "place")]
pub unsafe fn byte_at(bytes: &[u8], place: usize, cache: &mut CacheManager) -> u8 {
    // SAFETY: the caller says so.
    unsafe { *bytes.get_unchecked(place) }
}

/// # Safety
///
/// `bytes` is not empty.
#[cached(namespace = "last")]
pub(crate) unsafe fn last_of(bytes: &[u8], cache: &mut CacheManager) -> Result<u8, std::num::TryFromIntError> {
    // SAFETY: the caller says so.
    let last = unsafe { *bytes.get_unchecked(bytes.len() - 1) };
    Ok(u8::try_from(u16::from(last) * 2)?)
}

struct Bytes(Vec<u8>);

impl Bytes {
    #[cached(namespace = "Bytes.get", key(&self.0, place))]
    unsafe fn get(&self, place: usize, cache: &mut CacheManager) -> u8 {
        // SAFETY: the caller says so.
        unsafe { *self.0.get_unchecked(place) }
    }
}

fn main() {
    let mut cache = CacheManager::new();
    for _ in 0..2 {
        // SAFETY: the places are within.
        unsafe {
            assert_eq!(byte_at(&[1, 2], 1, &mut cache), 2);
            assert_eq!(last_of(&[1, 2], &mut cache), Ok(4));
            assert!(last_of(&[200], &mut cache).is_err());
            assert_eq!(Bytes(vec![7]).get(0, &mut cache), 7);
        }
    }
    assert_eq!(cache.stats().hits, 3);
    assert!(cache.contains(byte_at_key(&[1, 2], 1).unwrap()));
    let _: unsafe fn(&[u8], usize, &mut CacheManager) -> u8 = byte_at;
}
