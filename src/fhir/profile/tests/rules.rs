//! Each kind of rule, in profiles of a few elements.

use serde_json::json;

use super::*;
use crate::fhir::issue::Severity;

/// A library of one profile of that type, with those elements, and of the other definitions.
fn library(kind: &str, elements: &Value, others: &[Value]) -> Library {
    let definition = json!({
        "resourceType": "StructureDefinition", "url": "https://test/profile", "type": kind, "fhirVersion": "4.0.1",
        "snapshot": {"element": elements},
    });
    let mut loader = Loader::default();
    for (number, it) in [&definition].into_iter().chain(others).enumerate() {
        let artefact = package::artefact(Path::new("test"), "file", it.to_string().as_bytes()).unwrap().unwrap();
        loader.take(Path::new("test"), Found { artefact, file: number.to_string() }).unwrap();
    }
    loader.finish(&[]).unwrap()
}

fn element(path: &str, min: usize, max: &str, more: Value) -> Value {
    let mut element = json!({"path": path, "id": path, "min": min, "max": max});
    element.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    element
}

fn found(library: &Library, resource: &Value) -> Vec<(&'static str, String)> {
    let issues = library.check("https://test/profile|1.0", resource);
    issues.into_iter().map(|issue| (issue.diagnosis.code, issue.at)).collect()
}

fn at(code: &'static str, place: &str) -> (&'static str, String) {
    (code, place.to_owned())
}

#[test]
fn what_is_forbidden_or_stands_too_often_is_found() {
    let library = library(
        "List",
        &json!([
            element("List", 0, "*", json!({})),
            element("List.note", 0, "1", json!({})),
            element("List.orderedBy", 0, "0", json!({})),
        ]),
        &[],
    );
    let list = json!({"resourceType": "List", "note": [{"text": "1"}, {"text": "2"}], "orderedBy": {"text": "x"}});
    assert_eq!(found(&library, &list), [at("DMP-0603", "List.note"), at("DMP-0604", "List.orderedBy")]);
}

#[test]
fn a_choice_has_one_of_its_types() {
    let library = library(
        "Extension",
        &json!([
            element("Extension", 0, "*", json!({})),
            element("Extension.value[x]", 1, "1", json!({"type": [{"code": "string"}, {"code": "CodeableConcept"}]})),
        ]),
        &[],
    );
    assert_eq!(found(&library, &json!({"valueString": "x"})), []);
    assert_eq!(found(&library, &json!({"valueCodeableConcept": {"text": "x"}})), []);
    assert_eq!(found(&library, &json!({"_valueString": {"id": "x"}})), []);
    assert_eq!(found(&library, &json!({"valueBoolean": true})), [at("DMP-0605", "Resource.valueBoolean")]);
    assert_eq!(found(&library, &json!({"url": "x"})), [at("DMP-0602", "Resource.value")]);
}

#[test]
fn a_pattern_asks_for_part_of_a_value_and_a_fixed_value_for_all_of_it() {
    let coding = json!({"system": "s", "code": "c"});
    let library = library(
        "List",
        &json!([
            element("List", 0, "*", json!({})),
            element("List.code", 0, "1", json!({"patternCodeableConcept": {"coding": [coding]}})),
            element("List.orderedBy", 0, "1", json!({"fixedCodeableConcept": {"coding": [coding]}})),
        ]),
        &[],
    );
    let other = json!({"system": "s", "code": "d"});
    let more = json!({"coding": [other, {"system": "s", "code": "c", "display": "C"}], "text": "C"});
    assert_eq!(
        found(&library, &json!({"resourceType": "List", "code": more, "orderedBy": more})),
        [at("DMP-0606", "List.orderedBy")]
    );
    let less = json!({"coding": [other]});
    assert_eq!(found(&library, &json!({"resourceType": "List", "code": less})), [at("DMP-0607", "List.code")]);
}

