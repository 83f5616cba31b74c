//! The expensive part: circular fingerprints of molecules, and how alike any two of them are.

use std::sync::Arc;

use cache_runtime::{CacheManager, CacheStats, cached};
use chematic_fp::{BitVec2048, ecfp6_rdkit_invariants};
use chematic_smiles::SmilesError;

use crate::input::Molecule;
use crate::pipeline::Comparison;

/// The ECFP6 fingerprint of a molecule: every circular environment of up to three bonds around every atom.
///
/// # Errors
///
/// The SMILES cannot be parsed. Errors are not kept.
#[cached(namespace = "fingerprint", tag = "smiles")]
pub fn fingerprint(smiles: &str, cache: &mut CacheManager) -> Result<Arc<BitVec2048>, SmilesError> {
    let molecule = chematic_smiles::parse(smiles)?;
    Ok(Arc::new(ecfp6_rdkit_invariants(&molecule)))
}

/// How alike two molecules are, from 0 to 1: what share of all their environments they have in common (Tanimoto).
///
/// It depends on both, so it goes away with either.
///
/// # Errors
///
/// A SMILES cannot be parsed.
#[cached(namespace = "similarity", tags = ["one", "other"])]
pub fn similarity(one: &str, other: &str, cache: &mut CacheManager) -> Result<f64, SmilesError> {
    let one = fingerprint(one, cache)?;
    let other = fingerprint(other, cache)?;
    Ok(one.tanimoto(&other))
}

/// Two molecules, by their places in the input, and how alike they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The place of the first.
    pub one: usize,
    /// The place of the second.
    pub other: usize,
    /// From 0 to 1.
    pub similarity: f64,
}

/// Compares on one processor.
#[derive(Debug)]
pub struct OneByOne(CacheManager);

impl Comparison for OneByOne {
    fn cached() -> Self {
        Self(CacheManager::new())
    }

    fn uncached() -> Self {
        Self(CacheManager::disabled())
    }

    fn all_pairs(&mut self, molecules: &[Molecule], progress: impl Fn() + Sync) -> Result<Vec<Pair>, SmilesError> {
        let mut pairs = Vec::new();
        for (one, first) in molecules.iter().enumerate() {
            for (other, second) in molecules.iter().enumerate().skip(one + 1) {
                let similarity = similarity(&first.smiles, &second.smiles, &mut self.0)?;
                pairs.push(Pair { one, other, similarity });
                progress();
            }
        }
        Ok(pairs)
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
    use super::{OneByOne, fingerprint, similarity};
    use crate::input::{DRUGS, parse};
    use crate::pipeline::Comparison;
    use cache_runtime::CacheManager;

    #[test]
    fn a_molecule_is_like_itself_and_less_like_others() {
        let mut cache = CacheManager::new();
        let (caffeine, theophylline) = ("Cn1cnc2c1c(=O)n(C)c(=O)n2C", "Cn1c2nc[nH]c2c(=O)n(C)c1=O");
        let mut alike = |one, other| similarity(one, other, &mut cache).unwrap();
        assert!((alike(caffeine, caffeine) - 1.0).abs() < 1e-12);
        let (close, far) = (alike(caffeine, theophylline), alike(caffeine, "CC(C)Cc1ccc(cc1)C(C)C(=O)O"));
        assert!(0.0 <= far && far < close && close < 1.0, "{far} {close}");
    }

    #[test]
    fn a_fingerprint_is_computed_once_for_all_its_pairs() {
        let molecules = parse(DRUGS.as_bytes()).unwrap().molecules;
        let molecules = &molecules[..20];
        let mut comparison = OneByOne::cached();
        let cached = comparison.all_pairs(molecules, || {}).unwrap();
        assert_eq!(cached, OneByOne::uncached().all_pairs(molecules, || {}).unwrap());
        let stats = comparison.stats();
        assert_eq!((cached.len(), stats.misses, stats.num_entries), (190, 210, 210));
        assert_eq!(comparison.forget(&molecules[3].smiles), 20);
    }

    #[test]
    fn a_smiles_that_cannot_be_parsed_is_an_error_and_is_not_kept() {
        let mut cache = CacheManager::new();
        assert!(fingerprint("C1CC", &mut cache).is_err());
        assert!(similarity("CCO", "C1CC", &mut cache).is_err());
        assert_eq!(cache.len(), 1, "only the fingerprint of CCO");
    }
}
