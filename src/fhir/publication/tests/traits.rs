//! What is heard of the patient's identity, and what is demanded to be told. Source: law.md C01 to C04; decision 0018.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::fixture::*;
use crate::{
    fhir::{
        cda::tests::fixture::document as cda,
        publication::{Publication, Rejected},
        rules::RuleSet::{self, Dmp, Pdsm},
    },
    record::traits::{DateTold, IdentityStatus, NameKind, TraitsTold},
};

const SOURCE: &str = "/entry/1/resource/contained/0";

fn heard(read: Result<Publication, Rejected>) -> Vec<TraitsTold> {
    read.unwrap().submission.traits
}

/// A simplified publication of a CDA, changed so.
fn header(change: impl Fn(String) -> String) -> Value {
    let tree = with(simple(), "/content/0/attachment/contentType", json!("text/xml"));
    with(tree, "/content/0/attachment/data", json!(STANDARD.encode(change(cda()))))
}

fn warnings(rules: RuleSet, tree: Value) -> Vec<&'static str> {
    publish(rules, tree).unwrap().warnings.iter().map(|issue| issue.diagnosis.code).collect()
}

// requirement: R1111-8-6@identity-qualified
#[test]
fn the_strict_rules_want_each_trait_and_the_status_told_and_the_dmp_remarks_upon_it() {
    for (member, name) in [
        ("name", "birth name, first given name"),
        ("birthDate", "date of birth"),
        ("gender", "sex"),
        ("extension", "status of the identity"),
    ] {
        let mut tree = letter();
        tree.pointer_mut(SOURCE).unwrap().as_object_mut().unwrap().remove(member);
        let rejected = provide(Pdsm, tree.clone()).unwrap_err();
        let told: Vec<_> = rejected.issues.0.iter().map(|it| (it.diagnosis.code, it.detail.as_str())).collect();
        assert_eq!(told, [("DMP-0774", name)]);
        let warnings = provide(Dmp, tree).unwrap().warnings;
        assert_eq!(warnings.iter().map(|it| it.diagnosis.code).collect::<Vec<_>>(), ["DMP-0774"], "{member}");
    }
    assert_eq!(provide(Pdsm, letter()).unwrap().warnings, []);
}

// requirement: R1111-8-6@traits-of-holder
#[test]
fn a_patient_tells_names_birth_sex_place_and_status() {
    let place = json!({"url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace", "valueAddress": {"extension": [
        {"url": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code",
            "valueCoding": {"system": "x", "code": "51215"}}]}});
    let tree = with(letter(), &format!("{SOURCE}/extension/-"), place);
    let names = json!([{"use": "official", "family": "PAT-TROIS", "given": ["DOMINIQUE", "MARIE"]},
        {"use": "usual", "family": "AUTRE"}, {"family": "PATRON"}]);
    let told = heard(provide(Pdsm, with(tree, &format!("{SOURCE}/name"), names)));
    let [told] = &told[..] else { panic!("{} tellings", told.len()) };
    assert_eq!((told.gender.as_deref(), told.birth_place.as_deref()), (Some("female"), Some("51215")));
    assert_eq!(
        (told.birth_date, &told.statuses[..]),
        (DateTold::parse("1979-03-28"), &[IdentityStatus::Qualified][..])
    );
    let names: Vec<_> = told.names.iter().map(|it| (it.kind, it.family.as_deref(), it.given.as_deref())).collect();
    assert_eq!(names[0], (NameKind::OfBirth, Some("PAT-TROIS"), Some("DOMINIQUE MARIE")));
    assert_eq!(names[1..], [(NameKind::Unsaid, Some("PATRON"), None)], "a usual name is no trait");
}

// requirement: R1111-8-6@identity-qualified
#[test]
fn a_status_is_read_with_its_system() {
    const CORE: &str = "https://hl7.fr/ig/fhir/core/CodeSystem";
    let status = format!("{SOURCE}/extension/0/extension/0/valueCoding");
    for (system, code, meaning) in [
        ("fr-core-cs-v2-0445", "VALI", IdentityStatus::Qualified),
        ("fr-core-cs-identity-status", "QUAL", IdentityStatus::Qualified),
        ("fr-core-cs-identity-status", "VALI", IdentityStatus::Validated),
        ("fr-core-cs-identity-status", "RECUP", IdentityStatus::Retrieved),
        ("fr-core-cs-identity-status", "PROV", IdentityStatus::Provisional),
        ("fr-core-cs-v2-0445", "PROV", IdentityStatus::Provisional),
        ("fr-core-cs-v2-0445", "HOMA", IdentityStatus::Homonym),
        ("fr-core-cs-v2-0445", "QUAL", IdentityStatus::Unreliable),
        ("fr-core-cs-v2-0445", "DOUT", IdentityStatus::Unreliable),
        ("other", "QUAL", IdentityStatus::Unreliable),
    ] {
        let coding = json!({"system": format!("{CORE}/{system}"), "code": code});
        let told = heard(provide(Pdsm, with(letter(), &status, coding)));
        assert_eq!(told[0].statuses, [meaning], "{system} {code}");
    }
}

