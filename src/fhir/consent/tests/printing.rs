//! What is printed is what was sent, with what the server owns; and what was loaded is printed whole.

use proptest::prelude::*;

use super::*;
use crate::{
    fhir::{
        deed::print,
        profile::{Library, OWN},
    },
    record::deed::{Deed, Recorder},
};

fn deed(effect: Effect, rendition: Vec<u8>) -> Deed {
    Deed {
        id: DeedId(Uuid::from_u128(1)),
        version: 3,
        updated: at("2026-07-01T08:00:00.1234Z"),
        status: DeedStatus::Inactive,
        effect,
        recorder: Recorder::Operator,
        rendition,
    }
}

fn printed(deed: &Deed) -> Value {
    serde_json::from_slice(&print(deed, &holder())).unwrap()
}

#[test]
fn what_the_server_owns_is_printed_by_the_server_and_the_rest_as_it_was_sent() {
    for kind in Kind::ALL {
        let mut sent = with(valid(kind), "/id", json!("theirs"));
        sent = with(
            sent,
            "/meta",
            json!({"versionId": "9", "profile": ["https://x.test"], "lastUpdated": "2020-01-01T00:00:00Z"}),
        );
        sent = with(sent, "/_status", json!({"id": "s"}));
        let read = read(&sent, &setting()).unwrap();
        let printed = printed(&deed(read.effect, read.rendition));
        assert_eq!(gates(&printed), [""; 0]);
        assert_eq!(printed["id"], Uuid::from_u128(1).to_string());
        let meta = json!({"versionId": "3", "lastUpdated": "2026-07-01T08:00:00.123Z", "profile": [kind.profile()]});
        assert_eq!(printed["meta"], meta);
        assert_eq!(printed["status"], "inactive");
        assert_eq!(printed.get("_status"), None);
        for name in ["category", "dateTime", "organization", "sourceReference", "policy", "performer"] {
            assert_eq!(printed[name], sent[name]);
        }
    }
}

#[test]
fn references_are_kept_in_a_form_that_lasts() {
    let mut tree = with(
        valid(Kind::Entrusted),
        "/patient",
        json!({"reference": format!("https://dmp.test/fhir/Patient/{LOCAL_PATIENT}")}),
    );
    let conditional = json!({"reference": format!("Practitioner?identifier={}|{READER}", PsIdNat::SYSTEM)});
    tree = with(tree, "/provision/actor/0/reference", conditional);
    tree = with(tree, "/sourceReference", json!({"reference": "https://dmp.test/fhir/DocumentReference/1"}));
    let read = read(&tree, &setting()).unwrap();
    let printed = printed(&deed(read.effect, read.rendition));
    assert_eq!(printed["patient"]["reference"], format!("Patient/{LOCAL_PATIENT}"));
    assert_eq!(printed["patient"]["identifier"]["value"], INS);
    assert_eq!(printed["provision"]["actor"][0]["reference"], person(READER));
    assert_eq!(printed["sourceReference"]["reference"], "DocumentReference/1");
}

fn instant() -> impl Strategy<Value = Timestamp> {
    let any = (1_600_000_000_i64..4_000_000_000, 0_i32..1_000_000_000);
    let exact = any.prop_map(|(second, nanos)| Timestamp::new(second, nanos).unwrap());
    let whole = (1_600_000_000_i64..4_000_000_000).prop_map(|second| Timestamp::new(second, 0).unwrap());
    let days = (18_000_i64..40_000).prop_map(|day| {
        let date = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap();
        date.in_tz("Europe/Paris").unwrap().timestamp()
    });
    prop_oneof![exact, whole, days]
}

fn span() -> impl Strategy<Value = Span> {
    (instant(), proptest::option::of(instant())).prop_filter_map("time in it", |(from, until)| {
        let span = Span { from, until };
        until.is_none_or(|until| from < until).then_some(span)
    })
}

