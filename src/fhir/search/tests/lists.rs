//! Search of lists.

use uuid::Uuid;

use super::*;
use crate::{
    fhir::{
        canon::{LIST_TYPES, R209},
        date::span,
    },
    record::{
        code::{Code, Identifier},
        list::{ListCriterion, ListEntry, ListKind, PersonKind, PersonName},
    },
};

fn identifier(system: &str, value: &str) -> Identifier {
    Identifier { system: system.to_owned(), value: value.to_owned() }
}

fn entry(kind: ListKind) -> ListEntry {
    let name = |kind, family: &str, given: &str| PersonName {
        kind,
        family: vec![family.to_owned()],
        given: vec![given.to_owned()],
    };
    ListEntry {
        id: Uuid::from_u128(1),
        kind,
        version: 1,
        updated: "2026-07-01T08:00:00Z".parse().unwrap(),
        profiles: Vec::new(),
        identifiers: vec![identifier("urn:ietf:rfc:3986", "urn:oid:1.2.250.1.999.4")],
        date: span("2026-06-12T10:00:00+02:00").unwrap(),
        title: Some("Séjour d'été".to_owned()),
        designation: vec![Code::new(R209, "07")],
        source_id: Some(identifier("urn:ietf:rfc:3986", "urn:oid:1.2.250.1.999.3")),
        sources: vec![name(PersonKind::Practitioner, "Lefèvre", "Hélène")],
        source_identifiers: vec![
            identifier("urn:oid:1.2.250.1.71.4.2.1", "899700218896"),
            identifier("urn:oid:1.2.250.1.71.4.2.2", "10B0999001"),
        ],
        archived: false,
        documents: Vec::new(),
        folders: Vec::new(),
    }
}

fn asked(query: &[(&str, &str)], rules: RuleSet, strict: bool) -> Result<ListAsk, Issues> {
    with_setting(rules, false, strict, |setting| list::parse(&pairs(query), setting))
}

fn ask_lists(query: &[(&str, &str)]) -> Result<ListAsk, Issues> {
    let mut all = vec![("patient.identifier", INS), ("code", "submissionset"), ("status", "current")];
    all.extend(query);
    asked(&all, Pdsm, true)
}

fn refused(read: Result<ListAsk, Issues>) -> Vec<(&'static str, String)> {
    let issues = read.map(|_| ()).unwrap_err().0;
    issues.into_iter().map(|issue| (issue.diagnosis.code, issue.at)).collect()
}

fn finds(entry: &ListEntry, query: &[(&str, &str)]) -> bool {
    let ask = ask_lists(query).unwrap_or_else(|issues| panic!("{query:?}: {issues:?}"));
    ask.query.matches.accepts(entry)
}

