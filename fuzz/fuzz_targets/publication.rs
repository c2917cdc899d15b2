//! Gate 4, the profiles: on any tree that passed the gates before it, a publication is either understood whole or refused with
//! its reasons, and all that was staged is accounted for.
#![no_main]

use dmp_gateway::{
    fhir::{
        intake::{Intake, Staged},
        issue::Severity,
        primitive,
        publication::{Setting, bundle, generated, simplified},
        rules::RuleSet,
        shape,
    },
    record::submission::StagedContent,
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use uuid::Uuid;

const HEADER: &[u8] = include_bytes!("../seeds/cda_header/whole.xml");

/// Each document's place, as the gates before would have staged it.
fn staged(tree: &Value) -> Vec<Staged> {
    let content = || StagedContent { handle: Uuid::nil(), size: 1, sha1: [0; 20], head: b"x".to_vec() };
    let in_bundle = tree["entry"].as_array().into_iter().flatten().enumerate().filter_map(|(at, entry)| {
        entry["resource"]["data"].is_string().then(|| format!("Bundle.entry[{at}].resource.data"))
    });
    let alone = tree["content"].as_array().into_iter().flatten().enumerate().filter_map(|(at, content)| {
        content["attachment"]["data"].is_string().then(|| format!("DocumentReference.content[{at}].attachment.data"))
    });
    // The header of a document is the same for all: the fuzzer of headers has its own target.
    let header = || StagedContent { size: HEADER.len() as u64, head: HEADER.to_vec(), ..content() };
    let in_parameters = tree["parameter"].as_array().into_iter().flatten().enumerate().filter_map(|(at, parameter)| {
        parameter["resource"]["data"].is_string().then(|| format!("Parameters.parameter[{at}].resource.data"))
    });
    let headers = in_parameters.map(|at| Staged { at, content: header() });
    in_bundle.chain(alone).map(|at| Staged { at, content: content() }).chain(headers).collect()
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(tree) = serde_json::from_slice::<Value>(bytes) else { return };
    let wrong = |issues: Vec<_>| issues.iter().any(|issue: &dmp_gateway::fhir::issue::Issue| issue.severity == Severity::Error);
    if !tree.is_object() || wrong(shape::check(&tree)) || wrong(primitive::check(&tree)) {
        return;
    }
    for rules in [RuleSet::Dmp, RuleSet::Pdsm] {
        let setting = Setting {
            rules,
            production: false,
            received: jiff::Timestamp::UNIX_EPOCH,
            new_id: &Uuid::nil,
            base: "https://dmp.example/fhir",
            patient: &|_| None,
            source_id: "urn:oid:2.25.1",
            facility: None,
            practice_setting: None,
            structure: None,
        };
        for understand in [bundle, simplified, generated] {
            let intake = Intake { tree: tree.clone(), staged: staged(&tree) };
            if let Err(rejected) = understand(intake, &setting) {
                assert!(rejected.issues.0.iter().any(|issue| issue.severity == Severity::Error));
            }
        }
    }
});
