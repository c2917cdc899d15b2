//! The CapabilityStatement is true: what it declares is served, and what others' statements ask for is declared.

use std::{collections::BTreeSet, fs::File, path::PathBuf};

use flate2::read::GzDecoder;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, Demo, client::answer, documents::Draft, shared};

const PDSM: &str = "ans.fhir.fr.pdsm-3.1.1.tgz";
const MHD: &str = "ihe.iti.mhd-4.2.3.tgz";

const TDE: &str = "https://interop.esante.gouv.fr/ig/fhir/tde/StructureDefinition/tde-auditevent";

fn physician(demo: &Demo) -> Client {
    demo.client("treating-physician")
}

async fn served(client: &Client) -> Value {
    client.get("/metadata").await.expect(200).json()
}

fn items<'a>(of: &'a Value, name: &str) -> Vec<&'a Value> {
    of[name].as_array().map(|all| all.iter().collect()).unwrap_or_default()
}

fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of[name].as_str().unwrap_or_default()
}

fn resource<'a>(statement: &'a Value, kind: &str) -> &'a Value {
    let all = items(&statement["rest"][0], "resource");
    all.into_iter().find(|it| it["type"] == kind).unwrap_or_else(|| panic!("{kind} is not declared"))
}

/// The types and codes of all interactions; no type for the whole system.
fn interactions(statement: &Value) -> BTreeSet<(String, String)> {
    let rest = &statement["rest"][0];
    let of = |kind: &str, it: &Value| -> Vec<(String, String)> {
        items(it, "interaction").iter().map(|code| (kind.to_owned(), text(code, "code").to_owned())).collect()
    };
    let kinds = items(rest, "resource");
    of("", rest).into_iter().chain(kinds.iter().flat_map(|it| of(text(it, "type"), it))).collect()
}

const CODES: [&str; 8] = ["read", "vread", "history-instance", "search-type", "create", "update", "patch", "delete"];

/// A request for an interaction, about nothing that there is.
fn request_of(client: &Client, kind: &str, code: &str) -> RequestBuilder {
    let id = Uuid::new_v4();
    let bodied = |method: Method, path: String| {
        client.request(method, &path).header("content-type", "application/fhir+json").body("null")
    };
    match code {
        "transaction" | "batch" => bodied(Method::POST, "/".to_owned()),
        "search-system" => client.request(Method::GET, "/?_type=List"),
        "read" => client.request(Method::GET, &format!("/{kind}/{id}")),
        "vread" => client.request(Method::GET, &format!("/{kind}/{id}/_history/1")),
        "history-instance" => client.request(Method::GET, &format!("/{kind}/{id}/_history")),
        "search-type" => client.request(Method::GET, &format!("/{kind}?_id={id}")),
        "create" => bodied(Method::POST, format!("/{kind}")),
        "update" => bodied(Method::PUT, format!("/{kind}/{id}")),
        "patch" => bodied(Method::PATCH, format!("/{kind}/{id}")),
        "delete" => client.request(Method::DELETE, &format!("/{kind}/{id}")),
        other => panic!("{other} is declared and unknown to this test"),
    }
}

/// Whether the router leads anywhere: not to 405 for the method, nor to 404 for the address.
async fn is_served(request: RequestBuilder) -> bool {
    let told = answer(request).await;
    let codes = if told.status == 200 { Vec::new() } else { told.codes() };
    !codes.iter().any(|code| ["DMP-0400", "DMP-0401"].contains(&code.as_str()))
}

// requirement: CS-05
#[tokio::test]
async fn what_is_declared_is_served_and_nothing_else_is() {
    let client = physician(shared());
    let statement = served(&client).await;
    let declared = interactions(&statement);
    for (kind, code) in &declared {
        assert!(is_served(request_of(&client, kind, code)).await, "{kind} {code}");
    }
    let kinds: BTreeSet<&str> =
        declared.iter().map(|(kind, _)| kind.as_str()).filter(|kind| !kind.is_empty()).collect();
    for kind in kinds.into_iter().chain(["Observation", "Practitioner"]) {
        for code in CODES.iter().filter(|code| !declared.contains(&(kind.to_owned(), (**code).to_owned()))) {
            let told = answer(request_of(&client, kind, code)).await;
            assert!([404, 405].contains(&told.status), "{kind} {code} {}", told.status);
            assert!(!told.codes().is_empty(), "{kind} {code}");
            assert_eq!(told.headers.contains_key("allow"), told.status == 405, "{kind} {code}");
        }
    }
}

