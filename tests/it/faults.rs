//! A host that cannot be written: 503, nothing released, nothing acknowledged and lost.

use crate::support::{
    Demo,
    client::{answer, operator},
    documents::Draft,
};

// requirement: CO-06 ER-04 R1111-43@record TX-14
#[tokio::test]
async fn a_full_disk_releases_nothing_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Demo::start_at(folder.path());
    demo.stop();
    // 4 MiB a file: soon reached by the database's log, and the signal that comes with it is ignored, so that writes fail as on a
    // full disk.
    let mut demo = Demo::start_with_file_limit(folder.path(), 4096);
    let client = demo.client("treating-physician");
    let mut kept = Vec::new();
    let refused = loop {
        let draft = Draft::by(&demo, "treating-physician", "open");
        let answer = client.post("/DocumentReference", &draft.simplified()).await;
        match answer.status {
            201 => kept.push((answer.json()["id"].as_str().unwrap().to_owned(), draft.content)),
            _ => break answer,
        }
        assert!(kept.len() < 5000, "the limit is never reached");
    };
    assert_eq!(refused.status, 503);
    assert_eq!(refused.codes(), ["DMP-0412"]);
    let request = uuid::Uuid::new_v4().to_string();
    let path = format!("/Binary/{}", kept[0].0);
    let read = answer(client.request(reqwest::Method::GET, &path).header("x-request-id", &request)).await;
    demo.kill();

    let mut demo = Demo::start_at(folder.path());
    let client = demo.client("treating-physician");
    for (id, content) in &kept {
        assert_eq!(&client.get(&format!("/Binary/{id}")).await.expect(200).body, content);
    }
    assert_eq!(demo.stop(), Some(0));
    let (code, verdict) = demo.command(&["journal", "verify"]);
    assert_eq!(code, 0, "{verdict}");
    let outcomes: Vec<_> = demo.lines_of(&request).iter().map(|line| line["outcome"]["is"].clone()).collect();
    match read.status {
        200 => {
            assert_eq!((&read.body, outcomes.as_slice()), (&kept[0].1, &["done".into()][..]), "no byte without a line")
        }
        503 => assert_eq!(read.codes(), ["DMP-0412"]),
        status => panic!("{status}: {}", String::from_utf8_lossy(&read.body)),
    }
}

// requirement: R1111-43@record
#[tokio::test]
async fn a_flipped_byte_in_the_journal_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Demo::start_at(folder.path());
    demo.client("team-nurse").search(&demo.holder("open"), "").await.expect(200);
    assert_eq!(demo.stop(), Some(0));
    let (code, verdict) = demo.command(&["journal", "verify"]);
    assert_eq!(code, 0, "{verdict}");
    assert!(verdict.contains("whole"), "{verdict}");
    let database = rusqlite::Connection::open(folder.path().join("host/host.sqlite")).unwrap();
    let bytes: Vec<u8> =
        database.query_row("SELECT bytes FROM journal WHERE number = 3", [], |row| row.get(0)).unwrap();
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    // The database refuses to change a line; whoever owns the file can take that refusal away.
    let triggers: Vec<String> = {
        let mut query = database.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    for trigger in triggers {
        database.execute_batch(&format!("DROP TRIGGER \"{trigger}\"")).unwrap();
    }
    database.execute("UPDATE journal SET bytes = ?1 WHERE number = 3", [&flipped]).unwrap();
    drop(database);
    let (code, verdict) = demo.command(&["journal", "verify"]);
    assert_eq!(code, 1);
    assert!(verdict.contains("line 3"), "{verdict}");
}

// requirement: R1111-46@holder-informed
#[tokio::test]
async fn the_holder_is_owed_one_notice_for_each_access() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Demo::start_at(folder.path());
    let owed = |folder: &std::path::Path, holder: &str| -> i64 {
        let database = rusqlite::Connection::open(folder.join("host/host.sqlite")).unwrap();
        database.query_row("SELECT count(*) FROM outbox WHERE holder = ?1", [holder], |row| row.get(0)).unwrap()
    };
    let (system, matricule) = demo.holder("open");
    let token = format!("{system}|{matricule}");
    let before = owed(folder.path(), &token);
    demo.client("team-nurse").search(&demo.holder("open"), "").await.expect(200);
    demo.client("team-nurse").search(&demo.holder("open"), "").await.expect(200);
    demo.client("outside-specialist").search(&demo.holder("open"), "").await.expect(403);
    demo.client("ens").search(&demo.holder("open"), "").await.expect(200);
    assert_eq!(demo.stop(), Some(0));
    assert_eq!(
        owed(folder.path(), &token),
        before + 2,
        "two readings; a refusal and the holder's own reading owe none"
    );
}

// requirement: ER-04 TX-14
#[tokio::test]
async fn a_host_whose_folder_is_gone_is_not_ready_and_files_nothing_until_it_is_back() {
    let demo = Demo::start();
    let (folder, aside) = (demo.dir().join("host/quarantine"), demo.dir().join("aside"));
    let ready = async || operator().get(format!("{}/ready", demo.admin)).send().await.unwrap();
    let draft = Draft::by(&demo, "treating-physician", "open").simplified();
    let client = demo.client("treating-physician");
    assert_eq!(ready().await.status(), 200);
    std::fs::rename(&folder, &aside).unwrap();
    let hindered = ready().await;
    assert_eq!(hindered.status(), 503);
    assert!(hindered.text().await.unwrap().starts_with("not ready: "));
    let refused = client.post("/DocumentReference", &draft).await.expect(503);
    assert_eq!(refused.codes(), ["DMP-0412"]);
    assert_eq!(refused.headers["retry-after"], "5");
    std::fs::rename(&aside, &folder).unwrap();
    assert_eq!(ready().await.status(), 200);
    client.post("/DocumentReference", &draft).await.expect(201);
}
