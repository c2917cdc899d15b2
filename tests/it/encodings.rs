//! JSON and XML, both ways: what is answered, what is stored, and in which form errors come. `conformance/negotiation.txt` holds what
//! each way of accepting gets on each route; `UPDATE_GOLDEN=1` writes it anew.

mod situations;

use std::{fmt::Write, fs, io};

use dmp_gateway::fhir::{
    intake::{Limits, Quarantine, StagingArea},
    xml,
};
use reqwest::Method;
use serde_json::Value;

use crate::{
    sources::root,
    support::{
        Answer, Client, Demo,
        client::{FHIR_XML, answer},
        decisions::{blocking, granting, professional, team},
        documents::Draft,
        shared,
    },
};
use situations::Situation;

const GOLDEN: &str = "conformance/negotiation.txt";
/// The ways to accept: the name in the table, the header, and what is added to the address.
const ACCEPTS: [(char, &str, &str); 8] = [
    ('a', "", ""),
    ('b', "application/fhir+json", ""),
    ('c', "application/fhir+xml", ""),
    ('d', "application/xml;q=0.9, application/json;q=0.1", ""),
    ('e', "application/fhir+xml;fhirVersion=3.0", ""),
    ('f', "image/png", ""),
    ('g', "image/png", "_format=xml"),
    ('h', "application/fhir+xml", "_format=application/fhir+json"),
];

/// Content is not led aside here: nothing that is compared holds any.
struct Nowhere;

impl Quarantine for Nowhere {
    fn open(&self) -> io::Result<Box<dyn StagingArea>> {
        Err(io::Error::other("there is content"))
    }
}

/// What an answer in XML says, as JSON.
fn tree(answer: &Answer) -> Value {
    assert_eq!(answer.headers["content-type"], "application/fhir+xml; charset=utf-8", "{}", answer.text());
    let read = xml::read(answer.body.as_slice(), &Limits::default(), &Nowhere);
    read.unwrap_or_else(|wrong| panic!("{wrong:?}: {}", answer.text())).tree
}

/// Status, form, and the resource or the first bytes of an answer.
fn gist(answer: &Answer) -> String {
    let kind = answer.headers.get("content-type").map_or("-", |kind| kind.to_str().unwrap());
    let text = answer.text();
    let (form, root) = match kind {
        "application/fhir+json; charset=utf-8" => ("json", answer.json()["resourceType"].as_str().unwrap().to_owned()),
        "application/fhir+xml; charset=utf-8" => {
            let start = text.find("xmlns").unwrap_or_else(|| panic!("{text}"));
            ("xml", text[..start].rsplit('<').next().unwrap().trim().to_owned())
        }
        other => (other, "-".to_owned()),
    };
    format!("{} {form} {root}", answer.status)
}

/// What the letters of the table mean.
fn legend() -> String {
    let mut legend = "# What each way to accept gets on each route, refusals included: status, form, resource.\n\
                      # There is no 401: without a certificate there is no connection. The ways, by Accept and address:\n"
        .to_owned();
    for (name, accept, more) in ACCEPTS {
        writeln!(legend, "#   {name}  {} {more}", if accept.is_empty() { "nothing" } else { accept }).unwrap();
    }
    legend.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

async fn told(demo: &Demo, situation: &Situation, accept: &str, more: &str) -> Answer {
    let joint = if situation.path.contains('?') { "&" } else { "?" };
    let path = if more.is_empty() { situation.path.clone() } else { format!("{}{joint}{more}", situation.path) };
    let mut request = demo.client(situation.caller).request(situation.method.clone(), &path);
    for (name, value) in &situation.headers {
        request = request.header(*name, *value);
    }
    if !accept.is_empty() {
        request = request.header("accept", accept);
    }
    answer(request.body(situation.body.clone())).await
}

// requirement: CN-02 CN-03 CN-04 CN-06 CN-07 ER-01
#[tokio::test]
async fn each_way_to_accept_gets_on_each_route_what_the_table_says() {
    let demo = Demo::start();
    let mut table = legend();
    for situation in situations::all(&demo).await {
        let mut gists: Vec<(String, String)> = Vec::new();
        for (name, accept, more) in ACCEPTS {
            let gist = gist(&told(&demo, &situation, accept, more).await);
            match gists.iter_mut().find(|(known, _)| *known == gist) {
                Some((_, names)) => names.push(name),
                None => gists.push((gist, name.to_string())),
            }
        }
        writeln!(table, "\n{}", situation.told).unwrap();
        for (gist, names) in gists {
            writeln!(table, "    {names:<9}{gist}").unwrap();
        }
    }
    let path = root().join(GOLDEN);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &table).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let wrong: Vec<(&str, &str)> = kept.lines().zip(table.lines()).filter(|(kept, made)| kept != made).collect();
    assert!(kept == table, "{GOLDEN} is not what is answered: {wrong:#?}");
}

