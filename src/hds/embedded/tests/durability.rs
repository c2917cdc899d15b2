//! What is acknowledged stays; what is not leaves nothing behind.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use futures_util::future::join_all;
use rusqlite::Connection;

use super::{open, open_with_records, run};
use crate::{
    hds::{HostFault, contract::cast::*, embedded::Embedded},
    record::{access::Act, deed::DeedId, document::DocumentId, dossier::State},
};

fn files_in(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files_in(&path)) } else { found.push(path) }
    }
    found
}

#[test]
fn many_at_once_leave_a_chain_without_a_gap() {
    let dir = tempfile::tempdir().unwrap();
    run(async {
        let (embedded, host) = open_with_records(dir.path()).await;
        let searches = (0..200).map(|number| {
            let host = &host;
            async move { ids(host, &doctor(1), &holder(1 + number % 2)).await.len() }
        });
        let filings = (0..20).map(|number| {
            let new = document(&host, &format!("1.{number}"), b"x");
            let host = &host;
            async move {
                // The author is new to the facts once: whoever was decided before decides again.
                let one = submission(vec![new]);
                while let Err(Failure::Ledger(fault)) = file(host, &doctor(1), &holder(2), one.clone()).await {
                    assert!(matches!(fault, crate::journal::LedgerFault::Stale), "{fault:?}");
                }
                0
            }
        });
        join_all(filings).await;
        join_all(searches).await;
        assert_eq!(search(&host, &doctor(1), &holder(2), all()).await.total, 20);
        let numbers: Vec<u64> = embedded.lines(1, 1000).unwrap().iter().map(|link| link.number).collect();
        assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
        let verdict = Embedded::verify(dir.path(), None).unwrap().unwrap();
        assert_eq!(verdict.count, numbers.len() as u64);
        assert_eq!(verdict.count, 2 + host.outbox_pending(None).await.unwrap());
    });
}

#[test]
fn a_second_start_goes_on_with_the_same_data() {
    let dir = tempfile::tempdir().unwrap();
    let (id, secret) = run(async {
        let (embedded, host) = open_with_records(dir.path()).await;
        let new = document(&host, "1", b"kept");
        let id = new.entry.id;
        file(&host, &doctor(1), &holder(1), submission(vec![new])).await.unwrap();
        embedded.close().await.unwrap();
        assert!(matches!(host.check().await, Err(HostFault::Unavailable(_))));
        (id, host.secret())
    });
    run(async {
        let (_, host) = open(dir.path());
        host.check().await.unwrap();
        assert_eq!(retrieve(&host, &doctor(1), &holder(1), id).await.unwrap(), b"kept");
        assert_eq!(host.secret(), secret);
    });
}

#[test]
fn the_quarantine_is_swept_and_committed_content_that_lies_there_is_adopted() {
    let dir = tempfile::tempdir().unwrap();
    let quarantine = dir.path().join("quarantine");
    let id = run(async {
        let (embedded, host) = open_with_records(dir.path()).await;
        let new = document(&host, "1", b"kept");
        let id = new.entry.id;
        file(&host, &doctor(1), &holder(1), submission(vec![new])).await.unwrap();
        stage(&host, b"left behind");
        drop(host.stage().unwrap());
        embedded.close().await.unwrap();
        id
    });
    assert_eq!(files_in(&quarantine).len(), 1);
    let [content] = files_in(&dir.path().join("content")).try_into().unwrap();
    fs::rename(&content, quarantine.join(content.file_name().unwrap())).unwrap();
    run(async {
        let (_, host) = open(dir.path());
        assert_eq!(files_in(&quarantine), Vec::<PathBuf>::new());
        assert_eq!(files_in(&dir.path().join("content")), [content]);
        assert_eq!(retrieve(&host, &doctor(1), &holder(1), id).await.unwrap(), b"kept");
    });
}

