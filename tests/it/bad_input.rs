//! Bad input gets a clear OperationOutcome with a location and a permanent code, and nothing is stored.

use serde_json::{Value, json};

use crate::support::{
    Demo,
    client::answer,
    documents::{Draft, bundle},
    shared,
};

/// How many documents the treating physician sees in that record, by its own count.
async fn total(demo: &Demo, holder: &str) -> u64 {
    let found = demo.client("treating-physician").search(&demo.holder(holder), "&_count=0").await.expect(200).json();
    found["total"].as_u64().unwrap()
}

type Spoil = fn(&mut Value, &Demo);

/// A spoilt Bundle, and where the outcome must point.
const SPOILT: [(&str, Spoil, &str); 17] = [
    (
        "wrong hash",
        |b, _| b["entry"][1]["resource"]["content"][0]["attachment"]["hash"] = json!("2jmj7l5rSw0yVb/vlWAYkK/YBwk="),
        "hash",
    ),
    (
        "hash in hexadecimal",
        |b, _| {
            b["entry"][1]["resource"]["content"][0]["attachment"]["hash"] =
                json!("ZGEzOWEzZWU1ZTZiNGIwZDMyNTViZmVmOTU2MDE4OTBhZmQ4MDcwOQ==")
        },
        "hash",
    ),
    ("wrong size", |b, _| b["entry"][1]["resource"]["content"][0]["attachment"]["size"] = json!(1), "size"),
    (
        "two patients",
        |b, d| b["entry"][1]["resource"]["subject"]["identifier"]["value"] = json!(d.holder("masked").1),
        "subject",
    ),
    (
        "another patient in the list",
        |b, d| b["entry"][0]["resource"]["subject"]["identifier"]["value"] = json!(d.holder("masked").1),
        "subject",
    ),
    (
        "dangling attachment",
        |b, _| {
            b["entry"][1]["resource"]["content"][0]["attachment"]["url"] =
                json!("urn:uuid:00000000-0000-4000-8000-000000000000")
        },
        "url",
    ),
    (
        "dangling list item",
        |b, _| {
            b["entry"][0]["resource"]["entry"][0]["item"]["reference"] =
                json!("urn:uuid:00000000-0000-4000-8000-000000000000")
        },
        "entry[0].item",
    ),
    (
        "two submission sets",
        |b, _| {
            let set = b["entry"][0].clone();
            b["entry"].as_array_mut().unwrap().push(set)
        },
        "entry",
    ),
    (
        "no submission set",
        |b, _| {
            b["entry"].as_array_mut().unwrap().remove(0);
        },
        "entry",
    ),
    (
        "a foreign resource",
        |b, _| {
            b["entry"].as_array_mut().unwrap().push(json!({"fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000009",
        "resource": {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}, "request": {"method": "POST", "url": "Observation"}}))
        },
        "entry",
    ),
    ("an unknown member", |b, _| b["entry"][1]["resource"]["colour"] = json!("red"), "colour"),
    ("a scalar for an array", |b, _| b["entry"][1]["resource"]["author"] = json!({"reference": "#author"}), "author"),
    ("an empty array", |b, _| b["entry"][1]["resource"]["author"] = json!([]), "author"),
    ("a null", |b, _| b["entry"][1]["resource"]["description"] = Value::Null, "description"),
    (
        "a wrong check key",
        |b, _| b["entry"][1]["resource"]["subject"]["identifier"]["value"] = json!("279035121518988"),
        "subject",
    ),
    (
        "an identity of the other environment",
        |b, _| b["entry"][1]["resource"]["subject"]["identifier"]["system"] = json!("urn:oid:1.2.250.1.213.1.4.8"),
        "subject",
    ),
    ("a status that is none", |b, _| b["entry"][1]["resource"]["status"] = json!("banana"), "status"),
];

// requirement: TX-02 TX-03 TX-04 TX-05 TX-06 CR-04 CR-05 ER-03
#[tokio::test]
async fn a_spoilt_bundle_is_refused_with_its_place_and_nothing_is_stored() {
    let demo = Demo::start();
    let before = total(&demo, "open").await;
    for (name, spoil, place) in SPOILT {
        let mut bundle = Draft::by(&demo, "treating-physician", "open").bundle();
        spoil(&mut bundle, &demo);
        let answer = demo.client("treating-physician").post("/", &bundle).await;
        assert_eq!(answer.status, 400, "{name}: {}", String::from_utf8_lossy(&answer.body));
        let codes = answer.codes();
        assert!(codes.iter().all(|code| code.starts_with("DMP-") && code.len() == 8), "{name}: {codes:?}");
        let outcome = answer.json();
        let places: Vec<&str> =
            outcome["issue"].as_array().unwrap().iter().filter_map(|issue| issue["expression"][0].as_str()).collect();
        assert!(places.iter().any(|at| at.contains(place)), "{name}: {places:?}");
        assert_eq!(total(&demo, "open").await, before, "{name}");
    }
    assert_nothing_staged(&demo);
}

/// Nothing lies in the quarantine, and nothing in the store that no document owns.
fn assert_nothing_staged(demo: &Demo) {
    assert_eq!(demo.quarantined(), 0, "something is left in the quarantine");
}