// requirement: CS-05 CS-07
#[tokio::test]
async fn the_operations_that_are_declared_are_served_and_no_others() {
    let client = physician(shared());
    let statement = served(&client).await;
    let call = |kind: &str, name: &str| {
        let path = format!("/{kind}/${name}");
        client.request(Method::POST, &path).header("content-type", "application/fhir+json").body("null")
    };
    for it in items(&statement["rest"][0], "resource") {
        let kind = text(it, "type");
        let declared: Vec<&str> = items(it, "operation").iter().map(|operation| text(operation, "name")).collect();
        for name in ["generate-metadata", "validate", "docref", "expunge"] {
            assert_eq!(is_served(call(kind, name)).await, declared.contains(&name), "{kind} {name}");
        }
    }
}

// requirement: CS-08
#[tokio::test]
async fn the_statements_word_on_security_versions_and_conditions_is_true() {
    let client = physician(shared());
    let statement = served(&client).await;
    let security = &statement["rest"][0]["security"];
    assert_eq!(security["cors"], false);
    assert_eq!(security["service"][0]["coding"][0]["code"], "Certificates");
    let cross = client.request(Method::GET, "/metadata").header("origin", "https://example.test");
    assert!(answer(cross).await.expect(200).headers.get("access-control-allow-origin").is_none());
    let declared = interactions(&statement);
    for it in items(&statement["rest"][0], "resource") {
        let kind = text(it, "type");
        let has = |code: &str| declared.contains(&(kind.to_owned(), code.to_owned()));
        assert_eq!(it["readHistory"] == true, has("history-instance"), "{kind}");
        assert_eq!(it["versioning"] == "versioned-update", has("patch") || has("update"), "{kind}");
        assert_ne!(it["conditionalCreate"], true, "{kind}");
        if has("create") {
            let request = request_of(&client, kind, "create").header("if-none-exist", "identifier=x");
            assert_eq!(answer(request).await.expect(400).codes(), ["DMP-0416"], "{kind}");
        }
    }
}

// requirement: CS-08 RV-04
#[tokio::test]
async fn the_conditions_on_documents_are_honoured() {
    let demo = shared();
    let client = demo.client("treating-physician");
    assert_eq!(resource(&served(&client).await, "DocumentReference")["conditionalUpdate"], true);
    let draft = Draft::by(demo, "treating-physician", "open");
    let created = client.post("/DocumentReference", &draft.simplified()).await.expect(201);
    let path = format!("/DocumentReference/{}", created.json()["id"].as_str().unwrap());
    let read = |name: &str, value: &str| answer(client.request(Method::GET, &path).header(name, value));
    read("if-none-match", "W/\"1\"").await.expect(304);
    read("if-none-match", "W/\"2\"").await.expect(200);
    let modified = created.headers["last-modified"].to_str().unwrap();
    read("if-modified-since", modified).await.expect(304);
    let patch = |path: &str, tag: &str| {
        let operation = json!([{"op": "replace", "path": "/status", "value": "current"}]).to_string();
        let request = client.request(Method::PATCH, path).header("content-type", "application/json-patch+json");
        answer(request.header("if-match", tag).body(operation))
    };
    patch(&path, "W/\"7\"").await.expect(412);
    patch(&format!("/DocumentReference?identifier=urn:ietf:rfc:3986%7C{}", draft.unique_id), "W/\"1\"")
        .await
        .expect(200);
}

