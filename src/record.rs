//! The record model: what a shared medical record (dossier médical partagé, DMP) is, in the words of
//! the law. No FHIR, no HTTP, no input or output, no clock.

pub mod access;
pub mod amendment;
pub mod caller;
pub mod care_team;
pub mod code;
pub mod consent;
pub mod deed;
pub mod document;
pub mod dossier;
pub mod facts;
pub mod holder;
pub mod identity;
pub mod list;
pub mod matcher;
pub mod professional;
pub mod query;
pub mod standing;
pub mod submission;
pub mod trace;
pub mod traits;
pub mod visibility;

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of a hexadecimal text; nothing where it is not one.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect()
}
