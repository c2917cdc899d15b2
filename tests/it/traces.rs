//! ITI-81: the access journal as AuditEvents, to those whom the law lets read it, and no more than they may know.

use std::collections::BTreeSet;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use dmp_gateway::fhir::{
    issue::Severity,
    profile::{Library, OWN},
};
use reqwest::{Method, RequestBuilder};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    sources::root,
    support::{
        Answer, Client, Demo,
        client::{FHIR_JSON, answer},
        decisions::{granting, in_status, professional},
        documents::{Draft, FLAGS},
        shared,
    },
};

const ALWAYS: &str = "date=ge2020&date=le2099&_count=200";
const TDE: &str = "https://interop.esante.gouv.fr/ig/fhir/tde/StructureDefinition/tde-auditevent";

/// The search for all traces of a holder's record.
fn traces(demo: &Demo, holder: &str) -> String {
    format!("/AuditEvent?{}&{ALWAYS}", demo.patient(holder))
}

/// The events that a caller sees in a record, from all pages.
async fn seen(demo: &Demo, caller: &str, holder: &str) -> Vec<Value> {
    seen_at(demo, caller, traces(demo, holder)).await
}

async fn seen_at(demo: &Demo, caller: &str, path: String) -> Vec<Value> {
    let client = demo.client(caller);
    let (mut events, mut next) = (Vec::new(), Some(path));
    while let Some(path) = next {
        let page = client.get(&path).await.expect(200);
        events.extend(page.entries().iter().map(|entry| entry["resource"].clone()));
        next = page.link("next");
    }
    events
}

/// Sends a request; the id that it was given, which is that of its trace, and the answer.
async fn sent(request: RequestBuilder) -> (String, Answer) {
    let told = answer(request).await;
    (told.headers["x-request-id"].to_str().unwrap().to_owned(), told)
}

async fn filed(demo: &Demo, caller: &str, draft: &Draft) -> String {
    demo.client(caller).post("/DocumentReference", &draft.simplified()).await.expect(201).id()
}

fn ids(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["id"].as_str().unwrap()).collect()
}

/// The agents of an event of that code of type.
fn agents<'a>(event: &'a Value, code: &str) -> Vec<&'a Value> {
    let all = event["agent"].as_array().unwrap().iter();
    all.filter(|agent| agent["type"]["coding"][0]["code"] == code).collect()
}

// requirement: SE-17 SE-11
#[tokio::test]
async fn a_search_of_traces_names_the_patient_and_both_bounds_of_the_date() {
    let demo = shared();
    let client = demo.client("ens");
    let patient = demo.patient("open");
    for wrong in [
        format!("{patient}&date=ge2020"),
        format!("{patient}&date=le2099"),
        format!("{patient}&date=ne2020"),
        patient.clone(),
        "date=ge2020&date=le2099".to_owned(),
    ] {
        let told = client.get(&format!("/AuditEvent?{wrong}")).await.expect(400);
        assert!(!told.codes().is_empty());
        client.post_form("/AuditEvent/_search", &wrong).await.expect(400);
    }
    for right in [format!("{patient}&date=ge2020&date=lt2099"), format!("{patient}&date=2026")] {
        client.get(&format!("/AuditEvent?{right}")).await.expect(200);
    }
}

