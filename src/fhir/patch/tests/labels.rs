//! The labels as a set (pdsm-dmp 6.6).

use super::*;

fn all_labels() -> Vec<Labels> {
    let mut all = Vec::new();
    for confidentiality in [Confidentiality::N, Confidentiality::R, Confidentiality::V] {
        for flags in 0..8 {
            let flag = |bit: u8| (flags & bit != 0).then_some(Origin::Holder);
            all.push(Labels {
                confidentiality,
                masked: flag(1),
                hidden_from_patient: flag(2),
                hidden_from_representatives: flag(4),
            });
        }
    }
    all
}

const fn letter(base: Confidentiality) -> &'static str {
    match base {
        Confidentiality::N => "N",
        Confidentiality::R => "R",
        Confidentiality::V => "V",
    }
}

fn set(masked: bool, hidden: bool, represented: bool, base: Confidentiality) -> String {
    let flags = [(masked, 'M'), (hidden, 'P'), (represented, 'L')];
    let flags: String = flags.iter().filter(|(set, _)| *set).map(|(_, letter)| *letter).collect();
    format!("{flags}{}", letter(base))
}

fn before(labels: &Labels) -> String {
    set(
        labels.masked.is_some(),
        labels.hidden_from_patient.is_some(),
        labels.hidden_from_representatives.is_some(),
        labels.confidentiality,
    )
}

fn after(revision: &Revision) -> String {
    let labels = set(
        revision.masked,
        revision.hidden_from_patient,
        revision.hidden_from_representatives,
        revision.confidentiality,
    );
    format!("{labels}{}", if revision.added_rather_than_exchanged { "+" } else { "" })
}

fn published(code: &str) -> Value {
    // The pages of TD3.3a and b, which write N with HL7's own code system.
    let system = if code == "N" { "http://terminology.hl7.org/CodeSystem/v3-Confidentiality" } else { A07 };
    json!([{"op": "replace", "path": "/securityLabel/0",
            "value": {"coding": [{"system": system, "code": code, "display": "d"}]}}])
}

/// M masked, P hidden from the patient, L from the representatives; `+` where a flag was added rather than exchanged.
/// Columns: labels, mask, unmask, hide, show.
const GOLDEN: &str = "\
N MN N PN N
MN MN N MPN+ N
PN MPN+ N PN N
MPN MPN PN MPN+ PN
LN MLN+ N PLN+ N
MLN MLN LN MPLN+ LN
PLN MPLN+ LN PLN LN
MPLN MPLN PLN MPLN+ PLN
R MR N PR N
MR MR R MPR+ R
PR MPR+ R PR R
MPR MPR PR MPR+ PR
LR MLR+ R PLR+ R
MLR MLR LR MPLR+ LR
PLR MPLR+ LR PLR LR
MPLR MPLR PLR MPLR+ PLR
V MV N PV N
MV MV V MPV+ V
PV MPV+ V PV V
MPV MPV PV MPV+ PV
LV MLV+ V PLV+ V
MLV MLV LV MPLV+ LV
PLV MPLV+ LV PLV LV
MPLV MPLV PLV MPLV+ PLV
";

// requirement: PATCH-01
#[test]
fn the_published_patches_mean_what_the_table_says() {
    let patches = ["MASQUE_PS", "N", "INVISIBLE_PATIENT", "N"].map(published);
    let table: String = all_labels()
        .iter()
        .map(|labels| {
            let results = patches.each_ref().map(|patch| after(&patched(&entry(*labels), patch)));
            format!("{} {}\n", before(labels), results.join(" "))
        })
        .collect();
    assert_eq!(table, GOLDEN);
}

#[test]
fn an_explicit_test_and_removal_lifts_the_flag_that_it_names() {
    let both = Labels { hidden_from_patient: Some(Origin::Author), ..masked() };
    let remove = json!([
        {"op": "test", "path": "/securityLabel/1/coding/0/code", "value": "INVISIBLE_PATIENT"},
        {"op": "remove", "path": "/securityLabel/1"}
    ]);
    assert_eq!(after(&patched(&entry(both), &remove)), "MN");
    assert_eq!(refused(&plain(), &remove), Unpatched::NoSuchPlace);
    let other = Labels { hidden_from_patient: None, hidden_from_representatives: Some(Origin::Holder), ..both };
    assert_eq!(refused(&entry(other), &remove), Unpatched::TestFailed);
}

