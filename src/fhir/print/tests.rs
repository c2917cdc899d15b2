use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::{
    fhir::{
        issue::Issue,
        publication::ReplyEntry,
        rules::{CUSTODIAN_MISSING, PARAMETER_UNKNOWN, VALUE_MALFORMED},
        xml,
    },
    record::{
        code::{Code, Identifier},
        document::{ContentRef, DateSpan, DocumentEntry, DocumentId, Index, Rendition, Status},
        visibility::{Labels, Origin},
    },
};

mod lists;

const BASE: &str = "https://dmp.test/fhir";

fn at() -> Timestamp {
    "2026-07-01T08:00:00.120Z".parse().unwrap()
}

fn entry(number: u128) -> DocumentEntry {
    let span = DateSpan { from: at(), until: at() };
    DocumentEntry {
        id: DocumentId(Uuid::from_u128(number)),
        version: 3,
        updated: at(),
        unique_id: Identifier { system: "urn:oid:1.2.3".to_owned(), value: "a\"b\\c\n".to_owned() },
        entry_uuids: vec![Uuid::from_u128(7), Uuid::from_u128(8)],
        status: Status::Superseded,
        archived: false,
        kind: Code::new("http://loinc.org", "x"),
        class: Code::new("", "y"),
        date: span,
        creation: span,
        period: (at(), None),
        authors: Vec::new(),
        labels: Labels { masked: Some(Origin::Holder), ..Labels::default() },
        first_deposited: at(),
        announced: None,
        content: ContentRef { handle: Uuid::nil(), content_type: "text/\"x".to_owned(), size: 1, sha1: [0; 20] },
        replaces: Vec::new(),
        relations: Vec::new(),
        index: Index::default(),
    }
}

fn rendition(leading: &str, number: u128) -> Rendition {
    let id = Uuid::from_u128(number);
    let body = format!("{leading}\"description\":\"d\",\"content\":[{{\"attachment\":{{\"url\":\"Binary/{id}\"}}}}]");
    let base_at = body.find("Binary/").unwrap();
    Rendition { body: body.into_bytes(), base_at }
}

fn printed(entry: &DocumentEntry, rendition: &Rendition) -> Value {
    let mut out = Vec::new();
    document(&mut out, entry, rendition, BASE);
    serde_json::from_slice(&out).unwrap()
}

// requirement: TX-17
#[test]
fn a_document_shows_what_the_server_owns() {
    let printed = printed(&entry(1), &rendition("", 1));
    assert_eq!(printed["meta"], json!({"versionId": "3", "lastUpdated": "2026-07-01T08:00:00.120Z"}));
    assert_eq!(printed["status"], "superseded");
    assert_eq!(printed["masterIdentifier"]["value"], "a\"b\\c\n");
    assert_eq!(printed["identifier"][0]["use"], "official");
    assert_eq!(printed["identifier"][1]["use"], "old");
    assert_eq!(printed["identifier"][2]["value"], format!("urn:uuid:{}", Uuid::from_u128(1)));
    assert_eq!(printed["securityLabel"][0]["coding"][0]["code"], "MASQUE_PS");
    assert_eq!(printed["securityLabel"][1]["coding"][0]["code"], "N");
    assert_eq!(printed["content"][0]["attachment"]["url"], format!("{BASE}/Binary/{}", Uuid::from_u128(1)));
    assert_eq!(printed.get("extension"), None);
}

