//! The status of each kind of failure, and what an error must not tell.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Answer, Demo,
    client::{Client, answer},
    documents::Draft,
    shared,
};

/// Posts a simplified publication of the treating physician for the holder `open`, changed so.
async fn publish(demo: &Demo, change: impl FnOnce(&mut Value)) -> Answer {
    let mut resource = Draft::by(demo, "treating-physician", "open").simplified();
    change(&mut resource);
    demo.client("treating-physician").post("/DocumentReference", &resource).await
}

fn send(client: &Client, method: Method, path: &str, header: (&str, &str)) -> impl Future<Output = Answer> {
    answer(client.request(method, path).header(header.0, header.1).body("{}"))
}

// requirement: CR-04
#[tokio::test]
async fn a_broken_shape_is_told_apart_from_a_broken_rule_and_an_unknown_type() {
    let demo = shared();
    publish(demo, |_| {}).await.expect(201);
    let shapes: [fn(&mut Value); 4] = [
        |it| it["colour"] = json!("red"),
        |it| it["author"] = json!({"reference": "#author"}),
        |it| it["date"] = json!("yesterday"),
        |it| it["status"] = json!("banana"),
    ];
    for change in shapes {
        publish(demo, change).await.expect(400);
    }
    let rules: [fn(&mut Value); 4] = [
        |it| it["status"] = json!("superseded"),
        |it| it["type"]["coding"][0]["system"] = json!("http://example.test"),
        |it| it["subject"]["identifier"]["value"] = json!("279035121518988"),
        |it| it["masterIdentifier"]["value"] = json!("no uri"),
    ];
    for change in rules {
        publish(demo, change).await.expect(422);
    }
    let client = demo.client("treating-physician");
    for path in ["/Observation", "/NoSuchType"] {
        let told = client.post(path, &json!({"resourceType": &path[1..]})).await.expect(404);
        assert_eq!(told.codes(), ["DMP-0400"]);
    }
}

// requirement: ER-04
#[tokio::test]
async fn each_kind_of_failure_has_its_status() {
    let demo = shared();
    let (physician, nurse) = (demo.client("treating-physician"), demo.client("team-nurse"));
    let masked = Draft::by(demo, "team-surgeon", "open").flagged("MASQUE_PS");
    let filed = demo.client("team-surgeon").post("/DocumentReference", &masked.simplified()).await.expect(201).json();
    let hidden = format!("/DocumentReference/{}", filed["id"].as_str().unwrap());
    let draft = Draft::by(demo, "treating-physician", "open");
    physician.post("/DocumentReference", &draft.simplified()).await.expect(201);
    let other = Draft { content: b"other".to_vec(), ..draft };
    let json = ("content-type", "application/fhir+json");
    let delete = send(&physician, Method::DELETE, &hidden, json).await;
    assert_eq!(delete.headers["allow"], "GET, HEAD, PATCH");
    let form = ("content-type", "application/x-www-form-urlencoded");
    let long = physician.request(Method::POST, "/DocumentReference/_search").header(form.0, form.1);
    let long = answer(long.body("a=b&".repeat(20_000))).await;
    let failures = [
        (400, send(&physician, Method::POST, "/DocumentReference", json).await, "DMP-0106"),
        (403, demo.client("outside-specialist").search(&demo.holder("open"), "").await, "DMP-0403"),
        (403, nurse.search(&demo.holder("closed"), "").await, "DMP-0403"),
        (404, nurse.get(&hidden).await, "DMP-0404"),
        (405, delete, "DMP-0401"),
        (406, send(&physician, Method::GET, &hidden, ("accept", "image/png")).await, "DMP-0406"),
        (409, physician.post("/DocumentReference", &other.simplified()).await, "DMP-0409"),
        (413, long, "DMP-0414"),
        (415, send(&physician, Method::POST, "/DocumentReference", ("content-type", "text/plain")).await, "DMP-0407"),
        (422, publish(demo, |it| it["status"] = json!("superseded")).await, "DMP-0219"),
    ];
    for (status, told, code) in failures {
        let codes = told.expect(status).codes();
        assert!(codes.iter().any(|told| told == code), "{status}: {codes:?}");
    }
}

