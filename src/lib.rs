//! **dmp-gateway**: a FHIR R4 gateway to France's shared medical record (dossier médical partagé, DMP).
pub mod fhir;
pub mod hds;
pub mod journal;
pub mod policy;
pub mod record;