/// Parameter, values that find the set, values that do not.
const CASES: &[(&str, &[&str], &[&str])] = &[
    ("_id", &["00000000-0000-0000-0000-000000000001"], &["00000000-0000-0000-0000-000000000002", "x"]),
    ("_lastUpdated", &["2026-07-01", "ge2026-07-01T08:00:00Z"], &["gt2026-07-01T08:00:00Z"]),
    ("identifier", &["urn:oid:1.2.250.1.999.4", "urn:ietf:rfc:3986|urn:oid:1.2.250.1.999.4"], &["urn:oid:1.2.3"]),
    ("date", &["2026-06-12", "ge2026-06-12", "lt2026-06-13"], &["2026-06-13", "lt2026-06-12"]),
    ("title", &["sejour", "SÉJOUR D’ÉTÉ"], &["ete", "d'ete"]),
    ("title:exact", &["Séjour d'été"], &["Sejour d'ete", "Séjour"]),
    ("title:contains", &["ETE", "d'été"], &["hiver"]),
    ("designationType", &["07", "urn:oid:1.2.250.1.213.2.2|07"], &["03", "|07"]),
    ("DesignationType", &["07"], &["03"]),
    ("designationType:not", &["03"], &["07"]),
    ("sourceId", &["urn:oid:1.2.250.1.999.3", "urn:ietf:rfc:3986|urn:oid:1.2.250.1.999.3"], &["urn:oid:1.2.3"]),
    ("SourceId", &["urn:oid:1.2.250.1.999.3"], &["urn:oid:1.2.3"]),
    ("sourceId:identifier", &["urn:ietf:rfc:3986|urn:oid:1.2.250.1.999.3"], &["x"]),
    ("sourceId.identifier", &["urn:oid:1.2.250.1.999.3"], &["x"]),
    ("source:identifier", &["urn:oid:1.2.250.1.71.4.2.1|899700218896"], &["x"]),
    ("source.identifier", &["899700218896"], &["x"]),
    ("source", &["Practitioner?identifier=urn:oid:1.2.250.1.71.4.2.1|899700218896"], &["Device/1", "Patient/p-1"]),
    ("source.family", &["lefevre"], &["helene"]),
    ("source.given", &["HELENE"], &["lefevre"]),
    ("source.name", &["lefe", "hel"], &["x"]),
    ("source.family:exact", &["Lefèvre"], &["lefevre"]),
    ("source:PractitionerRole.practitioner.name", &["lefevre", "hélène"], &["x"]),
    ("source:PractitionerRole.practitioner.family", &["lefevre"], &["helene"]),
    ("source:PractitionerRole.practitioner.given:contains", &["lene"], &["vre"]),
    ("source:Patient.given", &[], &["helene"]),
    ("source:Patient.family", &[], &["lefevre"]),
    ("authorOrg:identifier", &["urn:oid:1.2.250.1.71.4.2.2|10B0999001"], &["x"]),
    ("authorOrg.identifier", &["10B0999001"], &["x"]),
    ("authorOrg", &["Organization?identifier=urn:oid:1.2.250.1.71.4.2.2|10B0999001"], &["Organization/1"]),
    ("PDSm_authorOrg", &["Organization?identifier=urn:oid:1.2.250.1.71.4.2.2|10B0999001"], &["Organization/1"]),
    ("PDSm_List_PatientAsSource", &[], &["Patient/p-1"]),
    ("PDSm_List_PractitionerRoleAsSource:identifier", &["899700218896"], &["x"]),
    ("isArchived", &["false"], &["true"]),
    ("PDSm_isArchived", &["true,false"], &["true"]),
];

// requirement: SE-04 SE-05 SE-06 SE-07
#[test]
fn every_parameter_of_lists_finds_what_it_names_and_nothing_else() {
    let set = entry(ListKind::SubmissionSet);
    for (parameter, found, missed) in CASES {
        for value in *found {
            assert!(finds(&set, &[(parameter, value)]), "{parameter}={value}");
        }
        for value in *missed {
            assert!(!finds(&set, &[(parameter, value)]), "{parameter}={value}");
        }
    }
}

