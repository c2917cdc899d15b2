use super::{acts::*, cast::*, decide, grounds, opened, the_law};
use crate::{
    policy::{Duty, Ground, Permit},
    record::{
        access::Question,
        amendment::{Attestation, Revision},
        caller::Who,
        consent::Blocked,
        document::{Author, DocumentEntry, Status},
        dossier::State,
        facts::Facts,
        holder::Holder,
        visibility::{Confidentiality, Labels, Origin},
    },
};

fn permit(who: &Who, attested: bool, facts: &Facts) -> Permit {
    decide(&the_law(), &asks(who.clone(), amend(attested)), facts).unwrap()
}

/// A permit for who says that the document was announced to the patient, or does not.
fn announcing(who: &Who, announced: bool, facts: &Facts) -> Permit {
    let act = amending(announced.then_some(Attestation::Announced));
    decide(&the_law(), &asks(who.clone(), act), facts).unwrap()
}

fn tries(permit: &Permit, entry: &DocumentEntry, change: fn(&mut Revision)) -> Result<(), Ground> {
    let mut revision = Revision::of(entry);
    change(&mut revision);
    permit.may_revise(entry, &revision)
}

fn by(author: Author) -> DocumentEntry {
    entry(report(), Labels::default(), vec![author])
}

fn own(who: &Who) -> DocumentEntry {
    by(kept_author(who))
}

fn with(mut entry: DocumentEntry, edit: fn(&mut Labels)) -> DocumentEntry {
    edit(&mut entry.labels);
    entry
}

fn treating() -> Who {
    Who::Professional(treating_physician())
}

fn nurse() -> Who {
    Who::Professional(team_nurse())
}

fn surgeon() -> Who {
    Who::Professional(team_surgeon())
}

fn stranger() -> Who {
    Who::Professional(outsider("10", ""))
}

fn a_minors_record() -> Facts {
    Facts { holder: Some(Holder { birth_date: jiff::civil::date(2012, 5, 17), traits: None }), ..ordinary_record() }
}

const MASK: fn(&mut Revision) = |revision| revision.masked = true;
const UNMASK: fn(&mut Revision) = |revision| revision.masked = false;
const HIDE: fn(&mut Revision) = |revision| revision.hidden_from_patient = true;
const SHOW: fn(&mut Revision) = |revision| revision.hidden_from_patient = false;
const KEEP: fn(&mut Revision) = |revision| revision.hidden_from_representatives = true;
const TELL: fn(&mut Revision) = |revision| revision.hidden_from_representatives = false;
const DELETE: fn(&mut Revision) = |revision| revision.status = Status::EnteredInError;
const SUPERSEDE: fn(&mut Revision) = |revision| revision.status = Status::Superseded;
const ARCHIVE: fn(&mut Revision) = |revision| revision.archived = !revision.archived;
const RESTRICT: fn(&mut Revision) = |revision| revision.confidentiality = Confidentiality::R;

// requirement: R1111-51@author-amends
#[test]
fn authors_amend_what_they_filed_without_an_authorisation_to_consult() {
    let psychologist = Who::Professional(outsider("73", ""));
    for who in [stranger(), psychologist, organisation(hospital()), front_end()] {
        let permit = permit(&who, false, &bare_record());
        for change in [DELETE, SUPERSEDE, ARCHIVE, RESTRICT, MASK] {
            assert_eq!(tries(&permit, &own(&who), change), Ok(()), "{who:?}");
        }
        assert!(permit.duties().contains(&Duty::Record));
        assert_eq!(permit.duties().contains(&Duty::InformHolder), who != front_end());
    }
}

// requirement: R1111-51@author-amends
#[test]
fn what_the_caller_may_not_see_is_not_there_to_be_amended() {
    let sees = |who: &Who, facts: &Facts| {
        let question = asks(who.clone(), amend(true));
        opened(&decide(&the_law(), &question, facts), &shelf(who))
    };
    let as_read =
        |who: &Who, facts: &Facts| opened(&decide(&the_law(), &asks(who.clone(), read()), facts), &shelf(who));
    for who in [treating(), nurse(), surgeon(), front_end()] {
        assert_eq!(sees(&who, &ordinary_record()), as_read(&who, &ordinary_record()), "{who:?}");
    }
    let psychologist = Who::Professional(outsider("73", ""));
    for who in [stranger(), psychologist, organisation(hospital())] {
        assert_eq!(sees(&who, &ordinary_record()), (0..24).collect(), "{who:?}");
    }
    let nurse_permit = permit(&nurse(), true, &ordinary_record());
    let masked = with(by(someone_else()), |labels| labels.masked = Some(Origin::Holder));
    assert_eq!(tries(&nurse_permit, &masked, UNMASK), Err(Ground::NotTheirs));
    assert_eq!(tries(&nurse_permit, &masked, |_| ()), Err(Ground::NotTheirs));
}

