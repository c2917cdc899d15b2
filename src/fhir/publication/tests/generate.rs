use std::fs;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::fixture::*;
use crate::{
    fhir::{
        canon::{A01, A03, A05, A06, A11, COMPREHENSIVE as PROFILE, LOINC, R02},
        cda::tests::fixture::{document as cda, elements, without as without_element},
        intake::{self, tests::examples},
        issue::Severity,
        primitive,
        publication::{
            AuthorName, Publication, Rejected, Setting, document::check_containment, elements, generated,
            reader::Reader,
        },
        rules::{
            RuleSet,
            RuleSet::{Dmp, Pdsm},
        },
        shape,
        tree::Node,
    },
    record::{document::DocumentId, submission::TargetName, visibility::Confidentiality},
};

fn parameters(bytes: &[u8]) -> Value {
    let binary = json!({"resourceType": "Binary", "contentType": "text/xml", "data": STANDARD.encode(bytes)});
    json!({"resourceType": "Parameters", "parameter": [{"name": "document", "resource": binary}]})
}

fn generate(rules: RuleSet, bytes: &[u8]) -> Result<Publication, Rejected> {
    with_setting(rules, false, |setting| generated(stage(parameters(bytes)), setting))
}

/// With nothing known of the caller.
fn generate_bare(rules: RuleSet, bytes: &[u8]) -> Result<Publication, Rejected> {
    with_setting(rules, false, |setting| {
        let bare = Setting { facility: None, practice_setting: None, structure: None, ..*setting };
        generated(stage(parameters(bytes)), &bare)
    })
}

fn printed_of(bytes: &str) -> Value {
    printed(&generate(Pdsm, bytes.as_bytes()).unwrap(), 0)
}

/// What the strict comprehensive profile, the shape and the primitives of FHIR find wrong.
fn findings(resource: &Value) -> Vec<String> {
    let told = with_setting(Pdsm, false, |setting| {
        let mut reader = Reader::new(setting);
        let node = Node::new(resource, "DocumentReference");
        elements::check(&node, elements::COMPREHENSIVE, &mut reader);
        check_containment(&node, &mut reader);
        reader.into_issues(true).err().map(|issues| issues.0).unwrap_or_default()
    });
    let all = told.into_iter().chain(shape::check(resource)).chain(primitive::check(resource));
    all.map(|issue| format!("{issue:?}")).collect()
}

// requirement: TX-16
#[test]
fn the_official_documents_become_complete_entries() {
    for path in examples(&["cda"], "xml") {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        // The key of this matricule is wrong.
        let text = text.replace("221042545611404", "221042545611483");
        // This one bears a matricule of the range of real ones.
        let production = name.starts_with("eDISP");
        let publication = with_setting(Pdsm, production, |setting| {
            let bare = Setting { facility: None, practice_setting: None, structure: None, ..*setting };
            generated(stage(parameters(text.as_bytes())), &bare)
        })
        .unwrap_or_else(|rejected| panic!("{name}: {:?}", rejected.issues));
        assert_eq!(findings(&printed(&publication, 0)), [""; 0], "{name}");
        assert!(publication.unused.is_empty(), "{name}");
        // Authors whose number has a wrong key, and the one document that adds to none: nothing else is remarked.
        let remarks = publication.warnings.iter().map(|issue| issue.diagnosis.code);
        assert!(remarks.into_iter().all(|code| code == "DMP-0256"), "{name}: {:?}", publication.warnings);
        let mut list = Vec::new();
        crate::fhir::print::list(&mut list, &publication.submission.set);
        let list: Value = serde_json::from_slice(&list).unwrap();
        assert_eq!(shape::check(&list).len() + primitive::check(&list).len(), 0, "{name}: {list}");
    }
}

#[test]
fn the_matricules_of_the_official_documents_are_checked() {
    for path in examples(&["cda"], "xml") {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let wanted: &[&str] = match &name[..5] {
            "CSE-C" => &["DMP-0253"],
            "eDISP" => &["DMP-0251"],
            _ => &[],
        };
        let read = generate(Pdsm, &fs::read(&path).unwrap());
        let mut codes = if read.is_ok() { Vec::new() } else { codes(read) };
        codes.dedup();
        assert_eq!(codes, wanted, "{name}");
    }
}