#[test]
fn a_second_program_in_the_directory_sees_what_the_first_does_and_sweeps_nothing_of_it() {
    let dir = tempfile::tempdir().unwrap();
    run(async {
        let (_, first) = open_with_records(dir.path()).await;
        let new = document(&first, "1", b"staged before the second came");
        let id = new.entry.id;
        let (importing, second) = open(dir.path());
        assert_eq!(ids(&second, &doctor(1), &holder(1)).await, []);
        file(&first, &doctor(1), &holder(1), submission(vec![new])).await.unwrap();
        assert_eq!(ids(&second, &doctor(1), &holder(1)).await, [id]);
        let before = first.facts(&holder(1)).await.unwrap();
        let mut closed = open_record();
        closed.dossier.state = State::Closed;
        importing.load(&holder(1), closed, noon()).await.unwrap();
        let after = first.facts(&holder(1)).await.unwrap();
        assert_eq!((before.dossier.state, after.dossier.state), (State::Open, State::Closed));
        assert_eq!(after.authors, before.authors);
        let late = permit(&doctor(1), &holder(1), Act::Read(id), before.version);
        let sealed = first.perform(&late).await.unwrap();
        assert!(crate::journal::Journal::over(&first).release(&late, sealed, &trace()).await.is_err());
    });
    Embedded::verify(dir.path(), None).unwrap().unwrap();
}

#[test]
fn loading_facts_writes_a_line_of_no_actor() {
    let dir = tempfile::tempdir().unwrap();
    run(async {
        let (embedded, host) = open(dir.path());
        assert_eq!(host.facts(&holder(1)).await.unwrap().dossier.state, State::None);
        let version = embedded.load(&holder(1), open_record(), noon()).await.unwrap();
        assert_eq!(host.facts(&holder(1)).await.unwrap().version, version);
        let line: crate::journal::Line = serde_json::from_slice(&embedded.lines(1, 9).unwrap()[0].bytes).unwrap();
        assert_eq!((line.act.as_str(), line.actor, line.holder), ("import", None, Some(holder(1))));
        assert_eq!(line.facts, version);
    });
}

#[test]
fn a_deleted_document_is_never_found() {
    let dir = tempfile::tempdir().unwrap();
    run(async {
        let (_, host) = open_with_records(dir.path()).await;
        let new = document(&host, "1", b"x");
        let (id, alias) = (new.entry.id, DocumentId(new.entry.entry_uuids[0]));
        file(&host, &doctor(1), &holder(1), submission(vec![new])).await.unwrap();
        assert_eq!(ids(&host, &doctor(1), &holder(1)).await, [id]);
        let by_hand = Connection::open(dir.path().join("host.sqlite")).unwrap();
        by_hand
            .execute_batch(
                "UPDATE holder SET data_version = data_version + 1;
                 UPDATE document SET entry = json_set(entry, '$.status', 'entered-in-error'), changed = changed + 1;",
            )
            .unwrap();
        assert_eq!(ids(&host, &doctor(1), &holder(1)).await, []);
        for name in [id, alias] {
            assert_eq!(read(&host, &doctor(1), &holder(1), name).await, None);
            assert_eq!(retrieve(&host, &doctor(1), &holder(1), name).await, None);
        }
        let again = submission(vec![document(&host, "1", b"x")]);
        assert!(file(&host, &doctor(1), &holder(1), again).await.unwrap().fresh);
    });
}

#[test]
fn readers_while_a_consent_comes_and_goes_are_never_answered_under_one_that_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    run(async {
        let (embedded, host) = open_with_records(dir.path()).await;
        file(&host, &doctor(1), &holder(1), submission(vec![document(&host, "1", b"x")])).await.unwrap();
        let id = DeedId(uuid::Uuid::new_v4());
        let withdrawing = async {
            for version in 0..40 {
                act(&host, &front_end(), &holder(1), Act::FileDeed(Box::new(super::crash::consent(id, version))))
                    .await
                    .unwrap();
            }
        };
        let reading = (0..8).map(|_| async {
            let mut stale = 0;
            for _ in 0..40 {
                let decided = host.facts(&holder(1)).await.unwrap().version;
                let permit = permit(&doctor(2), &holder(1), Act::Search(all()), decided);
                let sealed = host.perform(&permit).await.unwrap();
                stale +=
                    u32::from(crate::journal::Journal::over(&host).release(&permit, sealed, &trace()).await.is_err());
            }
            stale
        });
        let (stale, ()) = futures_util::future::join(join_all(reading), withdrawing).await;
        assert!(stale.iter().sum::<u32>() > 0, "the race was run");
        // The lines stand in the order of the commits: each search was decided under the facts of the deed that stands before it.
        let mut current = None;
        for link in embedded.lines(1, 10_000).unwrap() {
            let line: crate::journal::Line = serde_json::from_slice(&link.bytes).unwrap();
            match (line.act.as_str(), current) {
                ("file-deed", _) => current = Some(line.facts.0 + 1),
                ("search", Some(current)) => assert_eq!(line.facts.0, current),
                _ => {}
            }
        }
        assert!(current.is_some());
    });
}

