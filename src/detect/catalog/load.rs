//! Reads detectors: those in the program, and those of an operator's folders.

use super::compile::{Words, selected};
use super::file::{Common, Context, Definition};
use super::{Catalog, Selection, embedded};
use crate::text::keyword::KeywordError;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Why a catalogue could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// A file could not be read.
    #[error("cannot read the detectors in `{}`", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file is not in the form of a detector.
    #[error("`{}` is not a detector: {message}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and known keys.
        message: String,
    },
    /// A detector contradicts itself or another one.
    #[error("detector `{id}`: {message}")]
    Detector {
        /// The detector.
        id: String,
        /// What is wrong.
        message: String,
    },
    /// A keyword cannot be used.
    #[error("detector `{id}`: the keyword `{keyword}` {source}")]
    Keyword {
        /// The detector.
        id: String,
        /// The keyword.
        keyword: String,
        /// Why.
        source: KeywordError,
    },
    /// A selection names no detector.
    #[error("no detector is called `{name}`")]
    Unknown {
        /// The id or glob.
        name: String,
    },
    /// A selection leaves out all that it names.
    #[error("`only` and `except` together leave no detector")]
    Nothing,
    /// The detectors in the program are damaged: a bug.
    #[error("the built-in detectors cannot be read: {0}")]
    BuiltIn(String),
}

/// The words of the detectors in the program, by id, as their files have them.
#[derive(Deserialize)]
struct Written {
    common: Common,
    words: HashMap<String, Context>,
}

impl Catalog {
    /// The detectors in the program and in the selection's folders, compiled.
    ///
    /// # Errors
    /// If a file cannot be read, is not a detector, or the selection names none.
    pub fn load(selection: &Selection) -> Result<Self, CatalogError> {
        let mut definitions: Vec<Definition> = built_in(embedded::DEFINITIONS)?;
        let mut digest = Sha256::new();
        digest.update(embedded::DIGEST);
        let own = definitions.len();
        for folder in &selection.folders {
            for path in files(folder)? {
                let text = read(&path)?;
                digest.update(&text);
                definitions.push(parse(&path, &text)?);
            }
        }
        // A run without some of them, or with more, is another set of rules.
        let mut changed: Vec<&str> = definitions
            .iter()
            .zip(selected(&definitions, selection)?)
            .filter(|(definition, on)| definition.default != *on)
            .map(|(definition, _)| definition.id.as_str())
            .collect();
        changed.sort_unstable();
        for id in changed {
            digest.update(id);
            digest.update([0]);
        }
        let mut hex = String::from("sha256:");
        for byte in digest.finalize() {
            for nibble in [byte >> 4, byte & 15] {
                hex.extend(char::from_digit(u32::from(nibble), 16));
            }
        }
        let digest = hex;
        if definitions.len() == own {
            return Self::compile(definitions, &Words::Packed(embedded::WORDS), selection, digest);
        }
        let mut written: Written = built_in(embedded::WRITTEN)?;
        for definition in definitions.iter_mut().take(own) {
            if let Some(Context { raise, lower, fields, .. }) = written.words.remove(&definition.id) {
                definition.context = Context { raise, lower, fields, ..definition.context };
            }
        }
        Self::compile(definitions, &Words::Written(&written.common), selection, digest)
    }

    /// The detectors in the program with their examples.
    ///
    /// # Errors
    /// If one is not in the form of a detector: a bug.
    pub fn built_in_definitions() -> Result<Vec<Definition>, CatalogError> {
        embedded::FILES.iter().map(|(path, text)| parse(Path::new(path), text)).collect()
    }

    /// The detectors of a folder with their examples.
    ///
    /// # Errors
    /// If a file cannot be read or is not a detector.
    pub fn definitions_in(folder: &Path) -> Result<Vec<Definition>, CatalogError> {
        files(folder)?.iter().map(|path| parse(path, &read(path)?)).collect()
    }

    /// The text of a built-in detector's file.
    pub fn source_of(id: &str) -> Option<&'static str> {
        embedded::FILES.iter().find(|(path, _)| id_of(path) == id).map(|(_, text)| *text)
    }
}

fn built_in<T: DeserializeOwned>(json: &str) -> Result<T, CatalogError> {
    serde_json::from_str(json).map_err(|error| CatalogError::BuiltIn(error.to_string()))
}

/// The id that a file's path stands for: `kz/iin.toml` is `kz.iin`, `intl/email.toml` is `email`.
fn id_of(path: &str) -> String {
    let stem = path.strip_suffix(".toml").unwrap_or(path);
    stem.strip_prefix("intl/").unwrap_or(stem).replace('/', ".")
}

#[expect(clippy::disallowed_methods, reason = "detector folders are the operator's own, read before any scan")]
fn files(folder: &Path) -> Result<Vec<PathBuf>, CatalogError> {
    let failed = |source| CatalogError::Read { path: folder.to_owned(), source };
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "toml") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[expect(clippy::disallowed_methods, reason = "detector folders are the operator's own, read before any scan")]
fn read(path: &Path) -> Result<String, CatalogError> {
    std::fs::read_to_string(path).map_err(|source| CatalogError::Read { path: path.to_owned(), source })
}

fn parse(path: &Path, text: &str) -> Result<Definition, CatalogError> {
    toml::from_str(text)
        .map_err(|error| CatalogError::Form { path: path.to_owned(), message: error.to_string().trim_end().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_made_with_the_build_are_those_of_the_files() {
        let mut definitions = Catalog::built_in_definitions().unwrap();
        definitions.sort_by(|left, right| left.id.cmp(&right.id));
        let written: Written = built_in(embedded::WRITTEN).unwrap();
        let words = Words::Written(&written.common).vocabulary(&definitions).unwrap();
        assert!(words.pack() == embedded::WORDS, "the tables differ");
        assert!(Words::Packed(embedded::WORDS).vocabulary(&definitions).unwrap().pack() == embedded::WORDS);
    }
}
