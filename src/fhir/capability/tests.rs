use super::*;
use crate::fhir::{
    canon::{COMPREHENSIVE, FOLDER, PROVIDE_BUNDLE, SIMPLIFIED, SUBMISSION_SET},
    search,
};

const fn on(resource: &'static str, code: &'static str) -> Interaction {
    Interaction { resource: Some(resource), code }
}

const fn whole(code: &'static str) -> Interaction {
    Interaction { resource: None, code }
}

const ROUTES: &[Interaction] = &[
    whole("transaction"),
    on("DocumentReference", "read"),
    on("DocumentReference", "search-type"),
    on("DocumentReference", "create"),
    on("Binary", "read"),
];

fn told(rules: RuleSet, routes: &[Interaction]) -> Value {
    told_with(rules, routes, &[])
}

fn told_with(rules: RuleSet, interactions: &[Interaction], operations: &[Operation]) -> Value {
    let about = About {
        base: "https://dmp.test/fhir",
        rules,
        version: "0.1.0",
        date: "2026-07-01T08:00:00Z".parse().unwrap(),
        formats: &["application/fhir+json"],
        patch_formats: &["application/json-patch+json"],
    };
    serde_json::from_slice(&statement(&about, &Served { interactions, operations })).unwrap()
}

fn resource<'a>(statement: &'a Value, kind: &str) -> &'a Value {
    statement["rest"][0]["resource"].as_array().unwrap().iter().find(|it| it["type"] == kind).unwrap()
}

