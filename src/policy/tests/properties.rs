use std::{collections::BTreeSet, sync::Arc};

use proptest::prelude::*;

use super::{
    acts::{archive, cabinet},
    cast::*,
    decide, opened,
    situations::*,
    the_law,
};
use crate::{
    policy::{Duty, Ground, Law, Permit, Refusal, Rule, rules},
    record::{
        access::{Act, Question},
        caller::Who,
        care_team::Span,
        consent::{Block, Blocked},
        document::DocumentEntry,
        dossier::State,
        facts::Facts,
    },
};

/// What matters of a decision: grounds or, of a permit, provisions, duties and what it opens.
type Essence = Result<(BTreeSet<&'static str>, BTreeSet<Duty>, BTreeSet<usize>), BTreeSet<(&'static str, Ground)>>;

fn essence(outcome: Result<Permit, Refusal>, shelf: &[DocumentEntry]) -> Essence {
    let seen = opened(&outcome, shelf);
    match outcome {
        Ok(permit) => Ok((
            permit.provisions().iter().map(|provision| provision.id).collect(),
            permit.duties().iter().copied().collect(),
            seen,
        )),
        Err(refusal) => Err(refusal.grounds.into_iter().map(|(provision, ground)| (provision.id, ground)).collect()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_the_rules_never_matters(order in any_order(), from in 0_usize..400) {
        let law = the_law();
        for Situation { question, facts } in open_records(3).skip(from).step_by(41).take(20) {
            let shelf = shelf(&question.caller.who);
            let question = Arc::new(question);
            let shuffled = essence(law.weigh(&order.0, &question, &facts), &shelf);
            prop_assert_eq!(shuffled, essence(law.decide(&question, &facts), &shelf));
        }
    }
}

/// The rules in some order; they hold functions, and print as their names.
struct Order(Vec<Rule>);

impl std::fmt::Debug for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|rule| rule.provision.id)).finish()
    }
}

fn any_order() -> impl Strategy<Value = Order> {
    let places: Vec<usize> = (0..rules().len()).collect();
    Just(places).prop_shuffle().prop_map(|places| Order(places.into_iter().map(|place| rules()[place]).collect()))
}

fn seen(law: &Law, question: &Question, facts: &Facts) -> BTreeSet<usize> {
    opened(&decide(law, question, facts), &shelf(&question.caller.who))
}

#[test]
fn silence_refuses() {
    let law = the_law();
    for Situation { question, facts } in open_records(1) {
        let refusal = law.weigh(&[], &Arc::new(question), &facts).unwrap_err();
        assert_eq!(refusal.grounds, []);
    }
}

#[test]
fn silence_refuses_every_act_of_every_kind_of_caller() {
    let law = the_law();
    let mut refused = BTreeSet::new();
    for Situation { question, facts } in open_records(1) {
        let question = Arc::new(question);
        assert!(law.weigh(&[], &question, &facts).is_err());
        refused.insert((question.act.name(), kind_of(&question.caller.who)));
    }
    assert_eq!(refused.len(), 16 * 4);
}

const fn kind_of(who: &Who) -> char {
    match who {
        Who::Professional(_) => 'P',
        Who::Delegate { .. } => 'D',
        Who::Organisation { .. } => 'O',
        Who::HolderFrontEnd { .. } => 'H',
    }
}

#[test]
fn a_block_never_enlarges_what_is_open_of_consents_and_traces() {
    let law = the_law();
    let (cabinet, archive) = (cabinet(), archive());
    let open = |question: &Question, facts: &Facts| -> BTreeSet<(char, usize)> {
        let Ok(permit) = decide(&law, question, facts) else { return BTreeSet::new() };
        let deeds = (0..cabinet.len()).filter(|place| permit.admits_deed(&cabinet[*place])).map(|place| ('d', place));
        let traces = (0..archive.len()).filter(|place| permit.admits_trace(&archive[*place])).map(|place| ('t', place));
        deeds.chain(traces).collect()
    };
    for Situation { question, facts } in open_records(10).filter(|s| s.question.act.name().contains("trace")) {
        for blocked in [Blocked::Professional(person(6)), Blocked::Structure(hospital())] {
            let mut denied = facts.clone();
            denied.blocks.push(block(blocked));
            assert!(open(&question, &denied).is_subset(&open(&question, &facts)), "{question:?} {facts:?}");
        }
    }
}

#[test]
fn a_prohibition_prevails_over_every_permission() {
    let law = the_law();
    for Situation { question, facts } in open_records(3) {
        let question = Arc::new(question);
        let forbids =
            rules().iter().find(|rule| law.weigh(&[**rule], &question, &facts).is_err_and(|r| !r.grounds.is_empty()));
        if let Some(forbidding) = forbids {
            let refusal = law.decide(&question, &facts).unwrap_err();
            assert!(refusal.grounds.iter().any(|(provision, _)| provision.id == forbidding.provision.id));
        }
    }
}