// requirement: R1111-46@feeding-in-the-name
#[test]
fn a_delegate_amends_nothing() {
    let found = grounds(&the_law(), &asks(secretary(), amend(true)), &ordinary_record());
    assert!(found.contains(&Ground::DelegateFeedsOnly));
}

#[test]
fn nobody_amends_in_a_record_that_is_not_open() {
    for state in State::ALL.into_iter().filter(|state| !matches!(state, State::Open | State::OpenUnattached)) {
        let mut facts = ordinary_record();
        facts.dossier.state = state;
        for who in [treating(), organisation(hospital()), front_end()] {
            assert!(decide(&the_law(), &asks(who, amend(true)), &facts).is_err(), "{state:?}");
        }
    }
}

// requirement: R1111-46@holder-denies
#[test]
fn the_forbidden_keep_what_is_their_own_to_correct_and_delete() {
    let facts = Facts { blocks: vec![block(Blocked::Professional(treating_physician().id))], ..ordinary_record() };
    let permit = permit(&treating(), true, &facts);
    assert_eq!(tries(&permit, &own(&treating()), DELETE), Ok(()));
    assert_eq!(tries(&permit, &own(&treating()), MASK), Ok(()));
    assert!(!permit.admits(&by(someone_else())));
    assert_eq!(tries(&permit, &by(someone_else()), MASK), Err(Ground::NotTheirs));
    let set_before = with(own(&treating()), |labels| labels.masked = Some(Origin::TreatingPhysician));
    assert_eq!(
        tries(&super::amending::permit(&treating(), false, &facts), &set_before, UNMASK),
        Err(Ground::NotAttested),
        "the office sleeps while the holder forbids"
    );
    let opposed = Facts { feed_oppositions: vec![opposition(None, true)], ..ordinary_record() };
    assert!(decide(&the_law(), &asks(stranger(), amend(false)), &opposed).is_ok(), "an opposition is to feeding");
}

// requirement: R1111-51@status-by-author
#[test]
fn an_author_alone_deletes_or_supersedes() {
    for change in [DELETE, SUPERSEDE] {
        for who in [treating(), surgeon(), front_end()] {
            let permit = permit(&who, true, &ordinary_record());
            assert_eq!(tries(&permit, &own(&who), change), Ok(()), "{who:?}");
            assert_eq!(tries(&permit, &by(someone_else()), change), Err(Ground::NotTheirs), "{who:?}");
        }
    }
}

// requirement: R1111-51@status-by-author
#[test]
fn what_no_longer_counts_never_counts_again() {
    let permit = permit(&stranger(), true, &bare_record());
    let superseded = DocumentEntry { status: Status::Superseded, ..own(&stranger()) };
    assert_eq!(tries(&permit, &superseded, |revision| revision.status = Status::Current), Err(Ground::NotTheirs));
    assert_eq!(tries(&permit, &superseded, DELETE), Ok(()));
    let deleted = DocumentEntry { status: Status::EnteredInError, ..own(&stranger()) };
    assert_eq!(tries(&permit, &deleted, |_| ()), Err(Ground::NotTheirs), "it is there for nobody");
}

// requirement: I12@archived
#[test]
fn authors_and_authorised_professionals_archive() {
    let others = by(someone_else());
    for who in [treating(), nurse()] {
        assert_eq!(tries(&permit(&who, false, &ordinary_record()), &others, ARCHIVE), Ok(()));
    }
    let holder = permit(&front_end(), false, &ordinary_record());
    assert_eq!(tries(&holder, &others, ARCHIVE), Err(Ground::NotTheirs));
    assert_eq!(tries(&holder, &by(Author::Holder), ARCHIVE), Ok(()));
}

// requirement: R1111-49@masked-by
#[test]
fn the_holder_the_author_and_the_treating_physician_mask_and_others_at_the_holders_request() {
    let others = by(someone_else());
    let masks = |who, attested| tries(&permit(&who, attested, &ordinary_record()), &others, MASK);
    assert_eq!(masks(front_end(), false), Ok(()));
    assert_eq!(masks(treating(), false), Ok(()));
    assert_eq!(masks(nurse(), false), Err(Ground::NotAttested));
    assert_eq!(masks(nurse(), true), Ok(()));
    let same_rights_facts = Facts {
        consents: vec![same_rights(&outsider("10", "").id), own_consent(&outsider("10", "").id, hours_ago(50))],
        ..bare_record()
    };
    assert_eq!(tries(&permit(&stranger(), false, &same_rights_facts), &others, MASK), Ok(()));
}

