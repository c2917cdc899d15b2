//! Whose data they are: health identities of one environment, one patient in each act, and traits that are the holder's.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Answer, Client, Demo,
    client::answer,
    decisions::{granting, professional, team},
    documents::{Draft, bundle},
    shared,
};

const CORE: &str = "https://hl7.fr/ig/fhir/core";
const PRODUCTION: &str = "urn:oid:1.2.250.1.213.1.4.8";

/// The holder of the open record as an identity software tells them, whole.
fn person(demo: &Demo) -> Value {
    let (system, value) = demo.holder("open");
    json!({
        "resourceType": "Patient",
        "id": "patient",
        "extension": [status("fr-core-cs-identity-status", "QUAL"), place("51215")],
        "identifier": [{"system": system, "value": value}],
        "name": [{"use": "official", "family": "PAT-TROIS", "given": ["DOMINIQUE"]}],
        "gender": "female",
        "birthDate": "1979-03-28"
    })
}

fn status(system: &str, code: &str) -> Value {
    let coding = json!({"system": format!("{CORE}/CodeSystem/{system}"), "code": code});
    json!({"url": format!("{CORE}/StructureDefinition/fr-core-identity-reliability"),
        "extension": [{"url": "identityStatus", "valueCoding": coding}]})
}

fn place(code: &str) -> Value {
    let coding = json!({"system": "https://mos.esante.gouv.fr/NOS/TRE_R13-Commune/FHIR/TRE-R13-Commune", "code": code});
    json!({"url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace", "valueAddress": {"extension": [
        {"url": format!("{CORE}/StructureDefinition/fr-core-address-insee-code"), "valueCoding": coding}]}})
}

fn with(mut tree: Value, pointer: &str, value: Value) -> Value {
    *tree.pointer_mut(pointer).unwrap_or_else(|| panic!("nothing at {pointer}")) = value;
    tree
}

/// What differs, and the word for it in the journal.
fn others(demo: &Demo) -> Vec<(Value, &'static str)> {
    let person = || person(demo);
    vec![
        (with(person(), "/name/0/family", json!("MARTIN")), "birth-name-differs"),
        (with(person(), "/name/0/given", json!(["JEANNE"])), "given-name-differs"),
        (with(person(), "/birthDate", json!("1980-03-28")), "birth-date-differs"),
        (with(person(), "/birthDate", json!("1979-04")), "birth-date-differs"),
        (with(person(), "/gender", json!("male")), "sex-differs"),
        (with(person(), "/extension/1", place("2A004")), "birth-place-differs"),
    ]
}

/// A submission in whose metadata the patient is told so.
fn telling(draft: &Draft, person: Value) -> Value {
    with(draft.bundle(), "/entry/1/resource/contained/0", person)
}

