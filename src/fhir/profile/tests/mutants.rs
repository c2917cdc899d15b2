//! One mutant for each mandatory element and for each fixed value of a profile that is there in a valid resource: made by walking
//! the plan, none picked by hand.

use serde_json::json;

use super::*;
use crate::fhir::{
    canon::{COMPREHENSIVE, FOLDER, PROVIDE_BUNDLE, SIMPLIFIED, SUBMISSION_SET},
    issue::Severity,
    profile::{
        plan::{Node, Rest, Slice, Step},
        walk::{Item, items, slices::is_of},
    },
    publication::tests::fixture::{letter, simple, with},
};

/// A resource with one thing wrong.
struct Mutant {
    /// What was done, and by which rule.
    what: String,
    /// Where.
    pointer: String,
    tree: Value,
}

struct Breeder<'a> {
    library: &'a Library,
    whole: &'a Value,
    mutants: Vec<Mutant>,
    /// The members that tell an item of a slice that nothing demands: changed, the item is none of that slice, and all is well.
    free: Vec<String>,
}

impl<'a> Breeder<'a> {
    fn below(&mut self, node: &'a Node, value: &'a Value, pointer: &str) {
        let Some(members) = value.as_object() else { return };
        for child in &node.children {
            let found = items(child, members);
            if child.min > 0 && !found.is_empty() {
                let names: Vec<String> = found.iter().map(|item| format!("{pointer}/{}", item.name)).collect();
                self.remove(&child.id, &names);
            }
            for item in &found {
                self.item(child, item, pointer);
            }
            let slicing = child.slicing.iter();
            for (rest, slice) in slicing.flat_map(|it| it.slices.iter().map(|slice| (it.rest, slice))) {
                self.slice(rest, slice, &found, pointer);
            }
        }
    }

    fn item(&mut self, node: &'a Node, item: &Item<'a>, pointer: &str) {
        let pointer = place(item, pointer);
        for wanted in node.fixed.iter().chain(&node.pattern) {
            self.change(&node.id, wanted, &pointer);
        }
        for profile in node.type_rule(item.kind).iter().flat_map(|rule| &rule.profiles) {
            if let Some(plan) = self.library.plan(profile) {
                self.below(&plan.root, item.value, &pointer);
            }
        }
        self.below(node, item.value, &pointer);
    }

    fn slice(&mut self, rest: Rest, slice: &'a Slice, items: &[Item<'a>], pointer: &str) {
        let own: Vec<&Item<'_>> = items.iter().filter(|item| is_of(item, slice)).collect();
        if slice.node.min > 0 && own.len() == slice.node.min {
            let all: Vec<String> = own.iter().rev().map(|item| place(item, pointer)).collect();
            self.remove(&slice.node.id, &all);
        }
        for item in own.iter().copied() {
            let before = self.free.len();
            if rest != Rest::Closed && own.len() > slice.node.min {
                self.free
                    .extend(slice.criteria.iter().map(|it| format!("{}{}", place(item, pointer), path(&it.steps))));
            }
            self.item(&slice.node, item, pointer);
            self.free.truncate(before);
        }
    }

    fn remove(&mut self, id: &str, pointers: &[String]) {
        let Some(first) = pointers.first().filter(|pointer| !self.is_free(pointer)) else { return };
        let mut tree = self.whole.clone();
        let mut gone: Vec<&String> = pointers.iter().collect();
        gone.dedup();
        gone.into_iter().for_each(|pointer| take(&mut tree, pointer));
        self.mutants.push(Mutant { what: format!("without {id}"), pointer: first.clone(), tree });
    }

    /// One mutant for each value in what is fixed.
    fn change(&mut self, id: &str, wanted: &Value, pointer: &str) {
        if self.is_free(pointer) {
            return;
        }
        for leaf in leaves(wanted) {
            let mut tree = self.whole.clone();
            alter(tree.pointer_mut(pointer).unwrap(), &leaf);
            let what = format!("with another {id} {}", leaf.join("."));
            self.mutants.push(Mutant { what, pointer: pointer.to_owned(), tree });
        }
    }

    fn is_free(&self, pointer: &str) -> bool {
        let pointer = unnumbered(pointer);
        let mut free = self.free.iter().map(|free| unnumbered(free));
        free.any(|free| free == pointer || free.starts_with(&format!("{pointer}/")))
    }
}

