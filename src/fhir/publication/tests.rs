pub(in crate::fhir) mod fixture;

mod content;
mod examples;
mod labels;
mod mutants;
mod replacement;
mod simple;
mod submission;
