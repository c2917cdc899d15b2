use serde_json::Value;
use uuid::Uuid;

use super::*;
use crate::{
    fhir::{
        consent::tests::{holder, setting, valid},
        consent::{Kind, read},
        issue::Issue,
        print::{ResourceSet, resources_searchset},
        rules::PARAMETER_UNKNOWN,
        summary::{Part, trim},
    },
    record::deed::{DeedId, DeedStatus, Recorder},
};

fn deeds() -> Vec<Deed> {
    let deed = |kind: Kind| {
        let read = read(&valid(kind), &setting()).unwrap();
        let (effect, rendition) = (read.effect, read.rendition);
        let updated = setting().received;
        let id = DeedId(Uuid::from_u128(1));
        Deed { id, version: 1, updated, status: DeedStatus::Active, effect, recorder: Recorder::Holder, rendition }
    };
    Kind::ALL.into_iter().map(deed).collect()
}

#[test]
fn deeds_are_entries_of_a_searchset_as_they_are_printed_alone() {
    let deeds = deeds();
    let base = "https://dmp.test/fhir";
    let warnings = [Issue::warning(PARAMETER_UNKNOWN.diagnosis, "x", "")];
    let printed: Vec<_> = deeds.iter().map(|deed| (deed.id.to_string(), print(deed, &holder()))).collect();
    let set = ResourceSet {
        kind: "Consent",
        total: 12,
        self_link: format!("{base}/Consent?status=active"),
        next_link: None,
        resources: &printed,
        warnings: &warnings,
    };
    let bundle: Value = serde_json::from_slice(&resources_searchset(&set, base)).unwrap();
    let entries = bundle["entry"].as_array().unwrap();
    assert_eq!((entries.len(), &bundle["total"]), (10, &Value::from(12)));
    for (entry, deed) in entries.iter().zip(&deeds) {
        let alone: Value = serde_json::from_slice(&print(deed, &holder())).unwrap();
        assert_eq!(entry["resource"], alone);
        assert_eq!(entry["fullUrl"], format!("{base}/Consent/{}", deed.id));
    }
    assert_eq!(entries[9]["search"]["mode"], "outcome");
}

#[test]
fn a_summary_of_a_consent_keeps_what_it_says() {
    for deed in deeds() {
        let part: Value = serde_json::from_slice(&trim(&print(&deed, &holder()), &Part::Summary)).unwrap();
        for name in ["status", "scope", "category", "patient", "dateTime", "provision"] {
            assert!(part.get(name).is_some(), "{name}");
        }
    }
}