#[test]
fn labels_are_added_once_and_leave_the_base() {
    let add = |code: &str| json!([{"op": "add", "path": "/securityLabel/-", "value": concept(code)}]);
    assert_eq!(after(&patched(&plain(), &add("MASQUE_PS"))), "MN");
    assert_eq!(after(&patched(&entry(masked()), &add("MASQUE_PS"))), "MN");
    assert_eq!(after(&patched(&entry(masked()), &add("N"))), "MN");
    assert_eq!(refused(&plain(), &add("R")), Unpatched::WrongLabels);
}

#[test]
fn removing_all_labels_leaves_the_base() {
    let restricted = Labels { confidentiality: Confidentiality::R, ..masked() };
    let remove = json!([{"op": "remove", "path": "/securityLabel"}]);
    assert_eq!(after(&patched(&entry(restricted), &remove)), "R");
}

#[test]
fn a_whole_list_with_a_base_is_the_set_and_without_one_it_adds() {
    let replace = |codes: &[&str]| {
        let labels: Vec<Value> = codes.iter().map(|code| concept(code)).collect();
        json!([{"op": "replace", "path": "/securityLabel", "value": labels}])
    };
    assert_eq!(after(&patched(&entry(masked()), &replace(&["N"]))), "N");
    assert_eq!(after(&patched(&entry(masked()), &replace(&["INVISIBLE_PATIENT", "V"]))), "PV");
    assert_eq!(after(&patched(&entry(masked()), &replace(&["INVISIBLE_PATIENT"]))), "MPN+");
    assert_eq!(refused(&entry(masked()), &replace(&["N", "R"])), Unpatched::WrongLabels);
}

#[test]
fn a_flag_is_not_exchanged_by_its_parts_either() {
    let code = json!([{"op": "replace", "path": "/securityLabel/0/coding/0/code", "value": "INVISIBLE_PATIENT"}]);
    assert_eq!(after(&patched(&entry(masked()), &code)), "MPN+");
    let coding =
        json!([{"op": "add", "path": "/securityLabel/0/coding", "value": concept("INVISIBLE_PATIENT")["coding"]}]);
    assert_eq!(after(&patched(&entry(masked()), &coding)), "MPN+");
    let by_way_of_nothing = json!([
        {"op": "replace", "path": "/securityLabel/0/coding/0/system", "value": "urn:nobody"},
        {"op": "replace", "path": "/securityLabel/0/coding/0/code", "value": "INVISIBLE_PATIENT"},
        {"op": "replace", "path": "/securityLabel/0/coding/0/system", "value": A07}
    ]);
    assert_eq!(after(&patched(&entry(masked()), &by_way_of_nothing)), "MPN+");
}

#[test]
fn the_base_is_exchanged_in_its_own_place() {
    let replace = json!([{"op": "replace", "path": "/securityLabel/1", "value": concept("V")}]);
    assert_eq!(after(&patched(&entry(masked()), &replace)), "MV");
    let beside = json!([{"op": "replace", "path": "/securityLabel/0", "value": concept("R")}]);
    assert_eq!(after(&patched(&entry(masked()), &beside)), "R", "the stricter base stands where a flag became one");
}

#[test]
fn what_is_no_label_is_no_value() {
    for value in [
        json!({"coding": [{"system": A07, "code": "SECRET"}]}),
        json!({"coding": [{"system": "urn:nobody", "code": "N"}]}),
        json!({"coding": [{"system": A07}]}),
        json!({"coding": []}),
        json!({"text": "N"}),
        json!("secret"),
        json!(null),
        json!([concept("N")]),
    ] {
        let patch = json!([{"op": "add", "path": "/securityLabel/-", "value": value}]);
        assert_eq!(refused(&plain(), &patch), Unpatched::WrongValue, "{patch}");
    }
    let text = json!([{"op": "replace", "path": "/securityLabel", "value": {"coding": []}}]);
    assert_eq!(refused(&plain(), &text), Unpatched::WrongValue);
}

#[test]
fn every_spelling_of_a_label_is_the_one_that_is_printed() {
    for (system, code, labels) in [
        ("urn:oid:1.2.250.1.213.1.1.4.13", "INVISIBLE_REP_LEGAUX", "LN"),
        ("urn:oid:2.16.840.1.113883.5.25", "N", "N"),
        (A08, "MASQUE_PS", "MN"),
    ] {
        let value = json!({"coding": [{"system": system, "code": code}]});
        let patch = json!([{"op": "add", "path": "/securityLabel/0", "value": value}]);
        assert_eq!(after(&patched(&plain(), &patch)), labels);
    }
    let strict = json(published("N").to_string().as_bytes(), RuleSet::Pdsm).unwrap();
    assert_eq!(codes(&strict.warnings), ["DMP-0239"]);
}
