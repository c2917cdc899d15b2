use super::{cast::*, decide, grounds, the_law};
use crate::{
    policy::{Duty, Ground},
    record::{
        access::Question,
        caller::Who,
        code::Code,
        consent::Blocked,
        document::{Author, DocumentEntry},
        facts::Facts,
        submission::{DeclaredAuthor, NewDocument},
        visibility::Labels,
    },
};

fn files(who: Who, edit: impl FnOnce(&mut NewDocument)) -> Question {
    let mut document = new_document(rightful_type(&who), Labels::default(), vec![rightful_author(&who)]);
    edit(&mut document);
    asks(who, submit(vec![document]))
}

fn stranger() -> Who {
    Who::Professional(outsider("10", ""))
}

fn everyone() -> [Who; 4] {
    [stranger(), secretary(), organisation(hospital()), front_end()]
}

// requirement: R1111-47@feeding
#[test]
fn feeding_asks_for_no_authorisation_to_consult() {
    for who in everyone() {
        assert!(decide(&the_law(), &files(who, |_| ()), &bare_record()).is_ok());
    }
}

#[test]
fn a_professional_without_a_column_feeds_all_the_same() {
    let osteopath = Who::Professional(outsider("73", ""));
    assert!(decide(&the_law(), &files(osteopath, |_| ()), &bare_record()).is_ok());
}

// requirement: L1111-17@occupational-physician
#[test]
fn an_occupational_physician_feeds_with_express_consent_alone() {
    let physician = outsider("10", "SM25");
    let question = files(Who::Professional(physician.clone()), |_| ());
    assert!(grounds(&the_law(), &question, &bare_record()).contains(&Ground::ConsentMissing));
    let facts = Facts { consents: vec![own_consent(&physician.id, hours_ago(1))], ..bare_record() };
    assert!(decide(&the_law(), &question, &facts).is_ok());
}

// requirement: L1111-17@occupational-physician
#[test]
fn nobody_feeds_in_an_occupational_physicians_name_without_the_express_consent() {
    let named = |structure| professional(6, "10", "SM25", structure);
    for (who, physician) in [(secretary(), named(practice())), (organisation(hospital()), named(hospital()))] {
        let id = physician.id.clone();
        let question = files(who, |document| document.declared = vec![DeclaredAuthor::Professional(physician)]);
        assert!(grounds(&the_law(), &question, &bare_record()).contains(&Ground::ConsentMissing));
        let facts = Facts { consents: vec![own_consent(&id, hours_ago(1))], ..bare_record() };
        assert!(decide(&the_law(), &question, &facts).is_ok());
    }
}

#[test]
fn an_empty_submission_is_permitted_to_nobody() {
    for who in everyone() {
        assert!(decide(&the_law(), &asks(who, submit(Vec::new())), &ordinary_record()).is_err());
    }
}

// requirement: R1111-46@holder-denies
#[test]
fn the_blocked_do_not_feed_nor_does_anyone_in_their_name() {
    let law = the_law();
    let blocked = |who| Facts { blocks: vec![block(who)], ..bare_record() };
    let by_name = blocked(Blocked::Professional(treating_physician().id));
    for who in [Who::Professional(treating_physician()), secretary()] {
        assert!(grounds(&law, &files(who, |_| ()), &by_name).contains(&Ground::BlockedByHolder));
    }
    let surgeon = |document: &mut NewDocument| document.declared = vec![DeclaredAuthor::Professional(team_surgeon())];
    let by_name = blocked(Blocked::Professional(team_surgeon().id));
    assert!(grounds(&law, &files(organisation(hospital()), surgeon), &by_name).contains(&Ground::BlockedByHolder));
    let by_house = blocked(Blocked::Structure(practice()));
    assert!(grounds(&law, &files(secretary(), |_| ()), &by_house).contains(&Ground::BlockedByHolder));
    assert!(decide(&law, &files(front_end(), |_| ()), &blocked(Blocked::Structure(health_space()))).is_ok());
}

// requirement: R1111-47@legitimate-opposition
#[test]
fn an_opposition_to_feeding_holds_for_a_legitimate_reason_alone() {
    let law = the_law();
    let opposed = |against, reason| Facts { feed_oppositions: vec![opposition(against, reason)], ..bare_record() };
    let question = files(stranger(), |_| ());
    assert!(grounds(&law, &question, &opposed(None, true)).contains(&Ground::FeedingOpposed));
    assert!(decide(&law, &question, &opposed(None, false)).is_ok());
    assert!(decide(&law, &question, &opposed(Some(Blocked::Structure(clinic())), true)).is_ok());
    assert!(decide(&law, &files(front_end(), |_| ()), &opposed(None, true)).is_ok());
}