/// The pointer without the numbers of lists: the item that matters is the one at hand.
fn unnumbered(pointer: &str) -> String {
    pointer.split('/').filter(|part| part.parse::<usize>().is_err()).collect::<Vec<_>>().join("/")
}

fn place(item: &Item<'_>, pointer: &str) -> String {
    let index = item.index.map(|index| format!("/{index}")).unwrap_or_default();
    format!("{pointer}/{}{index}", item.name)
}

fn path(steps: &[Step]) -> String {
    let name = |step: &Step| match step {
        Step::Member(name) => format!("/{name}"),
        Step::Extension(_) => "/extension".to_owned(),
    };
    steps.iter().map(name).collect()
}

fn take(tree: &mut Value, pointer: &str) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match tree.pointer_mut(parent).unwrap() {
        Value::Object(members) => {
            members.shift_remove(name);
            members.shift_remove(&format!("_{name}"));
        }
        Value::Array(items) => drop(items.remove(name.parse().unwrap())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => panic!("{pointer}"),
    }
}

/// The ways to the values in a pattern, without the numbers of lists.
fn leaves(wanted: &Value) -> Vec<Vec<String>> {
    match wanted {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, value)| {
                leaves(value).into_iter().map(move |rest| [vec![name.clone()], rest].concat()).collect::<Vec<_>>()
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(leaves).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => vec![Vec::new()],
    }
}

/// Changes the value at that way, in each item of lists.
fn alter(value: &mut Value, way: &[String]) {
    match (value, way.split_first()) {
        (Value::Array(items), _) => items.iter_mut().for_each(|item| alter(item, way)),
        (value, Some((name, rest))) => alter(value.get_mut(name.as_str()).unwrap(), rest),
        (Value::Bool(value), None) => *value = !*value,
        (value, None) => *value = json!("anything-else"),
    }
}

fn mutants(library: &Library, profile: &str, resource: &Value) -> Vec<Mutant> {
    let mut breeder = Breeder { library, whole: resource, mutants: Vec::new(), free: Vec::new() };
    breeder.below(&library.plan(profile).unwrap().root, resource, "");
    let mut seen = std::collections::HashSet::new();
    breeder.mutants.retain(|it| seen.insert(it.tree.to_string()));
    breeder.mutants
}

/// The pointer as a FHIRPath.
fn fhir_path(resource: &Value, pointer: &str) -> String {
    let step = |part: &str| if part.parse::<usize>().is_ok() { format!("[{part}]") } else { format!(".{part}") };
    let steps: String = pointer.split('/').skip(1).map(step).collect();
    format!("{}{steps}", resource["resourceType"].as_str().unwrap())
}

/// Checks that all mutants of a valid resource are refused, for something where they were mutated; tells how many there are.
fn breed(library: &Library, profile: &str, resource: &Value) -> usize {
    let found = library.check(profile, resource);
    assert!(found.iter().all(|it| it.severity != Severity::Error), "{profile}: not valid: {found:?}");
    let mutants = mutants(library, profile, resource);
    for Mutant { what, pointer, tree } in &mutants {
        let path = fhir_path(resource, pointer);
        let found = library.check(profile, tree);
        let mut errors = found.iter().filter(|it| it.severity == Severity::Error);
        assert!(errors.any(|it| is_near(&it.at, &path)), "{profile} {what} at {path} passes: {found:?}");
    }
    mutants.len()
}

/// Whether one lies above the other, or items of one list both.
fn is_near(one: &str, other: &str) -> bool {
    let list = |path: &str| path.rsplit_once('[').map_or(path.to_owned(), |(list, _)| list.to_owned());
    one.starts_with(&list(other)) || other.starts_with(one)
}

const MHD: &str = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/";
const BALP: &str = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.";
const TDE: &str = "https://interop.esante.gouv.fr/ig/fhir/tde/StructureDefinition/";
const CDS: &str = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/";
const TRACES: &str = "tde/Bundle-TDEBundleResultatReponseRechercheTracesExample.json";
const CARE_TEAM_BUNDLE: &str = "cds/Bundle-cds-bundle-transaction-creation-example.json";
const PDSM: &str = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/";