#[test]
fn a_required_code_is_an_error_and_an_extensible_one_a_warning() {
    let set = json!({"resourceType": "ValueSet", "url": "https://test/set", "compose": {"include": [{"system": "https://test/system"}]}});
    let system = json!({"resourceType": "CodeSystem", "url": "https://test/system", "content": "complete",
        "concept": [{"code": "a", "concept": [{"code": "b"}]}]});
    let unknown = json!({"resourceType": "ValueSet", "url": "https://test/unknown",
        "compose": {"include": [{"system": "https://test/system", "filter": [{}]}]}});
    let bound = |strength: &str, set: &str| json!({"binding": {"strength": strength, "valueSet": format!("https://test/{set}|2")}});
    let library = library(
        "List",
        &json!([
            element("List", 0, "*", json!({})),
            element("List.status", 0, "1", bound("required", "set")),
            element("List.code", 0, "1", bound("required", "set")),
            element("List.orderedBy", 0, "1", bound("extensible", "set")),
            element("List.mode", 0, "1", bound("required", "unknown")),
        ]),
        &[set, system, unknown],
    );
    let concept = |system: &str, code: &str| json!({"coding": [{"system": system, "code": code}]});
    let right = concept("https://test/system", "b");
    let list = json!({"resourceType": "List", "status": "a", "mode": "z", "code": right, "orderedBy": right});
    assert_eq!(found(&library, &list), []);
    let wrong = concept("https://test/other", "b");
    let list = json!({"resourceType": "List", "status": "c", "code": wrong, "orderedBy": wrong});
    let issues = library.check("https://test/profile", &list);
    let graves: Vec<_> = issues.iter().map(|it| (it.diagnosis.code, it.severity)).collect();
    assert_eq!(graves, [("DMP-0608", Severity::Error), ("DMP-0608", Severity::Error), ("DMP-0609", Severity::Warning)]);
    assert!(!format!("{issues:?}").contains("test/other"), "no datum of the input is told");
}

fn sliced(rules: &str, discriminator: Value, first: Value, second: Value) -> Library {
    let slice = |name: &str, more: Value| {
        let mut slice = element("List.identifier", 0, "1", more);
        slice["id"] = json!(format!("List.identifier:{name}"));
        slice["sliceName"] = json!(name);
        slice
    };
    let elements = json!([
        element("List", 0, "*", json!({})),
        element(
            "List.identifier",
            0,
            "*",
            json!({"slicing": {"discriminator": [discriminator], "rules": rules, "ordered": rules == "ordered"}})
        ),
        slice("first", json!({})),
        first,
        slice("second", json!({})),
        second,
    ]);
    let text = elements.to_string().replace("\"rules\":\"ordered\"", "\"rules\":\"open\"");
    library("List", &serde_json::from_str(&text).unwrap(), &[])
}

fn identifiers(values: Value) -> Value {
    json!({"resourceType": "List", "identifier": values})
}

#[test]
fn slices_may_be_closed_or_end_the_list_or_be_ordered() {
    let by = |rules: &str| {
        let fixed = |name: &str| element("List.identifier.use", 1, "1", json!({"patternCode": name}));
        sliced(rules, json!({"type": "value", "path": "use"}), fixed("usual"), fixed("official"))
    };
    let one = |name: &str| json!({"use": name});
    let other_first = identifiers(json!([one("old"), one("usual")]));
    assert_eq!(found(&by("open"), &other_first), []);
    assert_eq!(found(&by("openAtEnd"), &other_first), [at("DMP-0613", "List.identifier[1]")]);
    assert_eq!(found(&by("closed"), &other_first), [at("DMP-0610", "List.identifier[0]")]);
    let reversed = identifiers(json!([one("official"), one("usual")]));
    assert_eq!(found(&by("open"), &reversed), []);
    assert_eq!(found(&by("ordered"), &reversed), [at("DMP-0613", "List.identifier[1]")]);
    let twice = identifiers(json!([one("usual"), one("usual")]));
    assert_eq!(found(&by("open"), &twice), [at("DMP-0612", "List.identifier")]);
}

