//! Whom a submission tells, read a second time from the digest alone (C01 to C04), and compared with the rules on every telling of every
//! person of a small world.

use super::Case;
use crate::record::{
    holder::{Holder, Traits},
    traits::{IdentityStatus, NameKind, NameTold, Trait, TraitsTold},
};

fn told<'a>(case: &'a Case<'_>) -> &'a [TraitsTold] {
    case.q.act.submission().map_or(&[][..], |submission| &submission.traits)
}

pub(super) fn are_unqualified(case: &Case<'_>) -> bool {
    let bad = |status: &IdentityStatus| !matches!(status, IdentityStatus::Qualified | IdentityStatus::Homonym);
    let wrong = |all: &[IdentityStatus]| all.iter().any(bad) || !all.contains(&IdentityStatus::Qualified);
    told(case).iter().any(|person| !person.statuses.is_empty() && wrong(&person.statuses))
}

pub(super) fn difference(case: &Case<'_>) -> Option<Trait> {
    let holder = case.f.holder.as_ref()?;
    Trait::ALL.into_iter().find(|one| told(case).iter().any(|person| is_wrong(*one, person, holder)))
}

fn is_wrong(one: Trait, person: &TraitsTold, holder: &Holder) -> bool {
    match (one, &holder.traits) {
        (Trait::BirthDate, _) => person.birth_date.is_some_and(|told| {
            let known = holder.birth_date;
            (told.year, told.month.unwrap_or(known.month()), told.day.unwrap_or(known.day()))
                != (known.year(), known.month(), known.day())
        }),
        (_, None) => false,
        (Trait::BirthName, Some(known)) => person.names.iter().any(|name| is_wrong_family(name, known)),
        (Trait::GivenName, Some(known)) => person.names.iter().any(|name| is_wrong_given(name, known)),
        (Trait::Sex, Some(known)) => {
            let pair = [person.gender.as_deref().unwrap_or("unknown"), known.gender.as_str()];
            !pair.contains(&"unknown") && pair[0] != pair[1]
        }
        (Trait::BirthPlace, Some(known)) => match (&person.birth_place, &known.birth_place) {
            (Some(told), Some(known)) => told.to_lowercase() != known.to_lowercase(),
            _ => false,
        },
    }
}

/// The words of a name, in small letters without marks.
fn words(name: &str) -> Vec<String> {
    let mut text = name.to_lowercase().replace(['\u{300}', '\u{301}'], "");
    for (from, to) in [("é", "e"), ("è", "e"), ("ç", "c"), ("œ", "oe"), ("ï", "i")] {
        text = text.replace(from, to);
    }
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// What the register knows of a name: that of birth, and the one in use for who does not say which.
fn known<'a>(kind: NameKind, birth: Option<&'a String>, used: Option<&'a String>) -> Vec<Vec<String>> {
    let used = used.filter(|_| kind == NameKind::Unsaid);
    birth.into_iter().chain(used.filter(|used| !used.is_empty())).map(|name| words(name)).collect()
}

fn is_wrong_family(name: &NameTold, traits: &Traits) -> bool {
    let Some(told) = &name.family else { return false };
    let told = words(told);
    let is_right = |known: &Vec<String>| {
        known.is_empty()
            || told == *known
            || (told.join(" ").len() >= 25 && known.join(" ").starts_with(&told.join(" ")))
    };
    !known(name.kind, Some(&traits.family), traits.used_family.as_ref()).iter().any(is_right)
}

fn is_wrong_given(name: &NameTold, traits: &Traits) -> bool {
    let (Some(told), Some(first)) = (&name.given, traits.given.first()) else { return false };
    let told = words(told);
    !known(name.kind, Some(first), traits.used_given.as_ref()).iter().any(|known| told.starts_with(known))
}

mod comparison {
    use std::collections::BTreeMap;

    use jiff::civil::date;

    use super::{super::Case, *};
    use crate::{
        policy::{
            Ground,
            tests::{
                cast::{asks, bare_record, outsider},
                decide,
                situations::telling,
                the_law,
            },
        },
        record::{caller::Who, facts::Facts, traits::DateTold},
    };