#[test]
fn every_declared_parameter_of_lists_has_its_case() {
    let tried: Vec<&str> = CASES.iter().map(|(name, ..)| *name).collect();
    let elsewhere = ["patient", "code", "status"];
    let missing: Vec<&str> = declared("List")
        .iter()
        .map(|declared| declared.name)
        .filter(|name| !tried.contains(name) && !elsewhere.contains(name))
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn submission_sets_and_folders_are_told_apart() {
    let (set, folder) = (entry(ListKind::SubmissionSet), entry(ListKind::Folder));
    let both = |code: &str| {
        let query = asked(&[("patient.identifier", INS), ("code", code), ("status", "current")], Pdsm, true).unwrap();
        (query.query.matches.accepts(&set), query.query.matches.accepts(&folder))
    };
    let http = LIST_TYPES.replace("https:", "http:");
    assert_eq!(both("submissionset"), (true, false));
    assert_eq!(both("folder"), (false, true));
    assert_eq!(both("submissionset,folder"), (true, true));
    assert_eq!(both(&format!("{LIST_TYPES}|folder")), (false, true));
    assert_eq!(both(&format!("{http}|submissionset")), (true, false));
    assert_eq!(both(&format!("{LIST_TYPES}|")), (true, true));
    assert_eq!(both("|folder"), (false, false));
    assert_eq!(both("http://x.test|folder"), (false, false));
    assert_eq!(both("other"), (false, false));
}

// requirement: SE-11
#[test]
fn patient_and_code_are_mandatory_and_the_status_where_the_rules_are_strict() {
    let all = [("patient.identifier", INS), ("code", "folder"), ("status", "current")];
    assert!(asked(&all, Pdsm, false).is_ok());
    let at = |code: &'static str, at: &str| vec![(code, at.to_owned())];
    for rules in [Pdsm, Dmp] {
        assert_eq!(refused(asked(&all[1..], rules, false)), at("DMP-0300", "patient.identifier"));
        let without_code = [all[0], all[2]];
        assert_eq!(refused(asked(&without_code, rules, false)), at("DMP-0300", "code"));
    }
    assert_eq!(refused(asked(&all[..2], Pdsm, false)), at("DMP-0301", "status"));
    let defaulted = asked(&all[..2], Dmp, false).unwrap();
    assert!(defaulted.query.matches.accepts(&entry(ListKind::Folder)));
    assert_eq!(defaulted.used.last().unwrap(), &("status".to_owned(), "current".to_owned()));
}

#[test]
fn every_list_here_is_current() {
    let folder = entry(ListKind::Folder);
    let with = |name: &str, status: &str| {
        let query = [("patient.identifier", INS), ("code", "folder"), (name, status)];
        asked(&query, Pdsm, true).map(|ask| ask.query.matches.accepts(&folder))
    };
    assert_eq!(with("status", "current"), Ok(true));
    assert_eq!(with("status", "http://hl7.org/fhir/list-status|current"), Ok(true));
    assert_eq!(with("status", "retired"), Ok(false));
    assert_eq!(with("status", "retired,current"), Ok(true));
    assert_eq!(with("status:not", "current"), Ok(false));
    assert!(with("status", "final").is_err());
}

#[test]
fn archived_lists_are_found_by_name_or_where_they_are_asked_for() {
    let archived = ListEntry { archived: true, ..entry(ListKind::SubmissionSet) };
    assert!(finds(&archived, &[("isArchived", "true")]));
    assert!(finds(&archived, &[("identifier", "urn:oid:1.2.250.1.999.4")]));
    assert!(!finds(&archived, &[]) && !finds(&archived, &[("identifier", "urn:ietf:rfc:3986|")]));
}

// requirement: SE-15
#[test]
fn the_items_of_a_list_may_come_along() {
    let with = |include: &str| ask_lists(&[("_include", include)]).map(|ask| ask.query.with_documents);
    assert!(!ask_lists(&[]).unwrap().query.with_documents);
    assert_eq!(with("List:item"), Ok(true));
    assert_eq!(with("List:item:DocumentReference"), Ok(true));
    assert!(with("List:source").is_err(), "strict");
    let lenient = [("patient.identifier", INS), ("code", "folder"), ("status", "current"), ("_include", "List:source")];
    let lenient = asked(&lenient, Pdsm, false).unwrap();
    assert_eq!((lenient.query.with_documents, lenient.warnings[0].at.as_str()), (false, "_include"));
}

#[test]
fn the_order_of_lists_is_that_of_the_keys() {
    let of = |number: u128, date: &str, title: &str| ListEntry {
        id: Uuid::from_u128(number),
        date: span(date).unwrap(),
        title: Some(title.to_owned()),
        ..entry(ListKind::Folder)
    };
    let all = [of(1, "2026-01-01", "b"), of(2, "2026-03-01", "a"), of(3, "2026-03-01", "c")];
    let order = |sort: &str| {
        let query = ask_lists(&[("_sort", sort)]).unwrap().query;
        let mut sorted: Vec<_> = all.iter().collect();
        sorted.sort_by(|one, other| query.compare(one, other));
        sorted.iter().map(|entry| entry.id.as_u128()).collect::<Vec<_>>()
    };
    assert_eq!(order("date"), [1, 2, 3]);
    assert_eq!(order("-date,-title"), [3, 2, 1]);
    assert_eq!(order("title"), [2, 1, 3]);
    assert_eq!(order("_lastUpdated"), [2, 3, 1], "where the key does not decide, newest first");
}

#[test]
fn the_criteria_of_lists_are_data() {
    let ask = ask_lists(&[("isArchived", "true")]).unwrap();
    let kinds = ListCriterion::Kind(vec![ListKind::SubmissionSet]);
    assert_eq!(ask.criteria, [kinds, ListCriterion::Current(true), ListCriterion::Archived(vec![true])]);
}
