//! FHIR's date, dateTime and instant, read as the span of time that they stand for.
