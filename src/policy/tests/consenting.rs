use super::{acts::*, cast::*, decide, grounds, the_law};
use crate::{
    policy::{Duty, Ground, Permit, masked_in_emergency},
    record::{
        access::Act,
        caller::Who,
        care_team::{Span, TeamPath},
        consent::{Blocked, Consent, Grant},
        deed::{Deed, DeedStatus, Effect, EmergencyChoice, Recorder},
        dossier::State,
        facts::Facts,
    },
};

fn surgeon() -> Who {
    Who::Professional(team_surgeon())
}

fn six() -> Who {
    Who::Professional(outsider("10", ""))
}

fn files(who: &Who, effect: Effect, facts: &Facts) -> Result<Permit, crate::policy::Refusal> {
    decide(&the_law(), &asks(who.clone(), file_deed(effect)), facts)
}

fn refused(who: &Who, effect: Effect, facts: &Facts) -> Vec<Ground> {
    grounds(&the_law(), &asks(who.clone(), file_deed(effect)), facts).into_iter().collect()
}

fn own(who: &Who) -> Consent {
    collected(who, own_grant(who.person().unwrap()))
}

fn until(mut consent: Consent, hours: i64) -> Effect {
    consent.period.until = Some(hours_ago(-hours));
    Effect::Consent(consent)
}

fn stay_until(hours: i64) -> Facts {
    let mut facts = ordinary_record();
    facts.teams[0].episode.until = Some(hours_ago(-hours));
    facts
}

// requirement: L1111-19@holder-decides
#[test]
fn the_holder_puts_every_decision_on_file() {
    let mut effects = reserved();
    effects.push(Effect::Consent(consent(team_grant("stay"), now(), None)));
    effects.push(Effect::Consent(consent(own_grant(&person(6)), now(), None)));
    effects.push(Effect::Team(stay()));
    for effect in effects {
        let permit = files(&front_end(), effect.clone(), &ordinary_record()).unwrap();
        assert_eq!(permit.duties(), [Duty::Record], "the holder is not told of the holder's own acts: {effect:?}");
    }
}

// requirement: L1111-19@reserved-to-holder
#[test]
fn what_the_holder_alone_decides_nobody_else_records() {
    for effect in reserved() {
        for who in [surgeon(), six(), Who::Professional(treating_physician()), secretary(), organisation(hospital())] {
            assert!(refused(&who, effect.clone(), &ordinary_record()).contains(&Ground::ReservedToHolder));
        }
    }
}

// requirement: R1111-46@feeding-in-the-name R1111-46@confidentiality D1110-3-1@collected-by-caller
#[test]
fn neither_staff_nor_software_records_a_consent() {
    for effect in [Effect::Consent(own(&six())), Effect::Team(stay())] {
        assert!(refused(&secretary(), effect.clone(), &ordinary_record()).contains(&Ground::DelegateFeedsOnly));
        let found = refused(&organisation(hospital()), effect, &ordinary_record());
        assert!(found.contains(&Ground::NoAuthenticatedProfessional));
    }
}

#[test]
fn nothing_is_put_on_file_in_a_record_that_is_not_open() {
    for state in State::ALL.into_iter().filter(|state| !matches!(state, State::Open | State::OpenUnattached)) {
        let mut facts = ordinary_record();
        facts.dossier.state = state;
        for (who, act) in [
            (six(), file_deed(Effect::Consent(own(&six())))),
            (front_end(), file_deed(reserved().swap_remove(0))),
            (front_end(), change_deed(Effect::Consent(own(&six())), DeedStatus::Inactive)),
        ] {
            assert!(decide(&the_law(), &asks(who, act), &facts).is_err(), "{state:?}");
        }
    }
}

// requirement: R1111-46@initial-consent-collected
#[test]
fn a_member_of_the_team_collects_the_initial_consent() {
    let facts = Facts { consents: Vec::new(), ..ordinary_record() };
    let initial = |who: &Who, team: &str| Effect::Consent(collected(who, team_grant(team)));
    for who in [surgeon(), Who::Professional(team_nurse())] {
        let permit = files(&who, initial(&who, "stay"), &facts).unwrap();
        assert!(permit.duties().contains(&Duty::InformHolder));
    }
    assert_eq!(refused(&six(), initial(&six(), "stay"), &facts), [Ground::NotTheirs]);
    assert_eq!(refused(&surgeon(), initial(&surgeon(), "another"), &facts), [Ground::NotTheirs]);
    let over = Facts { consents: Vec::new(), ..stay_until(0) };
    assert!(refused(&surgeon(), initial(&surgeon(), "stay"), &over).contains(&Ground::NotTheirs), "it is over");
}

