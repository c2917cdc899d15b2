//! Each part of the facts can be told from the others.

use jiff::Timestamp;

use super::*;
use crate::{
    hds::contract::cast::{open_record, professional},
    record::{
        care_team::Span,
        consent::{Block, Blocked},
    },
};

fn blocks(ids: &[&str]) -> Facts {
    let blocked = Blocked::Professional(professional(1).id);
    let period = Span { from: Timestamp::UNIX_EPOCH, until: None };
    let block = |id: &&str| Block { id: (*id).to_owned(), blocked: blocked.clone(), period };
    Facts { blocks: ids.iter().map(block).collect(), ..open_record() }
}

fn named(ids: &[&str]) -> Vec<String> {
    with_ids(blocks(ids)).blocks.into_iter().map(|block| block.id).collect()
}

#[test]
fn what_has_no_identifier_is_numbered_and_what_has_one_keeps_it() {
    assert_eq!(named(&["", ""]), ["block-1", "block-2"]);
    assert_eq!(named(&["a", "", "b"]), ["a", "block-1", "b"]);
    assert_eq!(named(&["", "block-1"]), ["block-2", "block-1"]);
}

#[test]
fn no_two_bear_the_same_identifier() {
    assert_eq!(named(&["a", "a"]), ["a", "block-1"]);
    let named = with_ids(blocks(&["", "", "block-2"]));
    assert_eq!(with_ids(named.clone()), named, "once named, always named");
}
