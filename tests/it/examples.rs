//! Real input: the DMP's own examples, and real CDA documents filed with curl.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::support::{Demo, documents::Draft, shared};

fn examples(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/examples").join(folder);
    if !path.is_dir() {
        eprintln!("NOT RUN: ../shared/examples/{folder} is absent");
        return None;
    }
    Some(path)
}

/// An example with its identifiers adapted to the cast: the patient's INS and the professional's number, nothing else.
fn adapted(path: &Path, demo: &Demo) -> String {
    let (system, matricule) = demo.holder("open");
    let author = demo.caller("treating-physician")["ps_idnat"].as_str().unwrap();
    fs::read_to_string(path)
        .unwrap()
        .replace("urn:oid:1.2.250.1.213.1.4.8|123456789012345", &format!("{system}|{matricule}"))
        .replace(
            r#""system":"urn:oid:1.2.250.1.213.1.4.8","value":"123456789012345""#,
            &format!(r#""system":"{system}","value":"{matricule}""#),
        )
        .replace("899700218896", author)
}

// requirement: TX-01 TX-04 TX-08
#[tokio::test]
async fn the_dmp_examples_of_publication_and_replacement_are_accepted() {
    let Some(folder) = examples("pdsm4dmp") else { return };
    let demo = Demo::start();
    let client = demo.client("treating-physician");
    let publication = adapted(&folder.join("Bundle-example-td2-iti65-lot-soumission.json"), &demo);
    let reply = client.post_text("/", publication).await.expect(200).json();
    let statuses: Vec<&str> =
        reply["entry"].as_array().unwrap().iter().map(|e| e["response"]["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["201", "201", "201"]);
    let location = reply["entry"][1]["response"]["location"].as_str().unwrap();
    let id = location.split("/DocumentReference/").nth(1).unwrap().split('/').next().unwrap().to_owned();

    let replacement = adapted(&folder.join("Bundle-example-td2-1-remplacement.json"), &demo).replace("doc-x-id", &id);
    let replacement = Value::to_string(&serde_json::from_str(&replacement).unwrap());
    let reply = client.post_text("/", replacement).await.expect(200).json();
    let statuses: Vec<&str> =
        reply["entry"].as_array().unwrap().iter().map(|e| e["response"]["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["201", "201", "200", "201"], "in the order of the request");
    let old = client.get(&format!("/DocumentReference/{id}")).await.expect(200).json();
    assert_eq!(old["status"], "superseded");
}

// requirement: CR-01 TX-15
#[tokio::test]
async fn the_dmp_example_of_simplified_publication_is_accepted() {
    let Some(folder) = examples("pdsm4dmp") else { return };
    let demo = Demo::start();
    let text = adapted(&folder.join("DocumentReference-example-td2-iti105-publication-simplifiee.json"), &demo);
    let answer = demo.client("treating-physician").post_text("/DocumentReference", text).await.expect(201);
    let stored = answer.json();
    let attachment = &stored["content"][0]["attachment"];
    assert!(attachment.get("data").is_none());
    assert_eq!((&attachment["size"], &attachment["hash"]), (&80.into(), &"A/hMRrv6Y15BjSM8kMLidrz+mHc=".into()));
    let bytes = demo.client("treating-physician").get(attachment["url"].as_str().unwrap()).await.expect(200).body;
    assert_eq!(bytes.len(), 80);
}

/// Type and class of each CDA example, by the code in its header.
const KINDS: [(&str, &str); 12] = [
    ("34133-9", "11"),
    ("11502-2", "10"),
    ("96173-0", "52"),
    ("CERT_DECL", "52"),
    ("74207-2", "11"),
    ("18748-4", "31"),
    ("11490-0", "10"),
    ("87273-9", "52"),
    ("11369-6", "52"),
    ("SYNTH", "11"),
    ("60593-1", "43"),
    ("57833-6", "42"),
];

/// curl as a caller of the cast: status, and the body in a file.
fn curl(demo: &Demo, caller: &str, arguments: &[&str], into: &Path) -> u16 {
    let person = demo.caller(caller);
    let path = |member: &str| demo.dir().join(person[member].as_str().unwrap());
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--write-out", "%{http_code}", "--output"])
        .arg(into)
        .arg("--cacert")
        .arg(demo.dir().join("pki/ca.pem"))
        .arg("--cert")
        .arg(path("certificate"))
        .arg("--key")
        .arg(path("key"))
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().parse().unwrap()
}

/// A CDA document as a draft for the holder whom it names, or for `open` where it names none with a right key.
fn draft_of(demo: &Demo, content: Vec<u8>) -> (Draft, &'static str) {
    let text = String::from_utf8_lossy(&content).into_owned();
    let code = text.split("<code code=\"").nth(1).unwrap().split('"').next().unwrap();
    let (kind, class) = *KINDS.iter().find(|(kind, _)| *kind == code).unwrap_or_else(|| panic!("no class for {code}"));
    let holder = if text.contains(&demo.holder("masked").1) { "masked" } else { "open" };
    (Draft::by(demo, "treating-physician", holder).of_kind(kind, class).holding("text/xml", content), holder)
}

// requirement: RD-01 CN-11 R1111-46@strictly-necessary
#[test]
fn every_cda_example_filed_with_curl_is_read_back_byte_for_byte_and_refused_to_the_others() {
    let Some(folder) = examples("cda") else { return };
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("NOT RUN: there is no curl");
        return;
    }
    let demo = shared();
    let scratch = tempfile::tempdir().unwrap();
    let (body, got) = (scratch.path().join("body.json"), scratch.path().join("got"));
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 14);
    for file in files {
        let content = fs::read(&file).unwrap();
        for transaction in ["/DocumentReference", "/"] {
            let (draft, _) = draft_of(demo, content.clone());
            let resource = if transaction == "/" { draft.bundle() } else { draft.simplified() };
            fs::write(&body, resource.to_string()).unwrap();
            let address = format!("{}{transaction}", demo.base);
            let data = format!("@{}", body.display());
            let post = ["--header", "content-type: application/fhir+json", "--data-binary", &data, &address];
            let status = curl(demo, "treating-physician", &post, &got);
            assert!(status < 300, "{} {status} {}", file.display(), fs::read_to_string(&got).unwrap());
            let id = id_in(&serde_json::from_slice(&fs::read(&got).unwrap()).unwrap());
            let address = format!("{}/Binary/{id}", demo.base);
            assert_eq!(curl(demo, "treating-physician", &[&address], &got), 200);
            assert_eq!(fs::read(&got).unwrap(), content, "{}", file.display());
            for caller in ["outside-specialist", "blocked-pharmacist", "secretary", "hospital"] {
                let status = curl(demo, caller, &[&address], &got);
                assert!(status == 403 || status == 404, "{caller} {status}");
                assert!(!fs::read(&got).unwrap().windows(16).any(|part| part == &content[..16]), "{caller}");
            }
        }
    }
}

/// The document's id in an answer to ITI-105 or ITI-65.
fn id_in(answer: &Value) -> String {
    let location = answer["entry"][1]["response"]["location"].as_str();
    match location.and_then(|location| location.split("/DocumentReference/").nth(1)) {
        Some(rest) => rest.split('/').next().unwrap().to_owned(),
        None => answer["id"].as_str().unwrap().to_owned(),
    }
}

// requirement: CN-11
#[tokio::test]
async fn content_comes_as_a_fhir_binary_where_that_is_asked_for() {
    let demo = shared();
    let draft = Draft::by(demo, "treating-physician", "open").holding("application/pdf", vec![7_u8; 200_001]);
    let client = demo.client("treating-physician");
    let id = client.post("/DocumentReference", &draft.simplified()).await.expect(201).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let request =
        client.request(reqwest::Method::GET, &format!("/Binary/{id}")).header("accept", "application/fhir+json");
    let binary = crate::support::client::answer(request).await.expect(200).json();
    assert_eq!(binary["resourceType"], "Binary");
    assert_eq!(binary["contentType"], "application/pdf");
    assert_eq!(STANDARD.decode(binary["data"].as_str().unwrap()).unwrap(), draft.content);
    let request = client.request(reqwest::Method::GET, &format!("/Binary/{id}")).header("accept", "image/png");
    crate::support::client::answer(request).await.expect(406);
    let head = crate::support::client::answer(client.request(reqwest::Method::HEAD, &format!("/Binary/{id}")))
        .await
        .expect(200);
    assert_eq!(head.headers["content-length"], "200001");
    assert!(head.body.is_empty());
}