/// The header of a CDA that tells the holder of the open record, changed so.
fn header(demo: &Demo, from: &str, to: &str) -> String {
    let (system, value) = demo.holder("open");
    let root = system.trim_start_matches("urn:oid:");
    let text = format!(
        "<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><code code=\"11488-4\" codeSystem=\"2.16.840.1.113883.6.1\"/>\
         <recordTarget><patientRole><id root=\"{root}\" extension=\"{value}\"/><patient><name>\
         <family qualifier=\"BR\">PAT-TROIS</family><given>DOMINIQUE MARIE-LOUISE</given>\
         <given qualifier=\"BR\">DOMINIQUE</given></name>\
         <administrativeGenderCode code=\"F\" codeSystem=\"2.16.840.1.113883.5.1\"/><birthTime value=\"19790328\"/>\
         <birthplace><place><addr><county>51215</county></addr></place></birthplace>\
         </patient></patientRole></recordTarget></ClinicalDocument>"
    );
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

async fn sent(client: &Client, body: &Value) -> (String, Answer) {
    let path = if body["resourceType"] == "Bundle" { "/" } else { "/DocumentReference" };
    let request = client.request(Method::POST, path).header("content-type", "application/fhir+json");
    let told = answer(request.body(body.to_string())).await;
    (told.headers["x-request-id"].to_str().unwrap().to_owned(), told)
}

/// How many documents the record holds.
async fn count(client: &Client, demo: &Demo) -> Value {
    client.search(&demo.holder("open"), "&_count=0").await.expect(200).json()["total"].clone()
}

/// The words of the grounds in the one line that a refused request left.
fn grounds(demo: &Demo, request: &str) -> Vec<String> {
    let lines = demo.lines_of(request);
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!(line["outcome"]["is"], "refused", "{line}");
    let grounds = line["outcome"]["grounds"].as_array().unwrap();
    grounds.iter().map(|ground| ground[1].as_str().unwrap().to_owned()).collect()
}

fn tells_nobody(demo: &Demo, text: &str) {
    for datum in demo.personal_data().iter().map(String::as_str).chain(["1979", "51215", "female"]) {
        assert!(!text.contains(datum), "{text}");
    }
}

// requirement: R1111-8-6@identity-qualified R1111-8-6@traits-of-holder
#[tokio::test]
async fn who_tells_all_of_a_qualified_identity_is_not_remarked_upon_and_who_tells_the_number_alone_is() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let draft = || Draft::by(demo, "treating-physician", "open");
    let (_, whole) = sent(&client, &telling(&draft(), person(demo))).await;
    assert!(!whole.expect(200).text().contains("DMP-0774"));
    let (_, bare) = sent(&client, &draft().bundle()).await;
    assert!(bare.expect(200).text().contains("DMP-0774"));
    let homonym = with(person(demo), "/extension/1", status("fr-core-cs-v2-0445", "HOMA"));
    for same in [
        with(person(demo), "/name/0/family", json!("pat trois")),
        with(person(demo), "/name/0/given", json!(["Dominique", "Marie-Louise"])),
        with(person(demo), "/birthDate", json!("1979")),
        with(person(demo), "/gender", json!("unknown")),
        homonym,
    ] {
        let (_, told) = sent(&client, &telling(&draft(), same)).await;
        told.expect(200);
    }
}

// requirement: R1111-8-6@traits-of-holder ID-03
#[tokio::test]
async fn each_trait_that_differs_is_refused_in_the_same_words_recorded_for_itself_and_leaves_nothing() {
    let demo = Demo::start();
    let client = demo.client("treating-physician");
    let before = count(&client, &demo).await;
    let mut bodies = BTreeSet::new();
    for (person, word) in others(&demo) {
        let draft = Draft::by(&demo, "treating-physician", "open");
        let (request, told) = sent(&client, &telling(&draft, person)).await;
        assert_eq!(told.codes(), ["DMP-0771"], "{word}");
        tells_nobody(&demo, &told.text());
        bodies.insert(told.expect(400).body);
        assert_eq!(grounds(&demo, &request), [word]);
    }
    assert_eq!(bodies.len(), 1, "the answer does not depend on the trait");
    assert_eq!((count(&client, &demo).await, demo.quarantined()), (before, 0));
}

// requirement: R1111-8-6@traits-of-holder ID-03 TX-18
#[tokio::test]
async fn the_header_of_a_cda_is_compared_with_the_holder_in_each_trait() {
    let demo = Demo::start();
    let client = demo.client("treating-physician");
    let before = count(&client, &demo).await;
    let filed = |from: &str, to: &str| {
        let draft = Draft::by(&demo, "treating-physician", "open");
        draft.holding("text/xml", header(&demo, from, to)).simplified()
    };
    for (from, to, word) in [
        ("PAT-TROIS", "MARTIN", "birth-name-differs"),
        ("<given qualifier=\"BR\">DOMINIQUE", "<given qualifier=\"BR\">JEANNE", "given-name-differs"),
        ("19790328", "19790329", "birth-date-differs"),
        ("code=\"F\"", "code=\"M\"", "sex-differs"),
        ("<county>51215", "<county>99352", "birth-place-differs"),
    ] {
        let (request, told) = sent(&client, &filed(from, to)).await;
        assert_eq!(told.status, 422, "{word}");
        assert_eq!(told.codes(), ["DMP-0771"], "{word}");
        tells_nobody(&demo, &told.text());
        assert_eq!(grounds(&demo, &request), [word]);
    }
    assert_eq!((count(&client, &demo).await, demo.quarantined()), (before, 0));
    for (from, to) in
        [("PAT-TROIS", "Pat Trois"), ("19790328", "1979"), ("<county>51215", "<county>DOMPREMY"), ("\"F\"", "\"UN\"")]
    {
        let (_, told) = sent(&client, &filed(from, to)).await;
        told.expect(201);
    }
}

