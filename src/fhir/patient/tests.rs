use std::sync::Arc;

use jiff::civil::date;

use super::*;
use crate::{
    fhir::{primitive, shape},
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
