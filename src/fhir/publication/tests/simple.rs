use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use super::fixture::*;
use crate::{
    fhir::{
        canon::{A03, A06, A11},
        intake::Intake,
        publication::simplified,
        rules::RuleSet::{Dmp, Pdsm},
    },
    record::submission::TargetName,
};

#[test]
fn what_the_source_leaves_out_is_derived() {
    let publication = publish(Pdsm, simple()).unwrap();
    assert_eq!(publication.warnings, []);
    let printed = printed(&publication, 0);
    let attachment = &printed["content"][0]["attachment"];
    assert_eq!(attachment["size"], LETTER.len());
    assert_eq!(attachment["hash"], STANDARD.encode(sha1(LETTER)));
    assert_eq!(attachment["language"], "fr-FR");
    assert_eq!(attachment["creation"], "2026-06-12T10:00:00+02:00");
    assert!(attachment["url"].as_str().unwrap().contains("/Binary/"));
    assert_eq!(attachment.get("data"), None);
    assert_eq!(printed["category"], json!([{"coding": [{"system": A03, "code": "10"}]}]));
    assert_eq!(printed["context"]["period"]["start"], "2026-06-12T10:00:00+02:00");
    assert_eq!(printed["context"]["facilityType"]["coding"][0]["code"], "SA07");
    assert_eq!(printed["context"]["practiceSetting"]["coding"][0]["code"], "AMBULATOIRE");
    assert_eq!(printed["context"]["sourcePatientInfo"]["reference"], "#source-patient");
    assert_eq!(printed["contained"][1]["identifier"][0]["value"], INS);
    assert_eq!(printed["securityLabel"][0]["coding"][0]["code"], "N");
}

#[test]
fn a_submission_set_is_made_for_it() {
    let publication = publish(Pdsm, simple()).unwrap();
    let list = printed_set(&publication);
    let document = publication.submission.documents[0].entry.id;
    assert_eq!(list["entry"][0]["item"]["reference"], format!("DocumentReference/{document}"));
    assert_eq!(list["contained"], json!([doctor()]));
    assert_eq!(list["extension"][0]["valueCodeableConcept"]["coding"][0]["code"], "SA07");
    assert_eq!(list["extension"][1]["valueIdentifier"]["value"], "urn:oid:1.2.250.1.999.1");
    assert!(list["identifier"][0]["value"].as_str().unwrap().starts_with("urn:oid:2.25."));
}

#[test]
fn every_document_of_the_matrix_has_its_class() {
    let rows: Vec<_> = include_str!("../../type_class.csv").lines().skip(1).collect();
    assert_eq!(rows.len(), 107);
    for row in rows {
        let [system, code, class] = row.split(',').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let kind = json!({"coding": [{"system": system, "code": code}]});
        let publication = publish(Pdsm, with(simple(), "/type", kind)).unwrap();
        assert_eq!(publication.submission.documents[0].entry.class.code, class, "{row}");
    }
}

#[test]
fn what_cannot_be_derived_is_demanded() {
    let unknown = with(simple(), "/type", json!({"coding": [{"system": "http://loinc.org", "code": "0-0"}]}));
    assert_eq!(errors(publish(Dmp, unknown)), [("DMP-0281", "DocumentReference.category".to_owned())]);
    let read = with_setting(Dmp, false, |setting| {
        let Intake { tree, staged } = stage(simple());
        let bare = super::super::Setting { facility: None, practice_setting: None, structure: None, ..*setting };
        simplified(Intake { tree, staged }, &bare)
    });
    assert_eq!(
        errors(read),
        [
            ("DMP-0281", "DocumentReference.context.facilityType".to_owned()),
            ("DMP-0281", "DocumentReference.context.practiceSetting".to_owned()),
        ]
    );
}

#[test]
fn the_format_of_a_wrapped_document_is_that_of_what_it_wraps() {
    let format = |media_type: &str, text: &str| {
        let tree = with(simple(), "/content/0/attachment/contentType", json!(media_type));
        let tree = with(tree, "/content/0/attachment/data", json!(STANDARD.encode(text)));
        printed(&publish(Pdsm, tree).unwrap(), 0)["content"][0]["format"].clone()
    };
    let wrap = |media_type: &str| {
        format!("<ClinicalDocument><nonXMLBody><text mediaType=\"{media_type}\"/></nonXMLBody></ClinicalDocument>")
    };
    assert_eq!(
        format("text/xml", &wrap("application/pdf")),
        json!({"system": A11, "code": "urn:ihe:iti:xds-sd:pdf:2008"})
    );
    assert_eq!(
        format("text/xml", &wrap("image/jpeg")),
        json!({"system": A06, "code": "urn:ihe:iti-fr:xds-sd:jpeg:2010"})
    );
    let enough = json!({"system": A11, "code": "urn:ihe:iti:xds:2017:mimeTypeSufficient"});
    assert_eq!(format("text/xml", "<ClinicalDocument/>"), enough);
    assert_eq!(format("application/pdf", "%PDF"), enough);
}

#[test]
fn the_rule_sets_differ_where_the_table_says() {
    let own = with(
        simple(),
        "/identifier",
        json!([{"use": "official", "system": "urn:ietf:rfc:3986", "value": "urn:uuid:x"}]),
    );
    assert_eq!(codes(publish(Pdsm, own.clone())), ["DMP-0245"]);
    assert_eq!(publish(Dmp, own).unwrap().warnings[0].diagnosis.code, "DMP-0245");
    let conditional = json!({"reference": format!("Patient?identifier={INS_SYSTEM}|{INS}")});
    let conditional = with(simple(), "/subject", conditional);
    assert_eq!(codes(publish(Pdsm, conditional.clone())), ["DMP-0255"]);
    assert!(publish(Dmp, conditional).is_ok());
    let target = json!({"reference": "DocumentReference/0b5c6c3c-6d0f-4e0e-9d42-9d5d2c7b8a11"});
    let replacing = with(simple(), "/relatesTo", json!([{"code": "replaces", "target": target}]));
    assert_eq!(codes(publish(Pdsm, replacing.clone())), ["DMP-0273"]);
    let replacements = publish(Dmp, replacing).unwrap().submission.replacements;
    assert!(matches!(replacements[0].target, TargetName::Id(_)));
}

#[test]
fn a_link_instead_of_content_is_refused() {
    let tree = with(simple(), "/content/0/attachment/url", json!("http://x.test"));
    assert_eq!(codes(publish(Dmp, tree)), ["DMP-0217"]);
    let tree = without(simple(), "/content/0/attachment/data");
    assert_eq!(codes(publish(Dmp, tree)), ["DMP-0216", "DMP-0260"]);
    let tree = with(simple(), "/content/0/attachment/hash", json!(STANDARD.encode(sha1(b"x"))));
    assert_eq!(codes(publish(Dmp, tree)), ["DMP-0264"]);
    assert_eq!(codes(publish(Dmp, letter())), ["DMP-0280"]);
}

#[test]
fn an_author_may_be_named_by_identifier_alone() {
    let author = json!([{"identifier": {"system": "urn:oid:1.2.250.1.71.4.2.1", "value": DOCTOR}}]);
    let tree = without(with(simple(), "/author", author), "/contained");
    let publication = publish(Pdsm, tree).unwrap();
    assert_eq!(publication.authors[0].len(), 1);
    let list = printed_set(&publication);
    assert_eq!(list.get("contained"), None);
    assert_eq!(list["source"]["identifier"]["value"], DOCTOR);
}