// requirement: R1111-8-6@traits-of-holder
#[tokio::test]
async fn the_patient_of_a_fhir_document_is_compared_with_the_holder() {
    let demo = Demo::start();
    let client = demo.client("treating-physician");
    let entry = |resource: Value| json!({"fullUrl": format!("urn:uuid:{}", Uuid::new_v4()), "resource": resource});
    let document = |mut person: Value| {
        person.as_object_mut().unwrap().remove("id");
        let patient = entry(person);
        let author = entry(json!({"resourceType": "Organization", "name": "Cabinet"}));
        let composition = json!({"resourceType": "Composition", "status": "final", "title": "Synthèse",
            "type": {"coding": [{"system": "http://loinc.org", "code": "11488-4"}]},
            "subject": {"reference": patient["fullUrl"]}, "date": "2026-06-12T10:00:00+02:00",
            "author": [{"reference": author["fullUrl"]}]});
        json!({"resourceType": "Bundle", "type": "document", "timestamp": "2026-06-12T10:00:00+02:00",
            "identifier": {"system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{}", Uuid::new_v4())},
            "entry": [entry(composition), patient, author]})
    };
    let filed = |person: Value| {
        let draft = Draft::by(&demo, "treating-physician", "open");
        draft.holding("application/fhir+json", document(person).to_string()).simplified()
    };
    let (_, told) = sent(&client, &filed(person(&demo))).await;
    told.expect(201);
    for (person, word) in others(&demo) {
        let (request, told) = sent(&client, &filed(person)).await;
        assert_eq!((told.codes(), told.status), (vec!["DMP-0771".to_owned()], 422), "{word}");
        assert_eq!(grounds(&demo, &request), [word]);
    }
}

// requirement: R1111-8-6@identity-qualified
#[tokio::test]
async fn an_identity_of_another_status_feeds_nothing() {
    let demo = Demo::start();
    let client = demo.client("treating-physician");
    let before = count(&client, &demo).await;
    for (system, code) in [
        ("fr-core-cs-identity-status", "VALI"),
        ("fr-core-cs-identity-status", "RECUP"),
        ("fr-core-cs-identity-status", "PROV"),
        ("fr-core-cs-v2-0445", "PROV"),
        ("fr-core-cs-v2-0445", "DOUT"),
        ("fr-core-cs-v2-0445", "FICT"),
        ("fr-core-cs-v2-0445", "HOMA"),
    ] {
        let person = with(person(&demo), "/extension/0", status(system, code));
        let draft = Draft::by(&demo, "treating-physician", "open");
        let (request, told) = sent(&client, &telling(&draft, person)).await;
        assert_eq!(told.expect(400).codes(), ["DMP-0770"], "{system} {code}");
        assert_eq!(grounds(&demo, &request), ["identity-not-qualified"]);
    }
    assert_eq!(count(&client, &demo).await, before);
}

