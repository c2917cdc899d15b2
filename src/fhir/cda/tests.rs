mod comparison;
mod examples;
pub(in crate::fhir) mod fixture;
mod hostile;
mod times;
mod whole;
