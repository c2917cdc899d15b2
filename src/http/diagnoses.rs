//! The diagnoses of the edge stand with all others, in one register.

pub use crate::fhir::diagnoses::limits::{
    ADDRESS_TOO_LONG, BODY_TOO_SLOW, FILED_TOO_OFTEN, HEAD_TOO_LARGE, NO_DOWNLOAD_PLACE, TOO_MANY_CONNECTIONS,
    TOO_MANY_DOWNLOADS, TOO_MANY_ENTRIES, TOO_OFTEN,
};
pub use crate::fhir::diagnoses::{
    edge::*,
    identities::{NOT_QUALIFIED, OTHER_PERSON},
};