// requirement: R1111-8-6@traits-of-holder
#[test]
fn a_header_tells_the_parts_of_birth_and_a_family_name_without_a_qualifier_may_be_the_one_in_use() {
    let told = heard(publish(Dmp, header(|it| it)));
    let name = |told: &TraitsTold| {
        let name = told.names[0].clone();
        (name.kind, name.family.unwrap(), name.given.unwrap())
    };
    assert_eq!(name(&told[0]), (NameKind::OfBirth, "PAT-TROIS".to_owned(), "DOMINIQUE".to_owned()));
    assert_eq!((told[0].gender.as_deref(), told[0].birth_place.as_deref()), (Some("female"), Some("51215")));
    assert_eq!(told[0].birth_date, DateTold::parse("1979-03-28"));
    let plain = heard(publish(Dmp, header(|it| it.replace(" qualifier=\"BR\"", ""))));
    assert_eq!(name(&plain[0]).0, NameKind::Unsaid);
    let partial = heard(publish(Dmp, header(|it| it.replace("19790328", "197903"))));
    assert_eq!(partial[0].birth_date, DateTold::parse("1979-03"));
}

// requirement: ID-01
#[test]
fn a_header_of_the_other_environment_or_of_a_wrong_key_is_refused_by_the_strict_rules() {
    let real =
        header(|it| it.replace("1.2.250.1.213.1.4.10\" extension=\"2790", "1.2.250.1.213.1.4.8\" extension=\"2790"));
    let wrong = header(|it| it.replace("279035121518989", "279035121518988"));
    for (tree, code) in [(real, "DMP-0772"), (wrong, "DMP-0773")] {
        assert!(codes(publish(Pdsm, tree.clone())).contains(&code), "{code}");
        assert!(warnings(Dmp, tree).contains(&code), "{code}");
    }
}

#[test]
fn a_header_that_names_nobody_by_a_valid_number_is_compared_by_the_strict_rules_alone() {
    let tree = header(|it| it.replace("279035121518989", "279035121518988"));
    assert!(heard(publish(Dmp, tree)).is_empty());
}

// requirement: ID-02
#[test]
fn a_patient_is_one_person_by_every_number_in_force() {
    let also = |more: Value| {
        let tree = with(letter(), &format!("{SOURCE}/identifier/-"), more);
        [Pdsm, Dmp].map(|rules| provide(rules, tree.clone()).map_or_else(|it| codes(Err(it)), |_| Vec::new()))
    };
    let of = |system: &str, value: &str| json!({"system": system, "value": value});
    assert_eq!(also(of(INS_SYSTEM, OTHER_INS)), [["DMP-0254"], ["DMP-0254"]]);
    assert_eq!(also(of("urn:oid:1.2.250.1.213.1.4.8", INS)), [["DMP-0251"], ["DMP-0251"]]);
    assert_eq!(also(of(INS_SYSTEM, "279035121518988")), [["DMP-0253"], ["DMP-0253"]]);
    let none: [Vec<&str>; 2] = [Vec::new(), Vec::new()];
    for kind in [json!({"use": "old"}), json!({"use": "temp"}), json!({"type": {"coding": [{"code": "NH"}]}})] {
        let mut more = of(INS_SYSTEM, OTHER_INS);
        more.as_object_mut().unwrap().extend(kind.as_object().unwrap().clone());
        assert_eq!(also(more), none, "{kind}");
    }
    assert_eq!(also(of("urn:oid:1.2.250.1.999.9", "IPP-1")), none);
}

// requirement: ID-02
#[test]
fn a_link_beside_an_identifier_leads_to_the_same_person() {
    let mut subject = subject(INS);
    subject["reference"] = json!(format!("Patient?identifier={INS_SYSTEM}|{OTHER_INS}"));
    assert_eq!(codes(provide(Pdsm, with(letter(), "/entry/1/resource/subject", subject))), ["DMP-0254"]);
}
