//! How much of the gateway one caller may have: what is beyond is refused with an outcome, over real sockets, and nobody else suffers.

use std::{
    future::Future,
    net::TcpStream,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Demo, Raw,
    client::{FHIR_XML, answer},
    documents::{Draft, bundle},
    raw::address,
    shared,
};

/// A document that no socket's buffers hold.
const LARGE: usize = 24 << 20;

/// Asks again until it is so.
async fn until<F: Future<Output = bool>>(what: &str, so: impl Fn() -> F) {
    let patience = Instant::now() + Duration::from_secs(60);
    while !so().await {
        assert!(Instant::now() < patience, "{what}: it never comes to that");
        tokio::task::yield_now().await;
    }
}

fn metadata(demo: &Demo) -> String {
    format!("{}/metadata", demo.base)
}

// requirement: K13@rate ER-04
#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back_and_others_are_served() {
    let demo = Demo::limited(&[("requests_per_second", 1), ("burst", 2)]);
    let client = demo.client("treating-physician");
    let path = format!("/DocumentReference?{}&status=current", demo.patient("open"));
    let mut told = client.get(&path).await.expect(200);
    for _ in 0..100 {
        told = client.get(&path).await;
        if told.status != 200 {
            break;
        }
    }
    assert_eq!((told.status, told.codes()), (429, vec!["DMP-0780".to_owned()]));
    assert_eq!(told.json()["issue"][0]["code"], "throttled");
    assert_eq!(told.headers["retry-after"], "1");
    let lines = demo.lines_of(told.headers["x-request-id"].to_str().unwrap());
    assert!(lines.is_empty(), "it costs no line: {lines:?}");
    demo.client("team-nurse").get(&path).await.expect(200);
    assert!(demo.sample("dmp_problems_total{code=\"DMP-0780\"}").await >= Some(1.0));
    until("the bucket fills", async || client.get(&path).await.status == 200).await;
}

