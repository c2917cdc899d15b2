//! The self link is true: what was used, read again by the strictest reader, is the same search.

use super::*;

const NAMES: &[&str] = &[
    "_id",
    "_lastUpdated",
    "identifier",
    "type",
    "type:not",
    "category",
    "setting",
    "facility",
    "event",
    "format",
    "security-label",
    "contenttype",
    "date",
    "creation",
    "period",
    "period-start",
    "period-end",
    "author",
    "author:identifier",
    "author.family",
    "author:Practitioner.given:contains",
    "author.name:exact",
    "related",
    "related:identifier",
    "relatesto",
    "relatesTo.identifier",
    "isArchived",
    "status",
    "status:not",
    "_count",
    "_sort",
    "_total",
    "_summary",
    "_elements",
    "_include",
    "code",
    "title",
    "title:exact",
    "sourceId",
    "designationType",
    "source",
    "source.family",
    "authorOrg",
    "patient",
    "patient:identifier",
    "unknown",
    "_format",
    "type:text",
];
const VALUES: &[&str] = &[
    "",
    "x",
    "a,b",
    ",",
    r"a\,b",
    "a|b",
    "|b",
    "a|",
    r"a\|b",
    "2026",
    "ge2026-06",
    "lt2026-06-12T10:00:00Z",
    "true",
    "false",
    "current",
    "superseded,current",
    "folder",
    "submissionset",
    "0",
    "7",
    "-date,type",
    "title",
    "none",
    "count",
    "text",
    "id,status",
    "List:item",
    "Patient/p-1",
    "urn:oid:1.2.3",
    "é è",
    "DocumentReference/x",
    "0b5c6c3c-6d0f-4e0e-9d42-9d5d2c7b8a11",
    "Practitioner?identifier=a|b",
    "https://dmp.test/fhir/Encounter/1",
    INS,
];

const STARTS: &[&[(&str, &str)]] =
    &[&[], &[("patient.identifier", INS)], &[("patient", "Patient/p-1"), ("code", "folder")]];

fn question() -> impl Strategy<Value = Vec<(String, String)>> {
    let pair = (prop::sample::select(NAMES), prop::sample::select(VALUES));
    let start = prop::sample::select(STARTS);
    (start, prop::collection::vec(pair, 0..6)).prop_map(|(start, more)| pairs(&[start, more.as_slice()].concat()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    // requirement: SE-02
    #[test]
    fn a_self_link_of_documents_is_the_same_search(question in question(), strict: bool) {
        for rules in [Pdsm, Dmp] {
            if let Ok(asked) = read(&question, rules, false, strict) {
                let again = read(&asked.used, Pdsm, false, true).unwrap();
                prop_assert_eq!(again.warnings, []);
                prop_assert_eq!((again.query, again.result, again.used), (asked.query, asked.result, asked.used));
            }
        }
    }

    // requirement: SE-02
    #[test]
    fn a_self_link_of_lists_is_the_same_search(question in question(), strict: bool) {
        for rules in [Pdsm, Dmp] {
            let read = |pairs: &[(String, String)], rules, strict| with_setting(rules, false, strict, |setting| list::parse(pairs, setting));
            if let Ok(asked) = read(&question, rules, strict) {
                let again = read(&asked.used, Pdsm, true).unwrap();
                prop_assert_eq!(again.warnings, []);
                prop_assert_eq!((again.criteria, again.result, again.used), (asked.criteria, asked.result, asked.used));
                let whole = |query: &crate::record::list::ListQuery| (query.sort.clone(), query.with_documents, query.page_size);
                prop_assert_eq!(whole(&again.query), whole(&asked.query));
            }
        }
    }

    #[test]
    fn no_text_makes_the_reader_of_lists_panic(name in "\\PC{0,20}", value in "\\PC{0,60}", strict: bool) {
        let _ = with_setting(Dmp, false, strict, |setting| list::parse(&pairs(&[(&name, &value)]), setting));
    }

    #[test]
    fn a_name_of_any_form_is_taken_apart(name in "[A-Za-z:._-]{0,30}") {
        let taken = name::Name::of(&name);
        prop_assert_eq!(taken.path.split('.').count(), name.split('.').count());
    }
}

/// What the CapabilityStatements of ANS (PDSm 3.1.1) and IHE (MHD 4.2.3, Document Responder) declare, as far as it can stand in an
/// address.
const PROMISED: [(&str, &[&str]); 2] = [
    (
        "DocumentReference",
        &[
            "type",
            "setting",
            "identifier",
            "creation",
            "security-label",
            "status",
            "PDSm_isArchived",
            "PDSm_DocumentReference_period-start",
            "PDSm_DocumentReference_period-end",
            "format",
            "category",
            "relatesto",
            "event",
            "period",
            "_id",
            "_lastupdated",
            "author.given",
            "author.family",
            "date",
            "facility",
            "patient",
            "patient.identifier",
            "related",
        ],
    ),
    (
        "List",
        &[
            "date",
            "DesignationType",
            "identifier",
            "status",
            "PDSm_isArchived",
            "title",
            "SourceId",
            "source",
            "PDSm_authorOrg",
            "code",
            "PDSm_List_PatientAsSource",
            "patient",
            "PDSm_List_PractitionerRoleAsSource",
            "_id",
            "_lastupdated",
            "patient.identifier",
            "source.given",
            "source.family",
            "designationType",
            "sourceId",
        ],
    ),
];

// requirement: CS-06
#[test]
fn every_parameter_that_the_guides_declare_is_served_under_their_name() {
    for (kind, names) in PROMISED {
        for name in names {
            let is_known = match kind {
                "List" => matches!(parameter::find(list::LISTS, name), parameter::Found::Known(..)),
                _ => matches!(parameter::find(document::DOCUMENTS, name), parameter::Found::Known(..)),
            };
            assert!(is_known, "{kind} {name}");
        }
    }
}

#[test]
fn no_two_parameters_of_a_resource_have_one_name() {
    fn names<R>(table: &[Parameter<R>]) -> Vec<&'static str> {
        table
            .iter()
            .flat_map(|parameter| std::iter::once(parameter.name).chain(parameter.aliases.iter().copied()))
            .collect()
    }
    for names in [names(document::DOCUMENTS), names(list::LISTS)] {
        let different: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(different.len(), names.len());
    }
}