// requirement: R1111-49@unmasked-by
#[test]
fn a_mask_is_lifted_by_the_holder_by_who_set_it_or_at_the_holders_request() {
    let of = |origin: Origin, author| {
        let mut masked = by(author);
        masked.labels.masked = Some(origin);
        masked
    };
    let lifts = |who: &Who, attested, entry: &DocumentEntry| {
        tries(&permit(who, attested, &ordinary_record()), entry, UNMASK).is_ok()
    };
    let me = kept_author(&surgeon());
    for origin in [Origin::Holder, Origin::Author, Origin::TreatingPhysician, Origin::Inherited] {
        let mine = of(origin, me.clone());
        assert!(lifts(&front_end(), false, &mine), "{origin:?}");
        assert_eq!(lifts(&surgeon(), false, &mine), origin == Origin::Author, "{origin:?}");
        assert!(lifts(&surgeon(), true, &mine), "{origin:?}");
        let others = of(origin, someone_else());
        assert_eq!(lifts(&treating(), false, &others), origin == Origin::TreatingPhysician, "{origin:?}");
        assert!(lifts(&treating(), true, &others), "{origin:?}");
        assert!(!lifts(&nurse(), true, &others), "it is not there for the nurse");
    }
}

// requirement: R1111-49@unmasked-by
#[test]
fn software_attests_nothing() {
    let hospital = organisation(hospital());
    let permit = permit(&hospital, true, &bare_record());
    let by_holder = with(own(&hospital), |labels| labels.masked = Some(Origin::Holder));
    assert_eq!(tries(&permit, &by_holder, UNMASK), Err(Ground::NotAttested));
    let by_itself = with(own(&hospital), |labels| labels.masked = Some(Origin::Author));
    assert_eq!(tries(&permit, &by_itself, UNMASK), Ok(()));
}

// requirement: R1111-49@confidentiality-by
#[test]
fn the_base_confidentiality_is_the_authors_or_the_holders_to_state() {
    let others = by(someone_else());
    assert_eq!(tries(&permit(&front_end(), false, &ordinary_record()), &others, RESTRICT), Ok(()));
    for who in [treating(), nurse()] {
        assert_eq!(tries(&permit(&who, true, &ordinary_record()), &others, RESTRICT), Err(Ground::NotTheirs));
    }
}

// requirement: R1111-53@hidden-by
#[test]
fn the_professional_who_filed_a_document_hides_it_from_the_patient_until_it_was_shown() {
    let hides =
        |who: &Who, attested, entry: &DocumentEntry| tries(&announcing(who, attested, &ordinary_record()), entry, HIDE);
    let mine = own(&surgeon());
    assert_eq!(hides(&surgeon(), false, &mine), Ok(()));
    assert_eq!(hides(&treating(), false, &mine), Err(Ground::NotTheirs));
    assert_eq!(hides(&front_end(), false, &own(&front_end())), Err(Ground::NotTheirs));
    let hospital = organisation(hospital());
    assert_eq!(hides(&hospital, false, &own(&hospital)), Err(Ground::NotTheirs), "software judges nothing");
    let announced = DocumentEntry { announced: Some(hours_ago(1)), ..mine.clone() };
    assert_eq!(hides(&surgeon(), false, &announced), Err(Ground::AlreadyShown));
    assert_eq!(hides(&surgeon(), true, &mine), Err(Ground::AlreadyShown), "announced by the same request");
}

// requirement: R1111-53@hidden-by
#[test]
fn nothing_is_hidden_from_the_patient_after_the_month_in_which_it_would_stay_hidden() {
    let deposited = |text: &str| DocumentEntry { first_deposited: text.parse().unwrap(), ..own(&surgeon()) };
    let permit = announcing(&surgeon(), false, &ordinary_record());
    assert_eq!(tries(&permit, &deposited("2026-02-10T09:00:00.000000001Z"), HIDE), Ok(()));
    assert_eq!(tries(&permit, &deposited("2026-02-10T09:00:00Z"), HIDE), Err(Ground::AlreadyShown));
}

// requirement: R1111-53@shown-by
#[test]
fn whoever_announced_it_shows_it_to_the_patient() {
    let hidden = with(by(someone_else()), |labels| labels.hidden_from_patient = Some(Origin::Author));
    assert_eq!(tries(&announcing(&nurse(), false, &ordinary_record()), &hidden, SHOW), Err(Ground::NotAttested));
    assert_eq!(tries(&announcing(&nurse(), true, &ordinary_record()), &hidden, SHOW), Ok(()));
    let at_request = permit(&nurse(), true, &ordinary_record());
    assert_eq!(tries(&at_request, &hidden, SHOW), Err(Ground::NotAttested), "the holder cannot ask for what is hidden");
    let mine = with(own(&surgeon()), |labels| labels.hidden_from_patient = Some(Origin::Author));
    assert_eq!(tries(&announcing(&surgeon(), false, &ordinary_record()), &mine, SHOW), Ok(()));
    let shown = DocumentEntry { announced: Some(hours_ago(1)), ..hidden };
    assert_eq!(tries(&announcing(&front_end(), false, &ordinary_record()), &shown, SHOW), Err(Ground::NotTheirs));
}

