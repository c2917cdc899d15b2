use super::{acts::*, cast::*, decide, situations::*, the_law};
use crate::{
    policy::{Duty, Permit},
    record::{access::Act, caller::Who, consent::Blocked, dossier::State, facts::Facts, standing::Authorisation},
};

fn asks_for(who: &Who, facts: &Facts) -> Permit {
    decide(&the_law(), &asks(who.clone(), Act::LookUp), facts).unwrap()
}

fn standing(who: &Who, facts: &Facts) -> Authorisation {
    asks_for(who, facts).authorisation()
}

const NOTHING: Authorisation = Authorisation { reads: false, feeds: false, treats: false };

fn blocked(who: Blocked, facts: Facts) -> Facts {
    Facts { blocks: vec![block(who)], ..facts }
}

// requirement: L1111-14@existence-told
#[test]
fn every_identified_caller_may_ask_whatever_the_state_of_the_record() {
    for who in (0..callers()).map(caller) {
        for state in State::ALL {
            let mut facts = ordinary_record();
            facts.dossier.state = state;
            assert_eq!(asks_for(&who, &facts).duties(), [Duty::Record], "a trace, and no notice");
        }
        assert_eq!(standing(&who, &Facts::absent()), NOTHING);
        assert!(!asks_for(&who, &Facts::absent()).tells_of_record());
    }
}

// requirement: L1111-14@existence-told
#[test]
fn a_look_up_tells_how_the_caller_stands() {
    let facts = ordinary_record();
    let told = |who: &Who| standing(who, &facts);
    let treating = Who::Professional(treating_physician());
    assert_eq!(told(&treating), Authorisation { reads: true, feeds: true, treats: true });
    assert_eq!(told(&Who::Professional(team_nurse())), Authorisation { reads: true, feeds: true, treats: false });
    for who in [Who::Professional(outsider("10", "")), secretary(), organisation(hospital())] {
        assert_eq!(told(&who), Authorisation { reads: false, feeds: true, treats: false }, "{who:?}");
    }
    assert_eq!(told(&front_end()), Authorisation { reads: true, feeds: true, treats: false });
}

// requirement: R1111-46@holder-denies L1111-14@existence-told
#[test]
fn a_look_up_never_tells_of_a_block() {
    let nurse = Who::Professional(team_nurse());
    let stranger = Who::Professional(outsider("60", ""));
    let against = |who: &Who| opposition(who.person().cloned().map(Blocked::Professional), true);
    let forbidden = blocked(Blocked::Professional(team_nurse().id), ordinary_record());
    let opposed = Facts { feed_oppositions: vec![against(&stranger)], ..ordinary_record() };
    assert_eq!(standing(&nurse, &forbidden), NOTHING);
    assert_eq!(standing(&nurse, &forbidden), standing(&stranger, &opposed), "forbidden, or opposed and not authorised");
    let treating = Who::Professional(treating_physician());
    let forbidden = blocked(Blocked::Structure(practice()), ordinary_record());
    assert_eq!(standing(&treating, &forbidden), NOTHING, "who reads nothing is not told to be the treating physician");
    assert!(asks_for(&treating, &forbidden).tells_of_record());
}

// requirement: R1111-36@erased L1111-14@existence-told
#[test]
fn an_erased_record_looks_as_if_it_had_never_been() {
    let who = Who::Professional(treating_physician());
    for (state, is_told) in [
        (State::None, false),
        (State::Opposed, false),
        (State::Open, true),
        (State::Suspended, true),
        (State::Closed, true),
        (State::ErasurePending, false),
        (State::Destroyed, false),
    ] {
        let mut facts = ordinary_record();
        facts.dossier.state = state;
        let permit = asks_for(&who, &facts);
        assert_eq!(permit.tells_of_record(), is_told, "{state:?}");
        assert_eq!(permit.authorisation().reads, state == State::Open, "{state:?}");
    }
}

#[test]
fn what_a_look_up_tells_is_what_a_search_and_a_submission_meet() {
    let law = the_law();
    for Situation { question, facts } in every_frame().chain(open_records(5)) {
        if let (Act::LookUp, Ok(permit)) = (&question.act, decide(&law, &question, &facts)) {
            let told = permit.authorisation();
            let who = question.caller.who.clone();
            let meets = |act| decide(&law, &asks(who.clone(), act), &facts).is_ok();
            assert_eq!(told.reads, meets(search()), "{question:?} {facts:?}");
            if !is_elsewhere(&who, &facts) {
                assert_eq!(told.feeds, meets(rightful_submission(&who)), "{question:?} {facts:?}");
            }
        }
    }
}

/// The rightful submission of a delegate is in the name of the treating physician, who may be forbidden in person.
fn is_elsewhere(who: &Who, facts: &Facts) -> bool {
    let forbids = |blocked: &Blocked| blocked.names_person(&treating_physician().id);
    *who == secretary() && facts.blocks.iter().any(|block| forbids(&block.blocked))
}

#[test]
fn a_look_up_opens_no_document_no_consent_and_no_trace() {
    let who = Who::Professional(treating_physician());
    let permit = asks_for(&who, &ordinary_record());
    assert!(shelf(&who).iter().all(|entry| !permit.admits(entry)));
    assert!(cabinet().iter().all(|deed| !permit.admits_deed(deed)));
    assert!(archive().iter().all(|trace| !permit.admits_trace(trace)));
}
