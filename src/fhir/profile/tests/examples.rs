//! The official examples, each by the profiles that it claims: what the guides' own validator accepts is accepted; what is refused
//! is refused for reasons that stand here. The published validations found the same, beside displays and terminology.

use std::collections::BTreeMap;

use super::*;
use crate::fhir::{issue::Severity, rules::RuleSet};

type Errors = Vec<(&'static str, String)>;

/// Official examples that break the profile that they claim, each with its errors.
const REFUSED: &[(&str, &[(&str, &str)])] = &[
    // Nine errors in the published validation: nothing is contained but what nobody refers to.
    (
        "pdsm/DocumentReference-exemple-pdsm-documentreference.json",
        &[
            ("DMP-0614", "DocumentReference.authenticator"),
            ("DMP-0614", "DocumentReference.author[0]"),
            ("DMP-0614", "DocumentReference.context.sourcePatientInfo"),
            ("DMP-0618", "DocumentReference"),
            ("DMP-0618", "DocumentReference"),
        ],
    ),
    // The uniqueId is no OID, and what is contained has versions (dom-4).
    ("pdsm/List-ExampleSubmissionSet.json", &[("DMP-0618", "List"), ("DMP-0618", "List.identifier[0].value")]),
    // Made for PDSm 3.1.0: no custodian, no use on the uniqueId (MHD 4.2.3), a Practitioner as source, code systems of other guides.
    ("pdsm4dmp/Bundle-example-td2-1-remplacement.json", SUBMISSION),
    ("pdsm4dmp/Bundle-example-td2-iti65-lot-soumission.json", SUBMISSION),
    ("pdsm4dmp/DocumentReference-doc-x-id.json", DOCUMENT),
    ("pdsm4dmp/DocumentReference-example-annexe-docref-cda.json", DOCUMENT),
    ("pdsm4dmp/DocumentReference-example-annexe-docref-fhir.json", DOCUMENT),
    ("pdsm4dmp/DocumentReference-example-td3-1a-cr-consultation.json", DOCUMENT),
    ("pdsm4dmp/DocumentReference-example-td3-1a-fhir-document.json", DOCUMENT),
    ("pdsm4dmp/DocumentReference-example-td3-1a-ordonnance.json", DOCUMENT),
    (
        "pdsm4dmp/DocumentReference-example-td2-iti105-publication-simplifiee.json",
        &[("DMP-0602", "DocumentReference.custodian")],
    ),
];

const SUBMISSION: &[(&str, &str)] = &[
    ("DMP-0602", "Bundle.entry[1].resource.custodian"),
    ("DMP-0602", "Bundle.entry[1].resource.masterIdentifier.use"),
    ("DMP-0616", "Bundle.entry[0].resource.source"),
    ("DMP-0619", "Bundle.entry[0].resource.extension[0]"),
    ("DMP-0619", "Bundle.entry[1].resource.context.facilityType"),
    ("DMP-0619", "Bundle.entry[1].resource.context.practiceSetting"),
];

const DOCUMENT: &[(&str, &str)] = &[
    ("DMP-0602", "DocumentReference.custodian"),
    ("DMP-0602", "DocumentReference.masterIdentifier.use"),
    ("DMP-0619", "DocumentReference.context.facilityType"),
    ("DMP-0619", "DocumentReference.context.practiceSetting"),
];

/// Every example with each profile that it claims and that is installed.
pub(super) fn all(library: &Library) -> Vec<(String, String, Value)> {
    let folders = fs::read_dir(shared("examples")).unwrap().map(|it| it.unwrap().path());
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()));
    let mut all = Vec::new();
    for path in files.filter(|path| path.extension().is_some_and(|end| end == "json")) {
        let name = path.strip_prefix(shared("examples")).unwrap().to_string_lossy().into_owned();
        let tree = example(&name);
        let claimed = tree.pointer("/meta/profile").and_then(Value::as_array).into_iter().flatten();
        let known: Vec<String> = claimed.filter_map(Value::as_str).map(str::to_owned).collect();
        all.extend(known.into_iter().filter(|it| library.knows(it)).map(|it| (name.clone(), it, tree.clone())));
    }
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

fn errors(issues: Vec<Issue>) -> Errors {
    let errors = issues.into_iter().filter(|issue| issue.severity == Severity::Error);
    let mut errors: Errors = errors.map(|issue| (issue.diagnosis.code, issue.at)).collect();
    errors.sort();
    errors
}

// requirement: PF-02
#[test]
fn the_official_examples_are_accepted_but_for_those_whose_faults_are_known() {
    let Some(library) = installed() else { return };
    let mut refused = BTreeMap::new();
    let all = all(library);
    for (name, profile, tree) in &all {
        let errors = errors(library.check(profile, tree));
        if !errors.is_empty() {
            refused.insert(name.as_str(), errors);
        }
    }
    let expected: BTreeMap<&str, Errors> = REFUSED
        .iter()
        .map(|(name, errors)| (*name, errors.iter().map(|(code, at)| (*code, (*at).to_owned())).collect()))
        .collect();
    assert_eq!(refused, expected);
    assert_eq!(all.len() - refused.len(), 28, "so many are accepted");
}

// requirement: PF-05
#[test]
fn what_the_dmp_tolerates_of_its_own_examples_is_a_warning() {
    let Some(library) = installed() else { return };
    for (name, profile, tree) in all(library).iter().filter(|(name, ..)| name.starts_with("pdsm4dmp/")) {
        let within = Within { at: place::kind(tree).unwrap(), bundle: None };
        let found = library.find(profile, tree, &within);
        assert!(!found.is_empty(), "{name}");
        assert_eq!(errors(judge(found.clone(), RuleSet::Dmp)), [], "{name}");
        assert_eq!(errors(judge(found, RuleSet::Pdsm)), errors(library.check(profile, tree)), "{name}");
    }
}

// requirement: PF-05
#[test]
fn what_is_wrong_under_both_rule_sets_stays_an_error() {
    let Some(library) = installed() else { return };
    let mut tree = example("pdsm4dmp/Bundle-example-td2-iti65-lot-soumission.json");
    tree["entry"][1]["resource"]["docStatus"] = "final".into();
    for contained in tree["entry"][0]["resource"]["contained"].as_array_mut().unwrap() {
        contained["resourceType"] = "Organization".into();
    }
    let profile = crate::fhir::canon::PROVIDE_BUNDLE;
    let found = library.find(profile, &tree, &Within { at: "Bundle", bundle: None });
    let codes: Vec<&str> = errors(judge(found, RuleSet::Dmp)).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["DMP-0604", "DMP-0616"]);
}

// requirement: PF-04
#[test]
fn our_own_profiles_find_in_the_examples_what_pdsm_finds() {
    let Some(library) = installed() else { return };
    let own = Library::load(&[], OWN).unwrap();
    let mut tried = 0;
    for (name, profile, tree) in all(library).iter().filter(|(_, profile, _)| own.knows(profile)) {
        assert_eq!(errors(own.check(profile, tree)), errors(library.check(profile, tree)), "{name}");
        tried += 1;
    }
    assert_eq!(tried, 14);
}