// requirement: CS-03
#[tokio::test]
async fn the_formats_that_are_listed_are_spoken_and_no_other_patches() {
    let client = physician(shared());
    let statement = served(&client).await;
    let formats = items(&statement, "format");
    assert!(!formats.is_empty());
    for format in formats {
        let asked = client.request(Method::GET, "/metadata").header("accept", format.as_str().unwrap());
        answer(asked).await.expect(200);
    }
    let patched = |kind: &str| {
        let path = format!("/DocumentReference/{}", Uuid::new_v4());
        answer(client.request(Method::PATCH, &path).header("content-type", kind).body("<"))
    };
    let formats = items(&statement, "patchFormat");
    assert_eq!(formats.len(), 4);
    for format in formats {
        assert_eq!(patched(format.as_str().unwrap()).await.status, 400, "{format}");
    }
    for other in ["application/merge-patch+json", "text/plain"] {
        patched(other).await.expect(415);
    }
}

// requirement: CS-09
#[tokio::test]
async fn the_statement_has_a_tag_a_head_and_any_mode() {
    let client = physician(shared());
    let whole = client.get("/metadata").await.expect(200);
    let tag = whole.headers["etag"].to_str().unwrap().to_owned();
    let again = client.request(Method::GET, "/metadata").header("if-none-match", format!("\"other\", {tag}"));
    assert!(answer(again).await.expect(304).body.is_empty());
    let changed = client.request(Method::GET, "/metadata").header("if-none-match", "W/\"0\"");
    answer(changed).await.expect(200);
    let head = answer(client.request(Method::HEAD, "/metadata")).await.expect(200);
    assert_eq!((head.headers["etag"].to_str().unwrap(), head.body.len()), (tag.as_str(), 0));
    for mode in ["full", "normative", "terminology"] {
        assert_eq!(client.get(&format!("/metadata?mode={mode}")).await.expect(200).body, whole.body, "{mode}");
    }
}

// requirement: CS-09
#[tokio::test]
async fn options_are_told_of_every_address_that_there_is() {
    let client = physician(shared());
    for (path, allow) in [
        ("/", "GET, HEAD, POST, OPTIONS"),
        ("/metadata", "GET, HEAD, OPTIONS"),
        ("/DocumentReference", "GET, HEAD, PATCH, POST, OPTIONS"),
        ("/DocumentReference/x", "GET, HEAD, PATCH, OPTIONS"),
        ("/DocumentReference/_search", "POST, OPTIONS"),
        ("/Consent/x", "GET, HEAD, PUT, OPTIONS"),
        ("/AuditEvent", "GET, HEAD, OPTIONS"),
        ("/List/$validate", "POST, OPTIONS"),
    ] {
        let request = client.request(Method::OPTIONS, path).header("origin", "https://example.test");
        let told = answer(request).await.expect(204);
        assert_eq!(told.headers["allow"].to_str().unwrap(), allow, "{path}");
        assert!(told.body.is_empty() && told.headers.get("access-control-allow-origin").is_none(), "{path}");
    }
    answer(client.request(Method::OPTIONS, "/Observation")).await.expect(404);
}

// requirement: CS-05 SE-01
#[tokio::test]
async fn a_search_from_the_root_is_that_of_the_type_that_it_names() {
    let demo = shared();
    let client = physician(demo);
    let (system, matricule) = demo.holder("masked");
    let asked = format!("patient.identifier={system}%7C{matricule}&status=current");
    let entries = |page: &Value| -> Vec<String> {
        items(page, "entry").iter().map(|entry| text(entry, "fullUrl").to_owned()).collect()
    };
    let direct = client.get(&format!("/DocumentReference?{asked}")).await.expect(200).json();
    let rooted = client.get(&format!("/?_type=DocumentReference&{asked}")).await.expect(200).json();
    let form = client.request(Method::POST, "/_search").header("content-type", "application/x-www-form-urlencoded");
    let posted = answer(form.body(format!("_type=DocumentReference&{asked}"))).await.expect(200).json();
    assert!(!entries(&direct).is_empty());
    for page in [&rooted, &posted] {
        assert_eq!(
            (entries(page), &page["total"], &page["link"]),
            (entries(&direct), &direct["total"], &direct["link"])
        );
    }
    for wrong in ["", "?_type=Observation", "?_type=List,DocumentReference", "?_type=List&_type=List"] {
        assert_eq!(client.get(&format!("/{wrong}")).await.expect(400).codes(), ["DMP-0429"], "{wrong}");
    }
}

