use std::sync::Arc;

use super::{acts::*, cast::*, decide, grounds, opened, the_law};
use crate::{
    policy::{Duty, Ground, Permit},
    record::{
        access::Act,
        caller::Who,
        consent::Blocked,
        document::Author,
        dossier::State,
        facts::Facts,
        holder::Holder,
        trace::{AccessTrace, TraceOutcome},
    },
};

fn reads_traces(who: &Who, facts: &Facts) -> Permit {
    decide(&the_law(), &asks(who.clone(), find_traces()), facts).unwrap()
}

fn shown(who: &Who, facts: &Facts) -> usize {
    let permit = reads_traces(who, facts);
    archive().iter().filter(|trace| permit.admits_trace(trace)).count()
}

fn outsider_six() -> Who {
    Who::Professional(outsider("10", ""))
}

fn refused() -> TraceOutcome {
    TraceOutcome::Refused { grounds: Vec::new() }
}

// requirement: R1111-43@traces-read R1111-54@treating-physician
#[test]
fn the_holder_and_the_treating_physician_read_all_traces() {
    for who in [front_end(), Who::Professional(treating_physician())] {
        assert_eq!(shown(&who, &ordinary_record()), archive().len());
    }
    let rights = vec![same_rights(&person(6)), own_consent(&person(6), hours_ago(50))];
    assert_eq!(shown(&outsider_six(), &Facts { consents: rights, ..bare_record() }), archive().len());
}

// requirement: R1111-43@own-actions
#[test]
fn other_professionals_read_the_traces_of_their_own_acts() {
    for facts in [bare_record(), Facts { consents: vec![own_consent(&person(6), now())], ..bare_record() }] {
        let permit = reads_traces(&outsider_six(), &facts);
        let by = |number| trace(Some(person(number)), "search", TraceOutcome::Done, true);
        assert!(permit.admits_trace(&by(6)));
        assert!(!permit.admits_trace(&by(99)));
        assert!(!permit.admits_trace(&trace(None, "search", TraceOutcome::Done, true)), "software acted");
        assert!(!permit.admits_trace(&AccessTrace { actor: None, ..by(6) }), "the operator acted");
    }
}

// requirement: R1111-43@nothing-betrayed
#[test]
fn no_trace_tells_that_what_was_not_there_for_the_reader_is_in_the_record() {
    let permit = reads_traces(&outsider_six(), &bare_record());
    let mine = |act, outcome, gave| permit.admits_trace(&trace(Some(person(6)), act, outcome, gave));
    for act in ["read", "read-version", "history", "retrieve", "amend", "read-list", "read-deed", "read-trace"] {
        assert!(mine(act, TraceOutcome::Done, true), "{act}");
        assert!(!mine(act, TraceOutcome::Done, false), "{act}");
        assert!(!mine(act, refused(), false), "{act}");
        assert!(!mine(act, TraceOutcome::Failed { code: "not-theirs".to_owned() }, false), "{act}");
    }
    for act in ["search", "submit", "find-deeds", "find-traces"] {
        assert!(mine(act, TraceOutcome::Done, false) && mine(act, refused(), false), "{act} names nothing");
    }
}

/// The traces are judged by the words of the acts.
#[test]
fn every_act_that_names_one_thing_is_known_by_its_word() {
    let permit = reads_traces(&outsider_six(), &bare_record());
    let lookups = [Act::LookUp, amend(false), rightful_submission(&front_end())];
    for act in readings().into_iter().chain(deed_readings()).chain(trace_readings()).chain(lookups) {
        let empty = trace(Some(person(6)), act.name(), TraceOutcome::Done, false);
        assert_eq!(permit.admits_trace(&empty), !act.names_one(), "{}", act.name());
    }
}

// requirement: R1111-43@traces-read
#[test]
fn delegates_and_software_read_no_traces() {
    for act in trace_readings() {
        let found = grounds(&the_law(), &asks(secretary(), act.clone()), &ordinary_record());
        assert!(found.contains(&Ground::DelegateNeverReads));
        let found = grounds(&the_law(), &asks(organisation(hospital()), act), &ordinary_record());
        assert!(found.contains(&Ground::NoAuthenticatedProfessional));
    }
}