#[test]
fn slices_may_be_told_apart_by_what_is_there() {
    let library = sliced(
        "closed",
        json!({"type": "exists", "path": "period"}),
        element("List.identifier.period", 1, "1", json!({})),
        element("List.identifier.period", 0, "0", json!({})),
    );
    let (with, without) = (json!({"period": {"start": "2026"}}), json!({"value": "1"}));
    assert_eq!(found(&library, &identifiers(json!([with, without]))), []);
    assert_eq!(found(&library, &identifiers(json!([with, with]))), [at("DMP-0612", "List.identifier")]);
}

#[test]
fn a_reference_must_be_contained_and_lead_to_the_right_type() {
    let target = |kind: &str| format!("http://hl7.org/fhir/StructureDefinition/{kind}");
    let french = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient|2.1.0";
    let library = library(
        "List",
        &json!([
            element("List", 0, "*", json!({})),
            element("List.subject", 0, "1", json!({"type": [{"code": "Reference", "targetProfile": [french]}]})),
            element(
                "List.source",
                0,
                "1",
                json!({"type": [
            {"code": "Reference", "targetProfile": [target("Device")], "aggregation": ["contained"]}]})
            ),
        ]),
        &[],
    );
    let of = |member: &str, reference: Value| {
        let contained = json!([{"resourceType": "Device", "id": "d"}, {"resourceType": "Patient", "id": "p"}]);
        found(&library, &json!({"resourceType": "List", "contained": contained, member: reference}))
    };
    assert_eq!(of("source", json!({"reference": "#d"})), []);
    assert_eq!(of("source", json!({"reference": "#p"})), [at("DMP-0616", "List.source")]);
    assert_eq!(of("source", json!({"reference": "#x"})), [at("DMP-0615", "List.source")]);
    assert_eq!(of("source", json!({"reference": "Device/1"})), [at("DMP-0614", "List.source")]);
    assert_eq!(of("source", json!({"identifier": {"value": "1"}})), [at("DMP-0614", "List.source")]);
    for right in
        ["Patient/1", "https://host.test/fhir/Patient/1/_history/2", "Patient?identifier=a|b", "urn:uuid:1", "#p"]
    {
        assert_eq!(of("subject", json!({"reference": right})), [], "{right}");
    }
    for wrong in ["Device/1", "https://host.test/fhir/Device/1", "Group?identifier=a|b", "#d"] {
        assert_eq!(of("subject", json!({"reference": wrong})), [at("DMP-0616", "List.subject")], "{wrong}");
    }
    assert_eq!(of("subject", json!({"type": "Group", "identifier": {"value": "1"}})), [at("DMP-0616", "List.subject")]);
}

#[test]
fn a_reference_is_looked_up_in_the_bundle() {
    let own = Library::load(&[], OWN).unwrap();
    let mut bundle = crate::fhir::publication::tests::fixture::letter();
    bundle["entry"][0]["resource"]["entry"][0]["item"]["reference"] = bundle["entry"][2]["fullUrl"].clone();
    let wrong = [at("DMP-0616", "Bundle.entry[0].resource.entry[0].item")];
    let codes = |issues: Vec<Issue>| issues.into_iter().map(|it| (it.diagnosis.code, it.at)).collect::<Vec<_>>();
    assert_eq!(codes(own.check(crate::fhir::canon::PROVIDE_BUNDLE, &bundle)), wrong);
    let within = Within { at: "Bundle.entry[0].resource", bundle: Some(&bundle) };
    let list = &bundle["entry"][0]["resource"];
    assert_eq!(codes(own.check_within(crate::fhir::canon::SUBMISSION_SET, list, &within)), wrong);
    assert_eq!(codes(own.check(crate::fhir::canon::SUBMISSION_SET, list)), [], "alone, nobody can tell");
}

