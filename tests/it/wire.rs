//! What FHIR's HTTP rules ask of every answer: media types, versions, searchsets, outcomes, records of access.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

use crate::support::{Client, Demo, client::answer, documents::Draft, shared};

const FHIR_JSON: &str = "application/fhir+json; charset=utf-8";

/// Files a document as the treating physician of the holder `open`; its id, and the search that finds it alone.
async fn filed(demo: &Demo, client: &Client) -> (String, String) {
    let draft = Draft::by(demo, "treating-physician", "open");
    let created = client.post("/DocumentReference", &draft.simplified()).await.expect(201).json();
    let id = created["id"].as_str().unwrap().to_owned();
    (id, format!("identifier=urn:ietf:rfc:3986%7C{}", draft.unique_id))
}

// requirement: CN-01 RV-01
#[tokio::test]
async fn a_read_tells_its_media_type_and_version() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let (id, _) = filed(demo, &client).await;
    let read = client.get(&format!("/DocumentReference/{id}")).await.expect(200);
    let meta = read.json()["meta"].clone();
    assert_eq!(read.headers["content-type"], FHIR_JSON);
    assert_eq!(read.headers["etag"].to_str().unwrap(), format!("W/\"{}\"", meta["versionId"].as_str().unwrap()));
    let modified = jiff::fmt::rfc2822::parse(read.headers["last-modified"].to_str().unwrap()).unwrap().timestamp();
    let updated: jiff::Timestamp = meta["lastUpdated"].as_str().unwrap().parse().unwrap();
    assert_eq!(modified.as_second(), updated.as_second());
}

// requirement: RV-02
#[tokio::test]
async fn an_id_that_leads_nowhere_is_not_found_whatever_its_form() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let absent = client.get(&format!("/DocumentReference/{}", Uuid::new_v4())).await.expect(404);
    for id in ["x", "%00", "..%2F", "00000000000000000000000000000000", &"a".repeat(2000)] {
        for kind in ["DocumentReference", "Binary"] {
            let told = client.get(&format!("/{kind}/{id}")).await.expect(404);
            assert_eq!(told.body, absent.body, "{kind}/{id}");
        }
    }
    // An id has one spelling, and so has a version.
    let (id, _) = filed(demo, &client).await;
    for other in [id.to_uppercase(), format!("{id}/_history/01"), format!("{id}/_history/+1")] {
        client.get(&format!("/DocumentReference/{other}")).await.expect(404);
    }
    client.get(&format!("/DocumentReference/{id}/_history/1")).await.expect(200);
}

// requirement: CN-06
#[tokio::test]
async fn a_body_that_is_compressed_is_refused_for_that() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let draft = Draft::by(demo, "treating-physician", "open").simplified().to_string();
    for (encoding, status) in [("gzip", 415), ("identity, br", 415), ("identity", 201)] {
        let sent = client.request(Method::POST, "/DocumentReference").header("content-type", FHIR_JSON);
        let told = answer(sent.header("content-encoding", encoding).body(draft.clone())).await.expect(status);
        assert!(status == 201 || told.codes() == ["DMP-0440"], "{encoding}");
    }
}

// requirement: RV-08
#[tokio::test]
async fn nothing_is_deleted() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let (id, _) = filed(demo, &client).await;
    for path in [format!("/DocumentReference/{id}"), format!("/Binary/{id}")] {
        answer(client.request(Method::DELETE, &path)).await.expect(405);
        client.get(&path).await.expect(200);
    }
}

// requirement: SE-01
#[tokio::test]
async fn a_search_finds_the_same_by_address_by_form_and_by_both() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let (id, asked) = filed(demo, &client).await;
    let (system, matricule) = demo.holder("open");
    let patient = format!("patient.identifier={system}%7C{matricule}");
    let by_address =
        client.get(&format!("/DocumentReference?{patient}&status=current&{asked}")).await.expect(200).json();
    assert_eq!(by_address["entry"][0]["resource"]["id"], id.as_str());
    let post = |query: &str, form: String, kind: &str| {
        client
            .request(Method::POST, &format!("/DocumentReference/_search{query}"))
            .header("content-type", kind)
            .body(form)
    };
    let form = "application/x-www-form-urlencoded";
    let by_form = answer(post("", format!("{patient}&status=current&{asked}"), form)).await.expect(200).json();
    let by_both = answer(post("?status=current", format!("{patient}&{asked}"), form)).await.expect(200).json();
    for other in [by_form, by_both] {
        assert_eq!((&other["entry"], &other["total"]), (&by_address["entry"], &by_address["total"]));
    }
    answer(post("", format!("{patient}&status=current"), "application/json")).await.expect(415);
}

