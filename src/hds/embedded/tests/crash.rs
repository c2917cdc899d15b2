//! A host in a process of its own, to be killed, starved and measured. The children are tests that only these tests run.

use std::{
    io::{self, BufRead, BufReader, Lines, Read, Write},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
};

use futures_util::future::join_all;
use uuid::Uuid;

use super::{Embedded, open, open_with_records, run};
use crate::{
    hds::{Found, Host, contract::cast::*},
    journal::{LedgerFault, Line},
    record::{
        access::Act,
        amendment::Named,
        care_team::Span,
        consent::{Consent, Evidence, Grant},
        deed::{DeedFiling, DeedId, DeedKind, DeedStatus, Effect},
        document::DocumentId,
    },
};

const DIRECTORY: &str = "DMP_GATEWAY_TEST_HOST";

struct Process {
    child: Child,
    said: Lines<BufReader<ChildStdout>>,
}

impl Process {
    /// Runs one of the children below on that directory. The signal of an oversized file is ignored, so that the write fails.
    fn start(name: &str, dir: &Path) -> Self {
        let mut child = Command::new("sh")
            .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
            .arg(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "--test-threads=1"])
            .arg(format!("hds::embedded::tests::crash::{name}"))
            .env(DIRECTORY, dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, said }
    }

    /// The next words that the child says to its parent.
    fn hear(&mut self) -> Option<String> {
        let said = self.said.by_ref().map_while(Result::ok);
        said.into_iter().find_map(|line| line.split_once("child: ").map(|(_, words)| words.to_owned()))
    }

    fn ask(&mut self, words: &str) -> String {
        let stdin = self.child.stdin.as_mut().unwrap();
        writeln!(stdin, "{words}").unwrap();
        self.hear().expect("the child lives")
    }

    fn limit_file_size(&self, limit: &str) -> io::Result<bool> {
        let pid = self.child.id().to_string();
        let status = Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={limit}:unlimited")]).status()?;
        Ok(status.success())
    }
}

fn say(words: &str) {
    println!("child: {words}");
}

fn host_of_child() -> Option<(Arc<Embedded>, Host)> {
    Some(open(Path::new(&std::env::var_os(DIRECTORY)?)))
}

fn status_line(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
#[ignore = "a child of the test below"]
fn files_without_end() {
    let Some((_, host)) = host_of_child() else { return };
    run(join_all((0..8).map(|_| async {
        loop {
            let unique = format!("1.{}", Uuid::new_v4().as_u128());
            let mut new = document(&host, &unique, b"");
            host.discard(&[stage(&host, b"unwanted")]);
            new.entry.content = document(&host, &unique, new.entry.id.to_string().as_bytes()).entry.content;
            let id = new.entry.id;
            match file(&host, &doctor(1), &holder(1), submission(vec![new])).await {
                Ok(_) => say(&id.to_string()),
                Err(Failure::Ledger(LedgerFault::Stale)) => {}
                Err(other) => panic!("{other:?}"),
            }
            ids(&host, &doctor(1), &holder(1)).await;
        }
    })));
}

#[test]
fn whatever_was_acknowledged_survives_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    run(async { open_with_records(dir.path()).await.0.close().await.unwrap() });
    let mut acknowledged = Vec::new();
    for round in 1..=8 {
        let mut process = Process::start("files_without_end", dir.path());
        for _ in 0..round * 5 {
            acknowledged.push(process.hear().expect("the child lives"));
        }
        process.child.kill().unwrap();
        process.child.wait().unwrap();
        while let Some(late) = process.hear() {
            acknowledged.push(late);
        }
        let before = Embedded::verify(dir.path(), None).unwrap().unwrap();
        run(async {
            let (embedded, host) = open(dir.path());
            for id in &acknowledged {
                let found = retrieve(&host, &doctor(1), &holder(1), DocumentId(id.parse().unwrap())).await;
                assert_eq!(found.as_deref(), Some(id.as_bytes()), "round {round}");
            }
            assert_eq!(std::fs::read_dir(dir.path().join("quarantine")).unwrap().count(), 0);
            assert!(before.count as usize >= acknowledged.len());
            embedded.close().await.unwrap();
        });
        Embedded::verify(dir.path(), None).unwrap().unwrap();
    }
}

#[test]
#[ignore = "a child of the test below"]
fn changes_without_end() {
    let Some((_, host)) = host_of_child() else { return };
    run(async {
        let new = document(&host, &format!("1.{}", Uuid::new_v4().as_u128()), b"x");
        let id = new.entry.id;
        file(&host, &doctor(1), &holder(1), submission(vec![new])).await.unwrap();
        let amending = async {
            loop {
                let flip = amendment(Named::Id(id), |revision| revision.masked = !revision.masked);
                match act(&host, &doctor(1), &holder(1), Act::Amend(flip)).await {
                    Ok(Found::Amended(Some(amended))) => say(&format!("document {}", amended.document.entry.version)),
                    Err(Failure::Ledger(LedgerFault::Stale)) => {}
                    other => panic!("{other:?}"),
                }
            }
        };
        let deed = DeedId(Uuid::new_v4());
        let recording = async {
            let mut version = 0;
            loop {
                match act(&host, &front_end(), &holder(1), Act::FileDeed(Box::new(consent(deed, version)))).await {
                    Ok(Found::Deed(Some(deed))) => {
                        version = deed.version;
                        say(&format!("deed {version}"));
                    }
                    Err(Failure::Ledger(LedgerFault::Stale)) => {}
                    other => panic!("{other:?}"),
                }
            }
        };
        say(&format!("{id} {deed}"));
        futures_util::future::join::<_, _>(amending, recording).await;
    });
}