// requirement: AU-06 R1111-43@traces-read R1111-43@grounds-for-holder
#[tokio::test]
async fn the_holder_sees_every_act_and_every_refusal_with_its_grounds() {
    let demo = Demo::start();
    let search = |caller: &str| {
        let path = format!("/DocumentReference?{}&status=current", demo.patient("open"));
        demo.client(caller).request(Method::GET, &path)
    };
    let (refused, told) = sent(search("outside-specialist")).await;
    told.expect(403);
    let (blocked, told) = sent(search("blocked-pharmacist")).await;
    told.expect(403);
    let (done, told) = sent(search("team-nurse")).await;
    told.expect(200);
    let events = seen(&demo, "ens", "open").await;
    let of = |id: &str| events.iter().find(|event| event["id"] == id).unwrap_or_else(|| panic!("no {id}"));
    for (id, ground) in [(&refused, "R1111-46@prior-consent"), (&blocked, "R1111-46@holder-denies")] {
        assert_ne!(of(id)["outcome"], "0");
        assert!(of(id)["outcomeDesc"].as_str().unwrap().contains(ground), "{}", of(id));
    }
    assert_eq!(of(&done)["outcome"], "0");
    assert!(of(&done).to_string().contains("R1111-46@care-team"), "the provision that permitted it");
    // The treating physician sees the same acts, and not why they were refused.
    let events = seen(&demo, "treating-physician", "open").await;
    for id in [&refused, &blocked, &done] {
        assert!(ids(&events).contains(&id.as_str()));
    }
    let text = json!(events).to_string();
    for word in ["prior-consent", "holder-denies", "R1111"] {
        assert!(!text.contains(word), "{word}");
    }
}

// requirement: R1111-43@own-actions R1111-43@traces-read
#[tokio::test]
async fn a_professional_sees_their_own_acts_alone_and_software_and_staff_see_none() {
    let demo = Demo::start();
    let path = format!("/DocumentReference?{}&status=current", demo.patient("open"));
    let (mine, _) = sent(demo.client("team-nurse").request(Method::GET, &path)).await;
    let (theirs, _) = sent(demo.client("team-surgeon").request(Method::GET, &path)).await;
    let events = seen(&demo, "team-nurse", "open").await;
    assert_eq!(ids(&events), [mine.as_str()]);
    for (id, status) in [(&mine, 200), (&theirs, 404), (&Uuid::new_v4().to_string(), 404)] {
        demo.client("team-nurse").get(&format!("/AuditEvent/{id}")).await.expect(status);
    }
    demo.client("treating-physician").get(&format!("/AuditEvent/{theirs}")).await.expect(200);
    for caller in ["secretary", "hospital"] {
        demo.client(caller).get(&traces(&demo, "open")).await.expect(403);
        demo.client(caller).get(&format!("/AuditEvent/{mine}")).await.expect(403);
    }
    assert!(seen(&demo, "outside-specialist", "open").await.is_empty());
    // Of a closed record the holder alone reads them.
    assert!(!seen(&demo, "ens", "closed").await.is_empty());
    demo.client("treating-physician").get(&traces(&demo, "closed")).await.expect(403);
}

// requirement: AU-07 AU-08 RV-08
#[tokio::test]
async fn reading_the_journal_is_recorded_and_nothing_changes_it() {
    let demo = shared();
    let client = demo.client("ens");
    let (search, told) = sent(client.request(Method::GET, &traces(demo, "open"))).await;
    assert!(!told.expect(200).ids().contains(&search), "it is not done before it is answered");
    let (read, told) = sent(client.request(Method::GET, &format!("/AuditEvent/{search}"))).await;
    assert_eq!(told.expect(200).json()["id"], search.as_str());
    let events = seen(demo, "ens", "open").await;
    for id in [&search, &read] {
        assert!(ids(&events).contains(&id.as_str()), "{id}");
    }
    let path = format!("/AuditEvent/{search}");
    let event = client.get(&path).await.expect(200).json();
    client.post("/AuditEvent", &event).await.expect(405);
    client.put(&path, &event).await.expect(405);
    client.patch(&path, &json!([])).await.expect(405);
    answer(client.request(Method::DELETE, &path)).await.expect(405);
    assert_eq!(client.get(&path).await.expect(200).json(), event);
}

