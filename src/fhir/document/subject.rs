//! Whom a FHIR document is about: the subject of its Composition, as `recordTarget` is of a CDA. Source: R1111-8-1; law.md K08.

use serde_json::Value;

use crate::record::identity::Ins;

/// Whom a FHIR document is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::fhir) enum Subject {
    /// The valid matricules that it gives its patient; none where it names the patient otherwise, or nobody.
    Names(Vec<String>),
    /// The subject stands elsewhere.
    Elsewhere,
}

/// The subject of a FHIR document.
pub(in crate::fhir) fn subject(document: &Value) -> Subject {
    let entries = list(document, "entry");
    let Some((url, composition)) =
        entries.iter().find_map(|entry| Some((text(entry, "fullUrl"), entry.get("resource")?)))
    else {
        return Subject::Names(Vec::new());
    };
    let Some(reference) = composition.get("subject") else { return Subject::Names(Vec::new()) };
    let mut names: Vec<String> = reference.get("identifier").and_then(matricule).into_iter().collect();
    if let Some(link) = text(reference, "reference") {
        match target(link, url, composition, entries) {
            Some(found) => names.extend(list(found, "identifier").iter().filter_map(matricule)),
            None if reference.get("identifier").is_some() => {}
            None => return Subject::Elsewhere,
        }
    }
    names.dedup();
    Subject::Names(names)
}

/// The resource that a FHIR document has of its subject.
pub(in crate::fhir) fn patient(document: &Value) -> Option<&Value> {
    let entries = list(document, "entry");
    let (url, composition) = entries.iter().find_map(|entry| Some((text(entry, "fullUrl"), entry.get("resource")?)))?;
    let link = text(composition.get("subject")?, "reference")?;
    target(link, url, composition, entries).filter(|it| text(it, "resourceType") == Some("Patient"))
}

/// The resource to which the Composition links: contained, or by the fullUrl of an entry, whole or as what follows the Composition's own
/// base, or by type and id.
fn target<'v>(link: &str, url: Option<&str>, composition: &'v Value, entries: &'v [Value]) -> Option<&'v Value> {
    if let Some(id) = link.strip_prefix('#') {
        return list(composition, "contained").iter().find(|resource| text(resource, "id") == Some(id));
    }
    let link = link.split("/_history/").next().unwrap_or(link);
    let base = url.and_then(|url| url.rsplit_once("/Composition/")).map(|(base, _)| base);
    let whole = base.filter(|_| !link.contains(':')).map(|base| format!("{base}/{link}"));
    let is_linked =
        |entry: &&Value| text(entry, "fullUrl").is_some_and(|url| url == link || whole.as_deref() == Some(url));
    let is_of_path = |entry: &&Value| {
        let resource = entry.get("resource");
        let of = |name: &str| resource.and_then(|resource| text(resource, name));
        of("resourceType").zip(of("id")).is_some_and(|(kind, id)| link.split_once('/') == Some((kind, id)))
    };
    let found = entries.iter().find(is_linked).or_else(|| entries.iter().find(is_of_path));
    found.and_then(|entry| entry.get("resource"))
}

/// The matricule of an identifier that is a valid INS, and neither an old one nor the number of a social security.
fn matricule(identifier: &Value) -> Option<String> {
    let codings = identifier.get("type").map(|kind| list(kind, "coding")).unwrap_or_default();
    let is_social_security = codings.iter().any(|coding| text(coding, "code") == Some("NH"));
    if is_social_security || text(identifier, "use") == Some("old") {
        return None;
    }
    let ins = Ins::new(text(identifier, "system")?, text(identifier, "value")?).ok()?;
    Some(ins.matricule().to_owned())
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str)
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}
