use super::*;
use crate::record::{
    caller::{CertificateId, Who},
    identity::StructIdNat,
    query::Snapshot,
};

fn caller(structure: &str) -> Caller {
    let certificate = CertificateId { fingerprint: [1; 32], serial: "1".to_owned(), issuer: "x".to_owned() };
    Caller::by_certificate(Who::Organisation { structure: StructIdNat::new(structure).unwrap() }, certificate)
}

fn mark() -> PageMark {
    PageMark { offset: 50, snapshot: Snapshot::new(7) }
}

// requirement: SE-12
#[test]
fn a_cursor_is_worth_something_to_its_bearer_alone() {
    let key = CursorKey::new(&[7; 32]).unwrap();
    let pairs = vec![("status".to_owned(), "current".to_owned())];
    let cursor = key.seal(&caller("10B0999001"), "DocumentReference", &pairs, mark()).unwrap();
    assert_eq!(key.open(&caller("10B0999001"), "DocumentReference", &cursor).unwrap(), (pairs, mark()));
    assert!(key.open(&caller("10B0999002"), "DocumentReference", &cursor).is_err(), "another caller");
    assert!(
        CursorKey::new(&[8; 32]).unwrap().open(&caller("10B0999001"), "DocumentReference", &cursor).is_err(),
        "another host"
    );
    assert!(!cursor.contains("current"), "a cursor tells nothing");
}

// requirement: SE-12
#[test]
fn a_spoilt_cursor_is_worth_nothing() {
    let key = CursorKey::new(&[7; 32]).unwrap();
    let cursor = key.seal(&caller("10B0999001"), "DocumentReference", &[], mark()).unwrap();
    for at in 0..cursor.len() {
        let mut spoilt = cursor.clone().into_bytes();
        spoilt[at] = if spoilt[at] == b'A' { b'B' } else { b'A' };
        let spoilt = String::from_utf8(spoilt).unwrap();
        assert!(key.open(&caller("10B0999001"), "DocumentReference", &spoilt).is_err() || spoilt == cursor);
    }
    for text in ["", "A", "%%", "AAAA"] {
        assert!(key.open(&caller("10B0999001"), "DocumentReference", text).is_err());
    }
}