// requirement: R1111-43@nothing-betrayed R1111-49@masked R1111-53@hidden-from-patient
#[tokio::test]
async fn no_trace_names_a_document_to_whom_it_is_closed() {
    let demo = Demo::start();
    let (nurse, physician) = (demo.client("team-nurse"), demo.client("treating-physician"));
    for (flag, blind, reader) in [("MASQUE_PS", "team-nurse", "team-nurse"), ("INVISIBLE_PATIENT", "ens", "team-nurse")]
    {
        let draft = Draft::by(&demo, "treating-physician", "open");
        let id = filed(&demo, "treating-physician", &draft).await;
        for path in [
            format!("/DocumentReference/{id}"),
            format!("/Binary/{id}"),
            format!("/DocumentReference?{}&status=current&identifier={}", demo.patient("open"), draft.unique_id),
        ] {
            demo.client(reader).get(&path).await.expect(200);
        }
        let named = async |caller: &str| {
            let events = json!(seen(&demo, caller, "open").await).to_string();
            let raws = decoded(&seen(&demo, caller, "open").await).join("\n");
            [&events, &raws].iter().any(|text| text.contains(&id) || text.contains(&draft.unique_id))
        };
        assert!(named(blind).await);
        let label = json!({"coding": [{"system": FLAGS, "code": flag}]});
        let patch = json!([{"op": "add", "path": "/securityLabel/-", "value": label}]);
        physician.patch(&format!("/DocumentReference/{id}"), &patch).await.expect(200);
        // Asking for it in vain leaves nothing either.
        demo.client(blind).get(&format!("/DocumentReference/{id}")).await.expect(404);
        assert!(!named(blind).await, "{flag}");
        assert!(named("treating-physician").await, "{flag}");
    }
    nurse.get(&traces(&demo, "open")).await.expect(200);
}

/// The queries in events, as they came.
fn decoded(events: &[Value]) -> Vec<String> {
    let entities = events.iter().flat_map(|event| event["entity"].as_array().unwrap());
    let queries = entities.filter_map(|entity| entity["query"].as_str());
    queries.map(|query| String::from_utf8(STANDARD.decode(query).unwrap()).unwrap()).collect()
}

// requirement: AU-03
#[tokio::test]
async fn the_query_in_an_event_is_the_request_as_it_came_with_its_form() {
    let demo = shared();
    let nurse = demo.client("team-nurse");
    let query =
        format!("{}&status=current&type=http://loinc.org%7C11488-4&author.given=Zo%C3%A9", demo.patient("open"));
    let (by_address, told) = sent(nurse.request(Method::GET, &format!("/DocumentReference?{query}"))).await;
    told.expect(200);
    let post = nurse.request(Method::POST, "/DocumentReference/_search?status=current");
    let post = post.header("content-type", "application/x-www-form-urlencoded").body(query.clone());
    let (by_form, told) = sent(post).await;
    told.expect(200);
    let raw = async |id: &str| {
        let event = nurse.get(&format!("/AuditEvent/{id}")).await.expect(200).json();
        decoded(&[event]).concat()
    };
    assert_eq!(raw(&by_address).await, format!("GET /fhir/DocumentReference?{query}"));
    assert_eq!(raw(&by_form).await, format!("POST /fhir/DocumentReference/_search?status=current\n\n{query}"));
}

/// The event of a request, as the treating physician reads it.
async fn event(demo: &Demo, request: &str) -> Value {
    demo.client("treating-physician").get(&format!("/AuditEvent/{request}")).await.expect(200).json()
}

