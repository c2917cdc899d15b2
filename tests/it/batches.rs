//! A batch of reads: one question, one status and one line of the journal for each entry.

use base64::{Engine, engine::general_purpose::STANDARD};
use dmp_gateway::fhir::xml;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Demo,
    client::{FHIR_XML, answer},
    documents::Draft,
    shared,
};

fn batch(entries: &[(&str, String)]) -> Value {
    let entries: Vec<Value> =
        entries.iter().map(|(method, url)| json!({"request": {"method": method, "url": url}})).collect();
    json!({"resourceType": "Bundle", "type": "batch", "entry": entries})
}

/// A document that everyone of the team sees, and one that is masked to most.
async fn two_documents(demo: &Demo) -> (Draft, String, String) {
    let (open, masked) = (Draft::by(demo, "team-surgeon", "open"), Draft::by(demo, "team-surgeon", "open"));
    let surgeon = demo.client("team-surgeon");
    let id = surgeon.post("/DocumentReference", &open.simplified()).await.expect(201).id();
    let hidden = surgeon.post("/DocumentReference", &masked.flagged("MASQUE_PS").simplified()).await.expect(201).id();
    (open, id, hidden)
}

/// The entries that the nurse asks for, and the status of each.
fn asked(demo: &Demo, open: &str, hidden: &str) -> Vec<(&'static str, String, u16)> {
    let patient = demo.patient("open");
    vec![
        ("GET", format!("Binary/{open}"), 200),
        ("GET", format!("DocumentReference/{open}"), 200),
        ("GET", format!("{}/DocumentReference/{open}/_history/1", demo.base), 200),
        ("GET", format!("DocumentReference?{patient}&status=current&_id={open},{hidden}"), 200),
        ("GET", format!("Binary/{hidden}"), 404),
        ("GET", format!("DocumentReference/{}", Uuid::new_v4()), 404),
        ("GET", format!("DocumentReference?{}&status=current", demo.patient("closed")), 403),
        ("GET", "DocumentReference?status=current".to_owned(), 400),
        ("GET", "Practitioner/1".to_owned(), 405),
        ("POST", "DocumentReference".to_owned(), 405),
        ("DELETE", format!("DocumentReference/{open}"), 405),
        ("PATCH", format!("DocumentReference/{open}"), 405),
    ]
}

fn statuses(answer: &Value) -> Vec<u16> {
    let entries = answer["entry"].as_array().unwrap().iter();
    entries.map(|entry| entry["response"]["status"].as_str().unwrap()[..3].parse().unwrap()).collect()
}

// requirement: AU-01
#[tokio::test]
async fn each_entry_of_a_batch_has_its_own_status_and_its_own_line() {
    let demo = Demo::start();
    let (draft, open, hidden) = two_documents(&demo).await;
    let asked = asked(&demo, &open, &hidden);
    let entries: Vec<(&str, String)> = asked.iter().map(|(method, url, _)| (*method, url.clone())).collect();
    let before = demo.journal().len();
    let answer = demo.client("team-nurse").post("/", &batch(&entries)).await.expect(200).json();
    assert_eq!((&answer["resourceType"], &answer["type"]), (&json!("Bundle"), &json!("batch-response")));
    assert_eq!(statuses(&answer), asked.iter().map(|(_, _, status)| *status).collect::<Vec<_>>());
    let entry = |at: usize| &answer["entry"][at];
    let content = STANDARD.decode(entry(0)["resource"]["data"].as_str().unwrap()).unwrap();
    assert_eq!((entry(0)["resource"]["resourceType"].as_str(), content), (Some("Binary"), draft.content));
    assert_eq!(entry(1)["resource"]["id"], open.as_str());
    assert_eq!(entry(1)["response"]["etag"], "W/\"1\"");
    assert_eq!(entry(3)["resource"]["total"], 1, "the masked one is not counted");
    for (at, status) in statuses(&answer).into_iter().enumerate().filter(|(_, status)| *status != 200) {
        assert_eq!(entry(at)["response"]["outcome"]["resourceType"], "OperationOutcome", "{status}");
        assert!(entry(at).get("resource").is_none(), "{status}");
    }
    let masked = entry(4)["response"]["outcome"].clone();
    assert_eq!(masked, entry(5)["response"]["outcome"], "masked and absent are told alike");
    let lines = demo.journal().split_off(before);
    assert_eq!(lines.len(), asked.len());
    let requests: std::collections::BTreeSet<&str> =
        lines.iter().map(|line| line["trace"]["request"].as_str().unwrap()).collect();
    assert_eq!(requests.len(), asked.len(), "each under an id of its own");
    let disclosed = |at: usize| lines[at]["disclosed"]["entries"][0]["id"].clone();
    assert_eq!((disclosed(0), disclosed(4)), (json!(open), Value::Null));
}

// requirement: CN-02 CN-08
#[tokio::test]
async fn a_batch_in_xml_says_the_same_as_one_in_json() {
    let demo = shared();
    let (draft, open, hidden) = two_documents(demo).await;
    let nurse = demo.client("team-nurse");
    let asked = asked(demo, &open, &hidden);
    let entries: Vec<(&str, String)> = asked.iter().map(|(method, url, _)| (*method, url.clone())).collect();
    let body = xml::write_value(&batch(&entries)).unwrap();
    let as_json = nurse.send(Method::POST, "/", FHIR_XML, body.clone()).await.expect(200).json();
    assert_eq!(statuses(&as_json), asked.iter().map(|(_, _, status)| *status).collect::<Vec<_>>());
    let request = nurse.request(Method::POST, "/").header("content-type", FHIR_XML).header("accept", FHIR_XML);
    let as_xml = answer(request.body(body)).await.expect(200);
    assert_eq!(as_xml.headers["content-type"], "application/fhir+xml; charset=utf-8");
    let text = as_xml.text();
    assert!(text.contains(&format!("<data value=\"{}\"/>", STANDARD.encode(&draft.content))), "{text}");
    assert_eq!(text.matches("<response>").count(), asked.len());
    for (status, expected) in [(200, 4), (404, 2), (403, 1), (400, 1), (405, 4)] {
        assert_eq!(text.matches(&format!("<status value=\"{status}")).count(), expected, "{status}");
    }
}

// requirement: RV-04
#[tokio::test]
async fn a_batch_of_nothing_and_one_of_too_much_are_refused() {
    let demo = shared();
    let nurse = demo.client("team-nurse");
    let many = vec![("GET", format!("Binary/{}", Uuid::new_v4())); 101];
    nurse.post("/", &batch(&many)).await.expect(400);
    nurse.post("/", &json!({"resourceType": "Bundle", "type": "batch"})).await.expect(400);
    let most = nurse.post("/", &batch(&many[..100])).await.expect(200).json();
    assert_eq!(statuses(&most), [404; 100]);
}

// requirement: RV-04
#[tokio::test]
async fn an_entry_that_names_the_version_that_the_caller_has_is_answered_without_it() {
    let demo = Demo::start();
    let (_, open, _) = two_documents(&demo).await;
    let entry = |tag: &str| json!({"request": {"method": "GET", "url": format!("DocumentReference/{open}"), "ifNoneMatch": tag}});
    let sent = json!({"resourceType": "Bundle", "type": "batch", "entry": [entry("W/\"1\""), entry("W/\"2\"")]});
    let answered = demo.client("team-nurse").post("/", &sent).await.expect(200).json();
    assert_eq!(statuses(&answered), [304, 200]);
    assert_eq!(answered["entry"][0].get("resource"), None);
    assert_eq!(answered["entry"][1]["resource"]["id"], open.as_str());
}
