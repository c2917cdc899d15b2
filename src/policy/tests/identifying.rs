//! C03 and C04: one negative test for each status and each trait, and the spellings that are the same name.

use jiff::civil::date;

use super::{
    cast::*,
    decide, grounds,
    situations::{self, born},
    the_law,
};
use crate::{
    policy::Ground,
    record::{
        access::Question,
        caller::Who,
        facts::Facts,
        holder::{Holder, Traits},
        traits::{IdentityStatus, NameKind, NameTold, Trait, TraitsTold},
    },
};

fn stranger() -> Who {
    Who::Professional(outsider("10", ""))
}

/// A record whose holder is known in every trait.
fn known_record() -> Facts {
    let traits = Traits {
        family: "D'ARTAGNAN-LEFÈVRE".to_owned(),
        given: vec!["Marie-Hélène".to_owned(), "Odette".to_owned()],
        used_family: Some("Œuvrard".to_owned()),
        used_given: Some("Léna".to_owned()),
        gender: "female".to_owned(),
        birth_place: Some("2A004".to_owned()),
    };
    Facts { holder: Some(Holder { birth_date: date(1980, 5, 17), traits: Some(traits) }), ..bare_record() }
}

fn telling(told: TraitsTold) -> Question {
    asks(stranger(), situations::telling(&stranger(), told))
}

fn named(kind: NameKind, family: &str, given: &str) -> TraitsTold {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    TraitsTold { names: vec![NameTold { kind, family: some(family), given: some(given) }], ..TraitsTold::default() }
}

fn of_status(statuses: &[IdentityStatus]) -> TraitsTold {
    TraitsTold { statuses: statuses.to_vec(), ..TraitsTold::default() }
}

fn is_taken(told: TraitsTold) -> bool {
    decide(&the_law(), &telling(told), &known_record()).is_ok()
}

fn refused(told: TraitsTold) -> Vec<Ground> {
    grounds(&the_law(), &telling(told), &known_record()).into_iter().collect()
}

// requirement: R1111-8-6@identity-qualified
#[test]
fn an_identity_that_is_told_not_to_be_qualified_feeds_nothing() {
    use IdentityStatus::{Homonym, Provisional, Qualified, Retrieved, Unreliable, Validated};
    for status in [Validated, Retrieved, Provisional, Homonym, Unreliable] {
        assert_eq!(refused(of_status(&[status])), [Ground::IdentityNotQualified], "{status:?} alone");
    }
    for status in [Validated, Retrieved, Provisional, Unreliable] {
        assert_eq!(refused(of_status(&[Qualified, status])), [Ground::IdentityNotQualified], "{status:?} beside it");
    }
    assert!(is_taken(of_status(&[])));
    assert!(is_taken(of_status(&[Qualified])));
    assert!(is_taken(of_status(&[Qualified, Homonym])));
}

// requirement: R1111-8-6@traits-of-holder
#[test]
fn each_trait_that_differs_refuses_for_itself() {
    let place = |code: &str| TraitsTold { birth_place: Some(code.to_owned()), ..TraitsTold::default() };
    let sex = |word: &str| TraitsTold { gender: Some(word.to_owned()), ..TraitsTold::default() };
    for (told, which) in [
        (named(NameKind::OfBirth, "MARTIN", ""), Trait::BirthName),
        (named(NameKind::OfBirth, "ŒUVRARD", ""), Trait::BirthName),
        (named(NameKind::Unsaid, "MARTIN", ""), Trait::BirthName),
        (named(NameKind::OfBirth, "", "ODETTE"), Trait::GivenName),
        (named(NameKind::OfBirth, "", "LENA"), Trait::GivenName),
        (named(NameKind::OfBirth, "", "MARIE"), Trait::GivenName),
        (named(NameKind::Unsaid, "", "ODETTE"), Trait::GivenName),
        (born("1981-05-17"), Trait::BirthDate),
        (born("1980-06-17"), Trait::BirthDate),
        (born("1980-05-18"), Trait::BirthDate),
        (born("1981"), Trait::BirthDate),
        (sex("male"), Trait::Sex),
        (place("2B004"), Trait::BirthPlace),
        (place("99352"), Trait::BirthPlace),
    ] {
        assert_eq!(refused(told), [Ground::TraitDiffers(which)], "{which:?}");
    }
}

// requirement: R1111-8-6@traits-of-holder
#[test]
fn spellings_of_one_name_and_dates_of_which_less_is_known_are_the_same() {
    for family in
        ["D'ARTAGNAN-LEFÈVRE", "d\u{2019}artagnan lefevre", "D ARTAGNAN  LEFE\u{300}VRE", " D'Artagnan-Lefèvre "]
    {
        assert!(is_taken(named(NameKind::OfBirth, family, "")), "{family}");
        assert!(is_taken(named(NameKind::Unsaid, family, "")), "{family}");
    }
    for used in ["OEUVRARD", "œuvrard"] {
        assert!(is_taken(named(NameKind::Unsaid, used, "LENA")), "{used}");
    }
    for given in ["MARIE-HELENE", "Marie Hélène", "MARIE HELENE ODETTE", "marie-hélène, odette"] {
        assert!(is_taken(named(NameKind::OfBirth, "", given)), "{given}");
    }
    for told in ["1980", "1980-05", "1980-05-17", "1980-00-00", "1980-05-00", "1980-05-17T00:00:00+02:00"] {
        assert!(is_taken(born(told)), "{told}");
    }
    assert!(is_taken(TraitsTold { birth_place: Some("2a004".to_owned()), ..TraitsTold::default() }));
}

// requirement: R1111-8-6@traits-of-holder
#[test]
fn a_long_name_may_come_cut_and_a_short_one_may_not() {
    let mut facts = known_record();
    let traits = facts.holder.as_mut().unwrap().traits.as_mut().unwrap();
    traits.family = "DE LA ROCHEFOUCAULD D'ESTISSAC".to_owned();
    let cut = |letters: usize| {
        let name: String = "DE LA ROCHEFOUCAULD D'ESTISSAC".chars().take(letters).collect();
        decide(&the_law(), &telling(named(NameKind::OfBirth, &name, "")), &facts).is_ok()
    };
    assert!(cut(26));
    assert!(!cut(19));
}

// requirement: R1111-8-6@traits-of-holder
#[test]
fn what_the_record_does_not_know_contradicts_nothing_but_the_date_of_birth_is_always_known() {
    let told = named(NameKind::OfBirth, "MARTIN", "JEAN");
    assert!(decide(&the_law(), &telling(told), &bare_record()).is_ok());
    let grounds = grounds(&the_law(), &telling(born("1979-01-01")), &bare_record());
    assert!(grounds.contains(&Ground::TraitDiffers(Trait::BirthDate)));
}

// requirement: R1111-8-6@traits-of-holder
#[test]
fn the_number_of_a_parent_does_not_take_the_documents_of_a_child() {
    assert_eq!(refused(born("2019-03-02")), [Ground::TraitDiffers(Trait::BirthDate)]);
}