// requirement: TX-16
#[test]
fn a_header_becomes_metadata() {
    let publication = generate(Pdsm, cda().as_bytes()).unwrap();
    assert_eq!(publication.holder.matricule(), INS);
    let entry = &publication.submission.documents[0].entry;
    assert_eq!(entry.labels.confidentiality, Confidentiality::R);
    assert_eq!(publication.submission.documents[0].content_names, [INS]);
    assert_eq!(publication.submission.documents[0].custodian.as_ref().unwrap().as_str(), STRUCTURE);
    let printed = printed(&publication, 0);
    assert_eq!(findings(&printed), [""; 0]);
    for (pointer, wanted) in [
        ("/masterIdentifier/value", json!("urn:oid:1.2.250.1.999.7.42")),
        ("/status", json!("current")),
        ("/type/coding/0/system", json!(LOINC)),
        ("/type/coding/0/code", json!("11488-4")),
        ("/category/0/coding/0", json!({"system": A03, "code": "10"})),
        ("/subject/identifier", json!({"system": INS_SYSTEM, "value": INS})),
        ("/date", json!("2026-06-12T10:15:00+02:00")),
        ("/author", json!([{"reference": "#author-1"}])),
        ("/authenticator", json!({"reference": "#signer"})),
        ("/custodian/identifier/value", json!(STRUCTURE)),
        ("/custodian/display", json!("Cabinet du test")),
        ("/content/0/attachment/contentType", json!("text/xml")),
        ("/content/0/attachment/language", json!("fr-FR")),
        ("/content/0/attachment/title", json!("Compte rendu & suites")),
        ("/content/0/attachment/creation", json!("2026-06-12T10:15:00+02:00")),
        ("/content/0/attachment/size", json!(cda().len())),
        ("/content/0/attachment/hash", json!(STANDARD.encode(sha1(cda().as_bytes())))),
        ("/content/0/format", json!({"system": A06, "code": "urn:asip:ci-sis:vsm:2012"})),
        ("/context/event/0/coding/0/code", json!("ACQH004")),
        ("/context/period", json!({"start": "2026-06-11", "end": "2026-06-12T10:00:00+02:00"})),
        ("/context/facilityType/coding/0", json!({"system": R02, "code": "SA08"})),
        ("/context/practiceSetting/coding/0", json!({"system": A01, "code": "AMBULATOIRE"})),
        ("/context/sourcePatientInfo", json!({"reference": "#patient"})),
        ("/context/related/0/identifier/type/coding/0/code", json!("urn:ihe:iti:xds:2013:order")),
        ("/context/related/0/identifier/value", json!("ORDER-1")),
        ("/context/related/1/identifier/type/coding/0/code", json!("urn:ihe:iti:xds:2013:accession")),
        ("/context/related/1/identifier/system", json!("urn:oid:1.2.250.1.999.11")),
    ] {
        assert_eq!(printed.pointer(pointer), Some(&wanted), "{pointer}");
    }
    assert_eq!(printed.get("meta").and_then(|meta| meta.get("profile")), None, "no claim to {PROFILE}");
}

