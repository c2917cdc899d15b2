//! The comparison of both readings.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use super::{Case, Reading, read};
use crate::{
    policy::{
        Permit,
        tests::{
            acts::{CHANGES, archive, cabinet, desk},
            cast::{another_patient, asserted, holder, shelf},
            decide,
            situations::{Situation, every_frame, open_records},
            the_law,
        },
    },
    record::{amendment::Revision, caller::Asserter, deed::Deed, trace::AccessTrace},
};

/// What the permit says of things that only storage can name; of documents to amend a few, other ones each time.
fn compare_things(permit: &Permit, case: &Case<'_>, turn: usize, open: &mut BTreeMap<&str, [usize; 2]>) {
    let told = || format!("for {:?} on {:?}", case.q, case.f);
    let mut count = |what, is_open: bool| open.entry(what).or_default()[usize::from(is_open)] += 1;
    if case.amends() {
        for (place, document) in desk(&case.q.caller.who).iter().enumerate() {
            let (name, change) = CHANGES[(place + turn) % CHANGES.len()];
            let mut revision = Revision::of(document);
            change(&mut revision);
            let may = permit.may_revise(document, &revision);
            assert_eq!(may.is_ok(), case.may_amend(document, &revision), "{name} {may:?} {document:?} {}", told());
            count(name, may.is_ok());
        }
    }
    if case.reads_decisions() || case.decides() || case.reads_traces() {
        for deed in CABINET.iter() {
            assert_eq!(permit.admits_deed(deed), case.is_shown_decision(deed), "{deed:?} {}", told());
            assert_eq!(permit.may_change(deed).is_ok(), case.may_change(deed), "{deed:?} {}", told());
            count("known decision", permit.admits_deed(deed));
            count("changed decision", permit.may_change(deed).is_ok());
        }
    }
    if case.reads_traces() {
        for trace in ARCHIVE.iter() {
            assert_eq!(permit.admits_trace(trace), case.is_shown_trace(trace), "{trace:?} {}", told());
            count("trace", permit.admits_trace(trace));
        }
    }
    assert_eq!(permit.authorisation(), case.standing(), "{}", told());
}

static CABINET: LazyLock<Vec<Deed>> = LazyLock::new(cabinet);

static ARCHIVE: LazyLock<Vec<AccessTrace>> = LazyLock::new(archive);

fn compare(situations: impl Iterator<Item = Situation>) -> [usize; 2] {
    let law = the_law();
    let mut counted = [0, 0];
    let mut things = BTreeMap::new();
    for Situation { question, facts } in situations {
        let decided = decide(&law, &question, &facts);
        let shelf = if decided.is_ok() { shelf(&question.caller.who) } else { Vec::new() };
        match (decided, read(&Case { q: &question, f: &facts }, &shelf)) {
            (Ok(permit), Reading::Permitted { seen, owed }) => {
                counted[0] += 1;
                assert_eq!(permit.duties().iter().copied().collect::<BTreeSet<_>>(), owed, "{question:?} {facts:?}");
                for (document, seen) in shelf.iter().zip(seen) {
                    assert_eq!(permit.admits(document), seen, "{document:?} for {question:?} on {facts:?}");
                }
                compare_things(&permit, &Case { q: &question, f: &facts }, counted[0], &mut things);
            }
            (Err(refusal), Reading::Refused(ground)) => {
                counted[1] += 1;
                let agreed = ground.is_none_or(|ground| refusal.grounds.iter().any(|(_, given)| *given == ground));
                assert!(agreed, "{ground:?} against {refusal:?}: {question:?} on {facts:?}");
                assert!(ground.is_some() || refusal.grounds.is_empty(), "{refusal:?}: {question:?} on {facts:?}");
            }
            (Ok(_), Reading::Refused(ground)) => {
                panic!("the rules permit against {ground:?}: {question:?} on {facts:?}")
            }
            (Err(refusal), Reading::Permitted { .. }) => {
                panic!("the rules alone refuse, {refusal:?}: {question:?} on {facts:?}")
            }
        }
    }
    assert_eq!(things.len(), CHANGES.len() + 3);
    assert!(things.iter().all(|(what, [shut, open])| (*what == "revive" || *open > 20) && *shut > 20), "{things:?}");
    counted
}

#[test]
fn both_readings_agree_on_every_caller_act_state_opening_purpose_and_age() {
    let [permitted, refused] = compare(every_frame());
    assert!(permitted > 500 && refused > 90_000, "{permitted} permitted, {refused} refused");
}

#[test]
fn both_readings_agree_on_tokens_whomever_they_name() {
    let named = [Some(holder()), Some(another_patient()), None];
    let situations = open_records(9).chain(every_frame().step_by(5)).enumerate().map(|(turn, mut situation)| {
        let patient = named[turn % named.len()].clone();
        situation.question.caller.asserted = Some(Box::new(asserted(Asserter::FrontEnd, patient)));
        situation
    });
    let [permitted, refused] = compare(situations);
    assert!(permitted > 500 && refused > 5_000, "{permitted} permitted, {refused} refused");
}

#[test]
fn both_readings_agree_on_open_records_whatever_their_consents_blocks_and_teams() {
    let [permitted, refused] = compare(open_records(50));
    assert!(permitted > 5_000 && refused > 5_000, "{permitted} permitted, {refused} refused");
}
