use super::*;
use crate::record::query::{Snapshot, Text, TextMatch};

#[test]
fn a_list_without_a_title_is_not_found_by_one() {
    let at: Timestamp = "2026-07-01T08:00:00Z".parse().unwrap();
    let entry = ListEntry {
        id: Uuid::nil(),
        kind: ListKind::SubmissionSet,
        version: 1,
        updated: at,
        profiles: Vec::new(),
        identifiers: Vec::new(),
        date: DateSpan { from: at, until: at },
        title: None,
        designation: Vec::new(),
        source_id: None,
        sources: Vec::new(),
        source_identifiers: Vec::new(),
        archived: false,
        documents: Vec::new(),
        folders: Vec::new(),
    };
    let by_title = [ListCriterion::Title(vec![Text::new(TextMatch::Begins, "")])];
    assert!(!accepts(&by_title, &entry));
    assert!(accepts(&[], &entry));
    assert!(accepts(&[ListCriterion::Not(Box::new(ListCriterion::Kind(vec![ListKind::Folder])))], &entry));
}

#[test]
fn a_mark_of_other_versions_has_no_place() {
    let snapshot = |data: u64| Snapshot::new(u128::from(data));
    let mark = PageMark { offset: 3, snapshot: snapshot(1) };
    assert_eq!((mark.offset_at(snapshot(1)), mark.offset_at(snapshot(2))), (Some(3), None));
}
