//! The submission set: what the profile wants of it, its items, and the List as it will be read. Source: pdsm-dmp 3.3, 8.2.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    author, codes,
    elements::{self, SUBMISSION_SET},
    entries::{Entry, Kind},
    index::{self, Parties},
    patient,
    places::Places,
    reader::Reader,
    rendition::{canonicalise, settle},
};
use crate::{
    fhir::{
        canon::{
            AUTHOR_ORG, DESIGNATION_TYPE, IS_ARCHIVED, LIST_TYPES, PDSM_RECIPIENT, RECIPIENT, SOURCE_ID,
            SOURCE_PATIENT_ID, canonical,
        },
        date::span,
        rules::{
            ELEMENT_MISSING, ELEMENT_REPEATED, LINK_DANGLING, LINK_UNUSED, SET_UNIQUE_ID, SET_UNIQUE_ID_MISSING,
            SOURCE_PRACTITIONER, TARGET_KIND, UNKNOWN_EXTENSION, VALUE_FIXED,
        },
        tree::Node,
    },
    record::{
        code::Code,
        document::{DateSpan, DocumentId},
        identity::Ins,
        list::{FiledList, ListEntry, ListKind},
    },
};

/// Checks a submission set.
pub(super) fn check(list: &Node<'_>, places: &Places<'_, '_>, reader: &mut Reader<'_>) {
    elements::check(list, SUBMISSION_SET, reader);
    check_fixed(list, "submissionset", reader);
    check_extensions(list, reader);
    check_source(list, reader);
    check_items(list, places, reader);
    places.check_links(list, reader);
    if let Some(subject) = list.first("subject") {
        patient::take(&subject, list, places.entries, reader);
    }
    let is_unique_id = |identifier: &Node<'_>| {
        identifier.text("use") == Some("usual")
            || identifier.all("type.coding").iter().any(|coding| coding.text("code") == Some("uniqueId"))
    };
    if !list.each("identifier").iter().any(is_unique_id) {
        reader.note(&SET_UNIQUE_ID_MISSING, list.place("identifier"), "");
    }
    for identifier in list.each("identifier").iter().filter(|it| it.text("use") == Some("usual")) {
        if !identifier.text("value").is_some_and(|value| value.starts_with("urn:oid:")) {
            reader.note(&SET_UNIQUE_ID, identifier.place("value"), "");
        }
    }
}

/// Checks status, mode and code.
pub(super) fn check_fixed(list: &Node<'_>, kind: &str, reader: &mut Reader<'_>) {
    for (name, fixed) in [("status", "current"), ("mode", "working")] {
        if list.text(name).is_some_and(|told| told != fixed) {
            reader.note(&VALUE_FIXED, list.place(name), fixed);
        }
    }
    let is_it = |coding: &Node<'_>| {
        coding.text("code") == Some(kind) && coding.text("system").map(canonical) == Some(LIST_TYPES)
    };
    if list.first("code").is_some() && !list.all("code.coding").iter().any(is_it) {
        reader.note(&VALUE_FIXED, list.place("code"), kind);
    }
}

fn check_extensions(list: &Node<'_>, reader: &mut Reader<'_>) {
    for (url, value) in [(DESIGNATION_TYPE, "valueCodeableConcept"), (SOURCE_ID, "valueIdentifier")] {
        let found = list.extensions(url);
        match found.as_slice() {
            [one] if one.first(value).is_some() => {}
            [] | [_] => reader.note(&ELEMENT_MISSING, list.place("extension"), url),
            [..] => reader.note(&ELEMENT_REPEATED, list.place("extension"), url),
        }
    }
    for designation in list.extensions(DESIGNATION_TYPE) {
        codes::take(&designation, &codes::DESIGNATION, reader);
    }
    for extension in list.extensions(SOURCE_PATIENT_ID) {
        reader.note(&UNKNOWN_EXTENSION, extension.at(), SOURCE_PATIENT_ID);
    }
    for recipient in [RECIPIENT, PDSM_RECIPIENT].iter().flat_map(|url| list.extensions(url)) {
        for reference in recipient.each("valueReference") {
            author::check_target(&reference, list, author::AUTHORS, reader, &TARGET_KIND);
        }
    }
}

fn check_source(list: &Node<'_>, reader: &mut Reader<'_>) {
    let Some(source) = list.first("source") else { return };
    let kinds = ["PractitionerRole", "Device", "Patient"];
    if author::contained(&source, list).is_some_and(|resource| resource.kind() == "Practitioner") {
        return reader.note(&SOURCE_PRACTITIONER, source.at(), "");
    }
    author::check_contained(&source, list, &kinds, reader);
}

/// Each item leads to a new document or folder, and each of these is an item.
fn check_items(list: &Node<'_>, places: &Places<'_, '_>, reader: &mut Reader<'_>) {
    let mut listed = Vec::new();
    for item in list.all("entry.item") {
        let found = item.text("reference").and_then(|link| places.entries.linked(link));
        match found.filter(|(_, entry)| [Kind::Document, Kind::Folder].contains(&entry.kind)) {
            Some((index, _)) => listed.push(index),
            None => reader.note(&LINK_DANGLING, item.place("reference"), ""),
        }
    }
    let filed = places.entries.of(Kind::Document).chain(places.entries.of(Kind::Folder));
    for (_, entry) in filed.filter(|(index, _)| !listed.contains(index)) {
        reader.note(&LINK_UNUSED, &entry.at, "the submission set does not list it");
    }
}

