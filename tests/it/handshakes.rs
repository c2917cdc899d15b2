//! Who gets through the TLS door, and who is turned away behind it.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use crate::support::{Client, Demo, client::operator, shared};

/// Whether the caller gets any answer at all.
async fn is_let_in(client: &Client) -> bool {
    client.request(reqwest::Method::GET, "/metadata").send().await.is_ok()
}

// requirement: TL-02
#[tokio::test]
async fn revoked_expired_and_strange_certificates_and_none_are_refused_by_tls() {
    let demo = shared();
    for caller in ["revoked-doctor", "expired-doctor", "orphaned-doctor", "stranger"] {
        assert!(!is_let_in(&demo.client(caller)).await, "{caller}");
    }
    assert!(!is_let_in(&Client::nobody(demo)).await, "no certificate");
    assert!(is_let_in(&demo.client("treating-physician")).await);
}

// requirement: TL-01
#[test]
fn clear_text_on_the_tls_port_gets_no_answer() {
    let demo = shared();
    let address = demo.base.trim_start_matches("https://").trim_end_matches("/fhir");
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /fhir/metadata HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut got = Vec::new();
    let _ = stream.read_to_end(&mut got);
    assert!(!got.starts_with(b"HTTP/"), "{}", String::from_utf8_lossy(&got));
}

/// The beginning of a handshake by a client that knows no newer version than 3.`minor`, and is else to the server's taste.
fn hello(minor: u8) -> Vec<u8> {
    let groups = [0, 0x0a, 0, 6, 0, 4, 0, 0x17, 0, 0x1d];
    let signatures = [0, 0x0d, 0, 8, 0, 6, 4, 3, 8, 4, 4, 1];
    let master_secret = [0, 0x17, 0, 0];
    let extensions = [groups.as_slice(), &signatures, &master_secret].concat();
    let mut body = vec![3, minor];
    body.extend([7; 32]);
    body.extend([0, 0, 4, 0xc0, 0x2c, 0xc0, 0x30, 1, 0, 0, u8::try_from(extensions.len()).unwrap()]);
    body.extend(extensions);
    let length = u8::try_from(body.len()).unwrap();
    [vec![22, 3, 1, 0, length + 4, 1, 0, 0, length], body].concat()
}

// requirement: TL-01
#[test]
fn nothing_older_than_tls_1_2_is_spoken() {
    let demo = shared();
    let address = demo.base.trim_start_matches("https://").trim_end_matches("/fhir");
    let answer_to = |minor: u8| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(&hello(minor)).unwrap();
        let mut got = [0; 7];
        stream.read_exact(&mut got).unwrap();
        got
    };
    assert_eq!(answer_to(3)[0], 22, "TLS 1.2 is answered with a handshake");
    for minor in [0, 1, 2] {
        let [kind, .., level, description] = answer_to(minor);
        assert_eq!((kind, level, description), (21, 2, 70), "3.{minor}: the alert protocol_version");
    }
}

// requirement: CS-01 CS-02
#[tokio::test]
async fn the_capability_statement_tells_what_is_served() {
    let demo = shared();
    let statement = demo.client("hospital").get("/metadata").await.expect(200).json();
    assert_eq!(statement["resourceType"], "CapabilityStatement");
    assert_eq!(statement["fhirVersion"], "4.0.1");
    assert_eq!(statement["kind"], "instance");
    assert_eq!(statement["implementation"]["url"], demo.base);
}

// requirement: ER-05
#[tokio::test]
async fn every_answer_bears_its_request_id_and_stays_out_of_caches() {
    let demo = shared();
    let client = demo.client("treating-physician");
    for path in ["/metadata", "/nowhere", "/DocumentReference/x", "/DocumentReference?status=current"] {
        let answer = client.get(path).await;
        assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
        assert!(uuid::Uuid::try_parse(answer.headers["x-request-id"].to_str().unwrap()).is_ok(), "{path}");
        assert!(answer.headers.get("server").is_none(), "{path}");
    }
}

#[tokio::test]
async fn the_operator_sees_life_readiness_and_metrics_without_any_identity() {
    let demo = Demo::start();
    demo.client("team-nurse").search(&demo.holder("open"), "").await.expect(200);
    let http = operator();
    for path in ["/live", "/ready", "/metrics"] {
        let answer = http.get(format!("{}{path}", demo.admin)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let text = answer.text().await.unwrap();
        for caller in demo.cast["callers"].as_array().unwrap() {
            if let Some(id) = caller["ps_idnat"].as_str().filter(|id| !id.is_empty()) {
                assert!(!text.contains(id), "{path} tells an identity");
            }
        }
        assert!(!text.contains(&demo.holder("open").1), "{path} tells an identity");
        assert!(path != "/metrics" || text.contains("dmp_requests_total"), "{text}");
    }
}
