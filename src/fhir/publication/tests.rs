pub(in crate::fhir) mod fixture;

mod content;
mod examples;
mod fhir_documents;
mod folders;
mod generate;
mod header;
mod index;
mod labels;
mod mutants;
mod replacement;
mod simple;
mod submission;
mod traits;
