//! FHIR documents as content (MHD, option FHIR Documents Publish): what goes in as a Bundle comes out as that Bundle, in either encoding.

use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};
use dmp_gateway::fhir::{
    document::{self, Encoding},
    xml,
};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Answer, Client, Demo,
    client::answer,
    documents::{Draft, bundle},
    shared,
};

const BINARY: &str = "/entry/2/resource";
const ATTACHMENT: &str = "/entry/1/resource/content/0/attachment";

/// A small FHIR document about that holder, with the numbers written as text of their own.
fn synthesis(holder: &(String, String), name: &Value, author: &str) -> Value {
    let entry = |id: &str, resource: Value| json!({"fullUrl": format!("urn:uuid:{id}"), "resource": resource});
    let [composition, patient, practitioner, organization, observation] =
        std::array::from_fn(|_| Uuid::new_v4().to_string());
    let document = json!({"resourceType": "Bundle", "type": "document", "timestamp": "2026-06-12T10:00:00+02:00",
    "identifier": {"system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{}", Uuid::new_v4())},
    "entry": [
        entry(&composition, json!({"resourceType": "Composition", "status": "final", "title": "Synthèse \"é\"",
            "type": {"coding": [{"system": "http://loinc.org", "code": "11488-4"}]},
            "subject": {"reference": format!("urn:uuid:{patient}")}, "date": "2026-06-12T10:00:00+02:00",
            "author": [{"reference": format!("urn:uuid:{practitioner}")}],
            "custodian": {"reference": format!("urn:uuid:{organization}")},
            "section": [{"title": "Poids", "text": {"status": "generated",
                "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>70,10&#160;kg  &lt; 71</p></div>"},
                "entry": [{"reference": format!("urn:uuid:{observation}")}]}]})),
        entry(&patient, json!({"resourceType": "Patient",
            "identifier": [{"system": holder.0, "value": holder.1}], "name": [{"family": name["family"], "given": name["given"]}]})),
        entry(&practitioner, json!({"resourceType": "Practitioner",
            "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": author}]})),
        entry(&organization, json!({"resourceType": "Organization", "name": "Cabinet",
            "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.2", "value": "10B0999001"}]})),
        entry(&observation, json!({"resourceType": "Observation", "status": "final", "code": {"text": "Poids"},
            "valueQuantity": {"value": 0, "unit": "kg"}, "effectiveDateTime": "2026-06"})),
    ]});
    serde_json::from_str(&document.to_string().replace(r#""value":0,"#, r#""value":70.10,"#)).unwrap()
}

fn own(demo: &Demo, holder: &str) -> Value {
    let author = demo.caller("treating-physician")["ps_idnat"].as_str().unwrap();
    synthesis(&demo.holder(holder), demo.person(holder), author)
}

/// The example of the DMP with its identifiers adapted, where it is at hand.
fn official(demo: &Demo) -> Option<Value> {
    let name = "../shared/examples/pdsm4dmp/Bundle-example-annexe-fhir-document.json";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("NOT RUN: {name} is absent");
        return None;
    };
    let (system, matricule) = demo.holder("open");
    let author = demo.caller("treating-physician")["ps_idnat"].as_str().unwrap();
    let text = text.replace(
        "urn:oid:1.2.250.1.213.1.4.8\",\"value\":\"123456789012345",
        &format!("{system}\",\"value\":\"{matricule}"),
    );
    Some(serde_json::from_str(&text.replace("899700218896", author)).unwrap())
}

/// A submission of that document, as a source that follows MHD makes it: without size and hash.
fn submission(draft: &Draft, document: Value, media: &str) -> Value {
    let mut tree = bundle(&[draft]);
    *tree.pointer_mut(BINARY).unwrap() = document;
    tree["entry"][2]["request"]["url"] = json!("Bundle");
    let attachment = tree.pointer_mut(ATTACHMENT).unwrap().as_object_mut().unwrap();
    attachment.retain(|name, _| !["size", "hash"].contains(&name.as_str()));
    attachment.insert("contentType".to_owned(), json!(media));
    tree
}

async fn post(client: &Client, tree: &Value, encoding: Encoding) -> Answer {
    let body = document::written(tree, encoding).unwrap();
    answer(client.request(Method::POST, "/").header("content-type", encoding.media_type()).body(body)).await
}

async fn fetch(client: &Client, method: Method, url: &str, accept: &str) -> Answer {
    answer(client.request(method, url).header("accept", accept)).await
}

/// The id of the only document of a submission that was taken.
fn id_of(reply: &Answer) -> String {
    let reply = reply.json();
    let location = reply["entry"][1]["response"]["location"].as_str().unwrap();
    assert!(reply["entry"][2]["response"]["location"].as_str().unwrap().contains("/Binary/"), "{reply}");
    location.split("/DocumentReference/").nth(1).unwrap().split('/').next().unwrap().to_owned()
}