// requirement: AU-02 AU-05
#[tokio::test]
async fn whoever_gives_is_the_source_and_the_certificate_names_the_client() {
    let demo = shared();
    let surgeon = demo.client("team-surgeon");
    let draft = Draft::by(demo, "team-surgeon", "open");
    let create = surgeon.request(Method::POST, "/DocumentReference").header("content-type", FHIR_JSON);
    let (created, told) = sent(create.body(draft.simplified().to_string())).await;
    let id = told.expect(201).id();
    let (read, told) = sent(surgeon.request(Method::GET, &format!("/DocumentReference/{id}"))).await;
    told.expect(200);
    let (retrieved, told) = sent(surgeon.request(Method::GET, &format!("/Binary/{id}"))).await;
    told.expect(200);
    let pem = demo.dir().join("pki/clients/team-surgeon.pem");
    let leaf = CertificateDer::from_pem_file(pem).unwrap();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &leaf);
    let certificate = format!("ni:///sha-256;{}", URL_SAFE_NO_PAD.encode(digest));
    for (request, client, server, action, transaction) in [
        (created, "110153", "110152", "C", "ITI-105"),
        (read, "110152", "110153", "R", "read"),
        (retrieved, "110152", "110153", "R", "ITI-68"),
    ] {
        let event = event(demo, &request).await;
        assert_eq!((event["action"].as_str().unwrap(), event["type"]["code"].as_str().unwrap()), (action, "rest"));
        let subtypes = event["subtype"].to_string();
        assert!(subtypes.contains(transaction), "{subtypes}");
        let [one] = agents(&event, client)[..] else { panic!("{event}") };
        assert_eq!(one["policy"][0], certificate.as_str());
        assert_eq!(one["who"]["identifier"]["value"], demo.caller("team-surgeon")["structure"]);
        let [other] = agents(&event, server)[..] else { panic!("{event}") };
        assert_eq!(other["who"], event["source"]["observer"], "this server is the other");
        let person = event["agent"].as_array().unwrap().iter().find(|agent| agent["requestor"] == true).unwrap();
        assert_eq!(person["who"]["identifier"]["value"], demo.caller("team-surgeon")["ps_idnat"]);
        assert_eq!(person["role"][0]["coding"][0]["code"], "10");
        for secret in ["BEGIN", "PRIVATE", "Bearer", "CN=", "SERIALNUMBER"] {
            assert!(!event.to_string().contains(secret), "{event}");
        }
    }
}

// requirement: ER-05 AU-01
#[tokio::test]
async fn the_callers_own_id_of_a_request_is_told_in_its_trace_and_names_none() {
    let demo = Demo::start();
    let path = format!("/DocumentReference?{}&status=current", demo.patient("open"));
    let id = Uuid::new_v4().to_string();
    for caller in ["team-nurse", "team-surgeon"] {
        let request = demo.client(caller).request(Method::GET, &path).header("x-request-id", &id);
        assert_eq!(answer(request).await.expect(200).headers["x-request-id"], id.as_str());
    }
    let events = seen(&demo, "ens", "open").await;
    let bears = |event: &&Value| {
        let entities = event["entity"].as_array().unwrap();
        entities.iter().any(|it| it["type"]["code"] == "XrequestId" && it["what"]["identifier"]["value"] == id.as_str())
    };
    assert_eq!(events.iter().filter(bears).count(), 2, "each of the two");
    assert!(!ids(&events).contains(&id.as_str()));
    demo.client("ens").get(&format!("/AuditEvent/{id}")).await.expect(404);
    assert_eq!(seen(&demo, "team-nurse", "open").await.iter().filter(bears).count(), 1, "their own alone");
}

// requirement: AU-04
#[tokio::test]
async fn an_event_is_about_one_patient() {
    let demo = shared();
    let nurse = demo.client("team-nurse");
    let both = format!("{}&{}&status=current", demo.patient("open"), demo.patient("masked"));
    nurse.get(&format!("/DocumentReference?{both}")).await.expect(400);
    let get = |holder: &str| {
        json!({"request": {"method": "GET", "url":
        format!("DocumentReference?{}&status=current", demo.patient(holder))}})
    };
    let batch = json!({"resourceType": "Bundle", "type": "batch", "entry": [get("open"), get("masked")]});
    nurse.post("/", &batch).await.expect(200);
    for holder in ["open", "masked"] {
        let events = seen(demo, "team-nurse", holder).await;
        assert!(!events.is_empty());
        for event in events {
            let entities = event["entity"].as_array().unwrap();
            let patients: Vec<_> = entities.iter().filter(|entity| entity["role"]["code"] == "1").collect();
            assert_eq!(patients.len(), 1, "{event}");
            assert_eq!(patients[0]["what"]["identifier"]["value"], demo.holder(holder).1, "{event}");
        }
    }
}