#[test]
fn the_people_of_a_header_are_contained() {
    let printed = printed_of(&cda());
    let contained = |id: &str| {
        let all = printed["contained"].as_array().unwrap();
        all.iter().find(|resource| resource["id"] == id).unwrap_or_else(|| panic!("no {id}")).clone()
    };
    let patient = contained("patient");
    assert_eq!(patient["identifier"][0]["type"]["coding"][0]["code"], "INS-NIR-TEST");
    assert_eq!(patient["identifier"][1]["system"], "urn:oid:1.2.250.1.999.9");
    assert_eq!((&patient["gender"], &patient["birthDate"]), (&json!("female"), &json!("1979-03-28")));
    let [birth, called] = &patient["name"].as_array().unwrap()[..] else { panic!("two names") };
    assert_eq!((&birth["family"], &birth["given"]), (&json!("PAT-TROIS"), &json!(["DOMINIQUE"])));
    assert_eq!(birth["extension"][0]["valueString"], "DOMINIQUE MARIE");
    assert_eq!(
        (&called["use"], &called["family"], &called["given"]),
        (&json!("usual"), &json!("PATRON"), &json!(["DOM"]))
    );
    assert_eq!(patient["extension"][0]["valueAddress"]["extension"][0]["valueCoding"]["code"], "51215");
    assert_eq!(patient["telecom"][0], json!({"system": "phone", "value": "0100000000", "use": "home"}));
    assert_eq!(patient["address"][0]["line"], json!(["1 rue du Test"]));
    let role = contained("author-1");
    assert_eq!(role["practitioner"]["reference"], "#author-1-person");
    assert_eq!(role["code"][0]["coding"][0]["code"], "PCP");
    assert_eq!(role["specialty"][0]["coding"][0]["code"], "G15_10/SM26");
    let person = contained("author-1-person");
    assert_eq!(person["identifier"][0]["value"], DOCTOR);
    assert_eq!(person["name"][0]["suffix"], json!(["DR"]));
    assert_eq!(contained("author-1-structure")["identifier"][0]["value"], STRUCTURE);
    assert_eq!(contained("signer")["organization"]["reference"], "#signer-structure");
}

#[test]
fn a_device_is_the_author_in_the_name_of_its_structure() {
    let siret = "34193006780006";
    let person = cda();
    let (before, rest) = person.split_once("<assignedPerson>").unwrap();
    let (_, after) = rest.split_once("</assignedPerson>").unwrap();
    let device = "<assignedAuthoringDevice><manufacturerModelName>.</manufacturerModelName><softwareName>Logiciel</softwareName></assignedAuthoringDevice>";
    let text = format!("{before}{device}{after}").replacen(DOCTOR, &format!("5{siret}/1.2.3"), 1).replacen(
        STRUCTURE,
        &format!("3{siret}"),
        1,
    );
    let publication = generate(Pdsm, text.as_bytes()).unwrap();
    let [AuthorName::Structure(structure)] = &publication.authors[0][..] else { panic!("a structure") };
    assert_eq!(structure.as_str(), format!("3{siret}"));
    let remarks: Vec<_> = publication.warnings.iter().map(|issue| issue.diagnosis.code).collect();
    assert_eq!(remarks, ["DMP-0274"], "nothing but that the document adds to another");
    let printed = printed(&publication, 0);
    assert_eq!(findings(&printed), [""; 0]);
    let device = printed["contained"].as_array().unwrap().iter().find(|it| it["resourceType"] == "Device").unwrap();
    assert_eq!(device["deviceName"], json!([{"name": "Logiciel", "type": "user-friendly-name"}]));
    let other = text.replacen(&format!("3{siret}"), "341930067800069", 1);
    assert_eq!(codes(generate(Dmp, other.as_bytes())), ["DMP-0257"], "a number that another structure gave");
}

#[test]
fn a_patient_may_write_and_does_not_sign() {
    let text = cda()
        .replace("1.2.250.1.71.4.2.1\" extension=\"899700218896", "1.2.250.1.213.1.4.10\" extension=\"279035121518989");
    let publication = generate(Pdsm, text.as_bytes()).unwrap();
    assert!(matches!(&publication.authors[0][..], [AuthorName::Patient(_)]));
    assert!(publication.signatories[0].is_empty());
    let printed = printed(&publication, 0);
    assert_eq!(findings(&printed), [""; 0]);
    assert_eq!(printed["author"], json!([{"reference": "#patient"}]));
    assert_eq!(printed.get("authenticator"), None);
}

#[test]
fn a_document_that_the_header_replaces_is_replaced() {
    let text = cda().replace("APND", "RPLC");
    let publication = generate(Pdsm, text.as_bytes()).unwrap();
    let [replacement] = &publication.submission.replacements[..] else { panic!("one replacement") };
    let TargetName::Identifier(target) = &replacement.target else { panic!("by identifier") };
    assert_eq!(target.value, "urn:uuid:90e1c8ec-f951-4b26-a305-a34848818dd6");
    assert!(generate(Pdsm, cda().as_bytes()).unwrap().submission.replacements.is_empty());
}