/// Failures of many kinds, each with an identity in the request where one can stand.
async fn failures(demo: &Demo) -> Vec<Answer> {
    let (physician, stranger) = (demo.client("treating-physician"), demo.client("outside-specialist"));
    let (system, matricule) = demo.holder("open");
    let number = demo.caller("team-surgeon")["ps_idnat"].as_str().unwrap().to_owned();
    let mut seen = vec![
        stranger.search(&demo.holder("open"), "").await,
        physician.search(&demo.holder("closed"), "").await,
        physician.search(&demo.holder("open"), &format!("&date={matricule}")).await,
        physician.search(&demo.holder("open"), &format!("&{number}=x&type:{number}=y")).await,
        physician.get(&format!("/DocumentReference?patient.identifier={system}x%7C{matricule}&status=current")).await,
        physician.get(&format!("/DocumentReference/{matricule}")).await,
        physician.get(&format!("/Patient?identifier={system}x%7C{matricule}")).await,
        physician.get(&format!("/Patient?identifier={system}%7C{}", &matricule[..14])).await,
        physician.get(&format!("/Consent?patient.identifier={system}%7C{matricule}&date={matricule}")).await,
        physician.get(&format!("/AuditEvent?patient.identifier={system}%7C{matricule}")).await,
        physician.patch(&format!("/DocumentReference?identifier={number}"), &json!([])).await,
        physician.get(&format!("/DocumentReference/{}", Uuid::new_v4())).await,
        physician.post_text("/DocumentReference", format!("{{\"resourceType\":\"{matricule}\" {number}")).await,
    ];
    let changes: [&dyn Fn(&mut Value); 6] = [
        &|it| it[&number] = json!(matricule),
        &|it| it["status"] = json!(matricule),
        &|it| it["date"] = json!(number),
        &|it| it["type"]["coding"][0]["system"] = json!(number),
        &|it| it["contained"][0]["identifier"][0]["value"] = json!(number),
        &|it| it["subject"]["identifier"]["system"] = json!("urn:oid:1.2.250.1.213.1.4.8"),
    ];
    for change in changes {
        seen.push(publish(demo, change).await);
    }
    let mut bundle = Draft::by(demo, "treating-physician", "open").bundle();
    bundle["entry"][1]["resource"]["subject"]["identifier"]["value"] = json!(demo.holder("masked").1);
    seen.push(physician.post("/", &bundle).await);
    seen
}

// requirement: ER-05
#[tokio::test]
async fn no_error_tells_an_identity_or_a_trace_of_the_program() {
    let demo = shared();
    let secrets = demo.personal_data();
    let folder = demo.dir().to_str().unwrap();
    let traces = [folder, "/tmp", "host/", "src/", ".rs", "sqlite", "panicked", "RUST_BACKTRACE", "Error {"];
    for told in failures(demo).await {
        assert!((400..500).contains(&told.status), "{}", told.status);
        assert!(!told.codes().is_empty());
        let headers = format!("{:?}", told.headers);
        let text = String::from_utf8_lossy(&told.body).into_owned() + &headers;
        for word in secrets.iter().map(String::as_str).chain(traces) {
            assert!(!text.contains(word), "{word}: {text}");
        }
    }
}

/// Links to what is not contained, each with the place that the outcome tells.
const NOT_CONTAINED: [(&str, &str, &str); 4] = [
    ("/entry/1/resource/author/0", "Practitioner/1", "Bundle.entry[1].resource.author[0]"),
    ("/entry/1/resource/authenticator", "Practitioner/1", "Bundle.entry[1].resource.authenticator"),
    ("/entry/1/resource/context/sourcePatientInfo", "Patient/1", "Bundle.entry[1].resource.context.sourcePatientInfo"),
    ("/entry/0/resource/source", "PractitionerRole/1", "Bundle.entry[0].resource.source"),
];

/// The issues of an outcome: severity, code and place.
fn issues(outcome: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let issues = outcome["issue"].as_array().unwrap().iter();
    issues
        .map(|it| (text(&it["severity"]), text(&it["details"]["coding"][0]["code"]), text(&it["expression"][0])))
        .collect()
}

// requirement: TX-11
#[tokio::test]
async fn who_must_be_contained_is_refused_elsewhere_under_the_strict_rules_and_dangling_under_all() {
    let strict = Demo::configured(|config| config.replace("rule_set = \"dmp\"", "rule_set = \"pdsm\""));
    for (demo, is_strict) in [(&strict, true), (shared(), false)] {
        let client = demo.client("treating-physician");
        for (pointer, link, place) in NOT_CONTAINED {
            let dangling = format!("{place}.reference");
            for (link, code, place, refused) in
                [(link, "DMP-0225", place, is_strict), ("#nobody", "DMP-0155", &dangling, true)]
            {
                let mut bundle = Draft::by(demo, "treating-physician", "open").bundle();
                *bundle.pointer_mut(pointer).unwrap() = json!({"reference": link});
                let told = client.post("/", &bundle).await;
                let wanted = ("error".to_owned(), code.to_owned(), place.to_owned());
                let is_told = told.status == 400 && issues(&told.json()).contains(&wanted);
                assert_eq!(is_told, refused, "{place} {link}: {}", String::from_utf8_lossy(&told.body));
            }
        }
    }
}