// requirement: CS-05 CS-07
#[test]
fn it_tells_the_routes_and_no_more() {
    let statement = told(RuleSet::Pdsm, ROUTES);
    let rest = &statement["rest"][0];
    assert_eq!(rest["interaction"][0]["code"], "transaction");
    assert_eq!(rest["interaction"].as_array().unwrap().len(), 1);
    let kinds: Vec<_> = rest["resource"].as_array().unwrap().iter().map(|it| it["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["Binary", "DocumentReference"]);
    assert_eq!(rest["resource"][1]["interaction"].as_array().unwrap().len(), 3);
    assert_eq!(statement["kind"], "instance");
    assert_eq!(statement["fhirVersion"], "4.0.1");
}

// requirement: CS-06
#[test]
fn it_tells_the_parameters_that_are_implemented() {
    let statement = told(RuleSet::Pdsm, ROUTES);
    let declared = statement["rest"][0]["resource"][1]["searchParam"].as_array().unwrap();
    let names: Vec<_> = declared.iter().map(|it| it["name"].as_str().unwrap()).collect();
    let all: Vec<_> = search::declared("DocumentReference").iter().map(|it| it.name).collect();
    assert_eq!(names, all);
    for name in ["patient", "status", "identifier", "author", "author.family", "relatesto", "period-start", "_id"] {
        assert!(names.contains(&name), "{name}");
    }
    assert!(!names.contains(&"_count"), "what shapes the answer selects nothing");
    let without = told(RuleSet::Pdsm, &ROUTES[..2]);
    assert_eq!(without["rest"][0]["resource"][0].get("searchParam"), None);
}

// requirement: CS-08
#[test]
fn it_claims_the_profiles_of_the_strict_rules_alone() {
    let of = |rules| told(rules, ROUTES)["rest"][0]["resource"][1]["supportedProfile"].clone();
    assert_eq!(of(RuleSet::Pdsm), json!([COMPREHENSIVE, SIMPLIFIED]));
    assert_eq!(of(RuleSet::Dmp), Value::Null);
    let transaction = told(RuleSet::Pdsm, ROUTES)["rest"][0]["interaction"][0].clone();
    assert!(transaction["documentation"].as_str().unwrap().contains(PROVIDE_BUNDLE));
}

// requirement: CS-06
#[test]
fn it_tells_the_search_of_lists_where_there_is_one() {
    let routes = [
        Interaction { resource: None, code: "transaction" },
        Interaction { resource: Some("List"), code: "read" },
        Interaction { resource: Some("List"), code: "search-type" },
    ];
    let statement = told(RuleSet::Pdsm, &routes);
    let list = &statement["rest"][0]["resource"][0];
    assert_eq!(list["searchInclude"], json!(search::includes("List")));
    assert_eq!(list["supportedProfile"], json!([SUBMISSION_SET, FOLDER]));
    let declared = list["searchParam"].as_array().unwrap();
    let of = |name: &str| declared.iter().find(|it| it["name"] == name).unwrap();
    assert_eq!(of("sourceId")["definition"], "https://profiles.ihe.net/ITI/MHD/SearchParameter/List-SourceId");
    assert_eq!((of("source.family").get("definition"), &of("source.family")["type"]), (None, &json!("string")));
    let unsearched = told(RuleSet::Pdsm, &routes[..2]);
    assert_eq!(unsearched["rest"][0]["resource"][0].get("searchParam"), None);
}

/// All that the three statements ask for.
const FULL: &[Interaction] = &[
    whole("transaction"),
    whole("search-system"),
    on("DocumentReference", "read"),
    on("DocumentReference", "search-type"),
    on("DocumentReference", "patch"),
    on("List", "read"),
    on("List", "search-type"),
    on("Binary", "read"),
];

// requirement: CS-04
#[test]
fn a_statement_of_others_is_claimed_only_where_all_of_it_is_served() {
    let claims = |rules, routes: &[Interaction]| told(rules, routes)["instantiates"].clone();
    let all = json!([claim::PDSM_SERVER, claim::MHD_RECIPIENT, claim::MHD_RESPONDER]);
    assert_eq!(claims(RuleSet::Pdsm, FULL), all);
    assert_eq!(claims(RuleSet::Dmp, FULL), json!([claim::MHD_RESPONDER]), "it takes what the others refuse");
    for missing in FULL {
        let rest: Vec<Interaction> = FULL.iter().filter(|it| *it != missing).copied().collect();
        assert_ne!(claims(RuleSet::Pdsm, &rest), all, "{missing:?}");
    }
    assert_eq!(claims(RuleSet::Pdsm, &FULL[6..]), Value::Null);
    assert_eq!(told(RuleSet::Dmp, FULL).get("implementationGuide"), None);
}

// requirement: CS-03 CS-08
#[test]
fn patches_versions_and_conditions_are_told_where_there_are_any() {
    let statement = told(RuleSet::Pdsm, ROUTES);
    assert_eq!(statement.get("patchFormat"), None);
    let documents = resource(&statement, "DocumentReference");
    assert_eq!((&documents["versioning"], &documents["readHistory"]), (&json!("no-version"), &json!(false)));
    assert_eq!(documents["conditionalCreate"], false);
    assert_eq!(documents.get("conditionalUpdate"), None);
    let patched = ["read", "vread", "patch", "history-instance"].map(|code| on("DocumentReference", code));
    let statement = told(RuleSet::Pdsm, &patched);
    assert_eq!(statement["patchFormat"], json!(["application/json-patch+json"]));
    let documents = resource(&statement, "DocumentReference");
    assert_eq!((&documents["versioning"], &documents["readHistory"]), (&json!("versioned-update"), &json!(true)));
    assert_eq!(
        (&documents["conditionalUpdate"], &documents["conditionalRead"]),
        (&json!(true), &json!("full-support"))
    );
    let deeds = told(RuleSet::Pdsm, &[on("Consent", "create"), on("Consent", "update"), on("Consent", "vread")]);
    let deeds = resource(&deeds, "Consent");
    for flag in ["conditionalUpdate", "conditionalCreate", "updateCreate"] {
        assert_eq!(deeds[flag], false, "{flag}");
    }
    assert_eq!(deeds["conditionalDelete"], "not-supported");
    assert_eq!(deeds["supportedProfile"].as_array().unwrap().len(), 9);
}

// requirement: CS-07
#[test]
fn operations_are_told_with_their_definitions_also_of_types_that_have_nothing_else() {
    let validate = Operation { resource: "Bundle", name: "validate", definition: "https://test/validate" };
    let statement = told_with(RuleSet::Pdsm, ROUTES, &[validate]);
    let bundle = resource(&statement, "Bundle");
    assert_eq!(bundle["operation"], json!([{"name": "validate", "definition": "https://test/validate"}]));
    assert_eq!(bundle.get("interaction"), None);
    assert_eq!(resource(&statement, "Binary").get("operation"), None);
}