/// The version of a consent after that one: in force where its number is odd.
pub(super) fn consent(id: DeedId, before: u32) -> DeedFiling {
    let consent = Consent {
        id: id.to_string(),
        grant: Grant::Professional { professional: professional(2).id },
        evidence: Evidence { information_given: true, collected_by: None, at: noon() },
        period: Span { from: noon(), until: None },
    };
    let status = if before.is_multiple_of(2) { DeedStatus::Active } else { DeedStatus::Inactive };
    let effect = Effect::Consent(consent);
    DeedFiling { id, is_new: before == 0, if_version: None, status, effect, rendition: Vec::new(), received: noon() }
}

/// How many versions of each the journal says were made: the lines name them.
fn versions_in_journal(embedded: &Embedded, document: DocumentId, deed: DeedId) -> (u32, u32) {
    let (mut of_document, mut of_deed) = (0, 0);
    for link in embedded.lines(1, 100_000).unwrap() {
        let line: Line = serde_json::from_slice(&link.bytes).unwrap();
        match line.act.as_str() {
            "submit" | "amend" => {
                let named = line.disclosed.entries.iter().find(|entry| entry.id == document);
                of_document = named.map_or(of_document, |entry| entry.version);
            }
            "file-deed" if line.thing == Some(deed.0) => of_deed += 1,
            _ => {}
        }
    }
    (of_document, of_deed)
}

#[test]
fn a_change_and_its_line_are_one_whenever_the_process_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    run(async { open_with_records(dir.path()).await.0.close().await.unwrap() });
    for round in 1..=8 {
        let mut process = Process::start("changes_without_end", dir.path());
        let named = process.hear().expect("the child lives");
        let (document, deed) = named.split_once(' ').unwrap();
        let (document, deed) = (DocumentId(document.parse().unwrap()), DeedId(deed.parse().unwrap()));
        let mut said: Vec<String> = (0..round * 4).map(|_| process.hear().expect("the child lives")).collect();
        process.child.kill().unwrap();
        process.child.wait().unwrap();
        said.extend(std::iter::from_fn(|| process.hear()));
        let acknowledged = |word: &str| {
            let versions = said.iter().filter_map(|words| words.strip_prefix(word)?.trim().parse::<u32>().ok());
            versions.max().unwrap_or(0)
        };
        Embedded::verify(dir.path(), None).unwrap().unwrap();
        run(async {
            let (embedded, host) = open(dir.path());
            let stored = stored_versions(&host, document, deed).await;
            assert_eq!(stored, versions_in_journal(&embedded, document, deed), "round {round}");
            assert!(stored.0 >= acknowledged("document").max(1) && stored.1 >= acknowledged("deed"), "round {round}");
            let in_force = host.facts(&holder(1)).await.unwrap().consents.iter().any(|of| of.id == deed.to_string());
            assert_eq!(in_force, stored.1 % 2 == 1, "round {round}: facts and deeds are one");
            embedded.close().await.unwrap();
        });
    }
}

/// The last versions, all of whose predecessors are there.
async fn stored_versions(host: &Host, document: DocumentId, deed: DeedId) -> (u32, u32) {
    let history = act(host, &doctor(1), &holder(1), Act::History(document)).await.unwrap();
    let Found::Versions(history) = history else { panic!("{history:?}") };
    let versions: Vec<u32> = history.iter().rev().map(|document| document.entry.version).collect();
    assert_eq!(versions, (1..=versions.len() as u32).collect::<Vec<_>>());
    let masked: Vec<bool> = history.iter().map(|document| document.entry.labels.masked.is_some()).collect();
    assert!(masked.windows(2).all(|pair| pair[0] != pair[1]));
    let deeds = act(host, &front_end(), &holder(1), Act::DeedHistory(DeedKind::Consent, deed)).await.unwrap();
    let Found::DeedVersions(deeds) = deeds else { panic!("{deeds:?}") };
    let of_deed: Vec<u32> = deeds.iter().rev().map(|deed| deed.version).collect();
    assert_eq!(of_deed, (1..=of_deed.len() as u32).collect::<Vec<_>>());
    (versions.len() as u32, of_deed.len() as u32)
}

