//! The access journal, as an operator exports it: one line for each request that was handled, answered or refused.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Demo, client::answer, demo::is_of, documents::Draft};

/// Sends a request under an id of its own, which the answer echoes; the id.
async fn sent(request: RequestBuilder, status: u16) -> String {
    let id = Uuid::new_v4().to_string();
    let told = answer(request.header("x-request-id", &id)).await.expect(status);
    assert_eq!(told.headers["x-request-id"], id.as_str());
    id
}

/// What a line says of a request: transaction, act, outcome, kind of actor, and the documents given out or filed.
fn gist(line: &Value) -> Value {
    let entries = line["disclosed"]["entries"].as_array().unwrap();
    let ids: Vec<&Value> = entries.iter().map(|entry| &entry["id"]).collect();
    assert_eq!(line["disclosed"]["count"], ids.len(), "{line}");
    json!([line["trace"]["transaction"], line["act"], line["outcome"]["is"], line["actor"]["kind"], ids])
}

// requirement: AU-01 R1111-43@record
#[tokio::test]
async fn each_request_leaves_one_line_whatever_became_of_it() {
    let demo = Demo::start();
    let (physician, nurse) = (demo.client("treating-physician"), demo.client("team-nurse"));
    let (stranger, hospital) = (demo.client("outside-specialist"), demo.client("hospital"));
    let draft = Draft::by(&demo, "treating-physician", "open");
    let filed = physician.post("/DocumentReference", &draft.simplified()).await.expect(201);
    let id = filed.json()["id"].as_str().unwrap().to_owned();
    let (system, matricule) = demo.holder("open");
    let search = format!(
        "/DocumentReference?patient.identifier={system}%7C{matricule}&status=current&identifier=urn:ietf:rfc:3986%7C{}",
        draft.unique_id
    );
    let read = format!("/DocumentReference/{id}");
    let content = format!("/Binary/{id}");
    let absent = format!("/DocumentReference/{}", Uuid::new_v4());
    let bad = physician.request(Method::POST, "/").header("content-type", "application/fhir+json").body("{}");
    let get = Method::GET;
    let before = demo.journal().len();
    let expected = [
        (sent(nurse.request(get.clone(), &read), 200).await, json!(["read", "read", "done", "professional", [id]])),
        (
            sent(nurse.request(get.clone(), &content), 200).await,
            json!(["ITI-68", "retrieve", "done", "professional", [id]]),
        ),
        (
            sent(nurse.request(get.clone(), &search), 200).await,
            json!(["ITI-67", "search", "done", "professional", [id]]),
        ),
        (
            sent(stranger.request(get.clone(), &search), 403).await,
            json!(["ITI-67", "search", "refused", "professional", []]),
        ),
        (sent(stranger.request(get.clone(), &read), 404).await, json!(["read", "read", "refused", "professional", []])),
        (sent(nurse.request(get.clone(), &absent), 404).await, json!(["read", "read", "refused", "professional", []])),
        (
            sent(nurse.request(get.clone(), "/DocumentReference/x"), 404).await,
            json!(["read", "none", "rejected", "professional", []]),
        ),
        (sent(hospital.request(get.clone(), &read), 403).await, json!(["read", "read", "refused", "organisation", []])),
        (sent(bad, 400).await, json!(["ITI-65", "none", "rejected", "professional", []])),
        (
            sent(nurse.request(get, &read).header("accept", "image/png"), 406).await,
            json!(["read", "none", "rejected", "professional", []]),
        ),
    ];
    let journal = demo.journal();
    assert_eq!(journal.len(), before + expected.len());
    for (request, gist_expected) in &expected {
        let lines: Vec<&Value> = journal.iter().filter(|line| is_of(line, request)).collect();
        let [line] = lines.as_slice() else { panic!("{gist_expected} left {} lines", lines.len()) };
        assert_eq!(&gist(line), gist_expected, "{line}");
    }
}

// requirement: AU-01 CN-06
#[tokio::test]
async fn content_that_cannot_be_taken_is_not_said_to_be_given() {
    let demo = Demo::start();
    let draft = Draft::by(&demo, "treating-physician", "open").holding("application/pdf", *b"%PDF-1.7");
    let filed = demo.client("treating-physician").post("/DocumentReference", &draft.simplified()).await.expect(201);
    let content = format!("/Binary/{}", filed.json()["id"].as_str().unwrap());
    let nurse = demo.client("team-nurse");
    for (accept, query) in [("image/png", ""), ("*/*", "?_format=turtle")] {
        let request = nurse.request(Method::GET, &format!("{content}{query}")).header("accept", accept);
        let lines = demo.lines_of(&sent(request, 406).await);
        assert_eq!(lines.len(), 1);
        assert_eq!(gist(&lines[0]), json!(["ITI-68", "retrieve", "done", "professional", []]));
    }
}
