use std::collections::BTreeSet;

use jiff::Timestamp;

use super::*;
use crate::{
    fhir::{
        care_team,
        consent::{self, Kind as ConsentKind},
        deed::ReadDeed,
        issue::Severity,
        rules::RuleSet,
        search::declared,
    },
    record::deed::{DeedId, Recorder},
};

const INS: &str = "urn:oid:1.2.250.1.213.1.4.10|279035121518989";
const OTHER: &str = "urn:oid:1.2.250.1.213.1.4.10|269054958815780";
const BASE: &str = "https://dmp.test/fhir";
const ID: &str = "00000000-0000-0000-0000-000000000001";
const PS: &str = "urn:oid:1.2.250.1.71.4.2.1";
const RPPS: &str = "https://rpps.esante.gouv.fr";
const FINESS: &str = "https://finess.esante.gouv.fr";

fn ask(kind: DeedKind, query: &[(&str, &str)], strict: bool) -> Result<DeedAsk, Issues> {
    let patient = |id: &str| (id == "p-1").then(consent::tests::holder);
    let setting = Setting { rules: RuleSet::Pdsm, production: false, strict, base: BASE, patient: &patient };
    let pairs: Vec<_> = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    parse(kind, &pairs, &setting)
}

fn within(kind: DeedKind, query: &[(&str, &str)]) -> DeedAsk {
    let all: Vec<_> = [("patient.identifier", INS)].into_iter().chain(query.iter().copied()).collect();
    ask(kind, &all, true).unwrap_or_else(|issues| panic!("{query:?}: {issues:?}"))
}

fn filed(read: Result<ReadDeed, Issues>) -> Deed {
    let ReadDeed { status, effect, rendition, .. } = read.unwrap();
    let updated: Timestamp = "2026-07-01T08:00:00.123Z".parse().unwrap();
    Deed { id: DeedId(ID.parse().unwrap()), version: 1, updated, status, effect, recorder: Recorder::Holder, rendition }
}

fn consent(kind: ConsentKind) -> Deed {
    let tree = consent::tests::with(
        consent::tests::valid(kind),
        "/identifier",
        serde_json::json!([{"system": "urn:x", "value": "c-1"}]),
    );
    filed(consent::read(&tree, &consent::tests::setting()))
}

fn team() -> Deed {
    let mut tree = care_team::tests::valid();
    tree["participant"][0]["period"]["end"] = serde_json::json!("2027-01-31");
    filed(care_team::read(&tree, &consent::tests::setting()))
}

fn finds(deed: &Deed, name: &str, value: &str) -> bool {
    within(deed.effect.kind(), &[(name, value)]).query.matches.accepts(deed)
}

/// Parameter, a value that finds, and one that does not.
type Case<'a> = (&'a str, &'a str, &'a str);