#[test]
fn an_opposition_to_feeding_hinders_no_reading() {
    let facts = Facts { feed_oppositions: vec![opposition(None, true)], ..ordinary_record() };
    assert!(decide(&the_law(), &asks(Who::Professional(team_nurse()), search()), &facts).is_ok());
}

// requirement: R1111-42@author-verified
#[test]
fn nobody_files_in_a_name_for_which_they_do_not_answer() {
    let law = the_law();
    let in_the_name = |who, author| files(who, |document| document.declared = vec![author]);
    for who in everyone() {
        for author in [
            DeclaredAuthor::Professional(professional(77, "10", "", clinic())),
            DeclaredAuthor::Unverified,
            DeclaredAuthor::Structure(clinic()),
            DeclaredAuthor::Patient(another_patient()),
        ] {
            let found = grounds(&law, &in_the_name(who.clone(), author), &bare_record());
            assert!(found.contains(&Ground::AuthorNotVerified), "{who:?}");
        }
    }
}

#[test]
fn colleagues_and_devices_stand_beside_the_professional_who_files() {
    let question = files(stranger(), |document| {
        document.declared.extend([DeclaredAuthor::Professional(team_surgeon()), DeclaredAuthor::Unverified]);
    });
    assert!(decide(&the_law(), &question, &bare_record()).is_ok());
}

// requirement: R1111-42@author-verified
#[test]
fn an_organisation_files_for_its_professionals_and_names_no_one_elses() {
    let law = the_law();
    let own = DeclaredAuthor::Professional(team_surgeon());
    let other = DeclaredAuthor::Professional(treating_physician());
    let with = |declared| files(organisation(hospital()), |document| document.declared = declared);
    assert!(decide(&law, &with(vec![own.clone()]), &bare_record()).is_ok());
    assert!(grounds(&law, &with(vec![own, other]), &bare_record()).contains(&Ground::AuthorNotVerified));
}

// requirement: R1111-42@author-verified
#[test]
fn nobody_signs_for_another() {
    let law = the_law();
    let signed = |who, by| files(who, |document| document.signatories = vec![by]);
    let colleague = DeclaredAuthor::Professional(professional(77, "10", "", clinic()));
    for who in everyone() {
        assert!(decide(&law, &signed(who.clone(), rightful_author(&who)), &bare_record()).is_ok(), "{who:?}");
        let own_house = DeclaredAuthor::Structure(who.structures()[0].clone());
        assert!(decide(&law, &signed(who.clone(), own_house), &bare_record()).is_ok(), "{who:?}");
        for other in [
            colleague.clone(),
            DeclaredAuthor::Unverified,
            DeclaredAuthor::Structure(clinic()),
            DeclaredAuthor::Patient(another_patient()),
        ] {
            let found = grounds(&law, &signed(who.clone(), other), &bare_record());
            assert!(found.contains(&Ground::AuthorNotVerified), "{who:?}");
        }
    }
    let by_holder = DeclaredAuthor::Patient(holder());
    for who in [stranger(), secretary(), organisation(hospital())] {
        let found = grounds(&law, &signed(who, by_holder.clone()), &bare_record());
        assert!(found.contains(&Ground::AuthorNotVerified));
    }
}

#[test]
fn who_signs_gains_no_right_of_an_author() {
    let own = DeclaredAuthor::Professional(team_surgeon());
    let signed = |document: &mut NewDocument| document.signatories = vec![own];
    let permit = decide(&the_law(), &files(organisation(hospital()), signed), &bare_record()).unwrap();
    assert!(!permit.admits(&by(vec![Author::Person(team_surgeon().id)])));
}

// requirement: R1111-46@feeding-in-the-name
#[test]
fn a_delegate_files_each_document_in_a_professionals_name() {
    let named = new_document(report(), Labels::default(), vec![rightful_author(&secretary())]);
    let unnamed = NewDocument { declared: vec![DeclaredAuthor::Structure(practice())], ..named.clone() };
    let question = asks(secretary(), submit(vec![named, unnamed]));
    assert!(grounds(&the_law(), &question, &bare_record()).contains(&Ground::AuthorNotVerified));
}

// requirement: R1111-8-1@content-of-holder
#[test]
fn a_document_of_another_patient_is_refused_whoever_files_it() {
    for who in everyone() {
        let question = files(who, |document| document.content_names = vec![another_patient().matricule().to_owned()]);
        assert!(grounds(&the_law(), &question, &bare_record()).contains(&Ground::ContentOfAnotherPatient));
    }
    let question = files(stranger(), |document| document.content_names = vec![holder().matricule().to_owned()]);
    assert!(decide(&the_law(), &question, &bare_record()).is_ok());
}