/// What each element costs where it is missing and nothing is known of the caller.
#[test]
fn without_any_one_element_there_is_a_complete_entry_or_a_reason() {
    let text = cda();
    let body = text.find("<component>").unwrap();
    let mut refused = Vec::new();
    for (name, range) in elements(&text).into_iter().filter(|(_, range)| range.start < body) {
        match generate_bare(Pdsm, without_element(&text, &range).as_bytes()) {
            Ok(publication) => assert_eq!(findings(&printed(&publication, 0)), [""; 0], "{name}"),
            Err(rejected) => refused.push((name, codes(Err(rejected)))),
        }
    }
    let of =
        |name: &str| refused.iter().filter(|(it, _)| it == name).map(|(_, codes)| codes.clone()).collect::<Vec<_>>();
    assert_eq!(of("recordTarget"), [["DMP-0250"]]);
    assert_eq!(of("patientRole"), [["DMP-0250"]]);
    assert_eq!(of("author"), [["DMP-0281"]]);
    assert_eq!(of("custodian"), [["DMP-0220"]]);
    assert_eq!(of("componentOf"), [["DMP-0281"]]);
    assert_eq!(of("effectiveTime"), [["DMP-0281"]], "of the document, not of the act or the stay");
    let names: Vec<&str> = refused.iter().map(|(name, _)| name.as_str()).collect();
    assert!(!["title", "documentationOf", "languageCode", "confidentialityCode"].iter().any(|it| names.contains(it)));
}

#[test]
fn what_the_header_does_not_tell_comes_from_the_caller() {
    let of = |names: &[&str]| {
        let mut text = cda();
        for name in names {
            while let Some((_, range)) = elements(&text).into_iter().find(|(found, _)| found == name) {
                text = without_element(&text, &range);
            }
        }
        printed_of(&text)
    };
    let printed = of(&["custodian", "componentOf", "standardIndustryClassCode", "languageCode", "title"]);
    assert_eq!(printed["custodian"]["identifier"]["value"], STRUCTURE);
    assert_eq!(printed["context"]["facilityType"]["coding"][0]["code"], "SA07");
    assert_eq!(printed["context"]["practiceSetting"]["coding"][0]["code"], "AMBULATOIRE");
    assert_eq!(printed["content"][0]["attachment"]["language"], "fr-FR");
    assert_eq!(printed["content"][0]["attachment"]["title"], "CR ou fiche de consultation ou de visite");
    let printed = of(&["documentationOf", "confidentialityCode", "templateId"]);
    assert_eq!(printed["context"]["period"], json!({"start": "2026-06-10", "end": "2026-06-12"}));
    assert_eq!(printed["securityLabel"][0]["coding"][0]["code"], "N");
    let format = json!({"system": A11, "code": "urn:ihe:iti:xds:2017:mimeTypeSufficient"});
    assert_eq!(printed["content"][0]["format"], format);
    let printed = of(&["documentationOf", "componentOf"]);
    assert_eq!(printed["context"]["period"], json!({"start": "2026-06-12T10:15:00+02:00"}));
}

#[test]
fn a_type_that_is_unknown_here_refuses() {
    let text = cda().replace("2.16.840.1.113883.6.1", "1.2.3");
    assert_eq!(codes(generate(Dmp, text.as_bytes())), ["DMP-0232", "DMP-0281"]);
    let text = cda().replace("code=\"11488-4\"", "code=\"0-0\"");
    assert_eq!(codes(generate(Dmp, text.as_bytes())), ["DMP-0281"]);
    let text = cda()
        .replace("\"11488-4\" codeSystem=\"2.16.840.1.113883.6.1\"", "\"SYNTH\" codeSystem=\"1.2.250.1.213.1.1.4.12\"");
    assert_eq!(printed_of(&text)["type"]["coding"][0]["system"], A05);
}

