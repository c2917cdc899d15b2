use super::*;
use crate::fhir::canon::PROVIDE_BUNDLE;

const ROUTES: &[Interaction] = &[
    Interaction { resource: None, code: "transaction" },
    Interaction { resource: Some("DocumentReference"), code: "read" },
    Interaction { resource: Some("DocumentReference"), code: "search-type" },
    Interaction { resource: Some("DocumentReference"), code: "create" },
    Interaction { resource: Some("Binary"), code: "read" },
];

fn told(rules: RuleSet, routes: &[Interaction]) -> Value {
    let about = About {
        base: "https://dmp.test/fhir",
        rules,
        version: "0.1.0",
        date: "2026-07-01T08:00:00Z".parse().unwrap(),
        formats: &["application/fhir+json"],
    };
    serde_json::from_slice(&statement(&about, routes)).unwrap()
}

// requirement: CS-05 CS-07
#[test]
fn it_tells_the_routes_and_no_more() {
    let statement = told(RuleSet::Pdsm, ROUTES);
    let rest = &statement["rest"][0];
    assert_eq!(rest["interaction"], json!([{"code": "transaction"}]));
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

// requirement: CS-04
// requirement: CS-04 CS-08
#[test]
fn it_claims_the_profiles_of_the_strict_rules_alone() {
    let of = |rules| told(rules, ROUTES)["rest"][0]["resource"][1]["supportedProfile"].clone();
    assert_eq!(of(RuleSet::Pdsm), json!([COMPREHENSIVE, SIMPLIFIED]));
    assert_eq!(of(RuleSet::Dmp), Value::Null);
    assert!(!told(RuleSet::Pdsm, ROUTES).to_string().contains(PROVIDE_BUNDLE));
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