// requirement: AU-09
#[tokio::test]
async fn the_french_rendering_comes_on_request_of_its_profile() {
    let demo = Demo::start();
    let secretary = demo.client("secretary");
    let draft = Draft::by(&demo, "treating-physician", "open");
    let create = secretary.request(Method::POST, "/DocumentReference").header("content-type", FHIR_JSON);
    let (request, told) = sent(create.body(draft.simplified().to_string())).await;
    told.expect(201);
    let client = demo.client("ens");
    let projected = client.get(&format!("{}&_profile={TDE}", traces(&demo, "open"))).await.expect(200);
    let whole = client.get(&format!("/AuditEvent/{request}")).await.expect(200).json();
    assert!(whole["agent"].as_array().unwrap().len() > 2, "client, server, person, and in whose name");
    let read = client.get(&format!("/AuditEvent/{request}?_profile={TDE}")).await.expect(200).json();
    let found: Vec<Value> = projected.entries().iter().map(|entry| entry["resource"].clone()).collect();
    assert!(found.contains(&read));
    for event in found {
        assert_eq!(event["meta"]["profile"], json!([TDE]));
        assert!(event["agent"].as_array().unwrap().len() <= 2, "{event}");
        assert!(event["subtype"].as_array().is_none_or(|all| all.len() <= 1), "{event}");
        assert!(event["period"]["start"].is_string(), "{event}");
        assert_eq!(event["agent"].as_array().unwrap().iter().filter(|agent| agent["requestor"] == true).count(), 1);
    }
}

