//! What FHIR's HTTP rules ask of every answer: media types, versions, searchsets, outcomes, records of access.

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

// requirement: CS-03
#[tokio::test]
async fn the_statement_lists_the_formats_that_are_spoken() {
    let client = shared().client("hospital");
    let statement = client.get("/metadata").await.expect(200).json();
    let formats = statement["format"].as_array().unwrap();
    assert!(!formats.is_empty() && statement.get("patchFormat").is_none(), "{statement}");
    for format in formats {
        let asked = client.request(Method::GET, "/metadata").header("accept", format.as_str().unwrap());
        answer(asked).await.expect(200);
    }
}

#[tokio::test]
async fn headers_make_nobody_else_of_a_caller() {
    let demo = shared();
    let client = demo.client("outside-specialist");
    let (system, matricule) = demo.holder("open");
    let physician = demo.caller("treating-physician")["ps_idnat"].as_str().unwrap().to_owned();
    let path = format!("/DocumentReference?patient.identifier={system}%7C{matricule}&status=current");
    for header in ["x-ssl-client-s-dn", "x-client-cert", "x-forwarded-user", "x-forwarded-for", "authorization"] {
        answer(client.request(Method::GET, &path).header(header, &physician)).await.expect(403);
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
