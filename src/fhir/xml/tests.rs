use std::fs;

use serde_json::{Value, json};

use super::*;
use crate::fhir::{
    intake::tests::{Files, examples, findings},
    primitive, shape,
};

mod documents;
mod hostile;
mod reading;
mod round_trip;
mod writing;

/// The folders of the official examples in JSON.
const FOLDERS: [&str; 6] = ["balp", "cds", "mhd", "pdsm", "pdsm4dmp", "tde"];

fn read_text(text: &str) -> Result<Intake, Unreadable> {
    read(text.as_bytes(), &Limits::default(), &Files::new())
}

/// The tree of `<kind xmlns="http://hl7.org/fhir">inner</kind>`.
fn tree(kind: &str, inner: &str) -> Value {
    read_text(&resource(kind, inner)).unwrap().tree
}

fn resource(kind: &str, inner: &str) -> String {
    format!(r#"<{kind} xmlns="http://hl7.org/fhir">{inner}</{kind}>"#)
}

/// The findings as `code place`.
fn found(text: &str) -> Vec<String> {
    findings(read_text(text))
}

/// What is written, without the declaration.
fn written(tree: &Value) -> String {
    let text = String::from_utf8(write_value(tree).unwrap()).unwrap();
    text.strip_prefix(writer::DECLARATION).unwrap().to_owned()
}