/// A statement in a compiled package beside the project; nothing, said aloud, where the package is not here.
fn official(package: &str, id: &str) -> Option<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/packages").join(package);
    let Ok(file) = File::open(path) else {
        println!("{package} is not here: {id} was not compared");
        return None;
    };
    let mut archive = tar::Archive::new(GzDecoder::new(file));
    let name = format!("package/CapabilityStatement-{id}.json");
    let mut entries = archive.entries().unwrap().map(Result::unwrap);
    let found = entries.find(|entry| entry.path_bytes().as_ref() == name.as_bytes());
    Some(serde_json::from_reader(found.unwrap_or_else(|| panic!("{package} holds no {name}"))).unwrap())
}

/// The code of a parameter by which it stands in an address: statements of ANS name two of them with a blank.
fn spelt(parameter: &Value) -> &str {
    match text(parameter, "name") {
        name if name.contains(' ') => text(parameter, "definition").rsplit('-').next().unwrap(),
        name => name,
    }
}

/// The holder whose record is searched.
struct Patient {
    /// `system|INS`.
    ins: String,
    /// The id here.
    id: String,
}

impl Patient {
    async fn of(demo: &Demo, client: &Client, holder: &str) -> Self {
        let (system, matricule) = demo.holder(holder);
        let ins = format!("{system}%7C{matricule}");
        let found = client.get(&format!("/Patient?identifier={ins}")).await.expect(200).json();
        Self { id: text(&found["entry"][0]["resource"], "id").to_owned(), ins }
    }

    /// What a search of that type must say beside a parameter of that name.
    fn mandatory(&self, kind: &str, name: &str) -> Vec<(&'static str, &str)> {
        let names_holder = kind == "Patient" || ["patient", "subject", "patient.identifier"].contains(&name);
        let holder = (!names_holder).then_some(("patient.identifier", self.ins.as_str()));
        let others: &[(&str, &str)] = match kind {
            "AuditEvent" => &[("date", "ge2026-01-01"), ("date", "lt2200-01-01")],
            "DocumentReference" => &[("status", "current")],
            "List" => &[("status", "current"), ("code", "submissionset")],
            _ => &[],
        };
        let others = others.iter().filter(|(other, _)| *other != name || name == "date");
        holder.into_iter().chain(others.copied()).collect()
    }

    /// A value that a parameter of that name and type takes.
    fn sample(&self, kind: &str, name: &str, of: &str) -> String {
        match (kind, name, of) {
            ("Patient", "_id", _) => self.id.clone(),
            ("Patient", "identifier", _) | (_, "patient.identifier", _) => self.ins.clone(),
            (_, "patient" | "subject", _) => format!("Patient/{}", self.id),
            (_, "_id", _) => Uuid::nil().to_string(),
            ("AuditEvent", "_profile", _) => TDE.to_owned(),
            ("AuditEvent", "entity", _) | (_, "related" | "relatesto", _) => {
                format!("DocumentReference/{}", Uuid::nil())
            }
            ("DocumentReference" | "List", "status", _) => "current".to_owned(),
            (_, "status", _) => "active".to_owned(),
            ("List", "code", _) => "folder".to_owned(),
            (_, name, _) if name.to_ascii_lowercase().ends_with("isarchived") => "false".to_owned(),
            (_, _, "date") => "ge2026-01-01".to_owned(),
            (_, _, "reference") => "Practitioner/1".to_owned(),
            _ => "x".to_owned(),
        }
    }
}