// requirement: R1111-46@own-consent-collected
#[test]
fn a_professional_collects_consent_for_their_own_reading_and_reads_at_once() {
    let consent = own(&six());
    assert!(files(&six(), Effect::Consent(consent.clone()), &bare_record()).is_ok());
    let after = Facts { consents: vec![consent], ..bare_record() };
    assert!(decide(&the_law(), &asks(six(), search()), &after).is_ok());
    let for_another = collected(&six(), own_grant(&person(99)));
    assert_eq!(refused(&six(), Effect::Consent(for_another), &bare_record()), [Ground::NotTheirs]);
}

// requirement: L1111-17@entrusted-consent-collected
#[test]
fn a_named_member_of_an_opened_team_collects_consent_for_another() {
    let entrusts =
        |who: &Who, facts: &Facts| files(who, Effect::Consent(collected(who, entrusting(&person(99)))), facts).is_ok();
    assert!(entrusts(&surgeon(), &ordinary_record()));
    assert!(!entrusts(&Who::Professional(team_nurse()), &ordinary_record()), "a member by the house alone");
    assert!(!entrusts(&surgeon(), &Facts { consents: Vec::new(), ..ordinary_record() }), "never opened");
    assert!(!entrusts(&six(), &ordinary_record()));
    let mut chain = ordinary_record();
    chain.consents.push(entrusted(&person(6), team_surgeon().id));
    assert!(!entrusts(&six(), &chain), "the entrusted does not entrust");
    let oneself = collected(&surgeon(), entrusting(&team_surgeon().id));
    assert!(files(&surgeon(), Effect::Consent(oneself), &ordinary_record()).is_err());
}

// requirement: L1110-12@team-declared
#[test]
fn a_professional_declares_the_team_to_which_they_belong() {
    let declares =
        |path, houses, members| files(&surgeon(), Effect::Team(team("new", path, houses, members)), &bare_record());
    let me = || vec![team_surgeon().id];
    assert!(declares(TeamPath::SameEstablishment, vec![hospital()], Vec::new()).is_ok());
    assert!(declares(TeamPath::SameEstablishment, vec![hospital(), clinic()], me()).is_err(), "another house");
    assert!(declares(TeamPath::SameEstablishment, Vec::new(), me()).is_err(), "no house");
    assert!(declares(TeamPath::SameEstablishment, vec![hospital()], me()).is_ok());
    assert!(declares(TeamPath::SameEstablishment, vec![hospital()], vec![person(99)]).is_err(), "another person");
    assert!(declares(TeamPath::FormalisedGroup, vec![hospital()], me()).is_err(), "nobody can look it up");
    assert!(declares(TeamPath::RecognisedByPatient, Vec::new(), me()).is_err(), "the patient says whom");
}

// requirement: D1110-3-1@collected-by-caller
#[test]
fn who_records_a_consent_collected_it() {
    for (who, by) in [(six(), Some(person(99))), (six(), None), (front_end(), Some(person(6)))] {
        let effect = Effect::Consent(consent(own_grant(&person(6)), now(), by));
        assert_eq!(refused(&who, effect, &bare_record()), [Ground::NotCollectedByCaller], "{who:?}");
    }
}

// requirement: D1110-3-1@not-back-dated
#[test]
fn a_consent_is_recorded_within_the_hour_and_never_in_advance() {
    let given = |nanoseconds_ago: i64| {
        let mut consent = own(&six());
        consent.evidence.at = now() - jiff::SignedDuration::from_nanos(nanoseconds_ago);
        files(&six(), Effect::Consent(consent), &bare_record()).is_ok()
    };
    let hour = 3_600_000_000_000;
    assert!(given(0) && given(hour));
    assert!(!given(hour + 1) && !given(-1));
    let mut back_dated = consent(Grant::TreatingPhysicianRights { professional: person(6) }, hours_ago(2), None);
    back_dated.period.from = now();
    assert_eq!(refused(&front_end(), Effect::Consent(back_dated), &bare_record()), [Ground::ConsentDate]);
}