/// The answer in JSON, and what the answer in XML says.
async fn both(client: &Client, path: &str) -> (Answer, Answer) {
    let in_json = client.get(path).await;
    let in_xml = answer(client.request(Method::GET, path).header("accept", FHIR_XML)).await;
    (in_json, in_xml)
}

// requirement: CN-02 CN-12
#[tokio::test]
async fn every_answer_in_xml_says_what_the_answer_in_json_says() {
    let demo = Demo::start();
    let (physician, front_end) = (demo.client("treating-physician"), demo.client("ens"));
    let draft = Draft::by(&demo, "treating-physician", "open");
    let document = physician.post("/DocumentReference", &draft.simplified()).await.expect(201).id();
    let consent = blocking(&demo, "open", professional(&demo, "outside-specialist"));
    let consent = front_end.post("/Consent", &consent).await.expect(201).id();
    let members = [professional(&demo, "outside-specialist")];
    let team =
        front_end.post("/CareTeam", &team(&demo, "open", "recognised-by-patient", &members)).await.expect(201).id();
    let patient = demo.patient("open");
    let known = format!("/Patient?{}", patient.replace("patient.", ""));
    let id = physician.get(&known).await.expect(200).ids()[0].clone();
    let set = physician.get(&format!("/List?{patient}&code=submissionset")).await.expect(200).ids()[0].clone();
    let trace =
        front_end.get(&format!("/AuditEvent?{patient}&date=ge2020&date=le2099")).await.expect(200).ids()[0].clone();
    let paths = [
        "/metadata".to_owned(),
        format!("/DocumentReference/{document}"),
        format!("/DocumentReference/{document}/_history/1"),
        format!("/DocumentReference/{document}/_history"),
        format!("/DocumentReference?{patient}&status=current"),
        format!("/DocumentReference?{patient}&status=current&colour=red&_elements=type"),
        format!("/List?{patient}&code=submissionset&_include=List:item"),
        format!("/List/{set}"),
        format!("/Consent?{patient}"),
        format!("/Consent/{consent}"),
        format!("/Consent/{consent}/_history"),
        format!("/CareTeam?{patient}"),
        format!("/CareTeam/{team}"),
        format!("/AuditEvent/{trace}"),
        format!("/AuditEvent?{patient}&date=ge2020&date=le2099&_id={trace}"),
        known,
        format!("/Patient/{id}"),
        "/nowhere".to_owned(),
        "/DocumentReference?status=current".to_owned(),
        "/DocumentReference/x".to_owned(),
    ];
    for path in paths {
        let (in_json, in_xml) = both(&front_end, &path).await;
        assert_eq!(in_xml.status, in_json.status, "{path}");
        let mut told = [in_json.json(), tree(&in_xml)];
        for told in &mut told {
            blank_outcomes(told);
        }
        assert_eq!(told[0], told[1], "{path}");
    }
}

/// The address of an outcome in a searchset is made anew for each answer.
fn blank_outcomes(bundle: &mut Value) {
    let entries = bundle["entry"].as_array_mut().into_iter().flatten();
    for entry in entries.filter(|entry| entry["search"]["mode"] == "outcome") {
        entry["fullUrl"] = Value::Null;
    }
}

/// What is stored of a draft that was sent in that form, without what is its own.
async fn stored(demo: &Demo, draft: &Draft, path: &str, resource: &Value, in_xml: bool) -> String {
    let client = demo.client("treating-physician");
    let answer = if in_xml {
        client.send(Method::POST, path, FHIR_XML, xml::write_value(resource).unwrap()).await
    } else {
        client.post(path, resource).await
    };
    assert!([200, 201].contains(&answer.status), "{}", answer.text());
    let identifier = format!("&identifier=urn:ietf:rfc:3986%7C{}", draft.unique_id);
    let found = client.search(&demo.holder("open"), &identifier).await.expect(200);
    let mut document = found.entries()[0]["resource"].clone();
    let id = document["id"].as_str().unwrap().to_owned();
    assert_eq!(client.get(&format!("/Binary/{id}")).await.expect(200).body, draft.content);
    document["meta"]["lastUpdated"] = Value::Null;
    for identifier in document["identifier"].as_array_mut().into_iter().flatten() {
        if identifier["value"].as_str().is_some_and(|value| value.starts_with("urn:uuid:")) {
            identifier["value"] = Value::Null;
        }
    }
    document.to_string().replace(&id, "id").replace(&draft.unique_id, "unique")
}

// requirement: CN-08
#[tokio::test]
async fn a_submission_in_xml_is_stored_as_the_same_in_json() {
    let demo = shared();
    for is_lot in [false, true] {
        let one = Draft::by(demo, "treating-physician", "open").holding("text/plain", "the same");
        let other = Draft { unique_id: format!("{}9", one.unique_id), ..one.clone() };
        let resource = |draft: &Draft| if is_lot { draft.bundle() } else { draft.simplified() };
        let path = if is_lot { "/" } else { "/DocumentReference" };
        let in_json = stored(demo, &one, path, &resource(&one), false).await;
        let in_xml = stored(demo, &other, path, &resource(&other), true).await;
        assert_eq!(in_json, in_xml, "{path}");
    }
}