// requirement: CR-05 CR-07
#[tokio::test]
async fn a_text_that_is_no_proper_json_is_refused_with_its_place() {
    let demo = Demo::start();
    let client = demo.client("treating-physician");
    let before = total(&demo, "open").await;
    let whole = Draft::by(&demo, "treating-physician", "open").simplified().to_string();
    let deep = format!("{{\"resourceType\":\"Bundle\",\"entry\":[{}]}}", "[".repeat(100_000));
    for (name, text) in [
        (
            "a duplicate key",
            whole.replacen("\"status\":\"current\"", "\"status\":\"current\",\"status\":\"current\"", 1),
        ),
        ("a cut body", whole[..whole.len() - 40].to_owned()),
        ("trailing bytes", format!("{whole}x")),
        ("deep nesting", deep),
        ("nothing", String::new()),
        ("an array", "[]".to_owned()),
        ("no resource", "{}".to_owned()),
        ("another resource", "{\"resourceType\":\"Patient\",\"active\":true}".to_owned()),
        ("bad base64", whole.replacen("\"data\":\"", "\"data\":\"*", 1)),
    ] {
        let answer = client.post_text("/DocumentReference", text).await;
        assert!([400, 413, 422].contains(&answer.status), "{name}: {}", answer.status);
        assert!(!answer.codes().is_empty(), "{name}");
        let issue = answer.json()["issue"][0].clone();
        // What ends too early, or never begins, has no place but its end.
        let has_a_place = issue["expression"][0].is_string()
            || issue["diagnostics"].as_str().is_some_and(|place| place.contains("line ") && place.contains("column "));
        assert!(has_a_place || ["a cut body", "nothing"].contains(&name), "{name}: {issue}");
        assert_eq!(total(&demo, "open").await, before, "{name}");
    }
    assert_nothing_staged(&demo);
}

// requirement: CN-06 ER-01 ER-04
#[tokio::test]
async fn wrong_media_types_methods_and_addresses_are_told_as_outcomes() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let draft = Draft::by(demo, "treating-physician", "open").simplified().to_string();
    let post = |kind: &'static str| {
        client.request(reqwest::Method::POST, "/DocumentReference").header("content-type", kind).body(draft.clone())
    };
    assert_eq!(answer(post("text/plain")).await.expect(415).codes(), ["DMP-0407"]);
    let accept = client.request(reqwest::Method::GET, "/metadata").header("accept", "image/png");
    assert_eq!(answer(accept).await.expect(406).codes(), ["DMP-0406"]);
    let delete = client.request(reqwest::Method::DELETE, "/DocumentReference/x");
    let refused = answer(delete).await.expect(405);
    assert_eq!(refused.headers["allow"], "GET, HEAD, PATCH");
    assert_eq!(refused.codes(), ["DMP-0401"]);
    assert_eq!(client.get("/Observation").await.expect(404).codes(), ["DMP-0400"]);
}

// requirement: CR-03
#[tokio::test]
async fn a_conditional_create_is_refused_and_never_ignored() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let draft = Draft::by(demo, "treating-physician", "open").simplified().to_string();
    let conditional = client
        .request(reqwest::Method::POST, "/DocumentReference")
        .header("content-type", "application/fhir+json")
        .header("if-none-exist", "identifier=x")
        .body(draft);
    assert_eq!(answer(conditional).await.expect(400).codes(), ["DMP-0416"]);
}

// requirement: SE-10 SE-11 SE-09
#[tokio::test]
async fn malformed_search_values_are_told_by_parameter() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let holder = demo.holder("open");
    for (more, place) in [
        ("&date=yesterday", "date"),
        ("&date=ge2026-13", "date"),
        ("&period=zz2026", "period"),
        ("&creation=2026-02-30", "creation"),
        ("&_count=many", "_count"),
        ("&type:colour=x", "type"),
        ("&_cursor=abc", "_cursor"),
    ] {
        let refused = client.search(&holder, more).await.expect(400).json();
        assert!(refused["issue"][0]["expression"][0].as_str().unwrap().contains(place), "{more}: {refused}");
    }
    client.get("/DocumentReference?status=current").await.expect(400);
    client
        .get("/DocumentReference?patient.identifier=urn:oid:1.2.250.1.213.1.4.10%7C279035121518988&status=current")
        .await
        .expect(400);
    let ignored = client.search(&holder, "&colour=red").await.expect(200).json();
    assert!(!ignored["link"][0]["url"].as_str().unwrap().contains("colour"));
    let strict = client
        .request(
            reqwest::Method::GET,
            &format!("/DocumentReference?patient.identifier={}%7C{}&status=current&colour=red", holder.0, holder.1),
        )
        .header("prefer", "handling=strict");
    answer(strict).await.expect(400);
}

// requirement: TX-07 K14@idempotent-submission
// requirement: K14@idempotent-submission
#[tokio::test]
async fn the_same_submission_twice_is_one_document_and_other_content_is_a_conflict() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let draft = Draft::by(demo, "treating-physician", "open");
    let first = client.post("/DocumentReference", &draft.simplified()).await.expect(201);
    let again = client.post("/DocumentReference", &draft.simplified()).await.expect(201);
    assert_eq!(first.body, again.body);
    let lot = bundle(&[&Draft::by(demo, "treating-physician", "open"), &Draft::by(demo, "treating-physician", "open")]);
    let first = client.post("/", &lot).await.expect(200).json();
    let again = client.post("/", &lot).await.expect(200).json();
    assert_eq!(first, again);
    let other = Draft { content: b"other".to_vec(), ..draft };
    assert_eq!(client.post("/DocumentReference", &other.simplified()).await.expect(409).codes(), ["DMP-0409"]);
}
