use super::{cast::*, decide, grounds, opened, the_law};
use crate::{
    policy::Ground,
    record::{
        access::{Act, Question},
        caller::Who,
        care_team::{Span, TeamPath},
        consent::{Block, Blocked, Grant},
        document::{Author, Status},
        facts::Facts,
        identity::PsIdNat,
        professional::Professional,
    },
};

fn searches(professional: Professional) -> Question {
    asks(Who::Professional(professional), search())
}

// requirement: R1111-46@care-team R1111-46@prior-consent
#[test]
fn a_member_of_an_opened_team_reads() {
    assert!(decide(&the_law(), &searches(team_nurse()), &ordinary_record()).is_ok());
}

// requirement: R1111-46@holder-denies
#[test]
fn a_denied_member_of_the_care_team_is_refused() {
    for blocked in [Blocked::Professional(team_nurse().id), Blocked::Structure(hospital())] {
        let facts = Facts { blocks: vec![block(blocked)], ..ordinary_record() };
        assert!(grounds(&the_law(), &searches(team_nurse()), &facts).contains(&Ground::BlockedByHolder));
    }
}

#[test]
fn a_blocked_treating_physician_is_refused() {
    let facts = Facts { blocks: vec![block(Blocked::Professional(treating_physician().id))], ..ordinary_record() };
    assert!(decide(&the_law(), &searches(treating_physician()), &facts).is_err());
}

#[test]
fn a_lifted_block_forbids_no_longer() {
    let lifted =
        Block { period: Span { from: hours_ago(9), until: Some(now()) }, ..block(Blocked::Structure(hospital())) };
    let facts = Facts { blocks: vec![lifted], ..ordinary_record() };
    assert!(decide(&the_law(), &searches(team_nurse()), &facts).is_ok());
}

// requirement: R1111-46@prior-consent
#[test]
fn a_team_without_initial_consent_is_told_apart_from_strangers() {
    let facts = Facts { consents: Vec::new(), ..ordinary_record() };
    assert!(grounds(&the_law(), &searches(team_nurse()), &facts).contains(&Ground::InitialConsentMissing));
    assert!(grounds(&the_law(), &searches(outsider("10", "")), &facts).contains(&Ground::ConsentMissing));
}

#[test]
fn the_initial_consent_of_one_team_opens_nothing_to_another() {
    let mut facts = ordinary_record();
    facts.teams.push(team("other", TeamPath::RecognisedByPatient, Vec::new(), vec![outsider("10", "").id]));
    let found = grounds(&the_law(), &searches(outsider("10", "")), &facts);
    assert!(found.contains(&Ground::InitialConsentMissing));
}

#[test]
fn a_team_that_the_patient_recognises_is_made_of_persons() {
    let mut facts = ordinary_record();
    facts.teams[0].path = TeamPath::RecognisedByPatient;
    assert!(decide(&the_law(), &searches(team_nurse()), &facts).is_err());
    assert!(decide(&the_law(), &searches(team_surgeon()), &facts).is_ok(), "the surgeon is named");
}

#[test]
fn the_end_of_the_episode_ends_the_team() {
    let mut facts = ordinary_record();
    facts.teams[0].episode.until = Some(now());
    assert!(decide(&the_law(), &searches(team_nurse()), &facts).is_err());
}

fn with_entrusted(by: Option<PsIdNat>) -> Facts {
    let mut facts = ordinary_record();
    let mut consent = entrusted(&outsider("50", "").id, person(90));
    consent.evidence.collected_by = by;
    facts.consents.push(consent);
    facts
}

// requirement: R1111-46@entrusted-professional
#[test]
fn a_named_member_of_an_opened_team_entrusts_another_professional() {
    let facts = with_entrusted(Some(team_surgeon().id));
    assert!(decide(&the_law(), &searches(outsider("50", "")), &facts).is_ok());
}

#[test]
fn nobody_else_entrusts() {
    for by in [None, Some(person(90)), Some(outsider("50", "").id)] {
        assert!(decide(&the_law(), &searches(outsider("50", "")), &with_entrusted(by)).is_err());
    }
}