#[test]
fn two_patients_are_refused() {
    let text = cda();
    let (_, range) = elements(&text).into_iter().find(|(name, _)| name == "recordTarget").unwrap();
    let second = text[range.clone()].replace(INS, OTHER_INS);
    let two = format!("{}{second}{}", &text[..range.end], &text[range.end..]);
    assert_eq!(codes(generate(Dmp, two.as_bytes())), ["DMP-0254"]);
    let nobody = text.replace("1.2.250.1.213.1.4.10", "1.2.3");
    assert_eq!(codes(generate(Dmp, nobody.as_bytes())), ["DMP-0250"]);
}

#[test]
fn a_body_that_holds_no_cda_is_refused() {
    let read = |tree: Value| codes(with_setting(Dmp, false, |setting| generated(stage(tree), setting)));
    let whole = parameters(cda().as_bytes());
    assert_eq!(read(simple()), ["DMP-0299"]);
    assert_eq!(read(json!({"resourceType": "Parameters"})), ["DMP-0299"]);
    assert_eq!(read(with(whole.clone(), "/parameter/0/name", json!("other"))), ["DMP-0299"]);
    let twice = with(whole.clone(), "/parameter/-", json!({"name": "x", "valueString": "y"}));
    assert_eq!(read(twice), ["DMP-0299"]);
    let bundle = json!({"resourceType": "Bundle", "type": "document"});
    assert_eq!(read(with(whole.clone(), "/parameter/0/resource", bundle)), ["DMP-0206"]);
    assert_eq!(read(with(whole.clone(), "/parameter/0/resource/contentType", json!("application/pdf"))), ["DMP-0299"]);
    assert_eq!(read(without(whole, "/parameter/0/resource/data")), ["DMP-0260"]);
    for (bytes, code) in [
        (&b"<html/>"[..], "DMP-0299"),
        (b"%PDF-1.7", "DMP-0299"),
        (b"<ClinicalDocument xmlns='urn:hl7-org:v3'>", "DMP-0290"),
        (b"<!DOCTYPE x><ClinicalDocument xmlns='urn:hl7-org:v3'/>", "DMP-0290"),
    ] {
        assert_eq!(read(parameters(bytes)), [code], "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn what_is_refused_names_the_content_to_discard_and_nothing_of_the_patient() {
    let text = cda().replace(INS, "279035121518988");
    let rejected = generate(Pdsm, text.as_bytes()).unwrap_err();
    assert_eq!(rejected.staged.len(), 1);
    let told = format!("{:?}", rejected.issues);
    assert!(!told.contains("2790351") && !told.contains("PAT-TROIS"), "{told}");
    assert!(rejected.issues.0.iter().any(|issue| issue.severity == Severity::Error));
}

/// Through the real gates: the Binary in the parameter goes to quarantine and never into the tree.
#[test]
fn the_gates_lead_the_document_aside() {
    let text = parameters(cda().as_bytes()).to_string();
    let intake = intake::tests::read_text(&text).unwrap();
    assert_eq!((shape::check(&intake.tree).len(), primitive::check(&intake.tree).len()), (0, 0));
    assert_eq!(intake.staged[0].at, "Parameters.parameter[0].resource.data");
    let publication = with_setting(Pdsm, false, |setting| generated(intake, setting)).unwrap();
    assert_eq!(publication.submission.documents[0].entry.content.size, cda().len() as u64);
}

// requirement: TX-16
#[test]
fn the_answer_refers_to_the_document() {
    let id = DocumentId(uuid::Uuid::from_u128(7));
    let answer = crate::fhir::print::parameters_with_reference(id, "https://dmp.test/fhir");
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    let reference = format!("https://dmp.test/fhir/DocumentReference/{id}");
    let wanted = json!({"name": "DocumentReference", "valueReference": {"reference": reference}});
    assert_eq!(answer, json!({"resourceType": "Parameters", "parameter": [wanted]}));
    assert_eq!((shape::check(&answer).len(), primitive::check(&answer).len()), (0, 0));
}