fn mhd(name: &str) -> String {
    format!("{MHD}IHE.MHD.{name}")
}

/// Our fixture with everything in it for which the profiles have a rule.
fn document() -> Value {
    let document = letter()["entry"][1]["resource"].clone();
    let document = with(
        document,
        "/identifier",
        json!([
            {"use": "official", "system": "urn:ietf:rfc:3986", "value": "urn:uuid:00000000-0000-4000-8000-00000000e000"},
            {"use": "secondary", "system": "https://other.test", "value": "1"},
        ]),
    );
    let document =
        with(document, "/extension", json!([{"url": format!("{PDSM}pdsm-ext-is-archived"), "valueBoolean": false}]));
    let document =
        with(document, "/relatesTo", json!([{"code": "replaces", "target": {"reference": "DocumentReference/1"}}]));
    with(document, "/authenticator", json!({"reference": "#doctor"}))
}

fn submission_set() -> Value {
    let mut set = letter()["entry"][0]["resource"].clone();
    let organization = json!({"resourceType": "Organization", "id": "hospital", "name": "Hospital"});
    set["contained"].as_array_mut().unwrap().push(organization);
    let extensions = set["extension"].as_array_mut().unwrap();
    extensions.push(json!({"url": format!("{PDSM}pdsm-ext-is-archived"), "valueBoolean": false}));
    extensions
        .push(json!({"url": format!("{PDSM}pdsm-ext-intended-recipient"), "valueReference": {"reference": "#doctor"}}));
    extensions
        .push(json!({"url": format!("{MHD}ihe-intendedRecipient"), "valueReference": {"reference": "Patient/1"}}));
    set["source"]["extension"] =
        json!([{"url": format!("{MHD}ihe-authorOrg"), "valueReference": {"reference": "#hospital"}}]);
    set["identifier"].as_array_mut().unwrap().push(
        json!({"use": "official", "system": "urn:ietf:rfc:3986", "value": "urn:uuid:00000000-0000-4000-8000-00000000e001"}),
    );
    set
}

fn folder() -> Value {
    let mut folder = submission_set();
    let members = folder.as_object_mut().unwrap();
    members.shift_remove("source");
    members.shift_remove("contained");
    folder["title"] = json!("Folder");
    folder["code"]["coding"][0]["code"] = json!("folder");
    folder["extension"].as_array_mut().unwrap().truncate(1);
    folder
}

/// A submission with one of each kind of entry.
fn bundle() -> Value {
    let mut bundle = letter();
    bundle["entry"][0]["resource"] = submission_set();
    bundle["entry"][1]["resource"] = document();
    let patch = json!({"resourceType": "Parameters", "parameter": [{"name": "operation", "part": [
        {"name": "type", "valueCode": "replace"}, {"name": "path", "valueString": "DocumentReference.status"},
        {"name": "value", "valueCode": "superseded"}]}]});
    let entry = |resource: Value, method: &str, url: &str| json!({"resource": resource, "request": {"method": method, "url": url}});
    let document = json!({"resourceType": "Bundle", "type": "document"});
    let patient = json!({"resourceType": "Patient", "id": "1"});
    bundle["entry"].as_array_mut().unwrap().extend([
        entry(patch, "PATCH", "DocumentReference/1"),
        entry(folder(), "POST", "List"),
        entry(document, "POST", "Bundle"),
        entry(patient, "PUT", "Patient/1"),
    ]);
    bundle
}

// requirement: PF-01
#[test]
fn every_mandatory_element_and_every_fixed_value_counts_in_our_own_profiles() {
    let library = Library::load(&[], OWN).unwrap();
    let counts = [
        breed(&library, COMPREHENSIVE, &document()),
        breed(&library, SIMPLIFIED, &simple()),
        breed(&library, SUBMISSION_SET, &submission_set()),
        breed(&library, FOLDER, &folder()),
        breed(&library, PROVIDE_BUNDLE, &bundle()),
    ];
    assert_eq!(counts, [36, 12, 30, 21, 137]);
}

