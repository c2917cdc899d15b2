//! A coded value: system and code.

use serde::{Deserialize, Serialize};

/// A coded value. The system is a FHIR URI in its canonical spelling; a coding without a system has an empty one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Code {
    /// The system, a URI.
    pub system: String,
    /// The code.
    pub code: String,
}

impl Code {
    /// A code of a system.
    pub fn new(system: &str, code: &str) -> Self {
        Self { system: system.to_owned(), code: code.to_owned() }
    }
}

/// An identifier: system and value. Compared byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identifier {
    /// The system, a URI.
    pub system: String,
    /// The value.
    pub value: String,
}

/// The system of identifiers that are URIs themselves.
pub const URI_SYSTEM: &str = "urn:ietf:rfc:3986";