// requirement: CN-08 RV-06
#[tokio::test]
async fn a_consent_is_changed_in_xml_as_in_json() {
    let demo = Demo::start();
    let front_end = demo.client("ens");
    let sent = blocking(&demo, "open", professional(&demo, "outside-specialist"));
    let stored = front_end.post("/Consent", &sent).await.expect(201).json();
    let path = format!("/Consent/{}", stored["id"].as_str().unwrap());
    let in_xml = answer(front_end.request(Method::GET, &path).header("accept", FHIR_XML)).await.expect(200);
    let ended = in_xml.text().replace("<status value=\"active\"/>", "<status value=\"inactive\"/>");
    let put = front_end.request(Method::PUT, &path).header("content-type", FHIR_XML).header("accept", FHIR_XML);
    let told = answer(put.body(ended)).await.expect(200);
    let now = front_end.get(&path).await.expect(200).json();
    assert_eq!(tree(&told), now);
    assert_eq!((&now["status"], &now["meta"]["versionId"]), (&"inactive".into(), &"2".into()));
    assert_eq!(now["provision"], stored["provision"]);
}

// requirement: CR-07
#[tokio::test]
async fn no_entity_of_xml_is_expanded() {
    let demo = shared();
    let client = demo.client("treating-physician");
    for path in [
        "/",
        "/DocumentReference",
        "/DocumentReference/$validate",
        "/DocumentReference/$generate-metadata",
        "/Consent",
        "/CareTeam",
    ] {
        let body = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>\
                    <Bundle xmlns=\"http://hl7.org/fhir\"><id value=\"&e;\"/></Bundle>";
        let told = client.send(Method::POST, path, FHIR_XML, body).await;
        let expected = if path.ends_with("$validate") { 200 } else { 400 };
        assert_eq!(told.status, expected, "{path}: {}", told.text());
        assert!(!told.text().contains("root:") && told.text().contains("error"), "{path}: {}", told.text());
    }
}

// requirement: CN-03
#[tokio::test]
async fn a_format_in_a_form_counts_as_one_in_the_address() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let form = format!("{}&status=current&_count=0&_format=xml", demo.patient("open"));
    let told = client.post_form("/DocumentReference/_search", &form).await.expect(200);
    assert_eq!(told.headers["content-type"], "application/fhir+xml; charset=utf-8", "{}", told.text());
}

// requirement: CN-10
#[tokio::test]
async fn another_charset_is_ignored_and_pretty_is_for_people() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let path = format!("/DocumentReference?{}&status=current&_count=1", demo.patient("open"));
    let plain = client.get(&path).await.expect(200);
    let charset = client.request(Method::GET, &path).header("accept-charset", "iso-8859-1, utf-16;q=0.5");
    let other = answer(charset).await.expect(200);
    assert_eq!(other.headers["content-type"], "application/fhir+json; charset=utf-8");
    let pretty = client.get(&format!("{path}&_pretty=true")).await.expect(200);
    assert!(pretty.text().lines().count() > 20 && plain.text().lines().count() == 1);
    assert_eq!(pretty.entries(), plain.entries());
    let lossy = client.request(Method::GET, &path).header("accept-encoding", "gzip, br");
    assert_eq!(answer(lossy).await.expect(200).entries(), plain.entries());
}

// requirement: RV-04
#[tokio::test]
async fn what_the_caller_has_already_is_not_sent_again() {
    let demo = shared();
    let (client, front_end) = (demo.client("treating-physician"), demo.client("ens").acting_for(demo, "minor"));
    let draft = Draft::by(demo, "treating-physician", "open");
    let document = client.post("/DocumentReference", &draft.simplified()).await.expect(201).id();
    let consent = granting(demo, "minor", "professional", professional(demo, "outside-specialist"));
    let consent = front_end.post("/Consent", &consent).await.expect(201).id();
    for (client, path) in
        [(&client, format!("/DocumentReference/{document}")), (&front_end, format!("/Consent/{consent}"))]
    {
        let read = client.get(&path).await.expect(200);
        let modified = read.headers["last-modified"].to_str().unwrap().to_owned();
        for (name, value, status) in [
            ("if-none-match", "W/\"1\"", 304),
            ("if-none-match", "\"7\", \"1\"", 304),
            ("if-none-match", "W/\"2\"", 200),
            ("if-modified-since", modified.as_str(), 304),
            ("if-modified-since", "Thu, 01 Jan 2015 00:00:00 GMT", 200),
        ] {
            let told = answer(client.request(Method::GET, &path).header(name, value)).await.expect(status);
            assert_eq!(told.body.is_empty(), status == 304, "{path} {name}: {value}");
            assert_eq!(told.headers["etag"], "W/\"1\"", "{path} {name}: {value}");
        }
    }
    // Whoever may not read learns nothing from a condition.
    let other = demo.client("outside-specialist").request(Method::GET, &format!("/DocumentReference/{document}"));
    answer(other.header("if-none-match", "*")).await.expect(404);
}
