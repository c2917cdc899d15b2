//! The cast before the law: who may do what to the record `open`, over the wire.

use crate::support::{Answer, Demo, documents::Draft, shared};

/// What a caller is answered to a search, to a read by id, and to a submission.
struct Expected {
    caller: &'static str,
    search: u16,
    read: u16,
    file: u16,
}

const fn expect(caller: &'static str, search: u16, read: u16, file: u16) -> Expected {
    Expected { caller, search, read, file }
}

/// Callers whom TLS lets in. A refusal that lies in the caller is 403 everywhere; one that lies in the record is 403 to a search,
/// where the caller itself named the patient, and 404 to an id, which must not tell whether it exists.
const OPEN_RECORD: [Expected; 9] = [
    expect("treating-physician", 200, 200, 201),
    expect("team-nurse", 200, 200, 201),
    expect("team-surgeon", 200, 200, 201),
    expect("outside-specialist", 403, 404, 201),
    expect("consented-specialist", 200, 200, 201),
    expect("blocked-pharmacist", 403, 404, 403),
    expect("secretary", 403, 403, 422),
    expect("hospital", 403, 403, 422),
    expect("ens", 200, 200, 422),
];

async fn filed(demo: &Demo, draft: &Draft) -> String {
    let answer = demo.client("treating-physician").post("/DocumentReference", &draft.simplified()).await.expect(201);
    answer.json()["id"].as_str().unwrap().to_owned()
}

// requirement: R1111-46@care-team R1111-46@consent-outside-team R1111-46@holder-denies R1111-46@prior-consent
#[tokio::test]
async fn everyone_of_the_cast_gets_what_the_law_gives_them() {
    // One of its own: who files here may read here, as an author.
    let demo = &Demo::start();
    let id = filed(demo, &Draft::by(demo, "treating-physician", "open")).await;
    for expected in OPEN_RECORD {
        let client = demo.client(expected.caller);
        let holder = demo.holder("open");
        let search = client.search(&holder, "").await;
        let read = client.get(&format!("/DocumentReference/{id}")).await;
        let content = client.get(&format!("/Binary/{id}")).await;
        let file = client.post("/DocumentReference", &Draft::by(demo, expected.caller, "open").simplified()).await;
        let got = [search.status, read.status, content.status, file.status];
        let want = [expected.search, expected.read, expected.read, expected.file];
        assert_eq!(
            got,
            want,
            "{}: search, read, content, file; {}",
            expected.caller,
            String::from_utf8_lossy(&file.body)
        );
    }
}

// requirement: R1111-46@feeding-in-the-name
#[tokio::test]
async fn a_secretary_feeds_in_the_physicians_name_and_never_reads() {
    let demo = shared();
    let draft = Draft::by(demo, "treating-physician", "open");
    let client = demo.client("secretary");
    let answer = client.post("/DocumentReference", &draft.simplified()).await.expect(201);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    client.get(&format!("/DocumentReference/{id}")).await.expect(403);
    let bytes = demo.client("treating-physician").get(&format!("/Binary/{id}")).await.expect(200).body;
    assert_eq!(bytes, draft.content);
}

// requirement: R1111-47@feeding
#[tokio::test]
async fn a_hospital_feeds_without_authorisation_and_finds_its_own_document_by_identifier_only() {
    let demo = shared();
    let draft = Draft::by(demo, "team-surgeon", "open");
    let hospital = demo.client("hospital");
    hospital.post("/DocumentReference", &draft.simplified()).await.expect(201);
    let by_identifier = format!("&identifier=urn:ietf:rfc:3986%7C{}", draft.unique_id);
    let found = hospital.search(&demo.holder("open"), &by_identifier).await.expect(200).json();
    assert_eq!(found["total"], 1);
    hospital.search(&demo.holder("open"), "").await.expect(403);
    let others = Draft::by(demo, "treating-physician", "open");
    filed(demo, &others).await;
    let by_identifier = format!("&identifier=urn:ietf:rfc:3986%7C{}", others.unique_id);
    let found = hospital.search(&demo.holder("open"), &by_identifier).await.expect(200).json();
    assert_eq!(found["total"], 0, "another author's document");
}

// requirement: R1111-52@closed L1111-14@record-exists
#[tokio::test]
async fn a_closed_or_absent_record_refuses_every_professional_in_the_same_words() {
    let demo = shared();
    let bodies = |answer: Answer| (answer.status, answer.body);
    for caller in ["treating-physician", "team-nurse", "outside-specialist"] {
        let client = demo.client(caller);
        let closed = bodies(client.search(&demo.holder("closed"), "").await);
        let absent = bodies(client.search(&demo.holder("none"), "").await);
        assert_eq!(closed.0, 403);
        assert_eq!(closed, absent, "{caller}");
        let draft = Draft::by(demo, caller, "closed");
        client.post("/DocumentReference", &draft.simplified()).await.expect(403);
    }
}

// requirement: R1111-49@masked R1111-54@treating-physician
#[tokio::test]
async fn a_masked_document_is_there_for_its_author_and_the_treating_physician_alone() {
    let demo = shared();
    let draft = Draft::by(demo, "team-surgeon", "open").flagged("MASQUE_PS");
    let answer = demo.client("team-surgeon").post("/DocumentReference", &draft.simplified()).await.expect(201);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    for (caller, status) in [("team-surgeon", 200), ("treating-physician", 200), ("team-nurse", 404), ("ens", 200)] {
        demo.client(caller).get(&format!("/DocumentReference/{id}")).await.expect(status);
        demo.client(caller).get(&format!("/Binary/{id}")).await.expect(status);
    }
}

// requirement: R1111-53@hidden-from-patient
#[tokio::test]
async fn a_document_hidden_from_the_patient_waits_for_its_announcement() {
    let demo = shared();
    let draft = Draft::by(demo, "treating-physician", "open").flagged("INVISIBLE_PATIENT");
    let id = filed(demo, &draft).await;
    demo.client("ens").get(&format!("/DocumentReference/{id}")).await.expect(404);
    demo.client("team-nurse").get(&format!("/DocumentReference/{id}")).await.expect(200);
    let both = Draft::by(demo, "treating-physician", "open").flagged("INVISIBLE_PATIENT").flagged("MASQUE_PS");
    demo.client("treating-physician").post("/DocumentReference", &both.simplified()).await.expect(422);
}

// requirement: R1111-46@strictly-necessary
#[tokio::test]
async fn the_matrix_keeps_a_psychiatric_summary_from_a_nurse() {
    let demo = shared();
    let draft = Draft::by(demo, "treating-physician", "open").of_kind("68599-0", "11");
    let id = filed(demo, &draft).await;
    demo.client("team-nurse").get(&format!("/DocumentReference/{id}")).await.expect(404);
    demo.client("team-surgeon").get(&format!("/DocumentReference/{id}")).await.expect(200);
}
