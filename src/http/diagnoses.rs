//! The diagnoses of the edge stand with all others, in one register.

pub use crate::fhir::diagnoses::{
    edge::*,
    identities::{NOT_QUALIFIED, OTHER_PERSON},
};