// requirement: D1110-3-2@information-proven
#[test]
fn a_consent_without_proof_of_information_is_told_to_be_incomplete() {
    for who in [six(), front_end()] {
        let mut uninformed = consent(own_grant(&person(6)), now(), collector(&who));
        uninformed.evidence.information_given = false;
        assert_eq!(refused(&who, Effect::Consent(uninformed), &bare_record()), [Ground::InformationMissing]);
    }
    assert!(Ground::InformationMissing.is_of_submission());
}

// requirement: D1110-3-3@within-episode
#[test]
fn a_consent_ends_with_the_episode_of_its_team() {
    let initial = || collected(&surgeon(), team_grant("stay"));
    let for_another = || collected(&surgeon(), entrusting(&person(99)));
    for consent in [initial, for_another as fn() -> Consent] {
        let unending = Effect::Consent(consent());
        assert_eq!(refused(&surgeon(), unending.clone(), &stay_until(5)), [Ground::BeyondEpisode]);
        assert_eq!(refused(&surgeon(), until(consent(), 6), &stay_until(5)), [Ground::BeyondEpisode]);
        assert!(files(&surgeon(), until(consent(), 5), &stay_until(5)).is_ok());
        assert!(files(&surgeon(), unending, &ordinary_record()).is_ok(), "the episode has no end yet");
    }
    let by_holder = Effect::Consent(consent(team_grant("stay"), now(), None));
    assert_eq!(refused(&front_end(), by_holder, &stay_until(5)), [Ground::BeyondEpisode]);
}

// requirement: R1111-47@reason-recorded
#[test]
fn an_opposition_to_feeding_states_a_legitimate_reason() {
    let opposed = |reason| Effect::FeedOpposition(opposition(None, reason));
    assert_eq!(refused(&front_end(), opposed(false), &bare_record()), [Ground::ReasonMissing]);
    assert!(files(&front_end(), opposed(true), &bare_record()).is_ok());
    let withdrawn = change_deed(opposed(false), DeedStatus::Inactive);
    assert!(decide(&the_law(), &asks(front_end(), withdrawn), &bare_record()).is_ok());
}

// requirement: R1111-46@holder-denies
#[test]
fn the_forbidden_record_no_consent() {
    let facts = Facts { blocks: vec![block(Blocked::Professional(person(6)))], ..bare_record() };
    assert_eq!(refused(&six(), Effect::Consent(own(&six())), &facts), [Ground::BlockedByHolder]);
}

fn changes(who: &Who, act: Act, on_file: &Deed, facts: &Facts) -> Result<(), Ground> {
    decide(&the_law(), &asks(who.clone(), act), facts).unwrap().may_change(on_file)
}

fn recorded_by_six(consent: &Consent) -> Deed {
    deed(Effect::Consent(consent.clone()), Recorder::Person(person(6)))
}

// requirement: D1110-3-3@ended-by-recorder D1110-3-3@changed-by-recorder
#[test]
fn a_professional_ends_what_they_recorded_and_nothing_else() {
    let old = own_consent(&person(6), hours_ago(40));
    let ends = || change_deed(Effect::Consent(old.clone()), DeedStatus::Inactive);
    let mine = recorded_by_six(&old);
    assert_eq!(changes(&six(), ends(), &mine, &bare_record()), Ok(()));
    for recorder in [Recorder::Holder, Recorder::Operator, Recorder::Person(person(99))] {
        let others = Deed { recorder, ..mine.clone() };
        assert_eq!(changes(&six(), ends(), &others, &bare_record()), Err(Ground::NotTheirs));
        assert_eq!(changes(&front_end(), ends(), &others, &bare_record()), Ok(()), "the holder ends whatever it is");
    }
    let new_and_ended = grounds(
        &the_law(),
        &asks(six(), file_deed(Effect::Consent(consent(own_grant(&person(99)), now(), Some(person(6)))))),
        &bare_record(),
    );
    assert!(new_and_ended.contains(&Ground::NotTheirs), "nothing new is let in as an end");
}

// requirement: D1110-3-3@changed-by-recorder
#[test]
fn what_the_holder_withdrew_no_professional_revives() {
    let old = own_consent(&person(6), hours_ago(40));
    let withdrawn = Deed { status: DeedStatus::Inactive, ..recorded_by_six(&old) };
    let anew = change_deed(Effect::Consent(own(&six())), DeedStatus::Active);
    assert_eq!(changes(&six(), anew.clone(), &recorded_by_six(&old), &bare_record()), Ok(()), "collected again");
    assert_eq!(changes(&six(), anew, &withdrawn, &bare_record()), Err(Ground::NotTheirs));
}

