//! Whatever is done to the stored journal, verification finds it.

use std::path::Path;

use rusqlite::Connection;

use super::{open_with_records, run};
use crate::{
    hds::{contract::cast::*, embedded::Embedded},
    journal::{Break, Verdict, Why},
};

const LINES: u64 = 6;

/// Six lines, cleanly closed.
fn journal() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    run(async {
        let (embedded, host) = open_with_records(dir.path()).await;
        for _ in 2..LINES {
            ids(&host, &doctor(1), &holder(1)).await;
        }
        embedded.close().await.unwrap();
    });
    dir
}

/// The file itself, open to whoever may write it, without the triggers.
fn tamper(dir: &Path) -> Connection {
    let connection = Connection::open(dir.join("host.sqlite")).unwrap();
    connection
        .execute_batch(
            "PRAGMA foreign_keys = OFF; DROP TRIGGER IF EXISTS journal_is_never_changed; DROP TRIGGER IF EXISTS journal_is_never_shortened;",
        )
        .unwrap();
    connection
}

fn verify(dir: &Path) -> Result<Verdict, Break> {
    Embedded::verify(dir, None).unwrap()
}

fn after(sql: &str) -> Break {
    let dir = journal();
    tamper(dir.path()).execute_batch(sql).unwrap();
    verify(dir.path()).unwrap_err()
}

#[test]
fn an_untouched_journal_verifies() {
    let dir = journal();
    let verdict = verify(dir.path()).unwrap();
    assert_eq!((verdict.count, verdict.checkpoints), (LINES, 1));
}

#[test]
fn the_database_itself_refuses_to_change_or_shorten_the_journal() {
    let dir = journal();
    let connection = Connection::open(dir.path().join("host.sqlite")).unwrap();
    assert!(connection.execute("UPDATE journal SET bytes = x'00' WHERE number = 3", []).is_err());
    assert!(connection.execute("DELETE FROM journal WHERE number = 3", []).is_err());
}

#[test]
fn a_flipped_bit_in_any_byte_of_a_row_is_found() {
    let dir = journal();
    let connection = tamper(dir.path());
    for column in ["bytes", "hash", "holder", "request"] {
        let select = format!("SELECT CAST({column} AS BLOB) FROM journal WHERE number = 3");
        let kind = if column == "holder" { "TEXT" } else { "BLOB" };
        let update = format!("UPDATE journal SET {column} = CAST(?1 AS {kind}) WHERE number = 3");
        let sound: Vec<u8> = connection.query_row(&select, [], |row| row.get(0)).unwrap();
        assert!(!sound.is_empty());
        for place in 0..sound.len() {
            let mut flipped = sound.clone();
            flipped[place] ^= 1 << (place % 8);
            connection.execute(&update, [&flipped]).unwrap();
            assert_eq!(verify(dir.path()).unwrap_err().number, 3, "{column}, byte {place}");
        }
        connection.execute(&update, [&sound]).unwrap();
    }
    verify(dir.path()).unwrap();
    connection.execute("UPDATE journal SET at = at + 1 WHERE number = 3", []).unwrap();
    assert_eq!(verify(dir.path()), Err(Break { number: 3, why: Why::Misfiled }));
}

#[test]
fn a_removed_line_is_found() {
    assert_eq!(after("DELETE FROM journal WHERE number = 3"), Break { number: 3, why: Why::Missing });
    let renumbered = "DELETE FROM journal WHERE number = 3; UPDATE journal SET number = number - 1 WHERE number > 3;";
    assert_eq!(after(renumbered), Break { number: 3, why: Why::WrongHash });
}

#[test]
fn swapped_lines_are_found() {
    let swap = "UPDATE journal SET number = 99 WHERE number = 2; UPDATE journal SET number = 2 WHERE number = 4;
                UPDATE journal SET number = 4 WHERE number = 99;";
    assert_eq!(after(swap), Break { number: 2, why: Why::WrongHash });
}

#[test]
fn an_inserted_line_is_found() {
    let copy = "INSERT INTO journal SELECT 7, holder, at, request, bytes, hash FROM journal WHERE number = 6";
    assert_eq!(after(copy), Break { number: 7, why: Why::WrongHash });
    let before_the_first =
        "INSERT INTO journal SELECT 0, holder, at, request, bytes, hash FROM journal WHERE number = 1";
    assert_eq!(after(before_the_first).number, 1);
    let below_zero = "INSERT INTO journal SELECT -5, holder, at, request, bytes, hash FROM journal WHERE number = 1";
    assert_eq!(after(below_zero).number, 1);
}

#[test]
fn a_journal_cut_short_is_found_by_its_signed_checkpoint() {
    assert_eq!(after("DELETE FROM journal WHERE number = 6"), Break { number: 6, why: Why::Truncated });
    assert_eq!(after("DELETE FROM journal"), Break { number: 1, why: Why::Truncated });
    let moved = "DELETE FROM journal WHERE number = 6; UPDATE checkpoint SET number = 5;";
    assert_eq!(after(moved), Break { number: 5, why: Why::WrongCheckpoint });
}

#[test]
fn a_checkpoint_is_signed_every_so_many_lines() {
    let dir = tempfile::tempdir().unwrap();
    let running = run(async {
        let (embedded, host) = open_with_records(dir.path()).await;
        for _ in 0..300 {
            ids(&host, &doctor(1), &holder(1)).await;
        }
        let running = verify(dir.path()).unwrap();
        embedded.close().await.unwrap();
        running
    });
    assert_eq!((running.count, running.checkpoints), (302, 1));
    assert_eq!(verify(dir.path()).unwrap().checkpoints, 2);
    tamper(dir.path()).execute_batch("DELETE FROM journal WHERE number > 255").unwrap();
    assert_eq!(verify(dir.path()), Err(Break { number: 256, why: Why::Truncated }));
}