// requirement: R1111-46@entrusted-professional
#[test]
fn the_entrusted_does_not_entrust_in_turn() {
    let mut facts = with_entrusted(Some(team_surgeon().id));
    facts.consents.push(entrusted(&person(80), outsider("50", "").id));
    assert!(decide(&the_law(), &searches(professional(80, "10", "", practice())), &facts).is_err());
}

#[test]
fn a_member_whom_the_holder_forbids_entrusts_nobody() {
    let blocks = vec![block(Blocked::Professional(team_surgeon().id))];
    let facts = Facts { blocks, ..with_entrusted(Some(team_surgeon().id)) };
    assert!(decide(&the_law(), &searches(outsider("50", "")), &facts).is_err());
}

// requirement: R1111-46@entrusted-professional
#[test]
fn a_collector_has_access_when_collecting_and_still_has_it() {
    let reads = |edit: fn(&mut Facts)| {
        let mut facts = with_entrusted(Some(team_surgeon().id));
        edit(&mut facts);
        decide(&the_law(), &searches(outsider("50", "")), &facts).is_ok()
    };
    assert!(reads(|_| ()));
    assert!(!reads(|facts| facts.teams[0].episode.from = hours_ago(24)), "not yet of the team");
    assert!(!reads(|facts| facts.consents[0].evidence.at = hours_ago(24)), "the team not yet opened");
    assert!(!reads(|facts| facts.consents[0].period.until = Some(hours_ago(24))), "the team no longer opened");
    assert!(!reads(|facts| facts.teams[0].episode.until = Some(now())), "no longer of the team");
}

#[test]
fn a_collector_whom_the_facts_place_in_a_forbidden_structure_entrusts_nobody() {
    let mut facts = with_entrusted(Some(team_surgeon().id));
    facts.blocks = vec![block(Blocked::Structure(hospital()))];
    assert!(decide(&the_law(), &searches(outsider("50", "")), &facts).is_err());
    facts.teams[0].structures.push(clinic());
    assert!(decide(&the_law(), &searches(outsider("50", "")), &facts).is_ok(), "the surgeon may be of the clinic");
}

// requirement: R1111-46@consent-outside-team
#[test]
fn a_consent_to_one_professional_is_collected_by_nobody_else() {
    let reader = outsider("10", "");
    for (by, counts) in [(None, true), (Some(reader.id.clone()), true), (Some(person(90)), false)] {
        let mut given = own_consent(&reader.id, hours_ago(1));
        given.evidence.collected_by = by;
        let facts = Facts { consents: vec![given], ..bare_record() };
        assert_eq!(decide(&the_law(), &searches(reader.clone()), &facts).is_ok(), counts);
    }
}

// requirement: R1111-54@same-rights
#[test]
fn no_professional_records_the_rights_of_the_treating_physician() {
    let reader = outsider("10", "");
    for by in [reader.id.clone(), treating_physician().id] {
        let mut rights = same_rights(&reader.id);
        rights.evidence.collected_by = Some(by);
        let facts = Facts { consents: vec![rights, own_consent(&reader.id, hours_ago(41))], ..bare_record() };
        assert!(decide(&the_law(), &searches(reader.clone()), &facts).is_err());
    }
}

#[test]
fn consent_without_information_is_none() {
    let mut consent = own_consent(&outsider("10", "").id, hours_ago(1));
    consent.evidence.information_given = false;
    let facts = Facts { consents: vec![consent], ..bare_record() };
    assert!(grounds(&the_law(), &searches(outsider("10", "")), &facts).contains(&Ground::ConsentMissing));
}

// requirement: R1111-54@same-rights R1111-54@treating-physician
// requirement: R1111-54@same-rights
#[test]
fn the_rights_of_the_treating_physician_go_to_who_was_authorised_when_they_were_given() {
    let outsider = outsider("10", "");
    let alone = Facts { consents: vec![same_rights(&outsider.id)], ..bare_record() };
    assert!(decide(&the_law(), &searches(outsider.clone()), &alone).is_err(), "never authorised");
    let after =
        Facts { consents: vec![same_rights(&outsider.id), own_consent(&outsider.id, hours_ago(30))], ..bare_record() };
    assert!(
        decide(&the_law(), &searches(outsider.clone()), &after).is_err(),
        "authorised later, and for one consultation"
    );
    let before =
        Facts { consents: vec![same_rights(&outsider.id), own_consent(&outsider.id, hours_ago(41))], ..bare_record() };
    let masked = entry(report(), all_labels()[1], vec![someone_else()]);
    assert!(decide(&the_law(), &searches(outsider), &before).unwrap().admits(&masked));
}