/// The submission set of a source.
pub(super) fn read(entry: &Entry<'_>, id: Uuid, places: &Places<'_, '_>, reader: &Reader<'_>) -> Option<FiledList> {
    let holder = reader.holder.as_ref()?;
    let mut tree = with_lasting_items(&entry.resource, places);
    wrap_practitioner(&mut tree);
    Some(finish(tree, id, ListKind::SubmissionSet, places, reader, holder))
}

/// The List with its items by their lasting ids.
pub(super) fn with_lasting_items(list: &Node<'_>, places: &Places<'_, '_>) -> Value {
    let mut tree = list.value().clone();
    let items = tree.get_mut("entry").and_then(Value::as_array_mut).into_iter().flatten();
    for item in items.filter_map(|entry| entry.get_mut("item")) {
        let link = item.get("reference").and_then(Value::as_str).and_then(|link| places.lasting_item(link));
        if let (Some(link), Some(item)) = (link, item.as_object_mut()) {
            item.insert("reference".to_owned(), json!(link));
        }
    }
    tree
}

/// Writes the List.
pub(super) fn finish(
    mut tree: Value,
    id: Uuid,
    kind: ListKind,
    places: &Places<'_, '_>,
    reader: &Reader<'_>,
    holder: &Ins,
) -> FiledList {
    settle(&mut tree, places, holder);
    canonicalise(&mut tree);
    let entry = entry(&Node::new(&tree, ""), id, kind, reader);
    let mut members = tree.as_object().cloned().unwrap_or_default();
    members.retain(|name, _| !["resourceType", "id", "meta", "entry"].contains(&name.as_str()));
    let text = Value::Object(members).to_string();
    let rendition = text.trim_start_matches('{').strip_suffix('}').unwrap_or_default().as_bytes().to_vec();
    FiledList { entry, rendition }
}

fn entry(list: &Node<'_>, id: Uuid, kind: ListKind, reader: &Reader<'_>) -> ListEntry {
    let received = reader.setting.received;
    let date = list.text("date").and_then(|text| span(text).ok());
    let source = Parties::behind(&sources(list), list);
    ListEntry {
        id,
        kind,
        version: 1,
        updated: received,
        profiles: list.all("meta.profile").iter().filter_map(|it| it.value().as_str()).map(str::to_owned).collect(),
        identifiers: list.each("identifier").iter().filter_map(index::identifier).collect(),
        date: date.unwrap_or(DateSpan { from: received, until: received }),
        title: list.text("title").map(str::to_owned),
        designation: codings_of(list),
        source_id: list
            .extensions(SOURCE_ID)
            .iter()
            .flat_map(|it| it.each("valueIdentifier"))
            .find_map(|it| index::identifier(&it)),
        sources: source.names,
        source_identifiers: source.identifiers,
        archived: is_archived(list),
        documents: items(list, "DocumentReference/").map(DocumentId).collect(),
        folders: items(list, "List/").collect(),
    }
}

fn codings_of(list: &Node<'_>) -> Vec<Code> {
    let designations = list.extensions(DESIGNATION_TYPE);
    designations.iter().flat_map(|it| index::codings(it, "valueCodeableConcept.coding")).collect()
}

/// The source, and its structure where the extension stands on the List itself, as the published SearchParameter has it (16 no 12).
fn sources<'a>(list: &Node<'a>) -> Vec<Node<'a>> {
    let structures = list.extensions(AUTHOR_ORG);
    list.each("source").into_iter().chain(structures.iter().flat_map(|it| it.each("valueReference"))).collect()
}

/// Whether the archived flag is set.
pub(super) fn is_archived(resource: &Node<'_>) -> bool {
    resource.extensions(IS_ARCHIVED).iter().any(|it| it.value().get("valueBoolean") == Some(&true.into()))
}

fn items(list: &Node<'_>, kind: &str) -> impl Iterator<Item = Uuid> {
    let all = list.all("entry.item");
    let id = |item: Node<'_>| item.text("reference")?.strip_prefix(kind)?.parse().ok();
    all.into_iter().filter_map(id).collect::<Vec<Uuid>>().into_iter()
}

/// A Practitioner as source becomes the practitioner of a contained PractitionerRole, as the profile wants it (16 no 11).
pub(super) fn wrap_practitioner(list: &mut Value) {
    let node = Node::new(&*list, "");
    let Some(source) = node.first("source") else { return };
    let is_practitioner = author::contained(&source, &node).is_some_and(|resource| resource.kind() == "Practitioner");
    let mut id = String::from("source-role");
    while node.contained(&id).is_some() {
        id.push('-');
    }
    let link = source.text("reference").map(str::to_owned);
    let (true, Some(link)) = (is_practitioner, link) else { return };
    if let Some(contained) = list.get_mut("contained").and_then(Value::as_array_mut) {
        contained.push(json!({"resourceType": "PractitionerRole", "id": id, "practitioner": {"reference": link}}));
    }
    if let Some(source) = list.get_mut("source").and_then(Value::as_object_mut) {
        source.insert("reference".to_owned(), json!(format!("#{id}")));
    }
}
