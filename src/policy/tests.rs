pub(super) mod acts;
mod amending;
mod boundaries;
mod callers;
pub(super) mod cast;
mod consenting;
mod decisions;
mod feeding;
mod identifying;
mod looking_up;
mod matrix;
mod properties;
mod reading;
mod requirements;
pub(super) mod situations;
mod tokens;
mod tracing;

use std::{collections::BTreeSet, sync::Arc};

use super::{Ground, Law, Permit, Refusal};
use crate::record::{access::Question, document::DocumentEntry, facts::Facts};

pub(super) fn the_law() -> Law {
    Law::of_the_order().unwrap()
}

pub(super) fn decide(law: &Law, question: &Question, facts: &Facts) -> Result<Permit, Refusal> {
    law.decide(&Arc::new(question.clone()), facts)
}

fn grounds(law: &Law, question: &Question, facts: &Facts) -> BTreeSet<Ground> {
    match decide(law, question, facts) {
        Ok(_) => panic!("permitted"),
        Err(refusal) => refusal.grounds.into_iter().map(|(_, ground)| ground).collect(),
    }
}

/// The places on the shelf that a decision opens; none where it refuses.
fn opened(outcome: &Result<Permit, Refusal>, shelf: &[DocumentEntry]) -> BTreeSet<usize> {
    outcome.as_ref().map_or_else(
        |_| BTreeSet::new(),
        |permit| (0..shelf.len()).filter(|place| permit.admits(&shelf[*place])).collect(),
    )
}