// requirement: R1111-53@not-also-masked
#[test]
fn no_amendment_masks_and_hides_at_once() {
    let both: fn(&mut Revision) = |revision| {
        revision.masked = true;
        revision.hidden_from_patient = true;
    };
    let permit = permit(&surgeon(), false, &ordinary_record());
    assert_eq!(tries(&permit, &own(&surgeon()), both), Err(Ground::LabelConflict));
    let hidden = with(own(&surgeon()), |labels| labels.hidden_from_patient = Some(Origin::Author));
    assert_eq!(tries(&permit, &hidden, MASK), Err(Ground::LabelConflict));
    let exchange: fn(&mut Revision) = |revision| {
        revision.masked = true;
        revision.hidden_from_patient = false;
    };
    assert_eq!(tries(&permit, &hidden, exchange), Ok(()));
}

// requirement: R1111-50@kept-from-representatives
#[test]
fn a_minor_keeps_a_document_from_the_representatives_or_asks_who_filed_it() {
    let minor = a_minors_record();
    let keeps = |who: &Who, facts: &Facts, entry: &DocumentEntry| tries(&permit(who, false, facts), entry, KEEP);
    assert_eq!(keeps(&front_end(), &minor, &by(someone_else())), Ok(()));
    assert_eq!(keeps(&front_end(), &ordinary_record(), &by(someone_else())), Err(Ground::NotTheirs), "an adult");
    assert_eq!(keeps(&surgeon(), &minor, &own(&surgeon())), Ok(()));
    assert_eq!(keeps(&treating(), &minor, &own(&surgeon())), Err(Ground::NotTheirs));
    let hospital = organisation(hospital());
    assert_eq!(keeps(&hospital, &minor, &own(&hospital)), Err(Ground::NotTheirs));
}

// requirement: R1111-50@told-to-representatives
#[test]
fn what_a_minor_keeps_is_told_by_the_minors_wish_alone() {
    let kept = with(own(&surgeon()), |labels| labels.hidden_from_representatives = Some(Origin::Author));
    let tells = |who: &Who, attested, facts: &Facts| tries(&permit(who, attested, facts), &kept, TELL);
    assert_eq!(tells(&surgeon(), false, &a_minors_record()), Err(Ground::NotAttested));
    assert_eq!(tells(&surgeon(), true, &a_minors_record()), Ok(()));
    assert_eq!(tells(&treating(), true, &a_minors_record()), Err(Ground::NotTheirs));
    assert_eq!(tells(&front_end(), false, &a_minors_record()), Err(Ground::NotTheirs), "it is not there for them");
    assert_eq!(tells(&front_end(), false, &ordinary_record()), Ok(()), "at majority it is moot");
}

#[test]
fn a_flag_is_whose_it_is() {
    let others = by(someone_else());
    let origin = |who: &Who, attested, entry: &DocumentEntry| permit(who, attested, &ordinary_record()).origin(entry);
    assert_eq!(origin(&front_end(), false, &others), Origin::Holder);
    assert_eq!(origin(&treating(), false, &others), Origin::TreatingPhysician);
    assert_eq!(origin(&treating(), true, &others), Origin::Holder, "asked for by the holder");
    assert_eq!(origin(&nurse(), true, &others), Origin::Holder);
    assert_eq!(origin(&surgeon(), false, &own(&surgeon())), Origin::Author);
    assert_eq!(origin(&surgeon(), true, &own(&surgeon())), Origin::Holder);
    let hospital = organisation(hospital());
    assert_eq!(origin(&hospital, true, &own(&hospital)), Origin::Author, "software attests nothing");
}

#[test]
fn a_permit_for_another_act_lets_nobody_amend() {
    for act in [read(), find_traces(), rightful_submission(&surgeon())] {
        let permit = decide(&the_law(), &Question { ..asks(surgeon(), act) }, &ordinary_record()).unwrap();
        assert_eq!(tries(&permit, &own(&surgeon()), |_| ()), Err(Ground::NotTheirs));
    }
}

#[test]
fn one_wrong_transition_among_right_ones_refuses_all() {
    let permit = permit(&surgeon(), false, &ordinary_record());
    let by_holder = with(own(&surgeon()), |labels| labels.masked = Some(Origin::Holder));
    let several: fn(&mut Revision) = |revision| {
        revision.archived = true;
        revision.masked = false;
    };
    assert_eq!(tries(&permit, &by_holder, ARCHIVE), Ok(()));
    assert_eq!(tries(&permit, &by_holder, several), Err(Ground::NotAttested));
}