#[test]
fn no_rule_alone_but_those_that_permit_lets_anyone_in() {
    let law = the_law();
    let permitting: BTreeSet<&str> = open_records(10)
        .chain(std::iter::once(Situation { question: asks(front_end(), read()), facts: bare_record() }))
        .flat_map(|Situation { question, facts }| {
            let question = Arc::new(question);
            let law = &law;
            rules()
                .iter()
                .filter(move |rule| law.weigh(&[**rule], &question, &facts).is_ok())
                .map(|rule| rule.provision.id)
        })
        .collect();
    let expected = BTreeSet::from([
        "R1111-46@care-team",
        "R1111-46@consent-outside-team",
        "R1111-46@entrusted-professional",
        "R1111-46@feeding-in-the-name",
        "R1111-54@treating-physician",
        "R1111-54@same-rights",
        "R1111-49@author-reads",
        "R1111-45@holder-reads",
        "R1111-45@holder-adds",
        "R1111-47@feeding",
        "L1111-14@existence-told",
        "R1111-51@author-amends",
        "L1111-19@holder-decides",
        "L1111-19@holder-sees-authorisations",
        "R1111-46@initial-consent-collected",
        "R1111-46@own-consent-collected",
        "L1111-17@entrusted-consent-collected",
        "L1110-12@team-declared",
        "D1110-3-3@ended-by-recorder",
        "R1111-46@named-sees-consents",
        "R1111-43@traces-read",
    ]);
    assert_eq!(permitting, expected);
}

#[test]
fn a_block_never_enlarges_what_is_open() {
    let law = the_law();
    let blocks = [Blocked::Professional(person(6)), Blocked::Structure(hospital()), Blocked::Professional(person(96))];
    for (place, Situation { question, facts }) in open_records(6).enumerate() {
        let mut denied = facts.clone();
        denied.blocks.push(block(blocks[place % blocks.len()].clone()));
        assert!(seen(&law, &question, &denied).is_subset(&seen(&law, &question, &facts)), "{question:?} {facts:?}");
    }
}

#[test]
fn a_withdrawn_consent_never_enlarges_what_is_open() {
    let law = the_law();
    let opens_documents = |situation: &Situation| !matches!(situation.question.act, Act::FileDeed(_) | Act::LookUp);
    for Situation { question, facts } in open_records(6).filter(opens_documents) {
        let whole = seen(&law, &question, &facts);
        for place in 0..facts.consents.len() {
            let mut removed = facts.clone();
            removed.consents.remove(place);
            assert!(seen(&law, &question, &removed).is_subset(&whole), "{question:?} {facts:?}");
            let mut ended = facts.clone();
            ended.consents[place].period = Span { until: Some(now()), ..facts.consents[place].period };
            assert!(seen(&law, &question, &ended).is_subset(&whole), "{question:?} {facts:?}");
        }
    }
}

#[test]
fn the_treating_physician_sees_whatever_another_physician_sees() {
    let law = the_law();
    for Situation { question, mut facts } in open_records(10).filter(|situation| situation.question.act.reads()) {
        facts.treating_physician = Some(treating_physician().id);
        let is_treating = |block: &Block| block.blocked == Blocked::Professional(treating_physician().id);
        facts.blocks.retain(|block| !is_treating(block) && block.blocked != Blocked::Structure(practice()));
        let other = Who::Professional(professional(6, "10", "SM26", hospital()));
        let shelf = shelf(&other);
        let read_by = |who| opened(&decide(&law, &asks(who, question.act.clone()), &facts), &shelf);
        assert!(read_by(other.clone()).is_subset(&read_by(Who::Professional(treating_physician()))), "{facts:?}");
    }
}

#[test]
fn only_the_treating_physicians_rights_and_authorship_open_a_masked_document_to_a_professional() {
    let law = the_law();
    let masked = entry(report(), all_labels()[1], vec![someone_else()]);
    for Situation { question, mut facts } in open_records(10) {
        facts.treating_physician = None;
        facts.consents.retain(|consent| consent.grant != same_rights(&person(6)).grant);
        if let (Who::Professional(_), Ok(permit)) = (&question.caller.who, decide(&law, &question, &facts)) {
            assert!(!permit.admits(&masked), "{question:?} {facts:?}");
        }
    }
}

#[test]
fn no_professional_and_no_structure_gets_into_a_record_that_is_not_open() {
    let law = the_law();
    for situation in every_frame() {
        let Situation { question, facts } = situation;
        let is_open = match facts.dossier.state {
            State::Open | State::OpenUnattached => true,
            State::None
            | State::ConsentPending
            | State::Notified
            | State::Opposed
            | State::Suspended
            | State::Closed
            | State::ErasurePending
            | State::Destroyed => false,
        };
        let is_holder = matches!(question.caller.who, Who::HolderFrontEnd { .. });
        let asks_only = matches!(question.act, Act::LookUp);
        assert!(
            is_open || is_holder || asks_only || decide(&law, &question, &facts).is_err(),
            "{question:?} {facts:?}"
        );
    }
}

// requirement: R1111-43@record R1111-46@holder-informed
#[test]
fn every_permit_owes_a_line_in_the_journal_and_the_holder_learns_of_everyone_else() {
    let law = the_law();
    for Situation { question, facts } in open_records(10) {
        if let Ok(permit) = decide(&law, &question, &facts) {
            let owes = |duty| permit.duties().contains(&duty);
            let by_holder = matches!(question.caller.who, Who::HolderFrontEnd { .. });
            assert!(owes(Duty::Record));
            assert_eq!(owes(Duty::InformHolder), !by_holder && !matches!(permit.act(), Act::LookUp));
            assert!(!permit.may_replace(&entry(report(), all_labels()[0], vec![someone_else()])));
            assert!(matches!(permit.act(), Act::Submit(_)) || !owes(Duty::InviteToAnnouncement));
        }
    }
}
