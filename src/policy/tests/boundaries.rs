use jiff::{SignedDuration, Timestamp, civil::date};

use super::{cast::*, decide, grounds, the_law};
use crate::{
    policy::{Force, Ground, Law},
    record::{
        access::{Act, Question},
        caller::Who,
        document::DocumentEntry,
        dossier::{Basis, Opening, State},
        facts::Facts,
        holder::Holder,
    },
};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn sees(law: &Law, entry: &DocumentEntry, facts: &Facts, when: Timestamp) -> bool {
    let question = Question { at: when, ..asks(front_end(), read()) };
    decide(law, &question, facts).unwrap().admits(entry)
}

// requirement: R1111-46@consent-outside-team
#[test]
fn consent_outside_the_team_serves_twelve_hours() {
    let law = the_law();
    let outsider = outsider("10", "");
    let given = |when| Facts { consents: vec![own_consent(&outsider.id, when)], ..bare_record() };
    let question = asks(Who::Professional(outsider.clone()), search());
    let twelve = now() - SignedDuration::from_hours(12);
    assert!(decide(&law, &question, &given(twelve)).is_ok());
    assert!(decide(&law, &question, &given(twelve - SignedDuration::from_nanos(1))).is_err());
    assert!(decide(&law, &question, &given(now())).is_ok());
    assert!(decide(&law, &question, &given(now() + SignedDuration::from_nanos(1))).is_err());
}

// requirement: R1111-53@hidden-from-patient
#[test]
fn what_is_hidden_from_the_patient_shows_after_a_calendar_month_in_paris() {
    let law = the_law();
    for (deposited, shown) in [
        ("2026-01-31T08:30:00Z", "2026-02-28T08:30:00Z"),
        ("2024-01-31T08:30:00Z", "2024-02-29T08:30:00Z"),
        ("2026-02-28T08:30:00Z", "2026-03-28T08:30:00Z"),
        ("2025-12-31T08:30:00Z", "2026-01-31T08:30:00Z"),
        ("2026-03-15T08:30:00Z", "2026-04-15T07:30:00Z"),
        ("2026-01-30T23:30:00Z", "2026-02-27T23:30:00Z"),
    ] {
        let mut hidden = entry(report(), all_labels()[2], vec![someone_else()]);
        hidden.first_deposited = at(deposited);
        let nearly = at(shown) - SignedDuration::from_nanos(1);
        assert!(!sees(&law, &hidden, &bare_record(), nearly), "{deposited}");
        assert!(sees(&law, &hidden, &bare_record(), at(shown)), "{deposited}");
    }
}

// requirement: R1111-53@hidden-from-patient
#[test]
fn an_announcement_shows_what_was_hidden_from_that_instant() {
    let law = the_law();
    let mut hidden = entry(report(), all_labels()[2], vec![someone_else()]);
    hidden.announced = Some(now());
    assert!(sees(&law, &hidden, &bare_record(), now()));
    assert!(!sees(&law, &hidden, &bare_record(), now() - SignedDuration::from_nanos(1)));
}

// requirement: R1111-50@hidden-from-representatives
#[test]
fn what_a_minor_keeps_from_the_representatives_shows_at_majority_in_paris() {
    let law = the_law();
    let kept = entry(report(), all_labels()[4], vec![someone_else()]);
    for (born, majority) in [
        (date(2008, 3, 11), "2026-03-10T23:00:00Z"),
        (date(2008, 7, 11), "2026-07-10T22:00:00Z"),
        (date(2008, 2, 29), "2026-02-28T23:00:00Z"),
    ] {
        let facts = Facts { holder: Some(Holder { birth_date: born, traits: None }), ..bare_record() };
        assert!(!sees(&law, &kept, &facts, at(majority) - SignedDuration::from_nanos(1)), "{born}");
        assert!(sees(&law, &kept, &facts, at(majority)), "{born}");
    }
    assert!(!sees(&law, &kept, &Facts { holder: None, ..bare_record() }, now()), "an unknown age is no majority");
}

fn is_lawful(law: &Law, opening: Option<Opening>) -> bool {
    let mut facts = ordinary_record();
    facts.dossier.opening = opening;
    let question = asks(Who::Professional(team_nurse()), search());
    match decide(law, &question, &facts) {
        Ok(_) => true,
        Err(refusal) => {
            assert!(refusal.grounds.iter().all(|(_, ground)| *ground == Ground::UnlawfulOpening));
            false
        }
    }
}

