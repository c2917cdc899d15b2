//! Compiled FHIR packages (`.tgz`, the layout of npm): what of them the engine reads.
//! Source: <https://confluence.hl7.org/display/FHIR/NPM+Package+Specification>.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use flate2::read::GzDecoder;
use serde::Deserialize;

use super::definition::{CodeSystem, Definition, ValueSet};

/// The most bytes of a package, unpacked.
const MOST_BYTES: u64 = 256 * 1024 * 1024;
/// The most bytes of one of its files.
const MOST_BYTES_OF_A_FILE: u64 = 16 * 1024 * 1024;
/// The most files of a package.
const MOST_FILES: usize = 20_000;

/// Why profiles cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A package cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The package.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A package is larger than any should be.
    #[error("{path}: {what}")]
    TooLarge {
        /// The package.
        path: PathBuf,
        /// What is too large.
        what: String,
    },
    /// A file of it is not what it should be.
    #[error("{path}: {file}: {message}")]
    Malformed {
        /// The package.
        path: PathBuf,
        /// The file in it.
        file: String,
        /// What is wrong.
        message: String,
    },
    /// A package without any profile.
    #[error("{0}: holds no StructureDefinition with a snapshot")]
    Empty(PathBuf),
    /// Two packages define the same.
    #[error("{path}: {file}: {url} is defined already by a package before it")]
    Twice {
        /// The package.
        path: PathBuf,
        /// The file in it.
        file: String,
        /// The canonical URL.
        url: String,
    },
}

/// What was read of a file.
pub(super) enum Artefact {
    Definition(Definition),
    ValueSet(ValueSet),
    CodeSystem(CodeSystem),
}

impl Artefact {
    /// Its canonical URL.
    pub(super) fn url(&self) -> &str {
        match self {
            Self::Definition(it) => &it.url,
            Self::ValueSet(it) => &it.url,
            Self::CodeSystem(it) => &it.url,
        }
    }
}

/// An artefact and the file that holds it.
pub(super) struct Found {
    pub(super) artefact: Artefact,
    pub(super) file: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kind {
    resource_type: Option<String>,
}

/// Reads a package.
pub(super) fn read(path: &Path) -> Result<Vec<Found>, LoadError> {
    let unreadable = |source| LoadError::Unreadable { path: path.to_owned(), source };
    let bytes = GzDecoder::new(File::open(path).map_err(unreadable)?).take(MOST_BYTES + 1);
    let mut archive = tar::Archive::new(bytes);
    let mut found = Vec::new();
    let mut read = 0;
    for (number, entry) in archive.entries().map_err(unreadable)?.enumerate() {
        let mut entry = entry.map_err(unreadable)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        read += entry.size();
        bound(path, &name, number, entry.size(), read)?;
        if is_artefact(&name) {
            let mut text = Vec::new();
            entry.read_to_end(&mut text).map_err(unreadable)?;
            found.extend(artefact(path, &name, &text)?.map(|artefact| Found { artefact, file: name }));
        }
    }
    // The end of an archive is not the end of its file, where the checksum stands.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(unreadable)?;
    let has_profile = found.iter().any(|it| matches!(&it.artefact, Artefact::Definition(it) if it.snapshot.is_some()));
    if has_profile { Ok(found) } else { Err(LoadError::Empty(path.to_owned())) }
}

fn bound(path: &Path, name: &str, number: usize, size: u64, read: u64) -> Result<(), LoadError> {
    let what = if number >= MOST_FILES {
        format!("more than {MOST_FILES} files")
    } else if size > MOST_BYTES_OF_A_FILE {
        format!("{name} has more than {MOST_BYTES_OF_A_FILE} bytes")
    } else if read > MOST_BYTES {
        format!("more than {MOST_BYTES} bytes")
    } else {
        return Ok(());
    };
    Err(LoadError::TooLarge { path: path.to_owned(), what })
}

/// Resources stand right in `package/`; examples and others in folders below it.
fn is_artefact(name: &str) -> bool {
    let file = name.strip_prefix("./").unwrap_or(name).strip_prefix("package/");
    file.is_some_and(|file| file.ends_with(".json") && !file.contains('/') && !file.starts_with('.'))
}

/// Reads a file, where it is anything that the engine uses.
pub(super) fn artefact(path: &Path, file: &str, text: &[u8]) -> Result<Option<Artefact>, LoadError> {
    let malformed = |error: serde_json::Error| LoadError::Malformed {
        path: path.to_owned(),
        file: file.to_owned(),
        message: error.to_string(),
    };
    let kind: Kind = serde_json::from_slice(text).map_err(malformed)?;
    Ok(match kind.resource_type.as_deref() {
        Some("StructureDefinition") => Some(Artefact::Definition(serde_json::from_slice(text).map_err(malformed)?)),
        Some("ValueSet") => Some(Artefact::ValueSet(serde_json::from_slice(text).map_err(malformed)?)),
        Some("CodeSystem") => Some(Artefact::CodeSystem(serde_json::from_slice(text).map_err(malformed)?)),
        Some(_) | None => None,
    })
}