#[test]
fn one_of_several_profiles_is_enough() {
    let identifier = |name: &str, min| {
        json!({"resourceType": "StructureDefinition", "url": format!("https://test/{name}"), "type": "Identifier", "fhirVersion": "4.0.1",
            "snapshot": {"element": [element("Identifier", 0, "*", json!({})), element(&format!("Identifier.{name}"), min, "1", json!({}))]}})
    };
    let profiles = json!({"type": [{"code": "Identifier", "profile": ["https://test/system", "https://test/value"]}]});
    let library = library(
        "List",
        &json!([element("List", 0, "*", json!({})), element("List.identifier", 0, "*", profiles)]),
        &[identifier("system", 1), identifier("value", 1)],
    );
    assert_eq!(found(&library, &identifiers(json!([{"system": "s"}, {"value": "v"}]))), []);
    assert_eq!(found(&library, &identifiers(json!([{"use": "usual"}]))), [at("DMP-0617", "List.identifier[0]")]);
}

#[test]
fn the_profile_is_known_and_of_that_type() {
    let own = Library::load(&[], OWN).unwrap();
    let codes = |profile: &str, tree: Value| {
        own.check(profile, &tree).into_iter().map(|it| it.diagnosis.code).collect::<Vec<_>>()
    };
    assert_eq!(codes("https://nobody.test/profile", json!({"resourceType": "List"})), ["DMP-0600"]);
    assert_eq!(codes(crate::fhir::canon::SUBMISSION_SET, json!({"resourceType": "Patient"})), ["DMP-0601"]);
}

#[test]
fn there_is_an_end_to_what_is_looked_at() {
    let own = Library::load(&[], OWN).unwrap();
    let entry = json!({"resource": {"resourceType": "Device"}});
    let bundle = json!({"resourceType": "Bundle", "type": "transaction", "entry": vec![entry; 5_000]});
    let found = own.check(crate::fhir::canon::PROVIDE_BUNDLE, &bundle);
    assert_eq!(found.len(), 1_000, "no more findings than anyone reads");
}

// requirement: PF-03
#[test]
fn entries_of_a_submission_are_told_apart_by_resource_and_method() {
    let own = Library::load(&[], OWN).unwrap();
    let letter = crate::fhir::publication::tests::fixture::letter;
    let codes = |bundle: Value| {
        let issues = own.check(crate::fhir::canon::PROVIDE_BUNDLE, &bundle);
        issues.into_iter().map(|it| (it.diagnosis.code, it.at)).collect::<Vec<_>>()
    };
    assert_eq!(codes(letter()), []);
    let mut wrong_method = letter();
    wrong_method["entry"][1]["request"]["method"] = json!("PUT");
    assert_eq!(codes(wrong_method), [at("DMP-0610", "Bundle.entry[1]")]);
    let mut other_type = letter();
    other_type["entry"][1]["resource"] = json!({"resourceType": "Observation"});
    let item = at("DMP-0616", "Bundle.entry[0].resource.entry[0].item");
    assert!(codes(other_type.clone()).contains(&at("DMP-0610", "Bundle.entry[1]")), "{:?}", codes(other_type));
    let mut other_list = letter();
    other_list["entry"][0]["resource"]["code"]["coding"][0]["code"] = json!("worklist");
    assert_eq!(codes(other_list), [at("DMP-0610", "Bundle.entry[0]"), at("DMP-0611", "Bundle.entry")]);
    let mut two_sets = letter();
    let set = two_sets["entry"][0].clone();
    two_sets["entry"].as_array_mut().unwrap().push(set);
    assert!(codes(two_sets).contains(&at("DMP-0612", "Bundle.entry")));
    let mut wrong_mode = letter();
    wrong_mode["entry"][0]["resource"]["mode"] = json!("snapshot");
    assert_eq!(codes(wrong_mode), [at("DMP-0607", "Bundle.entry[0].resource.mode")], "a faulty set is still a set");
    let mut document_as_set = letter();
    document_as_set["entry"][0]["resource"]["entry"][0]["item"] = json!({"reference": "Patient/1"});
    assert_eq!(codes(document_as_set), [item]);
}
