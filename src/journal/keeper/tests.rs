//! What the holder is told.

use jiff::Timestamp;
use uuid::Uuid;

use super::*;
use crate::record::{
    access::{MediaTaken, Purpose},
    deed::{DeedId, DeedKind},
    document::DocumentId,
    identity::StructIdNat,
};

fn question(act: Act) -> Question {
    let certificate = CertificateId { fingerprint: [0; 32], serial: "01".to_owned(), issuer: "test".to_owned() };
    let who = Who::Organisation { structure: StructIdNat::new("10B0999001").unwrap() };
    Question {
        caller: Caller::by_certificate(who, certificate),
        act,
        holder: None,
        purpose: Purpose::Care,
        at: Timestamp::UNIX_EPOCH,
        takes: MediaTaken::any(),
    }
}

#[test]
fn nothing_is_told_of_one_thing_that_was_asked_for_and_is_not_there_for_the_caller() {
    let given = Disclosure { things: vec![Uuid::nil()], ..Disclosure::default() };
    let acts = [
        Act::Read(DocumentId(Uuid::nil())),
        Act::ReadList(Uuid::nil()),
        Act::ReadDeed(DeedKind::Consent, DeedId(Uuid::nil()), None),
        Act::ReadTrace(Uuid::nil()),
    ];
    for act in acts {
        let question = question(act);
        assert!(!is_told(&question, &Disclosure::default()), "{question:?}");
        assert!(is_told(&question, &given), "{question:?}");
    }
    assert!(is_told(&question(Act::LookUp), &Disclosure::default()), "it names nothing; its permit owes no notice");
}

#[test]
fn a_notice_says_what_was_done() {
    assert_eq!(reason_of(&Act::Read(DocumentId(Uuid::nil()))), Reason::Read);
    assert_eq!(reason_of(&Act::ReadDeed(DeedKind::Consent, DeedId(Uuid::nil()), None)), Reason::ConsentsRead);
    assert_eq!(reason_of(&Act::ReadTrace(Uuid::nil())), Reason::TracesRead);
}