#[test]
fn damaged_content_is_not_given_out() {
    let dir = tempfile::tempdir().unwrap();
    run(async {
        let (_, host) = open_with_records(dir.path()).await;
        let new = document(&host, "1", b"whole");
        let id = new.entry.id;
        file(&host, &doctor(1), &holder(1), submission(vec![new])).await.unwrap();
        let [content] = files_in(&dir.path().join("content")).try_into().unwrap();
        fs::write(content, b"cut").unwrap();
        let damaged = act(&host, &doctor(1), &holder(1), Act::Retrieve(id)).await;
        assert!(matches!(damaged, Err(Failure::Host(HostFault::Damaged(_)))), "{damaged:?}");
    });
}

#[test]
fn a_host_without_its_quarantine_says_so_and_recovers() {
    let dir = tempfile::tempdir().unwrap();
    let (quarantine, away) = (dir.path().join("quarantine"), dir.path().join("away"));
    run(async {
        let (_, host) = open_with_records(dir.path()).await;
        host.check().await.unwrap();
        fs::rename(&quarantine, &away).unwrap();
        assert!(host.stage().is_err());
        assert!(matches!(host.check().await, Err(HostFault::Unavailable(_))));
        fs::rename(&away, &quarantine).unwrap();
        host.check().await.unwrap();
    });
}

#[test]
fn everything_is_open_to_its_owner_alone() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("host");
    run(async {
        let (_, host) = open_with_records(&root).await;
        file(&host, &doctor(1), &holder(1), submission(vec![document(&host, "1", b"x")])).await.unwrap();
        for file in files_in(&root) {
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0, "{}", file.display());
            assert_eq!(fs::metadata(file.parent().unwrap()).unwrap().permissions().mode() & 0o077, 0);
        }
    });
}

fn spends(dir: &Path) -> Result<i64, rusqlite::Error> {
    Connection::open(dir.join("host.sqlite"))?.query_row("SELECT count(*) FROM used_assertion", [], |row| row.get(0))
}

// requirement: TK-05
#[test]
fn an_assertion_that_served_is_known_to_every_process_and_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let ends = noon() + jiff::SignedDuration::from_mins(5);
    run(async {
        let (first, one) = open(dir.path());
        let (second, other) = open(dir.path());
        assert!(one.spend([7; 32], ends, noon()).await.unwrap());
        assert!(!other.spend([7; 32], ends, noon()).await.unwrap());
        first.close().await.unwrap();
        second.close().await.unwrap();
        let (_, again) = open(dir.path());
        assert!(!again.spend([7; 32], ends, noon()).await.unwrap());
    });
}

#[test]
fn a_database_of_the_version_before_is_brought_up_to_date() {
    let dir = tempfile::tempdir().unwrap();
    let (embedded, _) = run(open_with_records(dir.path()));
    run(embedded.close()).unwrap();
    drop(embedded);
    let database = rusqlite::Connection::open(dir.path().join("host.sqlite")).unwrap();
    database
        .execute_batch("DROP TABLE used_assertion; UPDATE meta SET value = CAST('2' AS BLOB) WHERE name = 'schema'")
        .unwrap();
    drop(database);
    // Who only reads leaves it as it is.
    Embedded::verify(dir.path(), None).unwrap().unwrap();
    assert_eq!(Embedded::read_lines(dir.path(), 1, 9).unwrap().len(), 2);
    assert!(spends(dir.path()).is_err(), "nothing was added yet");
    let (_, host) = open(dir.path());
    assert!(run(host.spend([7; 32], noon(), noon())).unwrap());
    assert_eq!(run(host.outbox_pending(None)).unwrap(), 0);
}
