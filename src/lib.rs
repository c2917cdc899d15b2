//! **dmp-gateway**: a FHIR R4 gateway to France's shared medical record (dossier médical partagé, DMP).
pub mod cli;
pub mod fhir;
pub mod identity;
pub mod journal;
pub mod policy;
pub mod record;
pub mod tls;
