pub(in crate::fhir) mod fixture;

mod content;
mod examples;
mod generate;
mod header;
mod labels;
mod mutants;
mod replacement;
mod simple;
mod submission;