// requirement: R1111-49@masked R1111-54@treating-physician
#[test]
fn the_treating_physician_and_the_author_see_what_is_masked_and_others_do_not() {
    let law = the_law();
    let masked = entry(report(), all_labels()[1], vec![Author::Person(team_surgeon().id)]);
    let sees = |who| decide(&law, &searches(who), &ordinary_record()).unwrap().admits(&masked);
    assert!(sees(treating_physician()));
    assert!(sees(team_surgeon()));
    assert!(!sees(team_nurse()));
}

#[test]
fn a_nurse_is_no_treating_physician_whatever_the_facts_name() {
    let facts = Facts { treating_physician: Some(outsider("60", "").id), ..bare_record() };
    assert!(decide(&the_law(), &searches(outsider("60", "")), &facts).is_err());
}

// requirement: R1111-49@author-reads R1111-49@author-reads-own
#[test]
fn an_author_without_another_basis_reads_what_they_filed_and_nothing_else() {
    let who = Who::Professional(outsider("40", ""));
    let facts = Facts { authors: vec![kept_author(&who)], ..bare_record() };
    let shelf = shelf(&who);
    let seen = opened(&decide(&the_law(), &asks(who, search()), &facts), &shelf);
    assert_eq!(seen, (0..24).collect(), "all of their own, masked or beyond the matrix, and none of the others'");
}

#[test]
fn a_type_without_a_row_is_for_physicians() {
    let law = the_law();
    let unknown = entry(unknown_type(), all_labels()[0], vec![someone_else()]);
    assert!(decide(&law, &searches(team_surgeon()), &ordinary_record()).unwrap().admits(&unknown));
    assert!(!decide(&law, &searches(team_nurse()), &ordinary_record()).unwrap().admits(&unknown));
}

// requirement: R1111-46@confidentiality
#[test]
fn an_organisation_looks_up_what_it_filed_and_reads_nothing_else() {
    let law = the_law();
    let who = organisation(hospital());
    let seen = opened(&decide(&law, &asks(who.clone(), lookup()), &ordinary_record()), &shelf(&who));
    assert_eq!(seen, (0..24).collect());
    for act in [search(), read(), retrieve()] {
        assert!(
            grounds(&law, &asks(who.clone(), act), &ordinary_record()).contains(&Ground::NoAuthenticatedProfessional)
        );
    }
}

#[test]
fn a_delegate_reads_nothing() {
    for act in [search(), lookup(), read(), retrieve()] {
        let found = grounds(&the_law(), &asks(secretary(), act), &ordinary_record());
        assert!(found.contains(&Ground::DelegateNeverReads));
    }
}

// requirement: R1111-51@deleted
#[test]
fn what_its_author_deleted_is_shown_to_nobody() {
    let law = the_law();
    let mut deleted = entry(report(), all_labels()[0], vec![Author::Person(treating_physician().id), Author::Holder]);
    deleted.status = Status::EnteredInError;
    for who in [Who::Professional(treating_physician()), front_end()] {
        assert!(!decide(&law, &asks(who, read()), &ordinary_record()).unwrap().admits(&deleted));
    }
}

#[test]
fn no_permit_to_read_lets_anyone_replace() {
    let who = Who::Professional(treating_physician());
    let own = entry(report(), all_labels()[0], vec![kept_author(&who)]);
    let permit = decide(&the_law(), &asks(who, Act::Read(own.id)), &ordinary_record()).unwrap();
    assert!(permit.admits(&own) && !permit.may_replace(&own));
}

#[test]
fn an_initial_consent_recorded_for_later_opens_nothing_yet() {
    let mut facts = ordinary_record();
    facts.consents = vec![consent(Grant::InitialForTeam { team: "stay".to_owned() }, hours_ago(-1), None)];
    assert!(decide(&the_law(), &searches(team_nurse()), &facts).is_err());
}
