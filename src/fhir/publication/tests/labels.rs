use serde_json::{Value, json};

use super::fixture::*;
use crate::{
    fhir::{
        canon::{A07, A08},
        rules::RuleSet::{Dmp, Pdsm},
    },
    record::visibility::{Confidentiality, Labels, Origin},
};

fn label(system: &str, code: &str) -> Value {
    json!({"coding": [{"system": system, "code": code}]})
}

fn labelled(labels: Vec<Value>) -> Value {
    with(letter(), "/entry/1/resource/securityLabel", json!(labels))
}

fn labels_of(labels: Vec<Value>) -> Labels {
    provide(Pdsm, labelled(labels)).unwrap().submission.documents[0].entry.labels
}

#[test]
fn every_set_of_flags_with_every_confidentiality_is_read_and_printed() {
    let flags = ["MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX"];
    let bases = [("N", Confidentiality::N), ("R", Confidentiality::R), ("V", Confidentiality::V)];
    for (chosen, (code, base)) in (0..8).flat_map(|chosen| bases.map(|base| (chosen, base))) {
        let own: Vec<_> =
            flags.iter().enumerate().filter(|(bit, _)| chosen >> bit & 1 == 1).map(|(_, it)| *it).collect();
        let mut sent = vec![label(A08, code)];
        sent.extend(own.iter().map(|flag| label(A07, flag)));
        let publication = provide(Pdsm, labelled(sent)).unwrap();
        let labels = publication.submission.documents[0].entry.labels;
        assert_eq!(labels.confidentiality, base);
        assert_eq!(labels.masked, (chosen & 1 == 1).then_some(Origin::Author));
        let printed = printed(&publication, 0);
        let codes: Vec<_> = printed["securityLabel"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["coding"][0]["code"].as_str().unwrap())
            .collect();
        assert_eq!(codes, [own, vec![code]].concat(), "flags first, the confidentiality last");
    }
}

#[test]
fn a_flag_alone_leaves_the_normal_confidentiality() {
    assert_eq!(labels_of(vec![label(A07, "MASQUE_PS")]).confidentiality, Confidentiality::N);
}

#[test]
fn other_spellings_of_codes_and_systems_are_understood() {
    let v3 = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
    let status =
        "https://mos.esante.gouv.fr/NOS/TRE_A07-StatusVisibiliteDocument/FHIR/TRE-A07-StatusVisibiliteDocument";
    let cases = [
        vec![label(v3, "R")],
        vec![label(A07, "R")],
        vec![label(status, "R")],
        vec![label("urn:oid:2.16.840.1.113883.5.25", "R")],
    ];
    for case in cases {
        let publication = provide(Pdsm, labelled(case.clone())).unwrap();
        assert_eq!(publication.submission.documents[0].entry.labels.confidentiality, Confidentiality::R);
        assert_eq!(publication.warnings.len(), 1, "{case:?}");
        assert_eq!(provide(Dmp, labelled(case)).unwrap().warnings, []);
    }
    assert!(labels_of(vec![label(A07, "INVISIBLE_REP_LEGAUX")]).hidden_from_representatives.is_some());
}

#[test]
fn two_confidentialities_and_unknown_codes_are_refused() {
    assert_eq!(codes(provide(Dmp, labelled(vec![label(A08, "N"), label(A08, "R")]))), ["DMP-0238"]);
    assert_eq!(codes(provide(Dmp, labelled(vec![label(A08, "X")]))), ["DMP-0237"]);
    assert_eq!(codes(provide(Dmp, labelled(vec![label("http://x.test", "N")]))), ["DMP-0237"]);
    assert!(provide(Pdsm, labelled(vec![label(A08, "N"), label(A08, "N")])).is_ok(), "said twice is said once");
}

#[test]
fn flags_of_a_document_that_the_holder_wrote_are_the_holders() {
    let own = json!({"resourceType": "Patient", "id": "doctor", "identifier": [{"system": INS_SYSTEM, "value": INS}]});
    let tree = with(labelled(vec![label(A07, "MASQUE_PS")]), "/entry/1/resource/contained/1", own);
    let labels = provide(Pdsm, tree).unwrap().submission.documents[0].entry.labels;
    assert_eq!(labels.masked, Some(Origin::Holder));
}

#[test]
fn without_any_label_the_strict_rules_refuse_and_the_others_take_it_as_normal() {
    let tree = without(letter(), "/entry/1/resource/securityLabel");
    assert_eq!(codes(provide(Pdsm, tree.clone())), ["DMP-0222"]);
    let publication = provide(Dmp, tree).unwrap();
    assert_eq!(publication.submission.documents[0].entry.labels, Labels::default());
    assert_eq!(publication.warnings[0].diagnosis.code, "DMP-0222");
}