/// Files a document in an encoding and reads it back in both.
async fn go_round(demo: &Demo, document: Value, encoding: Encoding) {
    let client = demo.client("treating-physician");
    let draft = Draft::by(demo, "treating-physician", "open");
    let tree = submission(&draft, document.clone(), encoding.media_type());
    let body = document::written(&tree, encoding).unwrap();
    let post = client.request(Method::POST, "/").header("content-type", encoding.media_type());
    let reply = answer(post.header("accept", "application/fhir+json").body(body)).await.expect(200);
    let id = id_of(&reply);
    let url = format!("/Binary/{id}");

    let native = document::written(&document, encoding).unwrap();
    for accept in ["*/*", encoding.media_type()] {
        let told = fetch(&client, Method::GET, &url, accept).await.expect(200);
        assert_eq!(told.headers["content-type"], encoding.media_type());
        assert!(told.body == native, "byte by byte: {}", String::from_utf8_lossy(&told.body));
    }
    let reference = client.get(&format!("/DocumentReference/{id}")).await.expect(200).json();
    let attachment = &reference["content"][0]["attachment"];
    assert_eq!(
        (&attachment["size"], &attachment["contentType"]),
        (&json!(native.len()), &json!(encoding.media_type()))
    );
    let told = fetch(&client, Method::GET, attachment["url"].as_str().unwrap(), "*/*").await.expect(200);
    assert!(told.body == native);

    let other = if encoding == Encoding::Json { Encoding::Xml } else { Encoding::Json };
    let converted = fetch(&client, Method::GET, &url, other.media_type()).await.expect(200);
    assert!(converted.headers["content-type"].to_str().unwrap().starts_with(other.media_type()));
    assert_ne!(converted.headers["etag"], told.headers["etag"]);
    assert_eq!(document::read(&converted.body, other), Some(document));
    let head = fetch(&client, Method::HEAD, &url, other.media_type()).await.expect(200);
    assert_eq!(head.headers["content-length"], converted.body.len().to_string());
    assert_eq!(head.headers["etag"], converted.headers["etag"]);
    let by_name = if other == Encoding::Json { "json" } else { "xml" };
    assert!(client.get(&format!("{url}?_format={by_name}")).await.expect(200).body == converted.body);
}

// requirement: TX-13 RD-01 CN-12
#[tokio::test]
async fn a_fhir_document_comes_out_as_it_went_in_and_in_the_other_encoding() {
    let demo = shared();
    for encoding in [Encoding::Json, Encoding::Xml] {
        go_round(demo, own(demo, "open"), encoding).await;
        if let Some(document) = official(demo) {
            go_round(demo, document, encoding).await;
        }
    }
}