fn check(deed: &Deed, cases: &[Case<'_>]) {
    for (name, hit, miss) in cases {
        assert!(finds(deed, name, hit), "{name}={hit} finds nothing");
        assert!(!finds(deed, name, miss), "{name}={miss} finds it");
    }
}

const CONSENT: &[Case<'_>] = &[
    ("status", "inactive,active", "inactive"),
    ("status", "http://hl7.org/fhir/consent-state-codes|active", "draft,proposed,rejected"),
    ("_id", ID, "00000000-0000-0000-0000-000000000002"),
    ("_lastUpdated", "ge2026-07-01", "lt2026-07-01"),
    ("_lastUpdated", "2026-07-01T08:00:00.123Z", "gt2026-07-01T08:00:00.123Z"),
    ("actor.identifier", "https://rpps.esante.gouv.fr|99700218896", "https://rpps.esante.gouv.fr|99700075122"),
    ("actor:identifier", "urn:oid:1.2.250.1.71.4.2.1|899700218896", "urn:oid:1.2.250.1.71.4.2.1|99700218896"),
    ("actor:Practitioner.identifier", "899700218896", "899700075122"),
    ("actor", "Practitioner?identifier=urn:oid:1.2.250.1.71.4.2.1|899700218896", "Practitioner/1"),
    ("category", "entrusted-professional", "block"),
    ("category", "http://loinc.org|59284-0", "http://loinc.org|other"),
    ("date", "2026-07-01", "2026-07-02"),
    ("date", "2026-07-01T07:45:00Z", "lt2026-07-01T07:45:00Z"),
    ("period", "2026", "sa2026-07-01"),
    ("scope", "patient-privacy", "treatment"),
    ("identifier", "urn:x|c-1", "urn:x|c-2"),
];

const TEAM: &[Case<'_>] = &[
    ("identifier", "urn:oid:1.2.3|1", "urn:oid:1.2.3|2"),
    ("status", "active", "suspended"),
    ("category", "formalised-group", "same-establishment"),
    ("date", "2026", "2025"),
    ("start", "2026-06-15", "gt2026-06-15"),
    ("end", "2026-12-31", "lt2026-12-31"),
    ("participant.identifier", "https://rpps.esante.gouv.fr|99700218896", "https://rpps.esante.gouv.fr|99700075122"),
    ("participant:identifier", "https://finess.esante.gouv.fr|0B0999001", "https://finess.esante.gouv.fr|0B0999002"),
    ("participant-start", "2026-06-20", "2026-06-21"),
    ("participant-end", "2027-01-31", "2026-12-31"),
    (
        "managingOrganization:identifier",
        "urn:oid:1.2.250.1.71.4.2.2|10B0999002",
        "urn:oid:1.2.250.1.71.4.2.2|10B0999001",
    ),
    ("managingOrganization.identifier", "https://finess.esante.gouv.fr|0B0999002", "0B0999001"),
    ("_id", ID, "x"),
    ("_lastUpdated", "2026-07-01", "2026-07-02"),
];

// requirement: CO-09
#[test]
fn every_parameter_of_consents_finds_what_it_names_and_nothing_else() {
    check(&consent(ConsentKind::Entrusted), CONSENT);
    assert_every_parameter_is_tried("Consent", CONSENT);
}

#[test]
fn every_parameter_of_care_teams_finds_what_it_names_and_nothing_else() {
    check(&team(), TEAM);
    assert_every_parameter_is_tried("CareTeam", TEAM);
}

fn assert_every_parameter_is_tried(kind: &str, cases: &[Case<'_>]) {
    let bare = |name: &str| name.split([':', '.']).next().unwrap_or_default().to_owned();
    let mut tried: BTreeSet<String> = cases.iter().map(|(name, ..)| bare(name)).collect();
    tried.insert("patient".to_owned());
    let all: BTreeSet<String> = declared(kind).into_iter().map(|parameter| parameter.name.to_owned()).collect();
    assert_eq!(tried, all);
}

#[test]
fn a_blocked_structure_and_a_care_team_are_found_as_actors() {
    let block = consent(ConsentKind::Block);
    assert!(finds(&block, "actor.identifier", &format!("{FINESS}|0B0999001")));
    let initial = consent(ConsentKind::Team);
    let team = "00000000-0000-0000-0000-0000000000aa";
    for reference in [format!("CareTeam/{team}"), format!("{BASE}/CareTeam/{team}"), team.to_owned()] {
        assert!(finds(&initial, "actor", &reference), "{reference}");
    }
    assert!(!finds(&initial, "actor", "CareTeam/00000000-0000-0000-0000-0000000000ab"));
    assert!(!finds(&consent(ConsentKind::BreakGlass), "actor.identifier", &format!("{PS}|899700218896")));
}

#[test]
fn what_was_loaded_is_found_as_what_was_filed() {
    let loaded = |deed: Deed| Deed { rendition: Vec::new(), ..deed };
    let consent = loaded(consent(ConsentKind::Entrusted));
    let cases = [("category", "entrusted-professional"), ("date", "2026-07-01"), ("scope", "patient-privacy")];
    for (name, value) in cases {
        assert!(finds(&consent, name, value), "{name}={value}");
    }
    assert!(finds(&loaded(team()), "participant-start", "2026-06-15"));
    assert!(finds(&loaded(team()), "participant.identifier", &format!("{RPPS}|99700218896")));
}

// requirement: SE-03
#[test]
fn the_patient_is_mandatory_and_one() {
    let refused = |query: &[(&str, &str)]| {
        let issues = ask(DeedKind::Consent, query, false).map(|_| ()).unwrap_err().0;
        let errors = issues.into_iter().filter(|issue| issue.severity == Severity::Error);
        errors.map(|issue| issue.diagnosis.code).collect::<Vec<_>>()
    };
    assert_eq!(refused(&[("status", "active")]), ["DMP-0300"]);
    assert_eq!(refused(&[("patient.identifier", INS), ("patient.identifier", OTHER)]), ["DMP-0306"]);
    for patient in ["p-1", "Patient/p-1", "https://dmp.test/fhir/Patient/p-1"] {
        let asked = ask(DeedKind::CareTeam, &[("subject", patient)], false).unwrap();
        assert_eq!(asked.holder, consent::tests::holder());
    }
}

#[test]
fn a_search_that_does_not_say_which_status_is_for_all() {
    let asked = within(DeedKind::Consent, &[]);
    for status in [DeedStatus::Active, DeedStatus::Inactive, DeedStatus::EnteredInError] {
        assert!(asked.query.matches.accepts(&Deed { status, ..consent(ConsentKind::Team) }));
    }
    assert_eq!(asked.used, [("patient.identifier".to_owned(), INS.to_owned())]);
}

#[test]
fn what_is_not_supported_is_ignored_with_a_remark_or_refused_by_strict_handling() {
    for (name, value) in [("consentor", "x"), ("_sort", "date"), ("_sort", "_lastUpdated")] {
        let query = [("patient.identifier", INS), (name, value)];
        let lenient = ask(DeedKind::Consent, &query, false).unwrap();
        assert_eq!(lenient.warnings.len(), 1, "{name}");
        assert_eq!(lenient.used.len(), 1);
        assert!(ask(DeedKind::Consent, &query, true).is_err());
    }
    assert!(ask(DeedKind::Consent, &[("patient.identifier", INS), ("date", "yesterday")], false).is_err());
    assert!(ask(DeedKind::Consent, &[("patient.identifier", INS), ("status", "open")], false).is_err());
    assert!(ask(DeedKind::Consent, &[("patient.identifier", INS), ("category:text", "x")], false).is_err());
}

#[test]
fn pages_and_parts_are_asked_for_as_everywhere() {
    let asked = within(DeedKind::Consent, &[("_count", "3"), ("_sort", "-_lastUpdated"), ("_elements", "status")]);
    assert_eq!((asked.query.page_size, asked.query.kind), (3, DeedKind::Consent));
    assert_eq!(asked.result.elements, ["status"]);
    assert_eq!(within(DeedKind::CareTeam, &[("_summary", "count")]).query.page_size, 0);
}
