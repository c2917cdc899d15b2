//! Bodies that are too long, break off, or are under way when the gateway is told to stop.

use std::{
    io,
    net::TcpStream,
    time::{Duration, Instant},
};

use futures_util::stream;
use reqwest::{Body, Method};
use tokio::{
    sync::mpsc::{UnboundedSender, unbounded_channel},
    task::JoinHandle,
};

use crate::support::{Answer, Demo, client::Client, documents::Draft};

/// Goes on with other tasks until it is so.
async fn until(what: &str, so: impl Fn() -> bool) {
    let patience = Instant::now() + Duration::from_secs(60);
    while !so() {
        assert!(Instant::now() < patience, "{what}: it never comes to that");
        tokio::task::yield_now().await;
    }
}

/// A document that is large enough for half of it to reach the quarantine.
fn large(demo: &Demo) -> Draft {
    Draft::by(demo, "treating-physician", "open").holding("text/plain", vec![b'x'; 3_000_000])
}

/// Posts a body that comes through a channel, piece by piece.
fn posting(client: &Client) -> (UnboundedSender<io::Result<Vec<u8>>>, JoinHandle<reqwest::Result<reqwest::Response>>) {
    let (sender, receiver) = unbounded_channel();
    let pieces = stream::unfold(receiver, |mut receiver| async move { Some((receiver.recv().await?, receiver)) });
    let request = client
        .request(Method::POST, "/DocumentReference")
        .header("content-type", "application/fhir+json")
        .body(Body::wrap_stream(pieces));
    (sender, tokio::spawn(request.send()))
}

// requirement: CR-07 ER-04
#[tokio::test]
async fn a_body_above_the_limit_is_told_so_and_leaves_nothing() {
    let demo = Demo::limited(&[("body_bytes", 200_000)]);
    let client = demo.client("treating-physician");
    let draft = Draft::by(&demo, "treating-physician", "open").holding("text/plain", vec![b'x'; 225_000]);
    let body = draft.simplified().to_string();
    assert!(body.len() > 300_000);
    let told: Answer = client.post_text("/DocumentReference", body).await.expect(413);
    let outcome = told.json();
    assert_eq!(
        (&outcome["resourceType"], &outcome["issue"][0]["code"]),
        (&"OperationOutcome".into(), &"too-long".into())
    );
    assert_eq!(demo.quarantined(), 0);
    let asked = format!("&identifier=urn:ietf:rfc:3986%7C{}", draft.unique_id);
    assert_eq!(client.search(&demo.holder("open"), &asked).await.expect(200).json()["total"], 0);
    let fits = Draft { content: vec![b'x'; 100_000], ..draft };
    client.post("/DocumentReference", &fits.simplified()).await.expect(201);
}

#[tokio::test]
async fn a_body_that_breaks_off_leaves_nothing() {
    let demo = Demo::start();
    let client = demo.client("treating-physician");
    let draft = large(&demo);
    let body = draft.simplified().to_string().into_bytes();
    let (sender, sent) = posting(&client);
    sender.send(Ok(body[..body.len() / 2].to_vec())).unwrap();
    until("content reaches the quarantine", || demo.quarantined() == 1).await;
    sender.send(Err(io::Error::other("the cable is cut"))).unwrap();
    assert!(sent.await.unwrap().is_err(), "the client broke off");
    until("the quarantine is empty again", || demo.quarantined() == 0).await;
    let asked = format!("&identifier=urn:ietf:rfc:3986%7C{}", draft.unique_id);
    assert_eq!(client.search(&demo.holder("open"), &asked).await.expect(200).json()["total"], 0);
    client.post("/DocumentReference", &draft.simplified()).await.expect(201);
}

// requirement: TX-14
#[tokio::test]
async fn what_is_under_way_when_the_gateway_is_told_to_stop_is_finished() {
    let mut demo = Demo::start();
    let client = demo.client("treating-physician");
    let draft = large(&demo);
    let body = draft.simplified().to_string().into_bytes();
    let (first, rest) = body.split_at(body.len() / 2);
    let (sender, sent) = posting(&client);
    sender.send(Ok(first.to_vec())).unwrap();
    until("content reaches the quarantine", || demo.quarantined() == 1).await;
    demo.ask_to_stop();
    let address = demo.base.trim_start_matches("https://").trim_end_matches("/fhir").to_owned();
    until("nobody else is let in", || TcpStream::connect(&address).is_err()).await;
    sender.send(Ok(rest.to_vec())).unwrap();
    drop(sender);
    let response = sent.await.unwrap().unwrap();
    let request = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(response.status(), 201);
    let created: serde_json::Value = response.json().await.unwrap();
    assert_eq!(demo.wait(), Some(0));
    let lines = demo.lines_of(&request);
    assert!(lines.len() == 1 && lines[0]["outcome"]["is"] == "done", "{lines:?}");
    let again = Demo::start_at(demo.dir());
    let path = format!("/Binary/{}", created["id"].as_str().unwrap());
    let kept = again.client("treating-physician").get(&path).await.expect(200).body;
    assert!(kept == draft.content, "what was acknowledged is there after a restart");
}