// requirement: SE-02
#[tokio::test]
async fn a_searchset_has_absolute_addresses_and_may_be_empty() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let (id, asked) = filed(demo, &client).await;
    let found = client.search(&demo.holder("open"), &format!("&{asked}")).await.expect(200).json();
    assert_eq!((&found["type"], &found["total"]), (&Value::from("searchset"), &Value::from(1)));
    assert_eq!(found["entry"][0]["fullUrl"], format!("{}/DocumentReference/{id}", demo.base));
    assert_eq!(found["entry"][0]["search"]["mode"], "match");
    let own = found["link"].as_array().unwrap().iter().find(|link| link["relation"] == "self").unwrap();
    assert!(own["url"].as_str().unwrap().starts_with(&format!("{}/DocumentReference?", demo.base)), "{own}");
    let nothing = format!("&identifier=urn:ietf:rfc:3986%7Curn:uuid:{}", Uuid::new_v4());
    let empty = client.search(&demo.holder("open"), &nothing).await.expect(200).json();
    assert_eq!((&empty["total"], empty.get("entry")), (&Value::from(0), None));
}

// requirement: ER-02
#[tokio::test]
async fn outcomes_bear_codes_of_the_value_set() {
    const CODES: [&str; 17] = [
        "structure",
        "required",
        "value",
        "invariant",
        "code-invalid",
        "not-found",
        "not-supported",
        "business-rule",
        "duplicate",
        "conflict",
        "too-long",
        "too-costly",
        "forbidden",
        "login",
        "transient",
        "exception",
        "informational",
    ];
    let client = shared().client("treating-physician");
    for path in ["/nowhere", "/DocumentReference", "/DocumentReference/x", "/DocumentReference?status=current&_count=x"]
    {
        let outcome = client.get(path).await.json();
        for issue in outcome["issue"].as_array().unwrap() {
            assert!(CODES.contains(&issue["code"].as_str().unwrap()), "{path}: {issue}");
            assert_eq!(issue["severity"], "error", "{path}: {issue}");
        }
    }
}

#[tokio::test]
async fn headers_make_nobody_else_of_a_caller() {
    let demo = shared();
    let client = demo.client("outside-specialist");
    let (system, matricule) = demo.holder("open");
    let physician = demo.caller("treating-physician")["ps_idnat"].as_str().unwrap().to_owned();
    let path = format!("/DocumentReference?patient.identifier={system}%7C{matricule}&status=current");
    for (header, status) in [
        ("x-ssl-client-s-dn", 403),
        ("x-client-cert", 403),
        ("x-forwarded-user", 403),
        ("x-forwarded-for", 403),
        ("authorization", 400),
    ] {
        answer(client.request(Method::GET, &path).header(header, &physician)).await.expect(status);
    }
}

// requirement: AU-06
#[tokio::test]
async fn a_refusal_is_recorded_with_its_grounds() {
    let demo = shared();
    let client = demo.client("outside-specialist");
    let (system, matricule) = demo.holder("open");
    let id = Uuid::new_v4().to_string();
    let path = format!("/DocumentReference?patient.identifier={system}%7C{matricule}&status=current");
    answer(client.request(Method::GET, &path).header("x-request-id", &id)).await.expect(403);
    let lines = demo.lines_of(&id);
    let [line] = lines.as_slice() else { panic!("not one line: {lines:?}") };
    assert_eq!(line["outcome"]["is"], "refused", "{line}");
    let grounds = line["outcome"]["grounds"].as_array().unwrap();
    assert!(grounds.iter().any(|ground| ground[0].as_str().unwrap().starts_with("R1111-46@prior-consent")), "{line}");
}

// requirement: AU-08
#[tokio::test]
async fn the_database_refuses_to_change_or_delete_a_line() {
    let demo = Demo::start();
    let database = rusqlite::Connection::open(demo.dir().join("host/host.sqlite")).unwrap();
    for change in ["UPDATE journal SET bytes = x'00' WHERE number = 1", "DELETE FROM journal WHERE number = 1"] {
        let refused = database.execute(change, []).unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{refused}");
    }
}

/// The identifiers of drafts, as one search parameter.
fn named(drafts: &[Draft]) -> String {
    let names: Vec<String> = drafts.iter().map(|draft| format!("urn:ietf:rfc:3986%7C{}", draft.unique_id)).collect();
    format!("&identifier={}", names.join(","))
}