#[test]
fn what_the_source_left_follows_what_the_server_wrote() {
    let leading = r#""meta":{"profile":["p]\"}"]},"extension":[{"url":"u"}],"identifier":[{"value":"v"}],"#;
    let kept = printed(&DocumentEntry { archived: true, ..entry(1) }, &rendition(leading, 1));
    assert_eq!(kept["meta"]["profile"][0], "p]\"}");
    assert_eq!(kept["extension"][0]["valueBoolean"], true);
    assert_eq!(kept["extension"][1]["url"], "u");
    assert_eq!(kept["identifier"][3]["value"], "v");
    assert_eq!(kept["description"], "d");
    let url = kept["content"][0]["attachment"]["url"].as_str().unwrap();
    assert!(url.starts_with("https://dmp.test/fhir/Binary/"));
    let only = printed(&entry(1), &rendition(r#""extension":[{"url":"u"}],"#, 1));
    assert_eq!(only["extension"], json!([{"url": "u"}]));
}

#[test]
fn a_search_answers_with_matches_links_and_remarks() {
    let documents: Vec<_> = [1, 2].map(|number| (entry(number), rendition("", number))).into_iter().collect();
    let mut entries = documents.iter().map(|(entry, rendition)| (entry, rendition));
    let warnings = [Issue::warning(PARAMETER_UNKNOWN.diagnosis, "_include", "")];
    let set = SearchSet {
        total: 5,
        self_link: format!("{BASE}/DocumentReference?status=current"),
        next_link: Some("n".to_owned()),
        entries: &mut entries,
        warnings: &warnings,
    };
    let bundle: Value = serde_json::from_slice(&searchset(set, BASE)).unwrap();
    assert_eq!((&bundle["type"], &bundle["total"]), (&json!("searchset"), &json!(5)));
    assert_eq!(bundle["link"][1], json!({"relation": "next", "url": "n"}));
    assert_eq!(bundle["entry"].as_array().unwrap().len(), 3);
    assert_eq!(bundle["entry"][1]["fullUrl"], format!("{BASE}/DocumentReference/{}", Uuid::from_u128(2)));
    assert_eq!(bundle["entry"][1]["search"]["mode"], "match");
    assert_eq!(bundle["entry"][2]["search"]["mode"], "outcome");
    assert_eq!(bundle["entry"][2]["resource"]["issue"][0]["severity"], "warning");
}

#[test]
fn an_empty_search_has_a_total_and_no_entry() {
    let set = SearchSet {
        total: 0,
        self_link: String::new(),
        next_link: None,
        entries: &mut std::iter::empty(),
        warnings: &[],
    };
    let bundle: Value = serde_json::from_slice(&searchset(set, BASE)).unwrap();
    assert_eq!(bundle["total"], 0);
    assert_eq!(bundle.get("entry"), None);
    assert_eq!(bundle["link"].as_array().unwrap().len(), 1);
}

#[test]
fn a_submission_is_answered_entry_by_entry() {
    let filed = |number, version| FiledVersion { id: DocumentId(Uuid::from_u128(number)), version, updated: at() };
    let reply = [
        ReplyEntry::SubmissionSet,
        ReplyEntry::Document(0),
        ReplyEntry::Superseded(0),
        ReplyEntry::Binary(0),
        ReplyEntry::Patient,
        ReplyEntry::Folder(1),
    ];
    let submission = FiledSubmission {
        set: Uuid::from_u128(9),
        folders: &[Uuid::from_u128(10), Uuid::from_u128(11)],
        received: at(),
        documents: &[filed(1, 1)],
        superseded: &[filed(2, 5)],
    };
    let remark = |at: &str| Issue::warning(CUSTODIAN_MISSING.diagnosis, at, "");
    let warnings = [remark("Bundle.entry[1].resource.custodian"), remark("Bundle.entry[10].resource.custodian")];
    let bundle: Value = serde_json::from_slice(&transaction_response(&reply, &submission, &warnings, BASE)).unwrap();
    let response = |index: usize| &bundle["entry"][index]["response"];
    assert_eq!(bundle["entry"].as_array().unwrap().len(), 6);
    assert_eq!(response(0)["location"], format!("{BASE}/List/{}/_history/1", Uuid::from_u128(9)));
    assert_eq!(response(1)["status"], "201");
    assert_eq!(response(1)["etag"], "W/\"1\"");
    assert_eq!(response(1)["outcome"]["issue"].as_array().unwrap().len(), 1);
    assert_eq!(response(2)["status"], "200");
    assert_eq!(response(2)["location"], format!("{BASE}/DocumentReference/{}/_history/5", Uuid::from_u128(2)));
    assert_eq!(response(3)["location"], format!("{BASE}/Binary/{}", Uuid::from_u128(1)));
    assert_eq!(response(4), &json!({"status": "200"}));
    assert_eq!(response(5)["status"], "201");
    assert_eq!(response(5)["location"], format!("{BASE}/List/{}/_history/1", Uuid::from_u128(11)));
}

#[test]
fn a_history_tells_each_version_and_what_made_it() {
    let (new, old) = (entry(1), DocumentEntry { version: 1, status: Status::Current, ..entry(1) });
    let rendition = rendition("", 1);
    let self_link = format!("{BASE}/DocumentReference/{}/_history", new.id);
    let bytes = document_history(&[(&new, &rendition), (&old, &rendition)], &self_link, BASE);
    let bundle: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!((&bundle["type"], &bundle["total"]), (&json!("history"), &json!(2)));
    assert_eq!(bundle["link"], json!([{"relation": "self", "url": self_link}]));
    let (first, last) = (&bundle["entry"][1], &bundle["entry"][0]);
    assert_eq!(last["fullUrl"], format!("{BASE}/DocumentReference/{}", new.id));
    assert_eq!(last["resource"], printed(&new, &rendition));
    assert_eq!(last["request"], json!({"method": "PUT", "url": format!("DocumentReference/{}", new.id)}));
    assert_eq!(
        last["response"],
        json!({"status": "200", "etag": "W/\"3\"", "lastModified": "2026-07-01T08:00:00.120Z"})
    );
    assert_eq!(first["request"], json!({"method": "POST", "url": "DocumentReference"}));
    assert_eq!((&first["response"]["status"], &first["response"]["etag"]), (&json!("201"), &json!("W/\"1\"")));
    assert_eq!(first["resource"]["status"], "current");
}

#[test]
fn the_history_of_anything_is_made_of_what_was_printed() {
    let version =
        PrintedVersion { resource: b"{\"resourceType\":\"Consent\"}", version: 1, updated: at(), is_first: true };
    let told = History { kind: "Consent", id: "c", self_link: "s", versions: &[version] };
    let bundle: Value = serde_json::from_slice(&history(&told, BASE)).unwrap();
    assert_eq!(bundle["entry"][0]["resource"]["resourceType"], "Consent");
    let empty: Value = serde_json::from_slice(&history(&History { versions: &[], ..told }, BASE)).unwrap();
    assert_eq!((&empty["total"], empty.get("entry")), (&json!(0), None));
}

#[test]
fn an_outcome_tells_what_and_where() {
    let issues = [
        Issue::error(VALUE_MALFORMED.diagnosis, "patient.identifier", "x"),
        Issue::error(VALUE_MALFORMED.diagnosis, "line 3, column 14", "y"),
        Issue::error(VALUE_MALFORMED.diagnosis, "", ""),
    ];
    let outcome: Value = serde_json::from_slice(&outcome(&issues)).unwrap();
    let issue = &outcome["issue"];
    assert_eq!(issue[0]["severity"], "error");
    assert_eq!(issue[0]["code"], "value");
    assert_eq!(issue[0]["details"]["coding"][0]["code"], "DMP-0302");
    assert_eq!(issue[0]["details"]["coding"][0]["system"], "https://dmp-gateway.example/fhir/CodeSystem/diagnosis");
    assert_eq!(issue[0]["diagnostics"], "x");
    assert_eq!(issue[0]["expression"], json!(["patient.identifier"]));
    assert_eq!(issue[1]["diagnostics"], "line 3, column 14: y");
    assert_eq!(issue[1].get("expression"), None);
    assert_eq!(issue[2].get("diagnostics"), None);
}

#[test]
fn a_binary_is_whole_with_its_content_in_the_middle() {
    let (mut out, suffix) = binary_frame(&entry(1));
    out.extend_from_slice(b"aGVsbG8=");
    out.extend(suffix);
    let binary: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(binary["contentType"], "text/\"x");
    assert_eq!(binary["data"], "aGVsbG8=");
    assert_eq!(binary["id"], Uuid::from_u128(1).to_string());
}

#[test]
fn a_binary_in_xml_is_the_twin_of_that_in_json() {
    let whole = |(head, tail): (Vec<u8>, Vec<u8>)| [head, b"aGVsbG8=".to_vec(), tail].concat();
    let (json, in_xml) = (whole(binary_frame(&entry(1))), whole(xml::binary_frame(&entry(1))));
    assert_eq!(String::from_utf8(in_xml).unwrap(), String::from_utf8(xml::write(&json).unwrap()).unwrap());
}

proptest! {
    #[test]
    fn every_text_is_printed_as_the_string_that_it_is(text in "[\\x00-\\x7fé€𝄞]{0,40}") {
        let mut out = Vec::new();
        json::string(&mut out, &text);
        prop_assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
    }

    #[test]
    fn a_leading_member_is_split_off_whatever_it_holds(text in "[\\[\\]{}\"\\\\,a]{0,20}") {
        let body = format!("\"meta\":{{\"tag\":{}}},\"rest\":1", serde_json::to_string(&text).unwrap());
        let (inner, rest) = json::leading(body.as_bytes(), "meta");
        prop_assert_eq!(rest, b"\"rest\":1");
        let whole = [b"{", inner, b"}"].concat();
        prop_assert_eq!(serde_json::from_slice::<Value>(&whole).unwrap(), json!({"tag": text}));
    }
}