// requirement: TX-06
#[tokio::test]
async fn size_and_hash_that_differ_are_put_right_and_a_media_type_of_no_fhir_is_refused() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let draft = Draft::by(demo, "treating-physician", "open");
    let mut tree = submission(&draft, own(demo, "open"), "application/fhir+json");
    *tree.pointer_mut(&format!("{ATTACHMENT}/contentType")).unwrap() = json!("application/json");
    assert!(post(&client, &tree, Encoding::Json).await.expect(400).codes().contains(&"DMP-0249".to_owned()));
    let attachment = tree.pointer_mut(ATTACHMENT).unwrap();
    (attachment["contentType"], attachment["size"]) = (json!("application/fhir+xml"), json!(7));
    attachment["hash"] = json!("2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
    let id = id_of(&post(&client, &tree, Encoding::Json).await.expect(200));
    let reference = client.get(&format!("/DocumentReference/{id}")).await.expect(200).json();
    let attachment = &reference["content"][0]["attachment"];
    let length = tree.pointer(BINARY).unwrap().to_string().len();
    assert_eq!((&attachment["contentType"], &attachment["size"]), (&json!("application/fhir+json"), &json!(length)));
    assert_ne!(attachment["hash"], "2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
    // Sent once more, it is the same document.
    assert_eq!(id_of(&post(&client, &tree, Encoding::Json).await.expect(200)), id);
}

#[tokio::test]
async fn what_is_no_document_or_of_another_patient_is_refused_and_leaves_nothing() {
    let demo = Demo::start();
    let client = demo.client("treating-physician");
    let draft = Draft::by(&demo, "treating-physician", "open");
    let count =
        || async { client.search(&demo.holder("open"), "&_summary=count").await.expect(200).json()["total"].clone() };
    let before = count().await;
    let mut collection = own(&demo, "open");
    collection["type"] = json!("collection");
    let mut nameless = own(&demo, "open");
    nameless.as_object_mut().unwrap().remove("identifier");
    let mut misshapen = own(&demo, "open");
    misshapen["entry"][4]["resource"]["colour"] = json!("red");
    for (document, code) in [(collection, "DMP-0134"), (nameless, "DMP-0248"), (misshapen, "DMP-0130")] {
        let tree = submission(&draft, document, "application/fhir+json");
        let told = post(&client, &tree, Encoding::Json).await.expect(400).codes();
        assert!(told.iter().any(|it| it == code), "{code}: {told:?}");
    }
    let header = format!(
        "<ClinicalDocument xmlns='urn:hl7-org:v3'><recordTarget><patientRole><id root='{}' extension='{}'/></patientRole></recordTarget></ClinicalDocument>",
        demo.holder("masked").0.trim_start_matches("urn:oid:"),
        demo.holder("masked").1
    );
    let cda = bundle(&[&draft.clone().holding("text/xml", header)]);
    let cda = post(&client, &cda, Encoding::Json).await;
    for encoding in [Encoding::Json, Encoding::Xml] {
        let tree = submission(&draft, own(&demo, "masked"), encoding.media_type());
        let body = document::written(&tree, encoding).unwrap();
        let request = client.request(Method::POST, "/").header("content-type", encoding.media_type());
        let told = answer(request.header("accept", "application/fhir+json").body(body)).await;
        assert_eq!((told.status, told.codes()), (cda.status, cda.codes()), "as a CDA of another patient");
    }
    assert_eq!(count().await, before);
    assert_eq!(demo.quarantined(), 0);
}

// requirement: CN-11
#[tokio::test]
async fn in_a_batch_the_resource_is_the_document_itself() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let document = own(demo, "open");
    let draft = Draft::by(demo, "treating-physician", "open");
    let whole = submission(&draft, document.clone(), "application/fhir+json");
    let id = id_of(&post(&client, &whole, Encoding::Json).await.expect(200));
    // What is no FHIR stands in a Binary.
    let false_one = Draft::by(demo, "treating-physician", "open").holding("application/json", "{}]}");
    let filed = client.post("/DocumentReference", &false_one.simplified()).await.expect(201).json();
    let other = filed["id"].as_str().unwrap();
    let get = |id: &str| json!({"request": {"method": "GET", "url": format!("Binary/{id}")}});
    let batch = json!({"resourceType": "Bundle", "type": "batch", "entry": [get(&id), get(other)]});
    for encoding in [Encoding::Json, Encoding::Xml] {
        let request = client.request(Method::POST, "/").header("content-type", "application/fhir+json");
        let told = answer(request.header("accept", encoding.media_type()).body(batch.to_string())).await.expect(200);
        let text = String::from_utf8(told.body.clone()).unwrap();
        if encoding == Encoding::Json {
            let reply = told.json();
            assert_eq!(reply["entry"][0]["resource"], document);
            assert_eq!(reply["entry"][1]["resource"]["data"], STANDARD.encode("{}]}"));
        } else {
            let inside = String::from_utf8(xml::write_value(&document).unwrap()).unwrap();
            assert!(text.contains(inside.split_once("?>").unwrap().1), "{text}");
            assert!(text.contains(&STANDARD.encode("{}]}")));
        }
    }
}

// requirement: TX-18
#[tokio::test]
async fn content_that_claims_to_be_fhir_and_is_no_document_that_can_be_read_is_not_filed() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let content = own(demo, "open").to_string();
    for (held, why) in [
        (r#"{"resourceType":"Basic"}"#.to_owned(), "another resource"),
        (format!("{content} x"), "something behind it"),
        (format!("{}{content}", " ".repeat(8 << 20)), "longer than is read"),
    ] {
        let draft = Draft::by(demo, "treating-physician", "open").holding("application/fhir+json", held);
        let told = client.post("/DocumentReference", &draft.simplified()).await.expect(422);
        assert!(told.codes().contains(&"DMP-0290".to_owned()), "{why}");
    }
    // As long as it can be read, it may be longer than its first bytes, and another patient in it is found.
    let long = |document: &Value| format!("{document}{}", " ".repeat(100 << 10));
    let file = async |content: String| {
        let draft = Draft::by(demo, "treating-physician", "open").holding("application/fhir+json", content);
        client.post("/DocumentReference", &draft.simplified()).await
    };
    assert!(file(long(&own(demo, "masked"))).await.expect(422).codes().contains(&"DMP-0422".to_owned()));
    let filed = file(long(&own(demo, "open"))).await.expect(201).id();
    fetch(&client, Method::GET, &format!("/Binary/{filed}"), "application/fhir+xml").await.expect(200);
}

#[tokio::test]
async fn a_masked_fhir_document_is_not_there_in_any_encoding() {
    let demo = shared();
    let surgeon = demo.client("team-surgeon");
    let draft = Draft::by(demo, "team-surgeon", "open").flagged("MASQUE_PS");
    let tree = submission(&draft, own(demo, "open"), "application/fhir+json");
    let id = id_of(&post(&surgeon, &tree, Encoding::Json).await.expect(200));
    let nurse = demo.client("team-nurse");
    for accept in ["*/*", "application/fhir+json", "application/fhir+xml"] {
        fetch(&surgeon, Method::GET, &format!("/Binary/{id}"), accept).await.expect(200);
        let hidden = fetch(&nurse, Method::GET, &format!("/Binary/{id}"), accept).await.expect(404);
        let absent = fetch(&nurse, Method::GET, &format!("/Binary/{}", Uuid::new_v4()), accept).await.expect(404);
        assert_eq!(hidden.body, absent.body);
    }
}