// requirement: SE-12
#[tokio::test]
async fn pages_hold_as_many_as_asked_and_go_on_for_the_same_caller_alone() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let drafts: Vec<Draft> = (0..7).map(|_| Draft::by(demo, "treating-physician", "open")).collect();
    let mut filed = BTreeSet::new();
    for draft in &drafts {
        let answer = client.post("/DocumentReference", &draft.simplified()).await.expect(201);
        filed.insert(answer.json()["id"].as_str().unwrap().to_owned());
    }
    let asked = named(&drafts);
    let mut page = client.search(&demo.holder("open"), &format!("{asked}&_count=3")).await.expect(200).json();
    let (mut sizes, mut seen) = (Vec::new(), BTreeSet::new());
    loop {
        assert_eq!(page["total"], 7);
        let entries = page["entry"].as_array().unwrap();
        sizes.push(entries.len());
        seen.extend(entries.iter().map(|entry| entry["resource"]["id"].as_str().unwrap().to_owned()));
        let links = page["link"].as_array().unwrap();
        let next = links.iter().find(|link| link["relation"] == "next").map(|link| link["url"].as_str().unwrap());
        let Some(next) = next.map(str::to_owned) else { break };
        assert!(!next.contains(&demo.holder("open").1), "{next}");
        let stolen = demo.client("team-nurse").get(&next).await.expect(400);
        assert_eq!(stolen.codes(), ["DMP-0413"]);
        page = client.get(&next).await.expect(200).json();
    }
    assert_eq!(sizes, [3, 3, 1]);
    assert_eq!(seen, filed, "each document once");
    let count = client.search(&demo.holder("open"), &format!("{asked}&_count=0")).await.expect(200).json();
    assert_eq!((&count["total"], count.get("entry")), (&Value::from(7), None));
}

// requirement: SE-12
#[tokio::test]
async fn a_page_goes_on_after_a_restart_and_not_after_a_change_of_what_it_was_made_from() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Demo::start_at(folder.path());
    let search = "&_count=1";
    let first = demo.client("treating-physician").search(&demo.holder("open"), search).await.expect(200);
    let next = first.link("next").unwrap();
    let next = next.strip_prefix(&demo.base).unwrap().to_owned();
    let second = demo.client("treating-physician").get(&next).await.expect(200);
    assert_eq!(demo.stop(), Some(0));
    let demo = Demo::start_at(folder.path());
    let client = demo.client("treating-physician");
    let again = client.get(&next).await.expect(200);
    assert_eq!((again.ids(), &again.json()["total"]), (second.ids(), &second.json()["total"]));
    // A cursor is good for the type that it was made for.
    let stray = next.replace("/DocumentReference?", "/List?");
    assert_eq!(client.get(&stray).await.expect(400).codes(), ["DMP-0413"]);
    filed(&demo, &client).await;
    assert_eq!(client.get(&next).await.expect(410).codes(), ["DMP-0424"]);
}

// requirement: RD-02
#[tokio::test]
async fn the_address_of_a_document_is_absolute_tells_nothing_and_is_judged_anew() {
    let demo = Demo::start();
    let (id, _) = filed(&demo, &demo.client("treating-physician")).await;
    let nurse = demo.client("team-nurse");
    let read = nurse.get(&format!("/DocumentReference/{id}")).await.expect(200).json();
    let url = read["content"][0]["attachment"]["url"].as_str().unwrap();
    assert!(url.starts_with(&format!("{}/Binary/", demo.base)), "{url}");
    for datum in demo.personal_data() {
        assert!(!url.contains(&datum), "{url}");
    }
    nurse.get(url).await.expect(200);
    let blocked = demo.caller("team-nurse")["ps_idnat"].clone();
    demo.import(
        "open",
        &serde_json::json!([{"blocked": {"kind": "professional", "id": blocked},
        "period": {"from": "2022-01-01T00:00:00Z"}}]),
    );
    assert_eq!(nurse.get(url).await.expect(404).codes(), ["DMP-0404"]);
}

// requirement: RD-03
#[tokio::test]
async fn content_comes_with_its_length_under_a_harmless_name_and_stays_out_of_caches() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let draft = Draft::by(demo, "treating-physician", "open");
    let created = client.post("/DocumentReference", &draft.simplified()).await.expect(201).json();
    let id = created["id"].as_str().unwrap();
    let path = format!("/Binary/{id}");
    for method in [Method::GET, Method::HEAD] {
        let content = answer(client.request(method.clone(), &path)).await.expect(200);
        assert_eq!(content.headers["content-length"], draft.content.len().to_string().as_str(), "{method}");
        assert_eq!(content.headers["content-type"], "text/plain", "{method}");
        assert_eq!(content.headers["content-disposition"], format!("attachment; filename=\"{id}\"").as_str());
        assert_eq!(content.headers["cache-control"], "no-store", "{method}");
        assert_eq!(content.body, if method == Method::GET { draft.content.clone() } else { Vec::new() });
    }
    answer(client.request(Method::HEAD, &format!("/Binary/{}", Uuid::new_v4()))).await.expect(404);
}

// requirement: CN-09
#[tokio::test]
async fn a_body_may_be_called_plain_json_and_a_get_may_call_its_body_anything() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let draft = Draft::by(demo, "treating-physician", "open").simplified().to_string();
    let post =
        client.request(Method::POST, "/DocumentReference").header("content-type", "application/json").body(draft);
    let id = answer(post).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let get = client.request(Method::GET, &format!("/DocumentReference/{id}")).header("content-type", "image/png");
    answer(get).await.expect(200);
}