// requirement: R1111-52@closed
#[test]
fn the_holder_reads_the_traces_of_a_closed_record_and_nobody_else_does() {
    let mut facts = ordinary_record();
    facts.dossier.state = State::Closed;
    assert_eq!(shown(&front_end(), &facts), archive().len());
    let treating = asks(Who::Professional(treating_physician()), find_traces());
    assert!(grounds(&the_law(), &treating, &facts).contains(&Ground::Closed));
}

// requirement: R1111-46@holder-denies
#[test]
fn the_forbidden_read_their_own_acts_like_someone_of_whom_nothing_is_known() {
    let treating = Who::Professional(treating_physician());
    let facts = Facts { blocks: vec![block(Blocked::Professional(treating_physician().id))], ..ordinary_record() };
    let permit = reads_traces(&treating, &facts);
    let former = Facts { treating_physician: None, ..ordinary_record() };
    let unknown = reads_traces(&treating, &former);
    for trace in archive() {
        assert_eq!(permit.admits_trace(&trace), unknown.admits_trace(&trace), "{trace:?}");
    }
    for entry in shelf(&treating) {
        assert_eq!(permit.admits(&entry), unknown.admits(&entry));
    }
    assert!(cabinet().iter().all(|deed| !permit.admits_deed(deed)));
    assert_eq!(permit.duties(), [Duty::Record, Duty::InformHolder]);
}

// requirement: R1111-43@grounds-for-holder
#[test]
fn grounds_and_provisions_are_told_to_the_holder_alone() {
    assert!(reads_traces(&front_end(), &ordinary_record()).tells_grounds());
    for who in [Who::Professional(treating_physician()), outsider_six()] {
        assert!(!reads_traces(&who, &ordinary_record()).tells_grounds());
    }
}

// requirement: R1111-53@hidden-from-patient R1111-43@traces-read
#[test]
fn a_trace_names_the_documents_that_its_reader_may_see() {
    let law = the_law();
    let osteopath = Who::Professional(outsider("73", ""));
    for who in [front_end(), Who::Professional(treating_physician()), Who::Professional(team_nurse())] {
        let shelf = shelf(&who);
        let read = decide(&law, &asks(who.clone(), read()), &ordinary_record());
        let traced = decide(&law, &asks(who.clone(), find_traces()), &ordinary_record());
        assert_eq!(opened(&traced, &shelf), opened(&read, &shelf), "{who:?}");
    }
    for who in [outsider_six(), osteopath] {
        let traced = decide(&law, &asks(who.clone(), find_traces()), &ordinary_record());
        assert_eq!(opened(&traced, &shelf(&who)), (0..24).collect(), "{who:?}");
    }
}

// requirement: R1111-50@secret-traces
#[test]
fn a_trace_of_what_a_minor_keeps_is_left_out_for_the_representatives() {
    let secret = entry(report(), all_labels()[4], vec![someone_else()]);
    let plain = entry(report(), all_labels()[0], vec![Author::Holder]);
    let minor =
        Facts { holder: Some(Holder { birth_date: jiff::civil::date(2012, 5, 17), traits: None }), ..bare_record() };
    let unknown = Facts { holder: None, ..bare_record() };
    for facts in [&minor, &unknown] {
        let permit = reads_traces(&front_end(), facts);
        assert!(permit.keeps_trace_secret(&secret) && !permit.keeps_trace_secret(&plain));
    }
    assert!(!reads_traces(&front_end(), &bare_record()).keeps_trace_secret(&secret), "of age");
    assert!(!reads_traces(&outsider_six(), &minor).keeps_trace_secret(&secret));
}

#[test]
fn a_permit_for_another_act_opens_no_trace() {
    let permit = the_law().decide(&Arc::new(asks(front_end(), read())), &ordinary_record()).unwrap();
    assert!(archive().iter().all(|trace| !permit.admits_trace(trace)));
}
