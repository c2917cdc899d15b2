use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::{
    fhir::{
        consent::tests::{
            COLLECTOR, INS, OTHER_INS, PLACE, READER, at, errors, gates, holder, patient, place, setting, with, without,
        },
        deed::print,
        profile::{Library, OWN},
    },
    record::{
        care_team::Span,
        deed::{Deed, DeedId, Recorder},
        identity::{PsIdNat, StructIdNat},
    },
};

fn role(id: &str) -> Value {
    json!({"type": "PractitionerRole", "identifier": {"system": PsIdNat::SYSTEM, "value": id}})
}

pub(in crate::fhir) fn valid() -> Value {
    let period = json!({"start": "2026-06-15", "end": "2026-12-31"});
    json!({
        "resourceType": "CareTeam",
        "meta": {"profile": [PROFILE]},
        "identifier": [{"system": "urn:oid:1.2.3", "value": "1"}],
        "status": "active",
        "category": [{"coding": [{"system": PATHS, "code": "formalised-group"}]}],
        "name": "Équipe de soins",
        "subject": patient(INS),
        "period": period,
        "participant": [
            {"member": role(READER), "period": period},
            {"member": place(PLACE), "period": {"start": "2026-06-20"}},
            {"member": {"reference": "RelatedPerson/1"}, "period": {"start": "2026-06-15"}},
        ],
        "managingOrganization": [place("10B0999002")],
    })
}

fn team(tree: &Value) -> (CareTeam, Vec<String>) {
    let deed = read(tree, &setting()).unwrap();
    let Effect::Team(team) = deed.effect else { panic!() };
    (team, deed.warnings.iter().map(|issue| format!("{} {}", issue.diagnosis.code, issue.at)).collect())
}

fn refused(tree: &Value) -> Vec<String> {
    errors(read(tree, &setting()))
}

fn episode() -> Span {
    Span { from: at("2026-06-14T22:00:00Z"), until: Some(at("2026-12-31T23:00:00Z")) }
}

// requirement: CO-08
#[test]
fn professionals_and_structures_belong_to_the_team_and_related_people_gain_nothing() {
    assert_eq!(gates(&valid()), [""; 0]);
    let (team, warnings) = team(&valid());
    assert_eq!(
        team,
        CareTeam {
            id: Uuid::from_u128(1).to_string(),
            path: TeamPath::FormalisedGroup,
            structures: vec![StructIdNat::new(PLACE).unwrap()],
            members: vec![PsIdNat::new(READER).unwrap()],
            episode: episode(),
        }
    );
    assert_eq!(warnings, ["DMP-0834 CareTeam.participant[2].member"]);
    assert_eq!(read(&valid(), &setting()).unwrap().holder, holder());
}

#[test]
fn a_member_may_be_a_contained_role() {
    let contained = json!([{"resourceType": "PractitionerRole", "id": "r", "practitioner": {
        "identifier": {"system": PsIdNat::RPPS_SYSTEM, "value": "99700218896"}}}]);
    let tree = with(valid(), "/contained", contained);
    let (team, _) = team(&with(tree, "/participant/0/member", json!({"reference": "#r"})));
    assert_eq!(team.members, [PsIdNat::new(READER).unwrap()]);
}

#[test]
fn a_status_is_in_force_or_not_and_never_a_proposal() {
    let read_status = |status: &str| read(&with(valid(), "/status", json!(status)), &setting()).unwrap();
    assert_eq!(read_status("active").status, DeedStatus::Active);
    assert_eq!(read_status("inactive").status, DeedStatus::Inactive);
    assert_eq!(read_status("entered-in-error").status, DeedStatus::EnteredInError);
    let suspended = read_status("suspended");
    assert_eq!(suspended.status, DeedStatus::Inactive);
    assert!(suspended.warnings.iter().any(|issue| issue.diagnosis.code == "DMP-0802"));
    assert_eq!(refused(&with(valid(), "/status", json!("proposed"))), ["DMP-0801 CareTeam.status"]);
}

