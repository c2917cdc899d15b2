//! `$validate` and ITI-106 `$generate-metadata`, and what is sent twice.

use base64::{Engine, engine::general_purpose::STANDARD};
use dmp_gateway::fhir::xml;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Answer, Demo,
    client::{FHIR_XML, answer},
    documents::Draft,
};

/// Whether an outcome says that all is well.
fn is_well(answer: &Answer) -> bool {
    let outcome = answer.json();
    assert_eq!(outcome["resourceType"], "OperationOutcome", "{outcome}");
    let issues = outcome["issue"].as_array().unwrap();
    assert!(!issues.is_empty());
    !issues.iter().any(|issue| issue["severity"] == "error" || issue["severity"] == "fatal")
}

/// Resources to validate: where, what, and whether it is valid.
fn resources(demo: &Demo) -> Vec<(&'static str, Value, bool)> {
    let draft = || Draft::by(demo, "treating-physician", "open");
    let without = |mut resource: Value, member: &str| {
        resource.as_object_mut().unwrap().remove(member);
        resource
    };
    let complete = || draft().bundle()["entry"][1]["resource"].clone();
    let list = || draft().bundle()["entry"][0]["resource"].clone();
    let mut unhashed = draft().bundle();
    unhashed["entry"][1]["resource"]["content"][0]["attachment"]["hash"] = json!("AAAA");
    let wrapped =
        json!({"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": draft().simplified()}]});
    vec![
        ("DocumentReference", draft().simplified(), true),
        ("DocumentReference", wrapped, true),
        ("DocumentReference", without(draft().simplified(), "type"), false),
        ("DocumentReference", complete(), true),
        ("DocumentReference", without(complete(), "type"), false),
        ("DocumentReference", json!({"resourceType": "DocumentReference", "status": "banana"}), false),
        ("List", list(), true),
        ("List", without(list(), "source"), false),
        ("Bundle", draft().bundle(), true),
        ("Bundle", without(draft().bundle(), "meta"), false),
        ("Bundle", unhashed, false),
        // What the law says of what is sent: nobody files as another.
        ("DocumentReference", Draft::by(demo, "team-surgeon", "open").simplified(), false),
        ("Bundle", Draft::by(demo, "team-surgeon", "open").bundle(), false),
        ("List", draft().simplified(), false),
        ("Bundle", list(), false),
    ]
}

// requirement: CS-07
#[tokio::test]
async fn a_validation_says_what_a_publication_would_be_told_and_leaves_nothing() {
    let demo = Demo::start();
    let client = demo.client("treating-physician");
    let (lines, found) = (demo.journal().len(), async || {
        client.search(&demo.holder("open"), "&_summary=count").await.expect(200).json()["total"].clone()
    });
    for (kind, resource, is_valid) in resources(&demo) {
        let path = format!("/{kind}/$validate");
        let in_json = client.post(&path, &resource).await.expect(200);
        assert_eq!(is_well(&in_json), is_valid, "{kind}: {} of {resource}", in_json.text());
        let body = xml::write_value(&resource);
        if let Ok(body) = body {
            let in_xml = client.send(Method::POST, &path, FHIR_XML, body).await.expect(200);
            assert_eq!(is_well(&in_xml), is_valid, "{kind} in XML: {} of {resource}", in_xml.text());
        }
    }
    assert_eq!((demo.journal().len(), demo.quarantined()), (lines, 0));
    let before = found().await;
    // What is valid is published, and what is not is refused.
    for (kind, resource, is_valid) in resources(&demo) {
        let path = match (kind, resource["resourceType"].as_str(), resource.pointer("/content/0/attachment/data")) {
            ("Bundle", _, _) => "/",
            ("DocumentReference", Some("DocumentReference"), Some(_)) => "/DocumentReference",
            _ => continue,
        };
        let status = client.post(path, &resource).await.status;
        assert_eq!((200..300).contains(&status), is_valid, "{kind}: {status}");
    }
    assert_eq!((before.as_u64().unwrap() + 2), found().await.as_u64().unwrap());
    client.send(Method::POST, "/List/$validate", "text/plain", "x").await.expect(415);
    answer(client.request(Method::GET, "/List/$validate")).await.expect(405);
}

