//! Reading molecules from a file of SMILES.

use std::collections::HashMap;
use std::error::Error;
use std::fmt::{self, Display};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Well-known drugs, used unless a file is given.
pub const DRUGS: &str = include_str!("../data/drugs.smi");

/// A molecule of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Molecule {
    /// What it is called.
    pub name: String,
    /// Its structure, which has been parsed once and is valid.
    pub smiles: String,
}

/// What an input holds.
#[derive(Debug)]
pub struct Input {
    /// At least two molecules, each structure once.
    pub molecules: Vec<Molecule>,
    /// The lines that hold none.
    pub bad_lines: Vec<BadLine>,
}

/// A line that is no molecule.
#[derive(Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Counted from 1.
    pub number: usize,
    /// Why it is none.
    pub reason: String,
}

impl Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.number, self.reason)
    }
}

/// Why an input cannot be used at all.
#[derive(Debug)]
pub enum InputError {
    /// The file could not be read.
    Unreadable(PathBuf, io::Error),
    /// There are fewer than two molecules, so nothing to compare.
    TooFew(Vec<BadLine>, usize),
}

impl Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(f, "cannot read {}: {error}", path.display()),
            Self::TooFew(_, 0) => {
                f.write_str("the input holds no molecule: write one a line, its SMILES and then its name")
            }
            Self::TooFew(..) => f.write_str("the input holds one molecule: at least two are needed to compare them"),
        }
    }
}

impl Error for InputError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreadable(_, error) => Some(error),
            Self::TooFew(..) => None,
        }
    }
}

/// Reads a file, or the drugs if there is none.
///
/// # Errors
///
/// The file cannot be read, or holds fewer than two molecules.
pub fn read(path: Option<&Path>) -> Result<Input, InputError> {
    match path {
        Some(path) => {
            let text = fs::read(path).map_err(|error| InputError::Unreadable(path.to_owned(), error))?;
            parse(&text)
        }
        None => parse(DRUGS.as_bytes()),
    }
}

/// Reads one molecule a line: its SMILES, and after white space its name. Lines that are empty or begin with `#` are
/// passed over.
///
/// # Errors
///
/// There are fewer than two molecules.
pub fn parse(text: &[u8]) -> Result<Input, InputError> {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let mut first_lines: HashMap<String, usize> = HashMap::new();
    let (mut molecules, mut bad_lines) = (Vec::new(), Vec::new());
    for (line, number) in text.split(|byte| *byte == b'\n').zip(1..) {
        match molecule(line) {
            Ok(None) => {}
            Ok(Some(molecule)) => {
                let first = *first_lines.entry(molecule.smiles.clone()).or_insert(number);
                if first == number {
                    molecules.push(molecule);
                } else {
                    bad_lines.push(BadLine { number, reason: format!("the same SMILES as line {first}") });
                }
            }
            Err(reason) => bad_lines.push(BadLine { number, reason }),
        }
    }
    if molecules.len() < 2 {
        return Err(InputError::TooFew(bad_lines, molecules.len()));
    }
    Ok(Input { molecules, bad_lines })
}

fn molecule(line: &[u8]) -> Result<Option<Molecule>, String> {
    let line = std::str::from_utf8(line).map_err(|error| format!("not UTF-8: {error}"))?.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let (smiles, name) = line.split_once(char::is_whitespace).unwrap_or((line, line));
    chematic_smiles::parse(smiles).map_err(|error| {
        // A line may be of any length.
        let shown: String = smiles.chars().take(60).collect();
        let more = if shown.len() < smiles.len() { "…" } else { "" };
        format!("`{shown}{more}` is no SMILES: {error}")
    })?;
    Ok(Some(Molecule { name: name.trim().to_owned(), smiles: smiles.to_owned() }))
}

#[cfg(test)]
mod tests {
    use super::{DRUGS, InputError, parse, read};

    #[test]
    fn every_drug_is_a_molecule() {
        let input = parse(DRUGS.as_bytes()).unwrap();
        assert_eq!(input.bad_lines, []);
        assert_eq!(input.molecules.len(), 236);
        assert!(input.molecules.iter().all(|molecule| !molecule.name.is_empty()));
    }

    #[test]
    fn a_bad_line_is_told_and_the_rest_goes_on() {
        let text = b"\xef\xbb\xbfCCO ethanol\r\n\n# comment\nC1CC\tbroken ring\n\xff\xfe\nCCC\nCCO again\nXyz element\nc1ccccc1   benzene  \n";
        let input = parse(text).unwrap();
        let names: Vec<&str> = input.molecules.iter().map(|molecule| molecule.name.as_str()).collect();
        assert_eq!(names, ["ethanol", "CCC", "benzene"]);
        let told: Vec<String> = input.bad_lines.iter().map(ToString::to_string).collect();
        assert!(told[0].starts_with("line 4: `C1CC` is no SMILES: "), "{told:?}");
        assert!(told[1].starts_with("line 5: not UTF-8"), "{told:?}");
        assert_eq!(told[2], "line 7: the same SMILES as line 1");
        assert!(told[3].starts_with("line 8: `Xyz` is no SMILES"), "{told:?}");
        assert_eq!(told.len(), 4);
    }

    #[test]
    fn an_input_without_molecules_is_an_error() {
        for (text, found) in [("", 0), ("\n# nothing\n", 0), ("(((", 0), ("CCO ethanol", 1)] {
            let error = parse(text.as_bytes()).unwrap_err();
            assert!(matches!(error, InputError::TooFew(_, count) if count == found), "{text:?}");
        }
        let error = read(Some("no/such/file.smi".as_ref())).unwrap_err();
        assert!(error.to_string().starts_with("cannot read no/such/file.smi: "), "{error}");
    }
}