// requirement: CO-08
#[test]
fn a_team_without_one_of_its_parts_is_refused_by_its_name() {
    for (pointer, wanted) in [
        ("/identifier", "DMP-0806 CareTeam.identifier"),
        ("/identifier/0/value", "DMP-0806 CareTeam.identifier[0].value"),
        ("/status", "DMP-0806 CareTeam.status"),
        ("/name", "DMP-0806 CareTeam.name"),
        ("/subject", "DMP-0806 CareTeam.subject"),
        ("/period", "DMP-0806 CareTeam.period"),
        ("/period/start", "DMP-0806 CareTeam.period.start"),
        ("/participant/0/member", "DMP-0806 CareTeam.participant[0].member"),
        ("/participant/0/member/identifier", "DMP-0820 CareTeam.participant[0].member"),
        ("/participant/0/period/start", "DMP-0806 CareTeam.participant[0].period.start"),
    ] {
        assert_eq!(refused(&without(valid(), pointer)), [wanted], "{pointer}");
    }
}

#[test]
fn what_the_record_cannot_hold_is_refused_by_name() {
    let unknown = json!([{"url": "urn:x", "valueBoolean": true}]);
    for (pointer, value, wanted) in [
        ("/participant/0/onBehalfOf", place(PLACE), "DMP-0808 CareTeam.participant[0].onBehalfOf"),
        ("/participant/0/member", patient(OTHER_INS), "DMP-0823 CareTeam.participant[0].member"),
        (
            "/participant/0/member",
            json!({"reference": "PractitionerRole/1"}),
            "DMP-0820 CareTeam.participant[0].member",
        ),
        ("/implicitRules", json!("urn:x"), "DMP-0808 CareTeam.implicitRules"),
        ("/extension", unknown.clone(), "DMP-0810 CareTeam.extension[0]"),
        ("/participant/0/modifierExtension", unknown, "DMP-0811 CareTeam.participant[0].modifierExtension[0]"),
        ("/category/0/coding/0/code", json!("friends"), "DMP-0830 CareTeam.category[0].coding[0]"),
        (
            "/category/0/coding/-",
            json!({"system": PATHS, "code": "formalised-group"}),
            "DMP-0830 CareTeam.category[0].coding[1]",
        ),
        ("/meta", json!({"security": [{"code": "R"}]}), "DMP-0813 CareTeam.meta.security[0]"),
        ("/subject", role(READER), "DMP-0823 CareTeam.subject"),
    ] {
        assert_eq!(refused(&with(valid(), pointer, value)), [wanted], "{pointer}");
    }
    assert_eq!(refused(&json!({"resourceType": "Consent"})), ["DMP-0800 "]);
}

#[test]
fn a_participant_lasts_as_long_as_the_team_or_is_over() {
    // It arrived on 1 July 2026; the team lasts from 15 June to the end of the year.
    let with_period = |period: Value| with(valid(), "/participant/0/period", period);
    for taken in [
        json!({"start": "2026-06-15"}),
        json!({"start": "2020", "end": "2027"}),
        json!({"start": "2026-07-01", "end": "2026-12-31"}),
    ] {
        assert_eq!(team(&with_period(taken)).0.members.len(), 1);
    }
    let (over, warnings) = team(&with_period(json!({"start": "2026-06-15", "end": "2026-06-30"})));
    assert_eq!((over.members.len(), warnings[0].as_str()), (0, "DMP-0833 CareTeam.participant[0].period"));
    for other in [json!({"start": "2026-07-02"}), json!({"start": "2026-06-15", "end": "2026-12-30"})] {
        assert_eq!(refused(&with_period(other)), ["DMP-0832 CareTeam.participant[0].period"]);
    }
    let lasting = without(valid(), "/period/end");
    assert_eq!(refused(&lasting), ["DMP-0832 CareTeam.participant[0].period"]);
    assert_eq!(team(&without(valid(), "/participant/0/period")).0.members.len(), 1);
}

#[test]
fn how_a_team_is_formed_follows_from_its_participants_where_it_is_not_told() {
    let untold = without(valid(), "/category");
    let (establishment, warnings) = team(&untold);
    assert_eq!(establishment.path, TeamPath::SameEstablishment);
    assert!(warnings.contains(&"DMP-0831 CareTeam.category".to_owned()));
    let (people, _) = team(&without(untold, "/participant/1"));
    assert_eq!(people.path, TeamPath::RecognisedByPatient);
}

#[test]
fn a_name_may_be_translated() {
    let translation = json!({"extension": [{"url": TRANSLATION, "extension": [
        {"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": "x"}]}]});
    assert!(read(&with(valid(), "/_name", translation), &setting()).is_ok());
}

