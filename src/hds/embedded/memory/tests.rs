//! The memory keeps its bounds.

use std::sync::Arc;

use super::{Memory, Shelf};
use crate::{
    hds::contract::cast::holder,
    record::facts::{Facts, FactsVersion},
};

fn weighing(weight: usize) -> Arc<Shelf> {
    let mut shelf = Shelf::default();
    shelf.weight += weight;
    Arc::new(shelf)
}

#[test]
fn the_least_used_record_goes_first() {
    let memory = Memory::of(2, 1000);
    for number in [1, 2] {
        memory.keep_shelf(&holder(number), &weighing(10));
    }
    assert!(memory.shelf(&holder(1)).is_some());
    memory.keep_shelf(&holder(3), &weighing(10));
    assert!(memory.shelf(&holder(1)).is_some() && memory.shelf(&holder(3)).is_some());
    assert!(memory.shelf(&holder(2)).is_none());
}

#[test]
fn the_bytes_are_bounded_and_a_heavy_record_is_not_kept() {
    let memory = Memory::of(100, 1000);
    for number in 1..50 {
        memory.keep_shelf(&holder(number), &weighing(300));
        memory.keep_shelf(&holder(number), &weighing(400));
    }
    assert_eq!((1..50).filter(|number| memory.shelf(&holder(*number)).is_some()).count(), 2);
    memory.keep_shelf(&holder(60), &weighing(501));
    assert!(memory.shelf(&holder(60)).is_none());
}

#[test]
fn facts_of_another_version_are_not_given() {
    let memory = Memory::of(2, 1000);
    let facts = Arc::new(Facts { version: FactsVersion(3), ..Facts::absent() });
    memory.keep_facts(&holder(1), &facts);
    assert!(memory.facts(&holder(1), FactsVersion(4)).is_none());
    assert!(memory.facts(&holder(1), FactsVersion(3)).is_some());
}