fn professional() -> impl Strategy<Value = PsIdNat> {
    prop_oneof![Just(READER), Just(COLLECTOR), Just("0999999999"), Just("310B0999001/1453")]
        .prop_map(|text| PsIdNat::new(text).unwrap())
}

fn blocked() -> impl Strategy<Value = Blocked> {
    let structure = prop_oneof![Just(PLACE), Just("R1234")].prop_map(|text| StructIdNat::new(text).unwrap());
    prop_oneof![professional().prop_map(Blocked::Professional), structure.prop_map(Blocked::Structure)]
}

fn evidence() -> impl Strategy<Value = (Evidence, PsIdNat)> {
    (any::<bool>(), proptest::option::of(professional()), instant(), professional()).prop_map(
        |(information_given, collected_by, at, other)| (Evidence { information_given, collected_by, at }, other),
    )
}

fn grant() -> impl Strategy<Value = Grant> {
    let team = prop_oneof![Just(TEAM), Just("team-1"), Just("équipe \"2\"")].prop_map(str::to_owned);
    prop_oneof![
        team.prop_map(|team| Grant::InitialForTeam { team }),
        professional().prop_map(|professional| Grant::Professional { professional }),
        professional().prop_map(|professional| Grant::EntrustedProfessional { professional }),
        professional().prop_map(|professional| Grant::TreatingPhysicianRights { professional }),
    ]
}

fn effect() -> impl Strategy<Value = Effect> {
    let id = || Uuid::from_u128(1).to_string();
    let consent = (grant(), evidence(), span()).prop_map(move |(grant, (mut evidence, other), period)| {
        match grant {
            // Without a collector there is no entrusted consent, with one no rights of the treating physician.
            Grant::EntrustedProfessional { .. } => {
                evidence.collected_by.get_or_insert(other);
            }
            Grant::TreatingPhysicianRights { .. } => evidence.collected_by = None,
            Grant::InitialForTeam { .. } | Grant::Professional { .. } => {}
        }
        Effect::Consent(Consent { id: id(), grant, evidence, period })
    });
    let block =
        (blocked(), span()).prop_map(move |(blocked, period)| Effect::Block(Block { id: id(), blocked, period }));
    let opposition = (proptest::option::of(blocked()), any::<bool>(), span()).prop_map(
        move |(against, legitimate_reason, period)| {
            Effect::FeedOpposition(FeedOpposition { id: id(), against, legitimate_reason, period })
        },
    );
    let choices = [EmergencyChoice::BreakGlass, EmergencyChoice::Regulation, EmergencyChoice::MaskedDocuments];
    let emergency = (proptest::sample::select(choices.to_vec()), any::<bool>(), span())
        .prop_map(|(choice, allowed, period)| Effect::Emergency(Emergency { choice, allowed, period }));
    prop_oneof![3 => consent, 1 => block, 1 => opposition, 1 => emergency]
}

proptest! {
    #[test]
    fn what_is_printed_of_an_effect_is_read_as_that_effect(effect in effect()) {
        let loaded = deed(effect.clone(), Vec::new());
        let first = printed(&loaded);
        prop_assert_eq!(gates(&first), [""; 0]);
        let read_back = read(&first, &setting()).map_err(|issues| TestCaseError::fail(format!("{issues:?}")))?;
        prop_assert_eq!(&read_back.effect, &effect);
        prop_assert_eq!((&read_back.holder, read_back.status), (&holder(), DeedStatus::Inactive));
        let second = printed(&deed(read_back.effect, read_back.rendition));
        prop_assert_eq!(first, second);
    }
}

#[test]
fn what_is_printed_is_of_the_profile_of_its_kind() {
    let library = Library::load(&[], OWN).unwrap();
    for kind in Kind::ALL {
        let loaded = printed(&deed(wanted(kind), Vec::new()));
        assert_eq!(library.check(kind.profile(), &loaded), [], "{kind:?}");
        let read = read(&valid(kind), &setting()).unwrap();
        let filed = printed(&deed(read.effect, read.rendition));
        assert_eq!(library.check(kind.profile(), &filed), [], "{kind:?}");
    }
}