// requirement: D1110-3-3@changed-by-recorder
#[test]
fn what_lasts_longer_is_collected_anew() {
    let mut old = own_consent(&person(6), hours_ago(40));
    old.period.until = Some(hours_ago(-10));
    let lasting = |until: Option<i64>, evidence_at| {
        let mut new = old.clone();
        new.period.until = until.map(|hours| hours_ago(-hours));
        new.evidence.at = hours_ago(evidence_at);
        changes(&six(), change_deed(Effect::Consent(new), DeedStatus::Active), &recorded_by_six(&old), &bare_record())
    };
    assert_eq!(lasting(Some(5), 40), Ok(()), "shorter, under the evidence on file");
    assert_eq!(lasting(Some(20), 40), Err(Ground::ConsentDate));
    assert_eq!(lasting(None, 40), Err(Ground::ConsentDate));
    assert_eq!(lasting(None, 0), Ok(()));
    assert_eq!(lasting(Some(5), 30), Err(Ground::ConsentDate), "other evidence, and not of now");
}

// requirement: D1110-3-3@changed-by-recorder
#[test]
fn a_decision_becomes_none_of_another_kind() {
    let mine = recorded_by_six(&own_consent(&person(6), hours_ago(40)));
    let entrusting = collected(&surgeon(), entrusting(&person(99)));
    let another = deed(mine.effect.clone(), Recorder::Person(team_surgeon().id));
    let act = change_deed(Effect::Consent(entrusting), DeedStatus::Active);
    let seen = Deed { effect: Effect::Consent(own_consent(&team_surgeon().id, hours_ago(40))), ..another };
    assert_eq!(changes(&surgeon(), act, &seen, &ordinary_record()), Err(Ground::KindChanged));
    let by_holder = change_deed(reserved().swap_remove(0), DeedStatus::Active);
    assert_eq!(changes(&front_end(), by_holder, &mine, &bare_record()), Err(Ground::KindChanged));
    let choosing = |which| Effect::Emergency(choice(which, true));
    let chosen = deed(choosing(EmergencyChoice::BreakGlass), Recorder::Holder);
    let other_choice = change_deed(choosing(EmergencyChoice::Regulation), DeedStatus::Active);
    assert_eq!(changes(&front_end(), other_choice, &chosen, &bare_record()), Err(Ground::KindChanged));
    let same_choice = change_deed(choosing(EmergencyChoice::BreakGlass), DeedStatus::Inactive);
    assert_eq!(changes(&front_end(), same_choice, &chosen, &bare_record()), Ok(()));
}

#[test]
fn a_permit_to_read_lets_nobody_change_a_decision() {
    let permit = decide(&the_law(), &asks(front_end(), find_deeds()), &bare_record()).unwrap();
    for deed in cabinet() {
        assert!(permit.admits_deed(&deed) && permit.may_change(&deed) == Err(Ground::NotTheirs));
    }
}

fn seen(who: &Who, facts: &Facts) -> Vec<usize> {
    let permit = decide(&the_law(), &asks(who.clone(), find_deeds()), facts).unwrap();
    let cabinet = cabinet();
    (0..cabinet.len()).filter(|place| permit.admits_deed(&cabinet[*place])).collect()
}

// requirement: L1111-19@holder-sees-authorisations
#[test]
fn the_holder_sees_every_decision_even_when_the_record_is_closed() {
    let all: Vec<usize> = (0..cabinet().len()).collect();
    assert_eq!(seen(&front_end(), &bare_record()), all);
    let mut closed = bare_record();
    closed.dossier.state = State::Closed;
    assert_eq!(seen(&front_end(), &closed), all);
}

// requirement: R1111-46@named-sees-consents R1111-46@only-what-names-them
#[test]
fn a_professional_sees_what_names_them_and_no_decision_on_anyone_else() {
    let named = vec![0, 1, 3, 4, 5, 8, 12, 17];
    assert_eq!(seen(&six(), &bare_record()), named, "without any authorisation to read");
    let mut member = ordinary_record();
    member.teams[0].members.push(person(6));
    assert_eq!(seen(&six(), &member), vec![0, 1, 3, 4, 5, 6, 8, 12, 17], "and the initial consent of their team");
    let nurse = Who::Professional(team_nurse());
    assert_eq!(seen(&nurse, &ordinary_record()), vec![6, 10], "the team of their house, and its consent");
    let treating = Who::Professional(treating_physician());
    assert_eq!(seen(&treating, &ordinary_record()), Vec::<usize>::new(), "whoever it is");
}