// requirement: PF-01
#[test]
fn every_mandatory_element_and_every_fixed_value_counts_in_the_installed_profiles() {
    let Some(library) = installed() else { return };
    let valid: &[(&str, Value)] = &[
        (COMPREHENSIVE, document()),
        (SIMPLIFIED, simple()),
        (SUBMISSION_SET, submission_set()),
        (FOLDER, folder()),
        (FOLDER, example("pdsm/List-ExampleFolder.json")),
        (PROVIDE_BUNDLE, bundle()),
        (&mhd("Comprehensive.ProvideBundle"), example("mhd/Bundle-ex-comprehensiveProvideDocumentBundleSimple.json")),
        (&mhd("Minimal.ProvideBundle"), example("mhd/Bundle-ex-minimalProvideDocumentBundleSimple.json")),
        (&mhd("ProvideDocumentBundleResponse"), example("pdsm/Bundle-a9c10f8a-882d-4000-a280-7150e0aeb478.json")),
        (&mhd("Patch.Parameters"), example("mhd/Parameters-ex-patchParameters.json")),
        (&mhd("ProvideBundle.Audit.Recipient"), example("mhd/AuditEvent-ex-auditProvideBundle-recipient.json")),
        (&format!("{BALP}PatientCreate"), example("balp/AuditEvent-ex-auditBasicCreateServer.json")),
        (&format!("{BALP}PatientRead"), example("balp/AuditEvent-ex-auditBasicReadServer.json")),
        (&format!("{BALP}PatientUpdate"), example("balp/AuditEvent-ex-auditBasicPatch.json")),
        (&format!("{BALP}PatientQuery"), example("balp/AuditEvent-ex-auditBasicQueryGetServer.json")),
        (&format!("{TDE}tde-auditevent"), example("tde/AuditEvent-TDEAuditEventExample.json")),
        (&format!("{TDE}TDEBundleResultatReponseRechercheTraces"), example(TRACES)),
        (&format!("{CDS}cds-ihe-careteam"), example("cds/CareTeam-cds-careteam-example.json")),
        (&format!("{CDS}cds-bundle-transaction-creation"), example(CARE_TEAM_BUNDLE)),
    ];
    let counts: Vec<usize> = valid.iter().map(|(profile, resource)| breed(library, profile, resource)).collect();
    assert_eq!(counts, [36, 12, 30, 21, 21, 137, 62, 50, 14, 14, 50, 46, 44, 44, 47, 8, 17, 12, 36]);
}

// requirement: PF-04
#[test]
fn our_own_profiles_refuse_each_mutant_where_pdsm_does() {
    let Some(library) = installed() else { return };
    let own = Library::load(&[], OWN).unwrap();
    let valid = [
        (COMPREHENSIVE, document()),
        (SIMPLIFIED, simple()),
        (SUBMISSION_SET, submission_set()),
        (FOLDER, folder()),
        (PROVIDE_BUNDLE, bundle()),
    ];
    for (profile, resource) in valid {
        for Mutant { what, tree, .. } in mutants(library, profile, &resource) {
            let errors = |library: &Library| {
                let found = library.check(profile, &tree).into_iter();
                let mut errors: Vec<_> = found.filter(|it| it.severity == Severity::Error).map(|it| it.at).collect();
                errors.sort();
                errors.dedup();
                errors
            };
            assert_eq!(errors(&own), errors(library), "{profile} {what}");
        }
    }
}

#[test]
fn whatever_stands_anywhere_is_looked_at_without_harm() {
    let mut libraries = vec![Library::load(&[], OWN).unwrap()];
    libraries.extend(packages().map(|packages| Library::load(&packages, OWN).unwrap()));
    let bundle = bundle();
    let mut pointers = Vec::new();
    super::naive::gather(&bundle, String::new(), &mut pointers);
    let oddities = json!([null, true, 1, "", "#", [], {}, [[]], [null], {"reference": "#"}, {"coding": [1]}, {"resourceType": "List"}]);
    for pointer in &pointers {
        for oddity in oddities.as_array().unwrap() {
            let mut tree = bundle.clone();
            *tree.pointer_mut(pointer).unwrap() = oddity.clone();
            for library in &libraries {
                let found = library.check(PROVIDE_BUNDLE, &tree);
                assert!(found.iter().all(|it| it.at.is_ascii() && it.at.starts_with("Bundle")), "{found:?}");
            }
        }
    }
}