// requirement: R1111-42@custodian-verified
#[test]
fn a_custodian_is_a_structure_of_the_caller() {
    let kept_by = |who, structure| files(who, |document| document.custodian = Some(structure));
    assert!(decide(&the_law(), &kept_by(stranger(), practice()), &bare_record()).is_ok());
    assert!(grounds(&the_law(), &kept_by(stranger(), clinic()), &bare_record()).contains(&Ground::AuthorNotVerified));
}

// requirement: R1111-42@types-reserved R1111-45@holder-adds
#[test]
fn types_are_reserved_to_their_sources() {
    let law = the_law();
    let of_type = |who, kind| files(who, |document| document.entry.kind = kind);
    for who in everyone() {
        assert!(grounds(&law, &of_type(who, reimbursement()), &bare_record()).contains(&Ground::TypeReserved));
    }
    let complement = |code| Code::new("urn:oid:1.2.250.1.213.1.1.4.12", code);
    let questionnaire = Code::new("http://loinc.org", "74465-6");
    for who in [stranger(), secretary(), organisation(hospital())] {
        for kind in [deposit(), wishes(), complement("EXPPAT_3"), Code::new("", "EXPPAT_2"), questionnaire.clone()] {
            let found = grounds(&law, &of_type(who.clone(), kind), &bare_record());
            assert!(found.contains(&Ground::TypeReserved), "{who:?}");
        }
    }
    for kind in [deposit(), complement("EXPPAT_1"), complement("EXPPAT_3"), questionnaire] {
        assert!(decide(&law, &of_type(front_end(), kind), &bare_record()).is_ok());
    }
    for kind in [report(), complement("SYNTH"), Code::new("", "DOCPAT01")] {
        assert!(grounds(&law, &of_type(front_end(), kind), &bare_record()).contains(&Ground::TypeReserved));
    }
}

#[test]
fn one_wrong_document_among_right_ones_refuses_all() {
    let right = new_document(report(), Labels::default(), vec![rightful_author(&stranger())]);
    let wrong = new_document(reimbursement(), Labels::default(), vec![rightful_author(&stranger())]);
    assert!(decide(&the_law(), &asks(stranger(), submit(vec![right, wrong])), &bare_record()).is_err());
}

// requirement: R1111-53@not-also-masked
#[test]
fn a_document_is_not_masked_and_hidden_from_the_patient_at_once() {
    let question = files(stranger(), |document| document.entry.labels = all_labels()[3]);
    assert!(grounds(&the_law(), &question, &bare_record()).contains(&Ground::LabelConflict));
}

// requirement: R1111-53@announcement-invited
#[test]
fn filing_what_is_hidden_from_the_patient_owes_an_invitation() {
    let law = the_law();
    let hidden = files(stranger(), |document| document.entry.labels = all_labels()[2]);
    let duties = |question| decide(&law, &question, &bare_record()).unwrap().duties().to_vec();
    assert!(duties(hidden).contains(&Duty::InviteToAnnouncement));
    assert!(!duties(files(stranger(), |_| ())).contains(&Duty::InviteToAnnouncement));
}

fn by(authors: Vec<Author>) -> DocumentEntry {
    entry(report(), Labels::default(), authors)
}

// requirement: R1111-51@replaced-by-author
#[test]
fn a_document_is_replaced_by_its_author_alone() {
    let law = the_law();
    for who in everyone() {
        let permit = decide(&law, &files(who.clone(), |_| ()), &bare_record()).unwrap();
        assert!(permit.may_replace(&by(vec![someone_else(), kept_author(&who)])), "{who:?}");
        assert!(!permit.may_replace(&by(vec![someone_else()])), "{who:?}");
        assert!(!permit.may_replace(&by(Vec::new())), "{who:?}");
    }
}

#[test]
fn an_organisation_does_not_replace_what_its_professional_filed_in_person() {
    let surgeon = |document: &mut NewDocument| document.declared = vec![DeclaredAuthor::Professional(team_surgeon())];
    let permit = decide(&the_law(), &files(organisation(hospital()), surgeon), &bare_record()).unwrap();
    assert!(!permit.may_replace(&by(vec![Author::Person(team_surgeon().id)])));
}

// requirement: R1111-47@feeding-opens-nothing
#[test]
fn a_permit_to_file_shows_nothing_of_others() {
    let permit =
        decide(&the_law(), &files(Who::Professional(treating_physician()), |_| ()), &ordinary_record()).unwrap();
    assert!(!permit.admits(&by(vec![someone_else()])));
    assert!(permit.admits(&by(vec![Author::Person(treating_physician().id)])));
}