// requirement: R1111-46@only-what-names-them
#[test]
fn nobody_but_the_holder_ever_sees_a_block_an_opposition_or_a_choice_for_emergencies() {
    let mut own_block = cabinet();
    own_block.retain(|deed| matches!(deed.effect, Effect::Block(_) | Effect::FeedOpposition(_) | Effect::Emergency(_)));
    assert_eq!(own_block.len(), 3);
    for act in deed_readings().into_iter().chain(trace_readings()).chain([file_deed(Effect::Consent(own(&six())))]) {
        let permit = decide(&the_law(), &asks(six(), act), &bare_record()).unwrap();
        assert!(own_block.iter().all(|deed| !permit.admits_deed(deed)));
    }
}

// requirement: R1111-46@holder-denies R1111-46@only-what-names-them
#[test]
fn the_forbidden_are_answered_like_someone_whom_nothing_names() {
    let facts = |blocked| Facts { blocks: vec![block(blocked)], ..ordinary_record() };
    let stranger = Who::Professional(professional(55, "10", "", health_space()));
    let forbidden = facts(Blocked::Professional(person(6)));
    for act in deed_readings() {
        let answer = decide(&the_law(), &asks(six(), act.clone()), &forbidden).unwrap();
        let plain = decide(&the_law(), &asks(stranger.clone(), act), &ordinary_record()).unwrap();
        assert_eq!(answer.duties(), plain.duties());
        assert!(cabinet().iter().all(|deed| !answer.admits_deed(deed) && !plain.admits_deed(deed)));
    }
    let house = facts(Blocked::Structure(practice()));
    assert_eq!(seen(&six(), &house), Vec::<usize>::new());
}

// requirement: R1111-46@confidentiality R1111-46@feeding-in-the-name
#[test]
fn staff_and_software_see_no_decision() {
    for act in deed_readings() {
        let found = grounds(&the_law(), &asks(secretary(), act.clone()), &ordinary_record());
        assert!(found.contains(&Ground::DelegateNeverReads));
        let found = grounds(&the_law(), &asks(organisation(hospital()), act), &ordinary_record());
        assert!(found.contains(&Ground::NoAuthenticatedProfessional));
    }
}

#[test]
fn a_decision_has_effect_on_the_very_next_question() {
    let law = the_law();
    let reads = |facts: &Facts| decide(&law, &asks(six(), search()), facts).is_ok();
    let consent = recorded_by_six(&own(&six()));
    let before = bare_record();
    let after = before.with(&consent);
    assert!(!reads(&before) && reads(&after));
    assert!(!reads(&after.with(&Deed { status: DeedStatus::Inactive, ..consent })));
    let blocked = deed(Effect::Block(block(Blocked::Professional(person(6)))), Recorder::Holder);
    assert!(!reads(&after.with(&blocked)));
}

// requirement: L1111-17@masked-in-emergency
#[test]
fn masked_documents_open_in_an_emergency_by_the_holders_choice_alone() {
    let chosen = |masked: Option<bool>, glass: Option<bool>, regulation: Option<bool>| {
        let choices = [
            (EmergencyChoice::MaskedDocuments, masked),
            (EmergencyChoice::BreakGlass, glass),
            (EmergencyChoice::Regulation, regulation),
        ];
        let emergencies = choices.into_iter().filter_map(|(which, allowed)| Some(choice(which, allowed?))).collect();
        masked_in_emergency(&Facts { emergencies, ..bare_record() }, now())
    };
    for glass in [None, Some(true), Some(false)] {
        for regulation in [None, Some(true), Some(false)] {
            let shut_out = glass == Some(false) && regulation == Some(false);
            assert_eq!(chosen(Some(true), glass, regulation), !shut_out);
            assert!(!chosen(Some(false), glass, regulation));
            assert!(!chosen(None, glass, regulation), "who chose nothing keeps the masks");
        }
    }
    let ended = Span { from: hours_ago(9), until: Some(now()) };
    let mut past = choice(EmergencyChoice::MaskedDocuments, true);
    past.period = ended;
    assert!(!masked_in_emergency(&Facts { emergencies: vec![past], ..bare_record() }, now()));
}