#[test]
fn the_example_of_cds_has_the_right_shape_and_what_it_lacks_is_told() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/examples/cds/CareTeam-cds-careteam-example.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        return println!("NOTICE: {path} is absent; nothing is tested");
    };
    let tree: Value = serde_json::from_str(&text).unwrap();
    let period = "DMP-0832 CareTeam.participant[1].period";
    let found = refused(&tree);
    // Its references lead to examples; a participant leaves before the team ends.
    for wanted in ["DMP-0820 CareTeam.subject", period, "DMP-0820 CareTeam.participant[1].member"] {
        assert!(found.iter().any(|issue| issue == wanted), "{found:?}");
    }
    let mut mended = with(tree, "/subject", patient(INS));
    mended = with(mended, "/participant/1/member", place(PLACE));
    mended = without(mended, "/participant/1/period/end");
    assert_eq!(team(&mended).0.structures.len(), 1);
}

fn deed(team: CareTeam, rendition: Vec<u8>) -> Deed {
    Deed {
        id: DeedId(Uuid::from_u128(1)),
        version: 2,
        updated: at("2026-07-01T08:00:00Z"),
        status: DeedStatus::Active,
        effect: Effect::Team(team),
        recorder: Recorder::Operator,
        rendition,
    }
}

fn printed(deed: &Deed) -> Value {
    serde_json::from_slice(&print(deed, &holder())).unwrap()
}

#[test]
fn what_was_sent_is_printed_with_what_the_server_owns() {
    let read = read(&valid(), &setting()).unwrap();
    let Effect::Team(team) = read.effect else { panic!() };
    let printed = printed(&deed(team, read.rendition));
    assert_eq!(gates(&printed), [""; 0]);
    assert_eq!(printed["meta"]["profile"], json!([PROFILE]));
    assert_eq!(printed["meta"]["versionId"], "2");
    for name in ["identifier", "name", "participant", "managingOrganization", "period", "category"] {
        assert_eq!(printed[name], valid()[name]);
    }
}

fn generated() -> impl Strategy<Value = CareTeam> {
    let seconds = (1_600_000_000_i64..1_780_000_000, proptest::option::of(1_780_000_000_i64..4_000_000_000));
    let people = proptest::sample::subsequence(vec![READER, COLLECTOR, "0999999999"], 0..=3);
    let places = proptest::sample::subsequence(vec![PLACE, "R1234"], 0..=2);
    let path = prop_oneof![
        Just(TeamPath::SameEstablishment),
        Just(TeamPath::RecognisedByPatient),
        Just(TeamPath::FormalisedGroup)
    ];
    (seconds, people, places, path).prop_map(|((from, until), people, places, path)| {
        let instant = |second| Timestamp::new(second, 0).unwrap();
        CareTeam {
            id: Uuid::from_u128(1).to_string(),
            path,
            structures: places.into_iter().map(|id| StructIdNat::new(id).unwrap()).collect(),
            members: people.into_iter().map(|id| PsIdNat::new(id).unwrap()).collect(),
            episode: Span { from: instant(from), until: until.map(instant) },
        }
    })
}

proptest! {
    #[test]
    fn what_is_printed_of_a_team_is_read_as_that_team(team in generated()) {
        let first = printed(&deed(team.clone(), Vec::new()));
        prop_assert_eq!(gates(&first), [""; 0]);
        let read = read(&first, &setting()).map_err(|issues| TestCaseError::fail(format!("{issues:?}")))?;
        prop_assert_eq!(&read.effect, &Effect::Team(team.clone()));
        prop_assert_eq!(printed(&deed(team, read.rendition)), first);
    }
}

#[test]
fn what_is_printed_of_a_team_is_of_the_profile_of_cds() {
    let package = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/packages/ans.fhir.fr.cds-2.0.1.tgz");
    if !std::path::Path::new(package).exists() {
        return println!("NOTICE: {package} is absent; nothing is tested");
    }
    let library = Library::load(&[package.into()], OWN).unwrap();
    let team = CareTeam {
        id: "team-1".to_owned(),
        path: TeamPath::SameEstablishment,
        structures: vec![StructIdNat::new(PLACE).unwrap()],
        members: vec![PsIdNat::new(READER).unwrap()],
        episode: episode(),
    };
    assert_eq!(library.check(PROFILE, &printed(&deed(team, Vec::new()))), []);
}