// requirement: ID-03
#[tokio::test]
async fn who_may_not_feed_the_record_learns_of_no_trait() {
    let demo = shared();
    let right = |holder: &str| {
        let (system, value) = demo.holder(holder);
        let mut person = person(demo);
        person["identifier"] = json!([{"system": system, "value": value}]);
        person
    };
    let wrong = |holder: &str| with(right(holder), "/birthDate", json!("1901-01-01"));
    for (caller, holder) in
        [("treating-physician", "none"), ("treating-physician", "closed"), ("blocked-pharmacist", "open")]
    {
        let client = demo.client(caller);
        let mut bodies = BTreeSet::new();
        for person in [right(holder), wrong(holder)] {
            let (_, told) = sent(&client, &telling(&Draft::by(demo, caller, holder), person)).await;
            assert_eq!(told.codes(), ["DMP-0403"], "{caller} {holder}");
            bodies.insert(told.expect(403).body);
        }
        assert_eq!(bodies.len(), 1);
    }
}

// requirement: R1111-43@grounds-for-holder ID-03
#[tokio::test]
async fn which_trait_differed_is_for_the_holder_to_read_and_not_for_who_tried() {
    let demo = Demo::start();
    let client = demo.client("treating-physician");
    let (person, word) = others(&demo).remove(2);
    let draft = Draft::by(&demo, "treating-physician", "open");
    let (request, told) = sent(&client, &telling(&draft, person)).await;
    told.expect(400);
    let path = format!("/AuditEvent?{}&date=ge2020&date=le2099&_count=200", demo.patient("open"));
    for (caller, is_told) in [("ens", true), ("treating-physician", false)] {
        let events = demo.client(caller).get(&path).await.expect(200).entries();
        let event = events.iter().map(|it| &it["resource"]).find(|it| it["id"] == request.as_str());
        assert_eq!(event.unwrap().to_string().contains(word), is_told, "{caller}");
    }
}

// requirement: ID-01 SE-11
#[tokio::test]
async fn an_identity_of_production_comes_in_nowhere() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let (_, value) = demo.holder("open");
    let token = format!("{PRODUCTION}%7C{value}");
    for (path, status) in [
        (format!("/DocumentReference?patient.identifier={token}&status=current"), 400),
        (format!("/List?patient.identifier={token}&code=submissionset&status=current"), 400),
        (format!("/AuditEvent?patient.identifier={token}&date=ge2020&date=le2099"), 400),
        (format!("/Consent?patient.identifier={token}"), 400),
        (format!("/Patient?identifier={token}"), 400),
    ] {
        let told = client.get(&path).await;
        assert_eq!((told.status, told.codes()), (status, vec!["DMP-0308".to_owned()]), "{path}");
    }
    let path = format!("/DocumentReference?identifier=urn:ietf:rfc:3986%7Curn:oid:2.25.1&patient.identifier={token}");
    let told = client.patch(&path, &json!([{"op": "replace", "path": "/status", "value": "superseded"}])).await;
    assert_eq!(told.expect(400).codes(), ["DMP-0429"]);
    let mut draft = Draft::by(demo, "treating-physician", "open");
    draft.holder.0 = PRODUCTION.to_owned();
    for (body, status) in [(draft.bundle(), 400), (draft.simplified(), 422)] {
        let (_, told) = sent(&client, &body).await;
        assert_eq!((told.status, told.codes().contains(&"DMP-0251".to_owned())), (status, true), "{}", told.text());
    }
    let mixed = |tree: Value| tree.to_string().replace(&demo.holder("open").0, PRODUCTION);
    let consent = granting(demo, "open", "authorization", professional(demo, "outside-specialist"));
    for (path, deed) in
        [("/Consent", consent), ("/CareTeam", team(demo, "open", "consent", &[professional(demo, "team-nurse")]))]
    {
        let told = demo.client("ens").post_text(path, mixed(deed)).await;
        assert!(told.status == 422 && told.codes().contains(&"DMP-0251".to_owned()), "{path} {}", told.text());
    }
}

