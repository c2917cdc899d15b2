use std::sync::Arc;

use jiff::civil::date;

use super::*;
use crate::{
    fhir::{
        primitive,
        profile::{Library, OWN},
        shape,
    },
    record::{dossier::Dossier, facts::Facts, identity::Ins},
};

fn standing(state: State, traits: Option<Traits>) -> PatientStanding {
    let holder = Some(Holder { birth_date: date(1979, 3, 28), traits });
    let facts = Facts { holder, dossier: Dossier { state, opening: None }, ..Facts::absent() };
    PatientStanding {
        holder: Ins::new("urn:oid:1.2.250.1.213.1.4.10", "279035121518989").unwrap(),
        facts: Arc::new(facts),
        authorisation: Authorisation { reads: true, feeds: true, treats: false },
        at: "2026-03-02T12:00:00Z".parse().unwrap(),
    }
}

fn traits() -> Traits {
    Traits {
        family: "PAT-TROIS".to_owned(),
        given: vec!["DOMINIQUE".to_owned(), "MARIE".to_owned()],
        used_family: Some("EXEMPLE".to_owned()),
        used_given: None,
        gender: "female".to_owned(),
        birth_place: None,
    }
}

// requirement: PF-06
#[test]
fn a_patient_conforms_to_its_profile_in_every_state() {
    let library = Library::load(&[], OWN).unwrap();
    for state in State::ALL {
        for (given, with_traits) in [(Some(traits()), true), (Some(traits()), false), (None, true)] {
            let patient = print(&standing(state, given), "0a", with_traits);
            let found = library.check(PROFILE, &patient);
            assert!(found.is_empty(), "{state:?}: {found:?}");
        }
    }
}

#[test]
fn the_profile_finds_what_is_missing_or_strange() {
    let library = Library::load(&[], OWN).unwrap();
    let closed = print(&standing(State::Closed, Some(traits())), "0a", true);
    let mutants: [fn(&mut Value); 7] = [
        |it| drop(it.as_object_mut().unwrap().remove("active")),
        |it| it["identifier"] = json!([]),
        |it| it["extension"].as_array_mut().unwrap().truncate(2),
        |it| it["extension"][0] = json!({"url": ATTACHED, "valueString": "yes"}),
        |it| it["extension"].as_array_mut().unwrap().push(json!({"url": "https://test/else", "valueBoolean": true})),
        |it| it["extension"][3]["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] = json!("parti"),
        |it| it["name"][0]["use"] = json!("nickname"),
    ];
    for (number, mutate) in mutants.iter().enumerate() {
        let mut patient = closed.clone();
        mutate(&mut patient);
        assert!(!library.check(PROFILE, &patient).is_empty(), "mutant {number}");
    }
}

#[test]
fn a_patient_is_a_proper_resource_in_every_state() {
    for state in State::ALL {
        for with_traits in [true, false] {
            let patient = print(&standing(state, Some(traits())), "0a", with_traits);
            assert!(shape::check(&patient).is_empty(), "{:?}", shape::check(&patient));
            assert!(primitive::check(&patient).is_empty());
            assert_eq!(patient["active"], matches!(state, State::Open | State::OpenUnattached));
            let closed = patient["extension"].as_array().unwrap().iter().any(|it| it["url"] == CLOSING);
            assert_eq!(closed, patient["active"] == false);
        }
    }
}

#[test]
fn traits_are_told_unless_they_are_not_wanted() {
    let standing = standing(State::Open, Some(traits()));
    let full = print(&standing, "0a", true);
    assert_eq!(full["name"][0]["family"], "PAT-TROIS");
    assert_eq!(full["name"][1]["family"], "EXEMPLE");
    assert_eq!(full["birthDate"], "1979-03-28");
    let minimal = print(&standing, "0a", false);
    for name in ["name", "birthDate", "gender"] {
        assert!(minimal.get(name).is_none(), "{name}");
    }
}