    const FAMILIES: [Option<&str>; 10] = [
        None,
        Some(""),
        Some("Lefèvre-d'Arc"),
        Some("LEFEVRE D ARC"),
        Some("LEFE\u{300}VRE D\u{2019}ARC"),
        Some("LEFEVRE"),
        Some("ŒUVRARD"),
        Some("oeuvrard"),
        Some("DE LA ROCHEFOUCAULD D ESTIS"),
        Some("DE LA ROCHEFOUCAULD"),
    ];
    const GIVEN: [Option<&str>; 8] = [
        None,
        Some(""),
        Some("ANNE-MARIE"),
        Some("Anne Marie Loïc"),
        Some("ANNE"),
        Some("LOÏC"),
        Some("Loic"),
        Some("ANNE-MARIELLE"),
    ];
    const DATES: [Option<&str>; 6] =
        [None, Some("1980"), Some("1980-05"), Some("1980-05-17"), Some("1980-00-17"), Some("1980-06")];
    const SEXES: [Option<&str>; 4] = [None, Some("female"), Some("male"), Some("unknown")];
    const PLACES: [Option<&str>; 4] = [None, Some("2A004"), Some("2a004"), Some("99352")];

    fn owned(text: Option<&str>) -> Option<String> {
        text.map(str::to_owned)
    }

    fn names() -> Vec<NameTold> {
        let kinds = [NameKind::OfBirth, NameKind::Unsaid];
        let of = |kind, family| GIVEN.map(|given| NameTold { kind, family: owned(family), given: owned(given) });
        kinds.into_iter().flat_map(|kind| FAMILIES.into_iter().flat_map(move |family| of(kind, family))).collect()
    }

    /// Each name with each date, and in turn with each sex and place.
    fn tellings() -> impl Iterator<Item = TraitsTold> {
        let dated = names().into_iter().flat_map(|name| DATES.map(|date| (name.clone(), date)));
        dated.enumerate().map(|(index, (name, date))| TraitsTold {
            names: vec![name],
            birth_date: date.map(|date| DateTold::parse(date).unwrap()),
            gender: owned(SEXES[index % SEXES.len()]),
            birth_place: owned(PLACES[index / 7 % PLACES.len()]),
            statuses: Vec::new(),
        })
    }

    fn holders() -> Vec<Holder> {
        let traits = |family: &str, used_family: Option<&str>, used_given: Option<&str>| Traits {
            family: family.to_owned(),
            given: vec!["Anne-Marie".to_owned(), "Loïc".to_owned()],
            used_family: owned(used_family),
            used_given: owned(used_given),
            gender: "female".to_owned(),
            birth_place: owned(Some("2A004")),
        };
        let unknown =
            Traits { given: Vec::new(), gender: "unknown".to_owned(), birth_place: None, ..traits("", None, None) };
        let all = [
            None,
            Some(unknown),
            Some(traits("LEFÈVRE-D'ARC", Some("Œuvrard"), Some("Loïc"))),
            Some(traits("LEFEVRE D'ARC", None, None)),
            Some(traits("De La Rochefoucauld d'Estissac", Some(""), Some(""))),
        ];
        all.into_iter().map(|traits| Holder { birth_date: date(1980, 5, 17), traits }).collect()
    }

    // requirement: R1111-8-6@traits-of-holder
    #[test]
    fn both_readings_agree_on_every_telling_of_every_person() {
        let (law, who) = (the_law(), Who::Professional(outsider("10", "")));
        let mut met: BTreeMap<Option<Trait>, usize> = BTreeMap::new();
        for holder in holders() {
            let facts = Facts { holder: Some(holder), ..bare_record() };
            for told in tellings() {
                let question = asks(who.clone(), telling(&who, told.clone()));
                let given = match decide(&law, &question, &facts) {
                    Ok(_) => None,
                    Err(refusal) => match refusal.grounds.as_slice() {
                        [(_, Ground::TraitDiffers(which))] => Some(*which),
                        other => panic!("{other:?}"),
                    },
                };
                let names: Vec<_> = told.names.iter().map(|it| (it.kind, &it.family, &it.given)).collect();
                let read = difference(&Case { q: &question, f: &facts });
                assert_eq!(given, read, "{names:?} {:?} {:?}", told.gender, told.birth_place);
                *met.entry(given).or_default() += 1;
            }
        }
        assert_eq!(met.len(), 6, "each trait differs somewhere, and some persons are the holder: {met:?}");
    }
}