// requirement: ID-01
#[tokio::test]
async fn a_header_of_production_or_of_a_wrong_key_is_remarked_upon_by_the_dmp() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let (system, value) = demo.holder("open");
    let wrong = format!("{}{:02}", &value[..13], value[13..].parse::<u32>().unwrap() % 97 + 1);
    for (from, to, code) in [
        (system.trim_start_matches("urn:oid:"), PRODUCTION.trim_start_matches("urn:oid:"), "DMP-0772"),
        (value.as_str(), wrong.as_str(), "DMP-0773"),
    ] {
        let draft = Draft::by(demo, "treating-physician", "open").holding("text/xml", header(demo, from, to));
        let (_, told) = sent(&client, &draft.bundle()).await;
        assert!(told.expect(200).text().contains(code), "{code}");
    }
}

// requirement: ID-02
#[tokio::test]
async fn an_act_that_names_two_patients_is_refused() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let (one, two) = (Draft::by(demo, "treating-physician", "open"), Draft::by(demo, "treating-physician", "masked"));
    let (_, told) = sent(&client, &bundle(&[&one, &two])).await;
    assert!(told.expect(400).codes().contains(&"DMP-0254".to_owned()));
    let (system, value) = demo.holder("masked");
    let double =
        with(person(demo), "/identifier", json!([person(demo)["identifier"][0], {"system": system, "value": value}]));
    let (_, told) = sent(&client, &telling(&one, double)).await;
    assert!(told.expect(400).codes().contains(&"DMP-0254".to_owned()));
    let search = format!("DocumentReference?{}&{}&status=current", demo.patient("open"), demo.patient("masked"));
    assert_eq!(client.get(&format!("/{search}")).await.expect(400).codes(), ["DMP-0306"]);
    let batch = json!({"resourceType": "Bundle", "type": "batch", "entry": [
        {"request": {"method": "GET", "url": search}},
        {"request": {"method": "GET", "url": format!("DocumentReference?{}&status=current&_count=0", demo.patient("open"))}}]});
    let entries = client.post("/", &batch).await.expect(200).entries();
    let statuses: Vec<&str> = entries.iter().map(|it| it["response"]["status"].as_str().unwrap()).collect();
    assert!(statuses[0].starts_with("400") && statuses[1].starts_with("200"), "{statuses:?}");
    let mut consent = granting(demo, "open", "authorization", professional(demo, "outside-specialist"));
    consent["patient"]["reference"] = json!(format!("Patient?identifier={system}|{value}"));
    let told = demo.client("ens").post("/Consent", &consent).await.expect(422);
    assert!(told.codes().contains(&"DMP-0822".to_owned()), "{}", told.text());
}

// requirement: R1111-8-6@traits-of-holder
#[tokio::test]
async fn a_record_without_traits_is_compared_in_its_date_of_birth_alone() {
    let demo = Demo::start();
    demo.import("open", &json!([]));
    let client = demo.client("treating-physician");
    let draft = || Draft::by(&demo, "treating-physician", "open");
    let named = with(person(&demo), "/name/0/family", json!("MARTIN"));
    let (_, told) = sent(&client, &telling(&draft(), named)).await;
    told.expect(200);
    let (request, told) = sent(&client, &telling(&draft(), with(person(&demo), "/birthDate", json!("2019")))).await;
    assert_eq!(told.expect(400).codes(), ["DMP-0771"]);
    assert_eq!(grounds(&demo, &request), ["birth-date-differs"]);
}

// requirement: R1111-8-6@traits-of-holder ID-03
#[tokio::test]
async fn content_of_somebody_else_by_number_is_told_as_that_alone() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let text = header(demo, &demo.holder("open").1, &demo.holder("masked").1).replace("PAT-TROIS", "NESSI");
    let draft = Draft::by(demo, "treating-physician", "open").holding("text/xml", text.clone());
    assert_eq!(
        STANDARD.decode(draft.simplified()["content"][0]["attachment"]["data"].as_str().unwrap()).unwrap(),
        text.as_bytes()
    );
    let (_, told) = sent(&client, &draft.simplified()).await;
    assert_eq!(told.expect(422).codes(), ["DMP-0422"]);
}
