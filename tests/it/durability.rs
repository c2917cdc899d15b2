//! Kill -9 at any moment loses nothing that was acknowledged, and the journal stays whole.

use std::{
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;

use crate::support::{Demo, demo::run, documents::Draft};

/// How often the process is killed.
const ROUNDS: usize = 50;

/// What clients were told: documents with their content, and request ids of answered reads.
#[derive(Debug, Default)]
struct Told {
    documents: Vec<(String, Vec<u8>)>,
    requests: Vec<String>,
}

// requirement: R1111-43@record TX-14
#[test]
fn nothing_acknowledged_is_lost_when_the_process_is_killed_fifty_times() {
    let folder = tempfile::tempdir().unwrap();
    let told = Arc::new(Mutex::new(Told::default()));
    for round in 0..ROUNDS {
        let mut demo = Demo::start_at(folder.path());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let clients: Vec<_> = ["treating-physician", "team-surgeon"]
            .into_iter()
            .map(|caller| runtime.spawn(stream(demo.client(caller), drafts(&demo, caller), Arc::clone(&told))))
            .collect();
        // Each round dies at another moment of the stream; which one is of no importance, only that they differ.
        std::thread::park_timeout(Duration::from_millis(20 + (round as u64 * 37) % 180));
        demo.kill();
        runtime.block_on(async {
            for client in clients {
                client.await.unwrap()
            }
        });
    }
    let told = Arc::try_unwrap(told).unwrap().into_inner().unwrap();
    assert!(told.documents.len() > ROUNDS, "too few documents were filed to prove anything: {}", told.documents.len());
    everything_told_is_there(folder.path(), &told);
}

fn drafts(demo: &Demo, caller: &str) -> Vec<Draft> {
    (0..400).map(|_| Draft::by(demo, caller, "open")).collect()
}

/// Files and reads until the gateway dies, and remembers what was acknowledged whole.
async fn stream(client: crate::support::Client, drafts: Vec<Draft>, told: Arc<Mutex<Told>>) {
    for draft in drafts {
        let request = client
            .request(reqwest::Method::POST, "/DocumentReference")
            .header("content-type", "application/fhir+json")
            .body(draft.simplified().to_string());
        let Some((id, request)) = acknowledged(request, 201).await else { return };
        {
            let mut told = told.lock().unwrap();
            told.documents.push((id.clone(), draft.content));
            told.requests.push(request);
        }
        let read = client.request(reqwest::Method::GET, &format!("/DocumentReference/{id}"));
        let Some((_, request)) = acknowledged(read, 200).await else { return };
        told.lock().unwrap().requests.push(request);
    }
}

/// The resource's id and the request's id, where the whole answer came.
async fn acknowledged(request: reqwest::RequestBuilder, status: u16) -> Option<(String, String)> {
    let response = request.send().await.ok()?;
    assert_eq!(response.status().as_u16(), status);
    let request = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let body: Value = serde_json::from_slice(&response.bytes().await.ok()?).unwrap();
    Some((body["id"].as_str().unwrap().to_owned(), request))
}

fn everything_told_is_there(folder: &Path, told: &Told) {
    let mut demo = Demo::start_at(folder);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = demo.client("treating-physician");
        for (id, content) in &told.documents {
            let bytes = client.get(&format!("/Binary/{id}")).await.expect(200).body;
            assert_eq!(&bytes, content);
        }
    });
    assert_eq!(demo.stop(), Some(0));
    let config = folder.join("gateway.toml");
    let (code, verdict) = run(&["journal", "verify"], &config);
    assert_eq!(code, 0, "{verdict}");
    let (_, lines) = run(&["journal", "export"], &config);
    for request in &told.requests {
        assert!(lines.contains(request.as_str()), "no line for an answered request");
    }
}
