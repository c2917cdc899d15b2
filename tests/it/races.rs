//! What the holder or an author decides holds for every request that begins after the answer, however many run beside it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Instant,
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Answer, Client, Demo,
    client::{FHIR_JSON, JSON_PATCH, answer},
    decisions::{blocking, granting, in_status, professional},
    documents::{Draft, FLAGS},
    shared,
};

/// How many ask at the same time, and how often each at most.
const READERS: usize = 6;
const READS: usize = 400;

/// When a request was sent, when it was answered, and whether it gave what was asked.
#[derive(Debug, Clone, Copy)]
struct Asked {
    sent: Instant,
    answered: Instant,
    gave: bool,
}

/// A change, and whether the document is to be had since then.
#[derive(Debug, Clone, Copy)]
struct Change {
    sent: Instant,
    answered: Instant,
    opens: bool,
}

/// Callers who ask in turn for a document in each way, until they are told to stop.
struct Crowd {
    stop: Arc<AtomicBool>,
    count: Arc<AtomicUsize>,
    readers: Vec<tokio::task::JoinHandle<Vec<Asked>>>,
}

impl Crowd {
    fn gather(demo: &Demo, caller: &str, paths: &[String]) -> Self {
        let (stop, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let reader = |first: usize| {
            let (client, paths) = (demo.client(caller), paths.to_vec());
            let (stop, count) = (Arc::clone(&stop), Arc::clone(&count));
            tokio::spawn(async move { ask(&client, &paths, first, &stop, &count).await })
        };
        let readers = (0..READERS).map(reader).collect();
        Self { stop, count, readers }
    }

    /// Lets so many more requests be answered.
    async fn go_on(&self, requests: usize) {
        let until = self.count.load(Ordering::SeqCst) + requests;
        while self.count.load(Ordering::SeqCst) < until && self.readers.iter().any(|reader| !reader.is_finished()) {
            tokio::task::yield_now().await;
        }
    }

    async fn disperse(self) -> Vec<Asked> {
        self.stop.store(true, Ordering::SeqCst);
        let mut all = Vec::new();
        for reader in self.readers {
            all.extend(reader.await.unwrap());
        }
        all
    }
}

async fn ask(client: &Client, paths: &[String], first: usize, stop: &AtomicBool, count: &AtomicUsize) -> Vec<Asked> {
    let mut all = Vec::new();
    for path in paths.iter().cycle().skip(first).take(READS) {
        let sent = Instant::now();
        let told = client.get(path).await;
        // A search gives an empty page, or is refused, where there is nothing for the caller.
        let gave = told.status == 200 && !told.text().contains("\"total\":0");
        all.push(Asked { sent, answered: Instant::now(), gave });
        count.fetch_add(1, Ordering::SeqCst);
        if stop.load(Ordering::SeqCst) {
            break;
        }
    }
    all
}

/// Each request that lies wholly between two changes gave what it had to; how many such there were of each kind.
fn judge(asked: &[Asked], changes: &[Change]) -> (usize, usize) {
    let (mut given, mut refused) = (0, 0);
    for request in asked {
        let before = changes.iter().rfind(|change| change.answered <= request.sent);
        let between = changes.iter().any(|change| change.answered > request.sent && change.sent < request.answered);
        if let Some(change) = before.filter(|_| !between) {
            assert_eq!(request.gave, change.opens, "{request:?} after {change:?}");
            if request.gave { given += 1 } else { refused += 1 }
        }
    }
    (given, refused)
}

fn ways(demo: &Demo, id: &str) -> Vec<String> {
    vec![
        format!("/DocumentReference/{id}"),
        format!("/Binary/{id}"),
        format!("/DocumentReference?{}&status=current&_id={id}", demo.patient("open")),
        format!("/DocumentReference/{id}/_history/1"),
    ]
}

// requirement: CO-03 D1110-3-3@changed-by-recorder
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_read_succeeds_after_the_withdrawal_of_a_consent_was_answered() {
    let demo = Demo::start();
    let draft = Draft::by(&demo, "treating-physician", "open");
    let id = demo.client("treating-physician").post("/DocumentReference", &draft.simplified()).await.expect(201).id();
    let front_end = demo.client("ens");
    let consent = granting(&demo, "open", "professional", professional(&demo, "outside-specialist"));
    let mut stored = front_end.post("/Consent", &consent).await.expect(201).json();
    let path = format!("/Consent/{}", stored["id"].as_str().unwrap());
    let mut changes = vec![Change { sent: Instant::now(), answered: Instant::now(), opens: true }];
    let crowd = Crowd::gather(&demo, "outside-specialist", &ways(&demo, &id));
    for round in 0..10 {
        crowd.go_on(2 * READERS).await;
        let opens = round % 2 == 1;
        let sent = Instant::now();
        let next = in_status(&stored, if opens { "active" } else { "inactive" });
        stored = front_end.put(&path, &next).await.expect(200).json();
        changes.push(Change { sent, answered: Instant::now(), opens });
    }
    crowd.go_on(2 * READERS).await;
    let (given, refused) = judge(&crowd.disperse().await, &changes);
    assert!(given > 10 && refused > 10, "{given} given, {refused} refused");
}

// requirement: R1111-49@masked R1111-49@unmasked-by
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_read_succeeds_after_a_mask_was_answered() {
    let demo = Demo::start();
    let surgeon = demo.client("team-surgeon");
    let draft = Draft::by(&demo, "team-surgeon", "open");
    let id = surgeon.post("/DocumentReference", &draft.simplified()).await.expect(201).id();
    let path = format!("/DocumentReference/{id}");
    let mut changes = vec![Change { sent: Instant::now(), answered: Instant::now(), opens: true }];
    let crowd = Crowd::gather(&demo, "team-nurse", &ways(&demo, &id));
    for round in 0..10 {
        crowd.go_on(2 * READERS).await;
        let opens = round % 2 == 1;
        let label = json!({"coding": [{"system": FLAGS, "code": "MASQUE_PS"}]});
        let patch = if opens {
            json!([{"op": "remove", "path": "/securityLabel/0"}])
        } else {
            json!([{"op": "add", "path": "/securityLabel/-", "value": label}])
        };
        let sent = Instant::now();
        surgeon.patch(&path, &patch).await.expect(200);
        changes.push(Change { sent, answered: Instant::now(), opens });
    }
    crowd.go_on(2 * READERS).await;
    let (given, refused) = judge(&crowd.disperse().await, &changes);
    assert!(given > 10 && refused > 10, "{given} given, {refused} refused");
}

/// Sends the same request so many times at once; the answers.
async fn at_once(client: &Client, method: &Method, path: &str, headers: &[(&str, &str)], body: &Value) -> Vec<Answer> {
    let sent: Vec<_> = (0..8)
        .map(|_| {
            let request = client.request(method.clone(), path).body(body.to_string());
            let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
            tokio::spawn(answer(request))
        })
        .collect();
    let mut answers = Vec::new();
    for task in sent {
        answers.push(task.await.unwrap());
    }
    answers
}

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

// requirement: RV-05
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_change_one_version_at_once_one_does() {
    let demo = shared();
    let (surgeon, front_end) = (demo.client("team-surgeon"), demo.client("ens").acting_for(demo, "minor"));
    let draft = Draft::by(demo, "team-surgeon", "minor");
    let id = surgeon.post("/DocumentReference", &draft.simplified()).await.expect(201).id();
    let patch = json!([{"op": "add", "path": "/securityLabel/-", "value": {"coding": [{"system": FLAGS, "code": "MASQUE_PS"}]}}]);
    let headers = [("content-type", JSON_PATCH), ("if-match", "W/\"1\"")];
    let patched = at_once(&surgeon, &Method::PATCH, &format!("/DocumentReference/{id}"), &headers, &patch).await;
    assert_eq!((count(&patched, 200), count(&patched, 412)), (1, 7), "{patched:?}");
    let stored = blocking(demo, "minor", professional(demo, "consented-specialist"));
    let stored = front_end.post("/Consent", &stored).await.expect(201).json();
    let path = format!("/Consent/{}", stored["id"].as_str().unwrap());
    let headers = [("content-type", FHIR_JSON), ("if-match", "W/\"1\"")];
    let put = at_once(&front_end, &Method::PUT, &path, &headers, &in_status(&stored, "inactive")).await;
    assert_eq!((count(&put, 200), count(&put, 412)), (1, 7), "{put:?}");
    assert_eq!(front_end.get(&format!("{path}/_history")).await.expect(200).json()["total"], 2);
}

// requirement: K14@idempotent-submission
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_submission_sent_many_times_at_once_is_one_record() {
    let demo = shared();
    let client = demo.client("treating-physician");
    for is_lot in [false, true] {
        let draft = Draft::by(demo, "treating-physician", "open");
        let (path, body, status) =
            if is_lot { ("/", draft.bundle(), 200) } else { ("/DocumentReference", draft.simplified(), 201) };
        let answers = at_once(&client, &Method::POST, path, &[("content-type", FHIR_JSON)], &body).await;
        let bodies: std::collections::BTreeSet<&[u8]> = answers.iter().map(|answer| answer.body.as_slice()).collect();
        // A caller who takes more than a share of the places for uploads is told to come again.
        let told: Vec<u16> = answers.iter().map(|answer| answer.status).filter(|told| *told != 429).collect();
        assert!(told.iter().all(|told| *told == status) && !told.is_empty(), "{told:?}");
        assert_eq!(bodies.len(), 1 + usize::from(told.len() < answers.len()), "one answer to all");
        let found = client.search(&demo.holder("open"), &format!("&identifier={}", draft.unique_id)).await.expect(200);
        assert_eq!(found.json()["total"], 1);
    }
}