// requirement: L1111-14@express-consent
#[test]
fn express_consent_opens_records_until_30_june_2021() {
    let law = the_law();
    let consented = |on, given| is_lawful(&law, opened(on, Some(Basis::ExpressConsent { given }), None));
    assert!(consented(date(2021, 6, 30), date(2021, 6, 30)));
    assert!(consented(date(2009, 7, 23), date(2009, 7, 1)));
    assert!(!consented(date(2009, 7, 22), date(2009, 7, 1)));
    assert!(!consented(date(2021, 6, 29), date(2021, 6, 30)), "given after the opening");
    assert!(!consented(date(2021, 7, 1), date(2021, 6, 30)), "consent no longer opens");
    assert!(!is_lawful(&law, opened(date(2021, 6, 30), Some(Basis::Automatic), None)));
    assert!(!is_lawful(&law, opened(date(2021, 6, 30), None, None)));
}

// requirement: L1111-14@automatic-opening
#[test]
fn records_open_automatically_from_2022_and_earlier_in_the_pilot_departments() {
    let law = the_law();
    let automatic = |on, department: Option<&str>| {
        is_lawful(&law, opened(on, Some(Basis::Automatic), department.map(str::to_owned)))
    };
    for pilot in ["31", "44", "80"] {
        assert!(automatic(date(2021, 8, 8), Some(pilot)));
        assert!(!automatic(date(2021, 8, 7), Some(pilot)));
        assert!(!automatic(date(2021, 7, 1), Some(pilot)));
    }
    for elsewhere in [None, Some("75"), Some("")] {
        assert!(!automatic(date(2021, 12, 31), elsewhere));
        assert!(automatic(date(2022, 1, 1), elsewhere));
    }
    assert!(!is_lawful(&law, opened(date(2022, 1, 1), None, None)));
    assert!(!is_lawful(&law, None));
}

// requirement: L1111-14@record-exists
#[test]
fn no_record_was_opened_tomorrow() {
    let law = the_law();
    assert!(is_lawful(&law, opened(date(2026, 3, 10), Some(Basis::Automatic), None)));
    assert!(!is_lawful(&law, opened(date(2026, 3, 11), Some(Basis::Automatic), None)));
}

#[test]
fn a_question_of_a_day_whose_law_is_not_carried_is_refused() {
    let law = the_law();
    let mut facts = ordinary_record();
    facts.dossier.opening = opened(date(2019, 1, 1), Some(Basis::ExpressConsent { given: date(2019, 1, 1) }), None);
    let treating = Who::Professional(treating_physician());
    let ask = |when| decide(&law, &Question { at: at(when), ..asks(treating.clone(), search()) }, &facts);
    assert!(ask("2022-12-31T22:59:59.999999999Z").is_err());
    assert!(ask("2022-12-31T23:00:00Z").is_ok());
    assert!(ask("1970-01-01T00:00:00Z").is_err());
}

#[test]
fn a_version_in_force_counts_its_first_and_its_last_day() {
    let force = Force { since: date(2009, 7, 23), until: Some(date(2021, 6, 30)) };
    assert!(force.holds_on(date(2009, 7, 23)) && force.holds_on(date(2021, 6, 30)));
    assert!(!force.holds_on(date(2009, 7, 22)) && !force.holds_on(date(2021, 7, 1)));
}

// requirement: R1111-52@closed R1111-36@erased R1111-45@holder-reads
// requirement: R1111-52@closed R1111-45@holder-reads
#[test]
fn closing_refuses_every_professional_and_leaves_the_holder_the_archive() {
    let law = the_law();
    let shut = |state| {
        let mut facts = ordinary_record();
        facts.dossier.state = state;
        facts
    };
    let treating = Who::Professional(treating_physician());
    let acts: [Act; 5] = [search(), lookup(), read(), retrieve(), rightful_submission(&treating)];
    for state in [State::Closed, State::ErasurePending, State::Destroyed] {
        for act in &acts {
            assert!(grounds(&law, &asks(treating.clone(), act.clone()), &shut(state)).contains(&Ground::Closed));
        }
    }
    assert!(decide(&law, &asks(front_end(), read()), &shut(State::Closed)).is_ok());
    assert!(decide(&law, &asks(front_end(), rightful_submission(&front_end())), &shut(State::Closed)).is_err());
    assert!(decide(&law, &asks(front_end(), read()), &shut(State::ErasurePending)).is_err());
    assert!(decide(&law, &asks(front_end(), read()), &shut(State::Destroyed)).is_err());
}

// requirement: R1111-36@suspended
#[test]
fn a_suspended_record_is_shut_to_everyone() {
    let law = the_law();
    let mut facts = ordinary_record();
    facts.dossier.state = State::Suspended;
    for who in [Who::Professional(treating_physician()), front_end(), organisation(hospital())] {
        assert!(grounds(&law, &asks(who, lookup()), &facts).contains(&Ground::Suspended));
    }
}