// requirement: K13@rate
#[tokio::test]
async fn each_entry_of_a_batch_is_counted() {
    let demo = Demo::limited(&[("requests_per_second", 1), ("burst", 20)]);
    let entry = json!({"request": {"method": "GET", "url": format!("DocumentReference?{}&status=current", demo.patient("open"))}});
    let batch = json!({"resourceType": "Bundle", "type": "batch", "entry": vec![entry; 60]});
    let told = demo.client("treating-physician").post("/", &batch).await.expect(200).json();
    let status = |entry: &Value| entry["response"]["status"].as_str().unwrap()[..3].to_owned();
    let statuses: Vec<String> = told["entry"].as_array().unwrap().iter().map(status).collect();
    let served = statuses.iter().filter(|status| *status == "200").count();
    assert!((19..60).contains(&served), "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| *status == "429").count(), 60 - served);
}

// requirement: K13@rate
#[tokio::test]
async fn what_asks_about_no_record_is_counted_too() {
    let demo = Demo::limited(&[("requests_per_second", 1), ("burst", 2)]);
    let client = demo.client("treating-physician");
    for (method, path) in [
        (Method::GET, "/metadata"),
        (Method::GET, "/nowhere"),
        (Method::DELETE, "/Patient"),
        (Method::OPTIONS, "/Patient"),
    ] {
        let asked = || answer(client.request(method.clone(), path));
        let mut told = asked().await;
        for _ in 0..100 {
            if told.status == 429 {
                break;
            }
            told = asked().await;
        }
        assert_eq!((told.status, told.codes()), (429, vec!["DMP-0780".to_owned()]), "{method} {path}");
    }
}

// requirement: K13@rate
#[tokio::test]
async fn a_bulk_recovery_is_held_to_the_rate_of_filings_while_reads_go_on() {
    let demo = Demo::limited(&[("filings_per_second", 1), ("filings_burst", 10)]);
    let client = demo.client("treating-physician");
    let mut refused = None;
    for number in 0..500 {
        let draft = Draft::by(&demo, "treating-physician", "open").simplified().to_string();
        // A name of its own for each buys nothing.
        let sent =
            client.request(Method::POST, "/DocumentReference").header("user-agent", format!("Logiciel{number}/1"));
        let filed = answer(sent.header("content-type", "application/fhir+json").body(draft)).await;
        if filed.status != 201 {
            refused = Some(filed);
            break;
        }
    }
    let refused = refused.unwrap();
    assert_eq!((refused.status, refused.codes()), (429, vec!["DMP-0781".to_owned()]));
    client.search(&demo.holder("open"), "").await.expect(200);
}

// requirement: ER-04 TL-06
#[tokio::test]
async fn of_a_body_without_an_end_that_is_not_read_on_the_connection_ends() {
    let demo = shared();
    for (path, status) in [("/nowhere", 404), ("/List", 405), ("/DocumentReference", 400), ("/Bundle/$validate", 200)] {
        let mut raw = Raw::connect(demo, "treating-physician");
        let head = format!("POST /fhir{path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\n");
        let spaces = " ".repeat(100_000);
        raw.send(&format!("{head}Transfer-Encoding: chunked\r\n\r\n1\r\n]\r\n{:x}\r\n{spaces}\r\n", spaces.len()))
            .unwrap();
        let told = raw.answer();
        assert_eq!(told.status, status, "{path}: {}", told.head);
        assert!(told.head.contains("connection: close"), "{path}: {}", told.head);
        assert!(raw.is_closed(), "{path}");
    }
    // What came to its end leaves the connection as it was, read or not: the next request is served, and was not told otherwise.
    let mut raw = Raw::connect(demo, "treating-physician");
    let refused = "PUT /fhir/metadata HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    raw.send(&format!("{refused}GET /fhir/metadata HTTP/1.1\r\nHost: x\r\n\r\n")).unwrap();
    let told = raw.answer();
    assert!(told.status == 405 && !told.head.contains("connection: close"), "{}", told.head);
    assert_eq!(raw.answer().status, 200);
    // Who asked to close is served nothing more.
    let mut raw = Raw::connect(demo, "treating-physician");
    let last = "GET /fhir/metadata HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    raw.send(&format!("{last}GET /fhir/metadata HTTP/1.1\r\nHost: x\r\n\r\n")).unwrap();
    assert_eq!(raw.answer().status, 200);
    assert!(raw.answer().code() == "DMP-0442" && raw.is_closed());
    let mut raw = Raw::connect(demo, "treating-physician");
    let head = "POST /fhir/DocumentReference HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\n";
    raw.send(&format!("{head}Transfer-Encoding: chunked\r\n\r\n1\r\n]\r\n0\r\n\r\n")).unwrap();
    let told = raw.answer();
    assert!(told.status == 400 && !told.head.contains("connection: close"), "{}", told.head);
    assert_eq!(raw.get("/fhir/metadata", "").status, 200);
}

// requirement: ER-04
#[tokio::test]
async fn a_head_above_the_limits_is_told_so_in_the_form_that_was_asked_for() {
    let demo = shared();
    let long = format!("/fhir/DocumentReference?identifier={}", "x".repeat(17_000));
    let wide = format!("X-Wide: {}\r\n", "x".repeat(33_000));
    let many: String = (0..65).map(|number| format!("X-{number}: x\r\n")).collect();
    for (path, more, status, code) in [
        (long.as_str(), "", 414, "DMP-0785"),
        ("/fhir/metadata", wide.as_str(), 431, "DMP-0786"),
        ("/fhir/metadata", many.as_str(), 431, "DMP-0786"),
    ] {
        let mut raw = Raw::connect(demo, "treating-physician");
        let told = raw.get(path, more);
        assert_eq!((told.status, told.code().as_str()), (status, code), "{}", told.head);
        assert!(told.head.contains("connection: close") && told.head.contains("no-store"), "{}", told.head);
        assert!(raw.is_closed());
        let told = Raw::connect(demo, "treating-physician").get(path, &format!("{more}Accept: {FHIR_XML}\r\n"));
        assert_eq!(told.status, status);
        assert!(String::from_utf8_lossy(&told.body).contains("<OperationOutcome"), "{}", told.head);
    }
    let fits: String = (0..60).map(|number| format!("X-{number}: x\r\n")).collect();
    assert_eq!(Raw::connect(demo, "treating-physician").get("/fhir/metadata", &fits).status, 200);
}

// requirement: TL-06
#[tokio::test]
async fn a_head_that_drips_ends_the_connection_the_second_of_it_too() {
    let demo = Demo::limited(&[("idle_seconds", 3)]);
    let mut first = Raw::connect(&demo, "treating-physician");
    first.send("GET /fhir/metadata HTTP/1.1\r\nHo").unwrap();
    assert_eq!(first.answer().status, 408);
    let mut second = Raw::connect(&demo, "treating-physician");
    assert_eq!(second.get("/fhir/metadata", "").status, 200);
    second.send("GET /fhir/metadata HTTP/1.1\r\nHo").unwrap();
    assert!(second.is_closed());
    assert_eq!(demo.sample("dmp_connections_ended_total{why=\"slow-head\"}").await, Some(1.0));
}

// requirement: ER-04 TL-06
#[tokio::test]
async fn a_body_that_stands_still_is_told_so_and_leaves_nothing() {
    let demo = Demo::limited(&[("stall_seconds", 1)]);
    let draft = Draft::by(&demo, "treating-physician", "open").simplified().to_string();
    let (json, form) = ("application/fhir+json", "application/x-www-form-urlencoded");
    for (request, media, begin) in [
        ("POST /fhir/DocumentReference", json, &draft[..draft.len() / 2]),
        ("POST /fhir", json, "{\"resourceType\":\"Bundle\""),
        ("POST /fhir/DocumentReference/_search", form, "status=cur"),
        ("POST /fhir/Consent", json, "{"),
        ("PATCH /fhir/DocumentReference/00000000-0000-4000-8000-000000000000", "application/json-patch+json", "["),
    ] {
        let mut raw = Raw::connect(&demo, "treating-physician");
        let head = format!("{request} HTTP/1.1\r\nHost: x\r\nContent-Type: {media}\r\nContent-Length: 100000\r\n\r\n");
        raw.send(&(head + begin)).unwrap();
        let told = raw.answer();
        assert_eq!((told.status, told.code().as_str()), (408, "DMP-0787"), "{request}: {}", told.head);
    }
    assert_eq!(demo.quarantined(), 0);
}

/// Files a large document as the treating physician; the path of its content.
async fn large(demo: &Demo) -> String {
    let draft = Draft::by(demo, "treating-physician", "open").holding("text/plain", vec![b'x'; LARGE]);
    let filed = demo.client("treating-physician").post("/DocumentReference", &draft.simplified()).await.expect(201);
    format!("/Binary/{}", filed.id())
}

// requirement: TL-06
#[tokio::test]
async fn who_does_not_take_an_answer_loses_the_connection() {
    let demo = Demo::limited(&[("stall_seconds", 1)]);
    let path = large(&demo).await;
    let mut raw = Raw::connect(&demo, "treating-physician");
    raw.send(&format!("GET /fhir{path} HTTP/1.1\r\nHost: x\r\n\r\n")).unwrap();
    let ended = "dmp_connections_ended_total{why=\"slow-reader\"}";
    until("the reader is given up", async || demo.sample(ended).await == Some(1.0)).await;
    assert_eq!(demo.client("treating-physician").get(&path).await.expect(200).body.len(), LARGE, "others are served");
    drop(raw);
}

// requirement: ER-04
#[tokio::test]
async fn nobody_takes_all_places_for_downloads() {
    let demo = Demo::limited(&[("downloads", 4)]);
    let path = large(&demo).await;
    let mut raw = Raw::connect(&demo, "treating-physician");
    raw.send(&format!("GET /fhir{path} HTTP/1.1\r\nHost: x\r\n\r\n")).unwrap();
    assert!(raw.head().starts_with("http/1.1 200"), "the download is under way");
    let physician = demo.client("treating-physician");
    answer(physician.request(Method::HEAD, &path)).await.expect(429);
    let told = physician.get(&path).await.expect(429);
    assert_eq!(told.codes(), ["DMP-0783"]);
    assert_eq!(demo.client("team-surgeon").get(&path).await.expect(200).body.len(), LARGE);
    raw.hang_up();
    until("the place is free again", async || physician.get(&path).await.status == 200).await;
}

// requirement: TL-06 ER-04
#[tokio::test]
async fn a_certificate_has_no_more_connections_than_it_may() {
    let demo = Demo::limited(&[("connections_per_peer", 3)]);
    let mut open: Vec<Raw> = (0..3).map(|_| Raw::connect(&demo, "treating-physician")).collect();
    for raw in &mut open {
        assert_eq!(raw.get("/fhir/metadata", "").status, 200);
    }
    let mut beyond = Raw::connect(&demo, "treating-physician");
    let told = beyond.get("/fhir/metadata", "");
    assert_eq!((told.status, told.code().as_str()), (429, "DMP-0782"));
    assert!(beyond.is_closed());
    demo.client("team-nurse").get(&metadata(&demo)).await.expect(200);
    open.pop().unwrap().hang_up();
    until("a seat is free again", async || {
        Raw::connect(&demo, "treating-physician").get("/fhir/metadata", "").status == 200
    })
    .await;
}

// requirement: TL-06
#[tokio::test]
async fn half_open_handshakes_of_one_address_are_bounded() {
    let demo = Demo::limited(&[("handshakes_per_address", 3), ("handshake_seconds", 60)]);
    let silent: Vec<TcpStream> = (0..4).map(|_| TcpStream::connect(address(&demo)).unwrap()).collect();
    let refused = "dmp_connections_ended_total{why=\"too-many-handshakes\"}";
    until("one of four is closed", async || demo.sample(refused).await == Some(1.0)).await;
    drop(silent);
    let nurse = demo.client("team-nurse");
    let metadata = metadata(&demo);
    until("there is room again", async || nurse.request(Method::GET, &metadata).send().await.is_ok()).await;
}

// requirement: CR-07
#[tokio::test]
async fn a_bundle_of_too_many_entries_is_refused_and_leaves_nothing() {
    let demo = Demo::limited(&[("entries", 4)]);
    let drafts = [Draft::by(&demo, "treating-physician", "open"), Draft::by(&demo, "treating-physician", "open")];
    let client = demo.client("treating-physician");
    let told = client.post("/", &bundle(&[&drafts[0], &drafts[1]])).await.expect(413);
    assert_eq!(
        (told.codes(), told.json()["issue"][0]["code"].as_str()),
        (vec!["DMP-0788".to_owned()], Some("too-costly"))
    );
    assert_eq!(demo.quarantined(), 0);
    client.post("/", &drafts[0].bundle()).await.expect(200);
}

// requirement: ER-05
#[tokio::test]
async fn every_answer_stays_out_of_caches_is_not_sniffed_and_holds_to_tls() {
    let demo = shared();
    let client = demo.client("treating-physician");
    let search = format!("/DocumentReference?{}&status=current", demo.patient("open"));
    let mut seen = Vec::new();
    for (method, path) in [
        (Method::GET, "/metadata"),
        (Method::GET, search.as_str()),
        (Method::GET, "/nowhere"),
        (Method::GET, &demo.base.replace("/fhir", "/")),
        (Method::GET, "/DocumentReference/x"),
        (Method::GET, "/DocumentReference?status=current"),
        (Method::DELETE, "/DocumentReference/x"),
        (Method::OPTIONS, "/DocumentReference/x"),
        (Method::TRACE, "/DocumentReference/x"),
        (Method::HEAD, "/Binary/x"),
        (Method::POST, "/DocumentReference"),
        (Method::PATCH, "/DocumentReference/x"),
    ] {
        let told = answer(client.request(method.clone(), path)).await;
        seen.push(told.status);
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("strict-transport-security", "max-age=31536000"),
        ] {
            assert_eq!(told.headers.get(name).map(|value| value.to_str().unwrap()), Some(value), "{method} {path}");
        }
        for banner in ["server", "x-powered-by", "via"] {
            assert!(told.headers.get(banner).is_none(), "{method} {path}: {banner}");
        }
        assert!(told.status < 400 || method == Method::HEAD || !told.codes().is_empty(), "{method} {path}");
    }
    for status in [200, 204, 400, 404, 405, 415] {
        assert!(seen.contains(&status), "{status} is not among {seen:?}");
    }
}
