use proptest::prelude::*;

use super::*;
use crate::{
    fhir::{
        canon::{A03, LOINC},
        issue::{Issues, Severity},
        rules::RuleSet::{self, Dmp, Pdsm},
    },
    record::{
        document::Status,
        query::{Comparison, Criterion, DateTest, SystemAsked, Token},
    },
};

mod documents;
mod lists;
mod truth;

const INS: &str = "urn:oid:1.2.250.1.213.1.4.10|279035121518989";
const OTHER: &str = "urn:oid:1.2.250.1.213.1.4.10|269054958815780";

const BASE: &str = "https://dmp.test/fhir";
/// The id of the one Patient that is known in these tests.
const PATIENT: &str = "p-1";

/// What the tests read with.
fn with_setting<T>(rules: RuleSet, production: bool, strict: bool, read: impl FnOnce(&Setting<'_>) -> T) -> T {
    let (system, matricule) = INS.split_once('|').unwrap();
    let patient = |id: &str| (id == PATIENT).then(|| Ins::new(system, matricule).unwrap());
    read(&Setting { rules, production, strict, base: BASE, patient: &patient })
}

fn read(pairs: &[(String, String)], rules: RuleSet, production: bool, strict: bool) -> Result<SearchAsk, Issues> {
    with_setting(rules, production, strict, |setting| parse(pairs, setting))
}

fn pairs(query: &[(&str, &str)]) -> Vec<(String, String)> {
    query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn ask(query: &[(&str, &str)]) -> Result<SearchAsk, Issues> {
    let mut all = pairs(&[("patient.identifier", INS), ("status", "current")]);
    all.extend(pairs(query));
    read(&all, Pdsm, false, false)
}

/// The criteria of a search beside its status.
fn criteria(query: &[(&str, &str)]) -> Vec<Criterion> {
    ask(query).unwrap().query.criteria.into_iter().skip(1).collect()
}

fn criterion(name: &str, value: &str) -> Criterion {
    let [criterion] = criteria(&[(name, value)]).try_into().unwrap();
    criterion
}

fn refused(read: Result<SearchAsk, Issues>) -> Vec<(&'static str, String)> {
    let issues = read.map(|_| ()).unwrap_err().0;
    issues
        .into_iter()
        .filter(|issue| issue.severity == Severity::Error)
        .map(|issue| (issue.diagnosis.code, issue.at))
        .collect()
}

fn token(system: SystemAsked, code: &str) -> Token {
    Token { system, code: (!code.is_empty()).then(|| code.to_owned()) }
}

fn of(system: &str) -> SystemAsked {
    SystemAsked::Is(system.to_owned())
}

// requirement: SE-03
#[test]
fn the_patient_may_be_given_in_every_way() {
    let (_, ins) = INS.split_once('|').unwrap();
    let conditional = format!("Patient?identifier={INS}");
    let ways = [
        ("patient.identifier", INS),
        ("patient:identifier", INS),
        ("patient:Patient.identifier", INS),
        ("subject.identifier", INS),
        ("subject:identifier", INS),
        ("subject:Patient.identifier", INS),
        ("patient", &conditional),
        ("subject", &conditional),
        ("patient", PATIENT),
        ("patient", "Patient/p-1"),
        ("patient:Patient", PATIENT),
        ("patient", "https://dmp.test/fhir/Patient/p-1"),
    ];
    for (name, value) in ways {
        let asked = read(&pairs(&[(name, value), ("status", "current")]), Pdsm, false, true);
        assert_eq!(asked.unwrap().holder.matricule(), ins, "{name}");
    }
}

// requirement: SE-11
#[test]
fn a_search_without_a_valid_patient_is_refused() {
    let of =
        |name: &str, value: &str| refused(read(&pairs(&[(name, value), ("status", "current")]), Pdsm, false, false));
    let at = |code: &'static str, at: &str| vec![(code, at.to_owned())];
    assert_eq!(of("_count", "1"), at("DMP-0300", "patient.identifier"));
    assert_eq!(of("patient.identifier", ""), at("DMP-0300", "patient.identifier"));
    assert_eq!(of("patient.identifier", "279035121518989"), at("DMP-0308", "patient.identifier"));
    assert_eq!(of("patient.identifier", "urn:oid:1.2.3|279035121518989"), at("DMP-0308", "patient.identifier"));
    assert_eq!(
        of("patient.identifier", "urn:oid:1.2.250.1.213.1.4.8|279035121518989"),
        at("DMP-0308", "patient.identifier")
    );
    assert_eq!(of("patient.identifier", "urn:oid:1.2.250.1.213.1.4.10|27"), at("DMP-0309", "patient.identifier"));
    assert_eq!(
        of("patient.identifier", "urn:oid:1.2.250.1.213.1.4.10|279035121518980"),
        at("DMP-0310", "patient.identifier")
    );
    assert_eq!(of("patient", "Patient/1"), at("DMP-0307", "patient"));
    assert_eq!(of("patient", "https://elsewhere.test/fhir/Patient/p-1"), at("DMP-0307", "patient"));
    assert_eq!(of("patient", "Group/p-1"), at("DMP-0307", "patient"));
    assert_eq!(
        of("patient.name", "x"),
        vec![("DMP-0303", "patient".to_owned()), ("DMP-0300", "patient.identifier".to_owned())][..1]
    );
}

#[test]
fn a_search_is_in_one_record() {
    assert_eq!(refused(ask(&[("patient.identifier", OTHER)])), [("DMP-0306", "patient.identifier".to_owned())]);
    assert_eq!(
        refused(ask(&[("subject.identifier", &format!("{INS},{OTHER}"))])),
        [("DMP-0306", "patient.identifier".to_owned())]
    );
    assert!(ask(&[("subject.identifier", INS)]).is_ok(), "the same patient twice is one patient");
}

#[test]
fn the_status_is_mandatory_in_pdsm_and_has_defaults_in_dmp() {
    let only = pairs(&[("patient.identifier", INS)]);
    assert_eq!(refused(read(&only, Pdsm, false, false)), [("DMP-0301", "status".to_owned())]);
    let asked = read(&only, Dmp, false, false).unwrap();
    assert_eq!(asked.query.criteria, [Criterion::Status(vec![Status::Current])]);
    assert_eq!(asked.used.last().unwrap(), &("status".to_owned(), "current".to_owned()));
    let named = pairs(&[("patient.identifier", INS), ("identifier", "urn:oid:1.2.3")]);
    let asked = read(&named, Dmp, false, false).unwrap();
    assert_eq!(asked.query.criteria[1], Criterion::Status(vec![Status::Current, Status::Superseded]));
    assert_eq!(asked.used.last().unwrap().1, "current,superseded");
}

#[test]
fn statuses_are_read() {
    let status = |value: &str| read(&pairs(&[("patient.identifier", INS), ("status", value)]), Pdsm, false, false);
    let read = |value: &str| status(value).unwrap().query.criteria;
    assert_eq!(read("superseded"), [Criterion::Status(vec![Status::Superseded])]);
    assert_eq!(read("current,superseded"), [Criterion::Status(vec![Status::Current, Status::Superseded])]);
    assert_eq!(
        read("http://hl7.org/fhir/document-reference-status|current"),
        [Criterion::Status(vec![Status::Current])]
    );
    for wrong in ["final", "Current", "|current", "http://x.test|current"] {
        assert_eq!(refused(status(wrong))[0], ("DMP-0302", "status".to_owned()), "{wrong}");
    }
}

// requirement: SE-04
#[test]
fn tokens_have_four_forms() {
    let cases = [
        ("11488-4", SystemAsked::Any, "11488-4"),
        ("http://loinc.org|11488-4", of(LOINC), "11488-4"),
        ("|11488-4", SystemAsked::Absent, "11488-4"),
        ("http://loinc.org|", of(LOINC), ""),
        ("urn:oid:2.16.840.1.113883.6.1|11488-4", of(LOINC), "11488-4"),
        (r"a\|b", SystemAsked::Any, "a|b"),
        (r"a\,b", SystemAsked::Any, "a,b"),
        (r"x\|y|a\$b\\c", of("x|y"), r"a$b\c"),
    ];
    for (value, system, code) in cases {
        assert_eq!(criterion("type", value), Criterion::Type(vec![token(system, code)]), "{value}");
    }
    assert_eq!(refused(ask(&[("type", "|")])), [("DMP-0302", "type".to_owned())]);
}

// requirement: SE-04
#[test]
fn commas_are_or_and_repetition_is_and() {
    let code = |code: &str| token(of(A03), code);
    let either = criterion("category", "urn:oid:1.2.250.1.213.1.1.4.1|10,urn:oid:1.2.250.1.213.1.1.4.1|11");
    assert_eq!(either, Criterion::Category(vec![code("10"), code("11")]));
    assert_eq!(criteria(&[("type", "a"), ("type", "b")]).len(), 2);
    assert_eq!(
        criterion("type", "a,,b,"),
        Criterion::Type(vec![token(SystemAsked::Any, "a"), token(SystemAsked::Any, "b")])
    );
}

// requirement: SE-10
#[test]
fn empty_values_are_ignored() {
    assert_eq!(criteria(&[("type", ""), ("date", ""), ("_count", "")]), []);
    assert_eq!(criteria(&[("type", ",")]), []);
}

#[test]
fn every_parameter_stands_alone() {
    let date = |value: &str| DateTest { comparison: Comparison::Equal, asked: crate::fhir::date::span(value).unwrap() };
    let x = || vec![token(SystemAsked::Any, "x")];
    assert_eq!(criterion("identifier", "x"), Criterion::Identifier(x()));
    assert_eq!(criterion("type", "x"), Criterion::Type(x()));
    assert_eq!(criterion("category", "x"), Criterion::Category(x()));
    assert_eq!(criterion("security-label", "x"), Criterion::SecurityLabel(x()));
    assert_eq!(criterion("date", "2026"), Criterion::Date(vec![date("2026")]));
    assert_eq!(criterion("creation", "2026-06"), Criterion::Creation(vec![date("2026-06")]));
    assert_eq!(criterion("period", "2026-06-12"), Criterion::Period(vec![date("2026-06-12")]));
}

#[test]
fn an_identifier_keeps_its_system_as_written() {
    let asked = criterion("identifier", "urn:ietf:rfc:3986|urn:oid:1.2.3");
    assert_eq!(asked, Criterion::Identifier(vec![token(of("urn:ietf:rfc:3986"), "urn:oid:1.2.3")]));
}

// requirement: SE-05
#[test]
fn every_prefix_and_precision_of_dates_is_read() {
    let prefixes = [
        ("", Comparison::Equal),
        ("eq", Comparison::Equal),
        ("ne", Comparison::NotEqual),
        ("gt", Comparison::Greater),
        ("lt", Comparison::Less),
        ("ge", Comparison::GreaterOrEqual),
        ("le", Comparison::LessOrEqual),
        ("sa", Comparison::StartsAfter),
        ("eb", Comparison::EndsBefore),
        ("ap", Comparison::Approximately),
    ];
    for (prefix, comparison) in prefixes {
        for date in ["2026", "2026-06", "2026-06-12", "2026-06-12T10:00:00Z", "2026-06-12T10:00:00+02:00"] {
            let asked = crate::fhir::date::span(date).unwrap();
            let read = criterion("date", &format!("{prefix}{date}"));
            assert_eq!(read, Criterion::Date(vec![DateTest { comparison, asked }]), "{prefix}{date}");
        }
    }
    let unencoded = criterion("date", "ge2026-06-12T10:00:00 02:00");
    assert_eq!(unencoded, criterion("date", "ge2026-06-12T10:00:00+02:00"));
}

// requirement: SE-10
#[test]
fn malformed_dates_and_counts_are_refused_with_their_name() {
    for value in ["x", "xx2026", "ge", "2026-13", "2026-06-31", "20260612", "ge 2026"] {
        for name in ["date", "creation", "period"] {
            assert_eq!(refused(ask(&[(name, value)])), [("DMP-0302", name.to_owned())], "{name}={value}");
        }
    }
    for value in ["-1", "x", "1.5"] {
        assert_eq!(refused(ask(&[("_count", value)])), [("DMP-0302", "_count".to_owned())]);
    }
}

#[test]
fn a_page_has_fifty_entries_unless_told_and_two_hundred_at_most() {
    let size = |query: &[(&str, &str)]| ask(query).unwrap().query.page_size;
    assert_eq!(
        [size(&[]), size(&[("_count", "0")]), size(&[("_count", "7")]), size(&[("_count", "9999")])],
        [50, 0, 7, 200]
    );
}

fn is_label(token: &Token, system: &str, code: &str) -> bool {
    let of_system = match &token.system {
        SystemAsked::Any => true,
        SystemAsked::Absent => false,
        SystemAsked::Is(asked) => asked == system,
    };
    of_system && token.code.as_deref().is_none_or(|asked| asked == code)
}

#[test]
fn labels_are_found_in_every_spelling() {
    use crate::record::visibility::{Confidentiality, Labels, Origin};
    let masked = Labels { confidentiality: Confidentiality::R, masked: Some(Origin::Author), ..Labels::default() };
    let accepts = |value: &str| {
        let Criterion::SecurityLabel(tokens) = criterion("security-label", value) else { panic!("{value}") };
        masked.codes().iter().any(|label| tokens.iter().any(|token| is_label(token, label.system, label.code)))
    };
    let v3 = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
    let flags = Labels::FLAGS;
    for value in [
        "R",
        "MASQUE_PS",
        &format!("{v3}|R"),
        &format!("{flags}|R"),
        &format!("{flags}|MASQUE_PS"),
        &format!("{flags}|"),
    ] {
        assert!(accepts(value), "{value}");
    }
    for value in ["N", "INVISIBLE_PATIENT", &format!("{v3}|N"), "http://x.test|R"] {
        assert!(!accepts(value), "{value}");
    }
}

// requirement: SE-09
#[test]
fn unknown_parameters_are_ignored_with_a_warning_or_refused_when_strict() {
    let asked = ask(&[("_include", "x"), ("_format", "json"), ("_pretty", "true"), ("_cursor", "x")]).unwrap();
    assert_eq!(asked.warnings.len(), 1);
    assert_eq!((asked.warnings[0].diagnosis.code, asked.warnings[0].at.as_str()), ("DMP-0304", "_include"));
    assert_eq!(asked.used, pairs(&[("patient.identifier", INS), ("status", "current")]));
    let strict = pairs(&[("patient.identifier", INS), ("status", "current"), ("_include", "x")]);
    assert_eq!(refused(read(&strict, Pdsm, false, true)), [("DMP-0305", "_include".to_owned())]);
}

// requirement: SE-09
#[test]
fn unknown_modifiers_are_always_refused() {
    for (name, at) in [
        ("type:text", "type"),
        ("type:missing", "type"),
        ("date:missing", "date"),
        ("date:not", "date"),
        ("identifier:of-type", "identifier"),
        ("identifier:not", "identifier"),
        ("author.birthdate", "author"),
        ("author:Group.family", "author.family"),
        ("author.family:not", "author.family"),
        ("patient:Group", "patient"),
        ("patient.name", "patient"),
        ("type.x", "type"),
        ("_count:x", "_count"),
    ] {
        assert_eq!(refused(ask(&[(name, "x")])), [("DMP-0303", at.to_owned())], "{name}");
    }
}

#[test]
fn a_name_that_is_no_name_is_not_repeated() {
    let asked = ask(&[("Jeanne Dupont 279035121518989", "x")]).unwrap();
    assert_eq!(asked.warnings[0].at, "");
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(name in "\\PC{0,20}", value in "\\PC{0,60}", strict: bool) {
        let _ = read(&pairs(&[(&name, &value)]), Dmp, false, strict);
    }

    #[test]
    fn no_value_of_a_parameter_makes_the_parser_panic(index in 0..document::DOCUMENTS.len(), value in "[a-z0-9|,\\\\$:+ é.-]{0,40}") {
        let _ = ask(&[(document::DOCUMENTS[index].name, &value)]);
    }

    #[test]
    fn what_is_escaped_comes_back(code in "[a-z|,$\\\\]{1,12}") {
        let escaped: String = code.chars().flat_map(|it| if "|,$\\".contains(it) { vec!['\\', it] } else { vec![it] }).collect();
        prop_assert_eq!(criterion("type", &escaped), Criterion::Type(vec![token(SystemAsked::Any, &code)]));
    }
}
