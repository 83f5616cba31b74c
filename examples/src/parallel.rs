//! The expensive part on all processors. The functions are those of [`chemistry`](crate::chemistry), with another cache.

use std::sync::Arc;

use cache_runtime::{CacheStats, SharedCache, cached};
use chematic_fp::{BitVec2048, ecfp6_rdkit_invariants};
use chematic_smiles::SmilesError;
use rayon::prelude::*;

use crate::chemistry::Pair;
use crate::input::Molecule;
use crate::pipeline::Comparison;

/// See [`chemistry::fingerprint`](crate::chemistry::fingerprint).
///
/// # Errors
///
/// The SMILES cannot be parsed. Errors are not kept.
#[cached(namespace = "fingerprint", tag = "smiles")]
pub fn fingerprint(smiles: &str, cache: &SharedCache) -> Result<Arc<BitVec2048>, SmilesError> {
    let molecule = chematic_smiles::parse(smiles)?;
    Ok(Arc::new(ecfp6_rdkit_invariants(&molecule)))
}

/// See [`chemistry::similarity`](crate::chemistry::similarity).
///
/// # Errors
///
/// A SMILES cannot be parsed.
#[cached(namespace = "similarity", tags = ["one", "other"])]
pub fn similarity(one: &str, other: &str, cache: &SharedCache) -> Result<f64, SmilesError> {
    let one = fingerprint(one, cache)?;
    let other = fingerprint(other, cache)?;
    Ok(one.tanimoto(&other))
}

/// Compares on all processors.
#[derive(Debug)]
pub struct InParallel(SharedCache);

impl Comparison for InParallel {
    fn cached() -> Self {
        Self(SharedCache::new())
    }

    fn uncached() -> Self {
        Self(SharedCache::disabled())
    }

    fn all_pairs(&mut self, molecules: &[Molecule], progress: impl Fn() + Sync) -> Result<Vec<Pair>, SmilesError> {
        let cache = &self.0;
        let row = |(one, first): (usize, &Molecule)| {
            let others = molecules.iter().enumerate().skip(one + 1);
            let pairs = others.map(|(other, second)| {
                let similarity = similarity(&first.smiles, &second.smiles, cache)?;
                progress();
                Ok(Pair { one, other, similarity })
            });
            pairs.collect::<Result<Vec<Pair>, SmilesError>>()
        };
        let rows: Result<Vec<Vec<Pair>>, SmilesError> = molecules.par_iter().enumerate().map(row).collect();
        Ok(rows?.concat())
    }

    fn forget(&mut self, smiles: &str) -> usize {
        self.0.evict_tag(smiles)
    }

    fn stats(&mut self) -> CacheStats {
        self.0.stats()
    }
}

#[cfg(test)]
mod tests {
    use super::InParallel;
    use crate::chemistry::OneByOne;
    use crate::input::{DRUGS, parse};
    use crate::pipeline::Comparison;

    #[test]
    fn all_processors_find_what_one_finds() {
        let molecules = parse(DRUGS.as_bytes()).unwrap().molecules;
        let (mut one, mut all) = (OneByOne::cached(), InParallel::cached());
        for _ in 0..2 {
            let expected = one.all_pairs(&molecules[..40], || {}).unwrap();
            assert_eq!(all.all_pairs(&molecules[..40], || {}).unwrap(), expected);
            assert_eq!(all.stats().num_entries, one.stats().num_entries);
            assert_eq!(all.stats().stores, one.stats().stores, "each was computed once");
            assert_eq!(all.forget(&molecules[3].smiles), one.forget(&molecules[3].smiles));
        }
    }
}
