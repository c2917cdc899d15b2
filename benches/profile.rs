//! How long it takes to check one DocumentReference by its profile, beside parsing the same bytes: the ratio is what counts.
//!
//! `cargo bench --bench profile`. By the project's own profile, and by those of the packages in `../shared/packages` where they are.

#![allow(missing_docs, reason = "the macros of criterion make items of their own")]

use std::{fs, path::PathBuf};

use criterion::{Criterion, criterion_group, criterion_main};
use dmp_gateway::fhir::{
    canon::{COMPREHENSIVE, DESIGNATION_TYPE, LIST_TYPES, PROVIDE_BUNDLE, SOURCE_ID},
    profile::{Library, OWN},
};
use serde_json::{Value, json};

criterion_group!(benches, check);
criterion_main!(benches);

fn check(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a DocumentReference");
    let document = document();
    let text = document.to_string();
    let bundle = bundle(&document);
    group.bench_function("parsed", |bencher| bencher.iter(|| serde_json::from_str::<Value>(&text).is_ok()));
    for (name, packages) in [("our own profile", Vec::new()), ("PDSm", packages())] {
        let Ok(library) = Library::load(&packages, OWN) else { continue };
        let passes =
            library.check(COMPREHENSIVE, &document).is_empty() && library.check(PROVIDE_BUNDLE, &bundle).is_empty();
        let name = if passes { name } else { "REFUSED" };
        group.bench_function(format!("checked by {name}"), |bencher| {
            bencher.iter(|| library.check(COMPREHENSIVE, &document).len());
        });
        group.bench_function(format!("in a submission, checked by {name}"), |bencher| {
            bencher.iter(|| library.check(PROVIDE_BUNDLE, &bundle).len());
        });
        group.bench_function(format!("plans made for {name}"), |bencher| {
            bencher.iter(|| Library::load(&packages, OWN).is_ok());
        });
    }
    group.finish();
}

fn packages() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/packages");
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    entries.filter(|path| path.extension().is_some_and(|end| end == "tgz")).collect()
}

fn concept(system: &str, code: &str) -> Value {
    json!({"coding": [{"system": system, "code": code}]})
}

/// A DocumentReference of the size and shape of a real one.
fn document() -> Value {
    let nos =
        |table: &str| format!("https://mos.esante.gouv.fr/NOS/TRE_{table}/FHIR/TRE-{}", table.replacen('_', "-", 1));
    let coded = |table: &str, code: &str| concept(&nos(table), code);
    let ins = json!({"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "279035121518989"});
    json!({
        "resourceType": "DocumentReference",
        "meta": {"profile": [COMPREHENSIVE]},
        "contained": [
            {"resourceType": "Patient", "id": "patient", "identifier": [ins], "name": [{"family": "PAT-TROIS", "given": ["DOMINIQUE"]}]},
            {"resourceType": "Practitioner", "id": "author",
                "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "899700218896"}]},
        ],
        "masterIdentifier": {"use": "usual", "system": "urn:ietf:rfc:3986", "value": "urn:oid:2.25.1"},
        "identifier": [{"use": "official", "system": "urn:ietf:rfc:3986", "value": "urn:uuid:00000000-0000-4000-8000-000000000001"}],
        "status": "current",
        "type": concept("http://loinc.org", "11488-4"),
        "category": [coded("A03-ClasseDocument", "10")],
        "subject": {"identifier": ins},
        "date": "2026-06-12T10:00:00+02:00",
        "author": [{"reference": "#author"}],
        "authenticator": {"reference": "#author"},
        "custodian": {"identifier": {"system": "urn:oid:1.2.250.1.71.4.2.2", "value": "10B0999001"}},
        "securityLabel": [coded("A08-HL7Confidentiality", "N")],
        "content": [{
            "attachment": {"contentType": "text/plain", "language": "fr-FR", "url": "urn:uuid:00000000-0000-4000-8000-000000000002",
                "size": 5, "hash": "qvTGHdzF6KLavt4PO0gs2a6pQ00=", "title": "Compte rendu", "creation": "2026-06-12T10:00:00+02:00"},
            "format": {"system": nos("A11-IheFormatCode"), "code": "urn:ihe:iti:xds:2017:mimeTypeSufficient"}
        }],
        "context": {
            "period": {"start": "2026-06-12T10:00:00+02:00"},
            "facilityType": coded("R02-SecteurActivite", "SA07"),
            "practiceSetting": coded("A01-CadreExercice", "AMBULATOIRE"),
            "sourcePatientInfo": {"reference": "#patient"}
        }
    })
}

/// A submission of that document.
fn bundle(document: &Value) -> Value {
    let entry = |url: &str, full_url: &str, resource: &Value| json!({"fullUrl": full_url, "resource": resource, "request": {"method": "POST", "url": url}});
    let binary = json!({"resourceType": "Binary", "contentType": "text/plain", "data": "SGVsbG8="});
    json!({"resourceType": "Bundle", "meta": {"profile": [PROVIDE_BUNDLE]}, "type": "transaction", "entry": [
        entry("List", "urn:uuid:00000000-0000-4000-8000-000000000004", &submission_set()),
        entry("DocumentReference", "urn:uuid:00000000-0000-4000-8000-000000000003", document),
        entry("Binary", "urn:uuid:00000000-0000-4000-8000-000000000002", &binary),
    ]})
}

fn submission_set() -> Value {
    let kind = "https://mos.esante.gouv.fr/NOS/TRE_R209-TypeActivite/FHIR/TRE-R209-TypeActivite";
    json!({
        "resourceType": "List",
        "contained": [{"resourceType": "PractitionerRole", "id": "author",
            "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "899700218896"}]}],
        "extension": [
            {"url": DESIGNATION_TYPE, "valueCodeableConcept": concept(kind, "07")},
            {"url": SOURCE_ID, "valueIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:2.25.2"}},
        ],
        "identifier": [{"use": "usual", "system": "urn:ietf:rfc:3986", "value": "urn:oid:2.25.3"}],
        "status": "current",
        "mode": "working",
        "code": concept(LIST_TYPES, "submissionset"),
        "subject": {"identifier": {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "279035121518989"}},
        "date": "2026-06-12T10:00:00+02:00",
        "source": {"reference": "#author"},
        "entry": [{"item": {"reference": "urn:uuid:00000000-0000-4000-8000-000000000003"}}]
    })
}
