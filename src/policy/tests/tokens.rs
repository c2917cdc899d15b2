//! What tokens assert, before the law: whose record they open, by whose software, and who reads at all.

use super::{cast::*, decide, grounds, situations::*, the_law};
use crate::{
    policy::{ApprovedSoftware, Ground},
    record::{
        access::{Act, Question},
        caller::{Asserted, Asserter, Caller, Mode, Software, Who},
        facts::Facts,
        identity::Ins,
    },
};

fn with(question: Question, asserted: Option<Asserted>) -> Question {
    let caller = Caller { asserted: asserted.map(Box::new), ..question.caller.clone() };
    Question { caller, ..question }
}

/// A search by the treating physician, who reads everything, with that token.
fn search_with(asserted: Option<Asserted>) -> Question {
    with(asks(Who::Professional(treating_physician()), search()), asserted)
}

fn record() -> Facts {
    Facts { treating_physician: Some(treating_physician().id), ..bare_record() }
}

fn bound(by: Asserter, patient: Option<Ins>) -> Option<Asserted> {
    Some(asserted(by, patient))
}

// requirement: L1470-5@asserted-patient
#[test]
fn a_token_that_names_a_patient_opens_no_other_record() {
    let law = the_law();
    for by in [Asserter::ProSanteConnect, Asserter::Structure] {
        for (patient, is_refused) in [(None, false), (Some(holder()), false), (Some(another_patient()), true)] {
            let question = search_with(bound(by, patient));
            assert_eq!(decide(&law, &question, &record()).is_err(), is_refused, "{question:?}");
        }
        let other = search_with(bound(by, Some(another_patient())));
        assert!(grounds(&law, &other, &record()).contains(&Ground::TokenOfAnotherPatient));
    }
    // Of a document in another record nothing is told that would not be told of no document.
    assert!(!Ground::TokenOfAnotherPatient.is_of_caller());
}

// requirement: L1470-2@holder-identified L1470-5@asserted-patient
#[test]
fn the_holders_front_end_acts_for_the_holder_of_its_token_and_for_nobody_else() {
    let law = the_law();
    let own = asks(front_end(), search());
    assert!(decide(&law, &own, &record()).is_ok());
    let other = with(own.clone(), bound(Asserter::FrontEnd, Some(another_patient())));
    assert!(grounds(&law, &other, &record()).contains(&Ground::TokenOfAnotherPatient));
    for nobody in [None, bound(Asserter::FrontEnd, None)] {
        let question = with(own.clone(), nobody);
        assert!(grounds(&law, &question, &record()).contains(&Ground::HolderNotIdentified));
    }
}

#[test]
fn the_mode_is_what_certificate_and_token_say() {
    let physician = || Who::Professional(treating_physician());
    for (who, by, mode) in [
        (physician(), None, Mode::DirectCps),
        (physician(), Some(Asserter::ProSanteConnect), Mode::ProSanteConnect),
        (physician(), Some(Asserter::Structure), Mode::Air),
        (secretary(), None, Mode::DirectCpe),
        (organisation(hospital()), None, Mode::Indirect),
        (organisation(hospital()), Some(Asserter::Structure), Mode::Indirect),
        (front_end(), Some(Asserter::FrontEnd), Mode::Holder),
    ] {
        let question = with(asks(who, search()), by.map(|by| asserted(by, None)));
        assert_eq!(question.caller.mode(), mode);
    }
}

// requirement: R1111-46@confidentiality R1111-46@feeding-in-the-name
#[test]
fn no_assertion_makes_a_reader_of_software_or_of_a_delegate() {
    let law = the_law();
    for (who, ground) in
        [(organisation(hospital()), Ground::NoAuthenticatedProfessional), (secretary(), Ground::DelegateNeverReads)]
    {
        let question = with(asks(who, search()), bound(Asserter::Structure, Some(holder())));
        assert!(grounds(&law, &question, &record()).contains(&ground));
    }
}

fn software(homologation: Option<&str>, id: Option<&str>) -> Option<Software> {
    let own = |text: &str| text.to_owned();
    Some(Software { name: own("LPS"), version: own("1"), id: id.map(own), homologation: homologation.map(own) })
}

// requirement: R1111-44@approved-software
#[test]
fn where_a_list_is_kept_software_that_is_not_on_it_does_nothing() {
    let list: ApprovedSoftware = ["H-1".to_owned(), "L-2".to_owned()].into_iter().collect();
    let (open, listed) = (the_law(), the_law().approving(Some(list)));
    for (software, is_approved) in [
        (None, false),
        (software(None, None), false),
        (software(Some("H-2"), Some("L-1")), false),
        (software(Some("H-1"), None), true),
        (software(Some("H-2"), Some("L-2")), true),
    ] {
        for by in [Asserter::ProSanteConnect, Asserter::Structure] {
            let question = search_with(Some(Asserted { software: software.clone(), ..asserted(by, None) }));
            assert!(decide(&open, &question, &record()).is_ok());
            let decided = decide(&listed, &question, &record());
            assert_eq!(decided.is_ok(), is_approved, "{question:?}");
        }
    }
    assert!(decide(&listed, &search_with(None), &record()).is_ok(), "a card names no software");
    assert!(decide(&listed, &asks(front_end(), search()), &record()).is_ok(), "nor does the holder");
    let alone = asks(organisation(hospital()), lookup());
    assert!(grounds(&listed, &alone, &record()).contains(&Ground::SoftwareNotApproved), "nor may software hide");
    assert!(Ground::SoftwareNotApproved.is_of_caller());
}

/// Whatever else is asked of whatever record: another patient's token opens nothing, and a token changes nothing else.
#[test]
fn a_token_takes_away_and_never_gives() {
    let law = the_law();
    let mut opened = 0;
    for Situation { question, facts } in every_frame().step_by(7).chain(open_records(3)) {
        if matches!(question.caller.who, Who::HolderFrontEnd { .. }) {
            continue;
        }
        let without = decide(&law, &question, &facts);
        let own = with(question.clone(), bound(Asserter::Structure, Some(holder())));
        let other = with(question.clone(), bound(Asserter::Structure, Some(another_patient())));
        assert_eq!(decide(&law, &own, &facts).err(), without.as_ref().err().cloned(), "{question:?}");
        assert!(decide(&law, &other, &facts).is_err(), "{question:?}");
        opened += usize::from(without.is_ok());
    }
    assert!(opened > 300, "{opened}");
}

/// An act that any identified caller may ask for.
#[test]
fn even_the_state_of_a_record_is_not_told_by_another_patients_token() {
    let question = with(asks(front_end(), Act::LookUp), bound(Asserter::FrontEnd, Some(another_patient())));
    assert!(decide(&the_law(), &question, &record()).is_err());
}
