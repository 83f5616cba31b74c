//! What a call is told apart by in a shared cache.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::family::Family;
use crate::name::Name;

/// A call, by what [`Call::write`](crate::Call) writes of its arguments, with their hash, which is made once.
#[derive(Debug, Clone)]
pub(crate) struct CallKey {
    pub(super) family: Arc<Family>,
    pub(super) arguments: Box<[u8]>,
    /// That of the arguments alone, since it also says which part of the cache it is in. Among computations under way that will do.
    pub(super) hash: u64,
}

impl CallKey {
    pub(super) fn name(&self) -> Name<'_> {
        Name::Call(&self.family, &self.arguments)
    }
}

impl PartialEq for CallKey {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && Arc::ptr_eq(&self.family, &other.family) && self.arguments == other.arguments
    }
}

impl Eq for CallKey {}

impl Hash for CallKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// Takes a hash for what it is. It is never given anything else, but a hasher has to take bytes.
#[derive(Debug, Default)]
pub(super) struct Known(u64);

impl Hasher for Known {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use std::collections::HashSet;
    use std::hash::BuildHasherDefault;
    use std::sync::Arc;

    use super::{CallKey, Known};
    use crate::family::Family;

    #[test]
    #[expect(clippy::mutable_key_type, reason = "what is hashed does not change")]
    fn calls_of_one_hash_are_told_apart() {
        let families = [1, 2].map(|number| Arc::new(Family::for_tests("f", number)));
        let keys = || {
            families.iter().flat_map(|family| {
                ["1", "2", "12"].into_iter().flat_map(move |arguments| {
                    let key =
                        |hash| CallKey { family: Arc::clone(family), arguments: arguments.as_bytes().into(), hash };
                    [key(0), key(u64::MAX)]
                })
            })
        };
        let mut known: HashSet<CallKey, BuildHasherDefault<Known>> = keys().collect();
        assert_eq!(known.len(), 12);
        assert!(keys().all(|key| known.remove(&key)));
    }
}
