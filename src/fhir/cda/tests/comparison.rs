use super::{super::*, fixture::*};
use crate::{
    fhir::canon::{A06, LOINC},
    record::{
        code::Code,
        identity::{Ins, PsIdNat, StructIdNat},
        visibility::Confidentiality,
    },
};

const OTHER_DOCTOR: &str = "899700075122";

/// What differs from the whole header where one thing is stated otherwise.
fn differences(text: &str, change: impl FnOnce(&mut Stated)) -> Vec<&'static str> {
    let header = read(text.as_bytes(), true).unwrap();
    let doctor = PsIdNat::of_identifier(PsIdNat::RPPS_SYSTEM, &DOCTOR[1..]).unwrap();
    let mut stated = Stated {
        professionals: vec![doctor.clone()],
        patients: Vec::new(),
        structures: vec![StructIdNat::of_identifier(StructIdNat::FINESS_SYSTEM, &STRUCTURE[1..]).unwrap()],
        signatories: vec![doctor.clone()],
        kind: Code::new(LOINC, "11488-4"),
        language: Some("fr-FR".to_owned()),
        confidentiality: Confidentiality::R,
        format: Some(Code::new(A06, "urn:asip:ci-sis:vsm:2012")),
    };
    change(&mut stated);
    compare(&header, &stated).iter().map(|difference| difference.check.diagnosis.code).collect()
}

fn of_document(change: impl FnOnce(&mut Stated)) -> Vec<&'static str> {
    differences(&document(), change)
}

// requirement: TX-18
#[test]
fn metadata_that_say_what_the_header_says_do_not_differ() {
    assert_eq!(of_document(|_| {}), [""; 0]);
    assert_eq!(of_document(|stated| stated.language = Some("FR-fr".to_owned())), [""; 0]);
    assert_eq!(of_document(|stated| stated.language = Some("fr".to_owned())), [""; 0]);
    assert_eq!(of_document(|stated| stated.language = None), [""; 0]);
    assert_eq!(of_document(|stated| stated.structures.clear()), [""; 0]);
    assert_eq!(of_document(|stated| stated.signatories.clear()), [""; 0]);
    let enough = Some(Code::new("x", "urn:ihe:iti:xds:2017:mimeTypeSufficient"));
    assert_eq!(of_document(|stated| stated.format = enough), [""; 0]);
    let bare = document().replace(DOCTOR, &DOCTOR[1..]);
    assert_eq!(differences(&bare, |_| {}), [""; 0], "the header may name the bare number too");
}

// requirement: TX-18
#[test]
fn each_thing_that_is_stated_otherwise_is_found() {
    let other = PsIdNat::new(OTHER_DOCTOR).unwrap();
    let structure = StructIdNat::new("10B0999002").unwrap();
    let system = Code::new("urn:oid:1.2.3", "11488-4");
    assert_eq!(of_document(|stated| stated.professionals = vec![other.clone()]), ["DMP-0291"]);
    assert_eq!(of_document(|stated| stated.professionals.push(other.clone())), ["DMP-0291"]);
    assert_eq!(of_document(|stated| stated.professionals.clear()), ["DMP-0291"]);
    assert_eq!(of_document(|stated| stated.structures = vec![structure]), ["DMP-0292"]);
    assert_eq!(of_document(|stated| stated.signatories = vec![other.clone()]), ["DMP-0293"]);
    assert_eq!(of_document(|stated| stated.kind = system), ["DMP-0294"]);
    assert_eq!(of_document(|stated| stated.language = Some("fr-BE".to_owned())), ["DMP-0295"]);
    assert_eq!(of_document(|stated| stated.language = Some("en".to_owned())), ["DMP-0295"]);
    assert_eq!(of_document(|stated| stated.confidentiality = Confidentiality::N), ["DMP-0296"]);
    assert_eq!(of_document(|stated| stated.format = Some(Code::new(A06, "other"))), ["DMP-0297"]);
}

// requirement: TX-18
#[test]
fn a_patient_as_author_must_be_one_whom_the_header_knows() {
    let own = Ins::new("urn:oid:1.2.250.1.213.1.4.10", INS).unwrap();
    let other = Ins::new("urn:oid:1.2.250.1.213.1.4.10", "269054958815780").unwrap();
    assert_eq!(of_document(|stated| stated.patients = vec![own.clone()]), [""; 0]);
    assert_eq!(of_document(|stated| stated.patients = vec![other.clone()]), ["DMP-0298"]);
    assert_eq!(of_document(|stated| stated.patients = vec![own.clone(), other.clone()]), ["DMP-0298"]);
}

#[test]
fn what_the_header_does_not_tell_is_not_compared() {
    let silent = "<ClinicalDocument xmlns='urn:hl7-org:v3'><component><structuredBody/></component></ClinicalDocument>";
    let other = Ins::new("urn:oid:1.2.250.1.213.1.4.10", "269054958815780").unwrap();
    assert_eq!(differences(silent, |stated| stated.patients = vec![other.clone()]), [""; 0]);
    let unknown = document().replace("code=\"R\"", "code=\"L\"");
    assert_eq!(differences(&unknown, |_| {}), [""; 0], "a confidentiality that is none of the three");
}