/// A report in CDA by the treating physician about the holder, with that uniqueId.
fn report(demo: &Demo, holder: &str, unique: u128) -> String {
    let (physician, (system, matricule)) = (demo.caller("treating-physician"), demo.holder(holder));
    let (doctor, place) = (physician["ps_idnat"].as_str().unwrap(), physician["structure"].as_str().unwrap());
    let root = system.trim_start_matches("urn:oid:");
    let entity = format!(
        r#"<id root="1.2.250.1.71.4.2.1" extension="{doctor}"/>
<code code="G15_10/SM54" codeSystem="1.2.250.1.213.1.1.4.5"/>
<assignedPerson><name><given>Charles</given><family>TEST</family></name></assignedPerson>
<representedOrganization><id root="1.2.250.1.71.4.2.2" extension="{place}"/><name>Cabinet</name>
<standardIndustryClassCode code="AMBULATOIRE" codeSystem="1.2.250.1.213.1.1.4.9"/></representedOrganization>"#
    );
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
<templateId root="1.2.250.1.213.1.1.1.13" extension="201310"/><id root="2.25.{unique}"/>
<code code="11488-4" codeSystem="2.16.840.1.113883.6.1"/><title>Compte rendu</title>
<effectiveTime value="20260612101500+0200"/>
<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/><languageCode code="fr-FR"/>
<recordTarget><patientRole><id root="{root}" extension="{matricule}"/>
<patient><name><family qualifier="BR">PAT-TROIS</family><given>DOMINIQUE</given></name>
<administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="19790328"/></patient>
</patientRole></recordTarget>
<author><time value="20260612101000+0200"/><assignedAuthor>{entity}</assignedAuthor></author>
<custodian><assignedCustodian><representedCustodianOrganization><id root="1.2.250.1.71.4.2.2" extension="{place}"/>
<name>Cabinet</name></representedCustodianOrganization></assignedCustodian></custodian>
<legalAuthenticator><time value="20260612101500+0200"/><signatureCode code="S"/><assignedEntity>{entity}</assignedEntity></legalAuthenticator>
<documentationOf><serviceEvent><effectiveTime><low value="20260612"/></effectiveTime>
<performer typeCode="PRF"><assignedEntity>{entity}</assignedEntity></performer></serviceEvent></documentationOf>
<componentOf><encompassingEncounter><effectiveTime><low value="20260612"/></effectiveTime>
<location><healthCareFacility><code code="SA08" codeSystem="1.2.250.1.71.4.2.4"/></healthCareFacility></location>
</encompassingEncounter></componentOf>
<component><structuredBody><component><section><text>le corps</text></section></component></structuredBody></component>
</ClinicalDocument>"#
    )
}

fn asking(content: &str) -> Value {
    let binary = json!({"resourceType": "Binary", "contentType": "text/xml", "data": STANDARD.encode(content)});
    json!({"resourceType": "Parameters", "parameter": [{"name": "document", "resource": binary}]})
}

// requirement: TX-16 CN-08
#[tokio::test]
async fn metadata_are_generated_from_the_header_of_a_report_in_json_and_in_xml() {
    let demo = Demo::start();
    let client = demo.client("treating-physician");
    let path = "/DocumentReference/$generate-metadata";
    for in_xml in [false, true] {
        let unique = Uuid::new_v4().as_u128();
        let report = report(&demo, "open", unique);
        let answer = if in_xml {
            let body = xml::write_value(&asking(&report)).unwrap();
            client.send(Method::POST, path, FHIR_XML, body).await.expect(200)
        } else {
            client.post(path, &asking(&report)).await.expect(200)
        };
        assert_eq!(answer.json()["resourceType"], "Parameters");
        let told = answer.json()["parameter"][0].clone();
        let reference = told["valueReference"]["reference"].as_str().unwrap_or_else(|| panic!("{told}")).to_owned();
        let id = reference.rsplit('/').next().unwrap().to_owned();
        let read = demo.client("team-nurse").get(&format!("/DocumentReference/{id}")).await.expect(200).json();
        assert_eq!(read["masterIdentifier"]["value"], format!("urn:oid:2.25.{unique}"));
        assert_eq!(read["type"]["coding"][0]["code"], "11488-4");
        assert_eq!(read["subject"]["identifier"]["value"], demo.holder("open").1);
        let bytes = demo.client("team-nurse").get(&format!("/Binary/{id}")).await.expect(200).body;
        assert_eq!(String::from_utf8(bytes).unwrap(), report);
    }
    client.post(path, &asking("<note/>")).await.expect(422);
    client.post(path, &json!({"resourceType": "Parameters"})).await.expect(422);
    let other = report(&demo, "closed", Uuid::new_v4().as_u128());
    client.post(path, &asking(&other)).await.expect(403);
    demo.client("team-nurse").post(path, &asking("<note/>")).await.expect(422);
}

// requirement: K14@idempotent-submission
#[tokio::test]
async fn a_client_that_lost_the_answer_asks_again_and_gets_it() {
    let demo = Demo::start();
    let client = demo.client("treating-physician");
    let draft = Draft::by(&demo, "treating-physician", "open");
    let (one, lot) = (draft.simplified(), Draft::by(&demo, "treating-physician", "open").bundle());
    let total =
        async || client.search(&demo.holder("open"), "&_summary=count").await.expect(200).json()["total"].clone();
    let before = total().await.as_u64().unwrap();
    for (path, resource, status) in [("/DocumentReference", &one, 201), ("/", &lot, 200)] {
        let first = client.post(path, resource).await.expect(status);
        let in_xml = xml::write_value(resource).unwrap();
        for again in [
            client.post(path, resource).await.expect(status),
            client.send(Method::POST, path, FHIR_XML, in_xml).await.expect(status),
        ] {
            assert_eq!(again.json(), first.json(), "{path}");
            assert_eq!(again.headers.get("location"), first.headers.get("location"), "{path}");
        }
    }
    assert_eq!(total().await, before + 2);
    let mut other = one;
    other["content"][0]["attachment"]["data"] = json!(STANDARD.encode("something else"));
    client.post("/DocumentReference", &other).await.expect(409);
}