// requirement: AU-01 AU-02
#[tokio::test]
async fn an_act_of_each_transaction_is_told_by_its_name() {
    let demo = shared();
    let surgeon = demo.client("team-surgeon");
    let filed = surgeon.request(Method::POST, "/").header("content-type", FHIR_JSON);
    let (provided, told) = sent(filed.body(Draft::by(demo, "team-surgeon", "masked").bundle().to_string())).await;
    let location = told.expect(200).json()["entry"][1]["response"]["location"].as_str().unwrap().to_owned();
    let id = location.split("/DocumentReference/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let get = |path: String| sent(surgeon.request(Method::GET, &path));
    let patient = demo.patient("masked");
    let patch = surgeon.request(Method::PATCH, &format!("/DocumentReference/{id}"));
    let patch = patch.header("content-type", "application/json-patch+json");
    let patch = patch.body(json!([{"op": "replace", "path": "/status", "value": "superseded"}]).to_string());
    let acts = [
        (provided, "110107", "ITI-65", "C"),
        (get(format!("/List?{patient}&code=submissionset")).await.0, "rest", "ITI-66", "E"),
        (get(format!("/DocumentReference?{patient}&status=current")).await.0, "rest", "ITI-67", "E"),
        (get(format!("/Binary/{id}")).await.0, "rest", "ITI-68", "R"),
        (get(format!("/DocumentReference/{id}/_history/1")).await.0, "rest", "vread", "R"),
        (sent(patch).await.0, "rest", "patch", "U"),
        (get(format!("/AuditEvent?{patient}&{ALWAYS}")).await.0, "rest", "ITI-81", "E"),
        (get(format!("/Consent?{patient}")).await.0, "rest", "ITI-108", "E"),
    ];
    for (request, kind, subtype, action) in acts {
        let event = event(demo, &request).await;
        assert_eq!((event["type"]["code"].as_str(), event["action"].as_str()), (Some(kind), Some(action)), "{subtype}");
        let told = event["subtype"].as_array().unwrap().iter().any(|coding| coding["code"] == subtype);
        assert!(told, "{subtype}: {}", event["subtype"]);
        let request_told = event["entity"].as_array().unwrap().iter().any(|it| it["type"]["code"] == "XrequestId");
        assert!(request_told, "{event}");
    }
}

/// The packages with the profiles of events; nothing where they are not at hand.
fn library() -> Option<Library> {
    let folder = root().join("../shared/packages");
    let packages = ["ihe.iti.balp-1.1.4.tgz", "ihe.iti.mhd-4.2.3.tgz", "ans.fhir.fr.tde-2.0.0.tgz"];
    let packages: Vec<_> = packages.iter().map(|name| folder.join(name)).filter(|path| path.exists()).collect();
    if packages.len() < 3 {
        println!("the packages of BALP, MHD and TDE are not at hand: events are not checked by their profiles");
        return None;
    }
    Some(Library::load(&packages, OWN).unwrap())
}

/// Does something of each kind in the record `masked`, with and without success.
async fn do_everything(demo: &Demo) {
    let (surgeon, front_end) = (demo.client("team-surgeon"), demo.client("ens"));
    let patient = demo.patient("masked");
    let draft = Draft::by(demo, "team-surgeon", "masked");
    let id = filed(demo, "team-surgeon", &draft).await;
    surgeon.post("/", &Draft::by(demo, "team-surgeon", "masked").bundle()).await.expect(200);
    surgeon
        .patch(
            &format!("/DocumentReference/{id}"),
            &json!([{"op": "replace", "path": "/status", "value": "superseded"}]),
        )
        .await
        .expect(200);
    let consent = granting(demo, "masked", "professional", professional(demo, "outside-specialist"));
    let consent = front_end.post("/Consent", &consent).await.expect(201).json();
    let path = format!("/Consent/{}", consent["id"].as_str().unwrap());
    front_end.put(&path, &in_status(&consent, "inactive")).await.expect(200);
    for path in [
        path,
        format!("/DocumentReference/{id}"),
        format!("/DocumentReference/{id}/_history"),
        format!("/DocumentReference/{id}/_history/1"),
        format!("/Binary/{id}"),
        format!("/DocumentReference?{patient}&status=current"),
        format!("/List?{patient}&code=submissionset"),
        format!("/Consent?{patient}"),
        format!("/CareTeam?{patient}"),
        format!("/Patient?{}", patient.replace("patient.", "")),
        format!("/AuditEvent?{patient}&{ALWAYS}"),
        format!("/DocumentReference?{patient}&status=current&date=x"),
    ] {
        front_end.get(&path).await;
        demo.client("outside-specialist").get(&path).await;
    }
}

// requirement: AU-01 AU-02 AU-09
#[tokio::test]
async fn each_event_conforms_to_the_profile_that_it_claims() {
    let Some(library) = library() else { return };
    let demo = Demo::start();
    do_everything(&demo).await;
    let whole = seen(&demo, "ens", "masked").await;
    let projected = seen_at(&demo, "ens", format!("{}&_profile={TDE}", traces(&demo, "masked"))).await;
    let mut profiles = BTreeSet::new();
    for event in whole.iter().chain(&projected) {
        let Some(profile) = event["meta"]["profile"][0].as_str() else { continue };
        let found = library.check(profile, event);
        let errors: Vec<_> = found.iter().filter(|issue| issue.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{profile}: {errors:?} in {event}");
        profiles.insert(profile);
    }
    assert!(profiles.len() >= 8, "{profiles:?}");
}

// requirement: SE-12
#[tokio::test]
async fn pages_of_traces_hold_each_once_though_reading_them_adds_more() {
    let demo = Demo::start();
    let client: Client = demo.client("ens");
    for _ in 0..5 {
        demo.client("team-nurse").search(&demo.holder("open"), "").await.expect(200);
    }
    let mut page = client.get(&format!("/AuditEvent?{}&date=ge2020&date=le2099&_count=2", demo.patient("open"))).await;
    let (total, mut seen) = (page.json()["total"].clone(), Vec::new());
    loop {
        page = page.expect(200);
        seen.extend(page.ids());
        let Some(next) = page.link("next") else { break };
        page = client.get(&next).await;
    }
    assert_eq!(total, seen.len());
    seen.sort();
    seen.dedup();
    assert_eq!(total, seen.len(), "each once");
}
