//! FHIR R4 to and from the record model: the gates through which untrusted bytes pass, the profiles, search, and what is printed.
//! The only module that names fhirbolt. It knows no policy and no HTTP status.

pub mod audit;
pub mod canon;
pub mod capability;
pub mod care_team;
pub mod cda;
pub mod consent;
pub mod content;
pub mod date;
pub mod deed;
pub mod definitions;
pub mod diagnoses;
pub mod document;
pub mod intake;
pub mod issue;
pub mod location;
pub mod patch;
pub mod patient;
pub mod primitive;
pub mod print;
pub mod profile;
pub mod publication;
pub mod rules;
pub mod search;
pub mod shape;
pub mod summary;
mod tree;
pub mod xml;