#[test]
#[ignore = "a child of the test below"]
fn does_as_it_is_told() {
    let Some((embedded, host)) = host_of_child() else { return };
    run(async {
        let mut held = Some(document(&host, "2", b"staged while there was room"));
        for words in io::stdin().lines().map_while(Result::ok) {
            let done = match words.as_str() {
                "search" => act(&host, &doctor(1), &holder(1), Act::Search(all())).await.map(|_| ()),
                "file" => {
                    let new = document(&host, "1", b"x");
                    file(&host, &doctor(1), &holder(1), submission(vec![new])).await.map(|_| ())
                }
                "file what is held" => {
                    let held = submission(vec![held.take().unwrap()]);
                    file(&host, &doctor(1), &holder(1), held).await.map(|_| ())
                }
                "stage" => {
                    let mut place = host.stage().unwrap();
                    let written = place.write_all(&[7; 300_000]).and_then(|()| place.finish());
                    let written = written.map(|staged| host.discard(&[staged]));
                    say(if written.is_ok() { "ok" } else { "unavailable" });
                    continue;
                }
                other => panic!("{other}"),
            };
            say(match done {
                Ok(()) => "ok",
                Err(Failure::Ledger(LedgerFault::Unavailable(_))) => "unavailable",
                Err(_) => "something else",
            });
        }
        embedded.close().await.unwrap();
        say("closed");
    });
}

#[test]
fn a_full_disk_releases_nothing_and_all_goes_on_when_there_is_room_again() {
    let dir = tempfile::tempdir().unwrap();
    run(async { open_with_records(dir.path()).await.0.close().await.unwrap() });
    let quarantine = dir.path().join("quarantine");
    let mut process = Process::start("does_as_it_is_told", dir.path());
    assert_eq!(process.ask("file"), "ok");
    assert_eq!(process.ask("search"), "ok");
    let acknowledged = Embedded::verify(dir.path(), None).unwrap().unwrap().count;
    if !process.limit_file_size("1").unwrap_or(false) {
        println!("NOTICE: skipped, this machine has no prlimit");
        process.child.kill().unwrap();
        process.child.wait().unwrap();
        return;
    }
    for _ in 0..3 {
        assert_eq!(process.ask("search"), "unavailable");
        assert_eq!(process.ask("stage"), "unavailable");
    }
    assert_eq!(process.ask("file what is held"), "unavailable");
    assert_eq!(Embedded::verify(dir.path(), None).unwrap().unwrap().count, acknowledged);
    assert_eq!(std::fs::read_dir(&quarantine).unwrap().count(), 1, "what is in doubt is kept");
    process.limit_file_size("unlimited").unwrap();
    assert_eq!(process.ask("search"), "ok");
    assert_eq!(std::fs::read_dir(&quarantine).unwrap().count(), 0, "what was not committed is gone");
    assert_eq!(process.ask("stage"), "ok");
    drop(process.child.stdin.take());
    assert_eq!(process.hear().as_deref(), Some("closed"));
    process.child.wait().unwrap();
    let verdict = Embedded::verify(dir.path(), None).unwrap().unwrap();
    assert_eq!(verdict.count, acknowledged + 1);
}

#[test]
#[ignore = "a child of the test below"]
fn streams_a_large_document() {
    const CHUNKS: usize = 64 * 16;
    let Some((_, host)) = host_of_child() else { return };
    let chunk: Vec<u8> = (0..64 * 1024_u32).map(|byte| (byte % 251) as u8).collect();
    run(async {
        let mut new = document(&host, "1", b"small");
        file(&host, &doctor(1), &holder(1), submission(vec![new.clone()])).await.unwrap();
        let before = status_line("VmHWM:");
        let mut place = host.stage().unwrap();
        (0..CHUNKS).for_each(|_| place.write_all(&chunk).unwrap());
        let staged = place.finish().unwrap();
        assert_eq!(staged.head.len(), chunk.len());
        new = document(&host, "2", b"");
        new.entry.content.handle = staged.handle;
        new.entry.content.size = staged.size;
        new.entry.content.sha1 = staged.sha1;
        let id = new.entry.id;
        file(&host, &doctor(1), &holder(1), submission(vec![new])).await.unwrap();
        let Ok(crate::hds::Found::Content(Some(mut content))) =
            act(&host, &doctor(1), &holder(1), Act::Retrieve(id)).await
        else {
            panic!("nothing is found")
        };
        let mut read = vec![0; chunk.len()];
        for _ in 0..CHUNKS {
            content.bytes.read_exact(&mut read).unwrap();
            assert!(read == chunk);
        }
        assert_eq!(content.bytes.read(&mut read).unwrap(), 0);
        say(&format!("{}", status_line("VmHWM:") - before));
    });
}

#[test]
fn a_large_document_streams_through_little_memory() {
    let dir = tempfile::tempdir().unwrap();
    run(async { open_with_records(dir.path()).await.0.close().await.unwrap() });
    let mut process = Process::start("streams_a_large_document", dir.path());
    let grown: u64 = process.hear().expect("the child lives").parse().unwrap();
    process.child.wait().unwrap();
    assert!(grown < 4 * 1024, "the peak grew by {grown} KiB for 64 MiB");
}