/// Searches strictly with one parameter beside those that the type demands: it is taken, and has an effect.
async fn takes(client: &Client, patient: &Patient, kind: &str, name: &str, of: &str) {
    let mandatory = patient.mandatory(kind, name);
    let mut query: Vec<String> = mandatory.iter().map(|(name, value)| format!("{name}={value}")).collect();
    query.push(format!("{name}={}", patient.sample(kind, name, of)));
    let path = format!("/{kind}?{}", query.join("&"));
    let asked = client.request(Method::GET, &path).header("prefer", "handling=strict");
    let page = answer(asked).await;
    assert_eq!(page.status, 200, "{path}: {}", String::from_utf8_lossy(&page.body));
    let page = page.json();
    let link = items(&page, "link").into_iter().find(|link| link["relation"] == "self").unwrap();
    assert!(text(link, "url").contains(&format!("{name}=")), "{path}: {link}");
}

// requirement: CS-06
#[tokio::test]
async fn every_parameter_that_is_declared_is_read() {
    let demo = shared();
    let client = physician(demo);
    let patient = Patient::of(demo, &client, "masked").await;
    let statement = served(&client).await;
    let mut tried = 0;
    for it in items(&statement["rest"][0], "resource") {
        let (kind, parameters) = (text(it, "type"), items(it, "searchParam"));
        let names: BTreeSet<&str> = parameters.iter().map(|parameter| text(parameter, "name")).collect();
        assert_eq!(names.len(), parameters.len(), "{kind}");
        for parameter in parameters {
            takes(&client, &patient, kind, text(parameter, "name"), text(parameter, "type")).await;
            tried += 1;
        }
    }
    assert!(tried > 70, "{tried}");
}

/// Whether one of our parameters is the official one, by its definition or by its name; a chain is told with its root.
fn is_declared(ours: &Value, parameter: &Value) -> bool {
    let definition = text(parameter, "definition");
    let code = spelt(parameter);
    items(ours, "searchParam").iter().any(|own| {
        let by_definition = !definition.is_empty() && text(own, "definition") == definition;
        let by_name = text(own, "name").eq_ignore_ascii_case(code);
        let by_root = code.split('.').next() == Some(text(own, "name")) && text(own, "documentation").contains(code);
        by_definition || by_name || by_root
    })
}

// requirement: CS-04 CS-06
#[tokio::test]
async fn all_that_the_statements_of_ans_and_ihe_ask_for_is_declared_and_served() {
    let demo = shared();
    let client = physician(demo);
    let patient = Patient::of(demo, &client, "masked").await;
    let ours = served(&client).await;
    let asked = [
        official(PDSM, "PDSm-GestionnaireDePartageDeDocuments"),
        official(MHD, "IHE.MHD.DocumentRecipient.Comprehensive"),
        official(MHD, "IHE.MHD.DocumentResponder"),
    ];
    for theirs in asked.into_iter().flatten() {
        let missing: Vec<_> = interactions(&theirs).difference(&interactions(&ours)).cloned().collect();
        assert_eq!(missing, [], "{}", text(&theirs, "url"));
        for it in items(&theirs["rest"][0], "resource") {
            let kind = text(it, "type");
            let own = resource(&ours, kind);
            assert!(it.get("conditionalUpdate").is_none() || it["conditionalUpdate"] == own["conditionalUpdate"]);
            for parameter in items(it, "searchParam") {
                let name = spelt(parameter);
                let is_alias = name.starts_with("PDSm_List_") || name == "subject";
                assert!(is_alias || is_declared(own, parameter), "{kind} {name}");
                takes(&client, &patient, kind, name, text(parameter, "type")).await;
            }
        }
    }
}

// requirement: CS-04 CS-08
#[tokio::test]
async fn the_strict_rules_claim_what_they_meet_and_the_others_less() {
    let claims = |statement: &Value| items(statement, "instantiates").len();
    assert_eq!(claims(&served(&physician(shared())).await), 1);
    let strict = Demo::configured(|config| config.replace("rule_set = \"dmp\"", "rule_set = \"pdsm\""));
    let statement = served(&physician(&strict)).await;
    assert_eq!(claims(&statement), 3);
    assert_eq!(items(resource(&statement, "DocumentReference"), "supportedProfile").len(), 2);
}
