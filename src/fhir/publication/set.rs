//! The submission set: what the profile wants of it, its items, and the List as it will be read. Source: pdsm-dmp 3.3.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    author, codes,
    elements::{self, SUBMISSION_SET},
    entries::{Entry, Kind},
    patient,
    places::Places,
    reader::Reader,
    rendition::{canonicalise, settle},
};
use crate::{
    fhir::{
        canon::{DESIGNATION_TYPE, LIST_TYPES, PDSM_RECIPIENT, RECIPIENT, SOURCE_ID, SOURCE_PATIENT_ID, canonical},
        date::span,
        rules::{
            ELEMENT_MISSING, ELEMENT_REPEATED, LINK_DANGLING, LINK_UNUSED, SET_UNIQUE_ID, SOURCE_PRACTITIONER,
            TARGET_KIND, UNKNOWN_EXTENSION, VALUE_FIXED,
        },
        tree::Node,
    },
    record::{
        code::Identifier,
        document::{DateSpan, DocumentId},
        identity::Ins,
        list::{FiledList, ListEntry, ListKind},
    },
};

/// Checks a submission set.
pub(super) fn check(list: &Node<'_>, places: &Places<'_, '_>, reader: &mut Reader<'_>) {
    elements::check(list, SUBMISSION_SET, reader);
    check_fixed(list, reader);
    check_extensions(list, reader);
    check_source(list, reader);
    check_items(list, places, reader);
    places.check_links(list, reader);
    if let Some(subject) = list.first("subject") {
        patient::take(&subject, list, places.entries, reader);
    }
    for identifier in list.each("identifier").iter().filter(|it| it.text("use") == Some("usual")) {
        if !identifier.text("value").is_some_and(|value| value.starts_with("urn:oid:")) {
            reader.note(&SET_UNIQUE_ID, identifier.place("value"), "");
        }
    }
}

fn check_fixed(list: &Node<'_>, reader: &mut Reader<'_>) {
    for (name, fixed) in [("status", "current"), ("mode", "working")] {
        if list.text(name).is_some_and(|told| told != fixed) {
            reader.note(&VALUE_FIXED, list.place(name), fixed);
        }
    }
    let is_set = |coding: &Node<'_>| {
        coding.text("code") == Some("submissionset") && coding.text("system").map(canonical) == Some(LIST_TYPES)
    };
    if list.first("code").is_some() && !list.all("code.coding").iter().any(is_set) {
        reader.note(&VALUE_FIXED, list.place("code"), "submissionset");
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

/// Each item leads to a new document, and each new document is an item.
fn check_items(list: &Node<'_>, places: &Places<'_, '_>, reader: &mut Reader<'_>) {
    let mut listed = Vec::new();
    for item in list.all("entry.item") {
        let found = item.text("reference").and_then(|link| places.entries.linked(link));
        match found.filter(|(_, entry)| entry.kind == Kind::Document) {
            Some((index, _)) => listed.push(index),
            None => reader.note(&LINK_DANGLING, item.place("reference"), ""),
        }
    }
    for (_, entry) in places.entries.of(Kind::Document).filter(|(index, _)| !listed.contains(index)) {
        reader.note(&LINK_UNUSED, &entry.at, "the submission set does not list it");
    }
}

/// The submission set of a source.
pub(super) fn read(entry: &Entry<'_>, id: Uuid, places: &Places<'_, '_>, reader: &Reader<'_>) -> Option<FiledList> {
    let holder = reader.holder.as_ref()?;
    let mut tree = entry.resource.value().clone();
    let items = tree.get_mut("entry").and_then(Value::as_array_mut).into_iter().flatten();
    for item in items.filter_map(|entry| entry.get_mut("item")) {
        let linked = item.get("reference").and_then(Value::as_str).and_then(|link| places.entries.linked(link));
        let document = linked.and_then(|(index, _)| places.documents.get(&index));
        if let (Some(id), Some(item)) = (document, item.as_object_mut()) {
            item.insert("reference".to_owned(), json!(format!("DocumentReference/{id}")));
        }
    }
    wrap_practitioner(&mut tree);
    Some(finish(tree, id, places, reader, holder))
}

/// Writes the List.
pub(super) fn finish(
    mut tree: Value,
    id: Uuid,
    places: &Places<'_, '_>,
    reader: &Reader<'_>,
    holder: &Ins,
) -> FiledList {
    settle(&mut tree, places, holder);
    canonicalise(&mut tree);
    let entry = entry(&Node::new(&tree, ""), id, reader);
    let mut members = tree.as_object().cloned().unwrap_or_default();
    members.retain(|name, _| !["resourceType", "id", "meta", "entry"].contains(&name.as_str()));
    let text = Value::Object(members).to_string();
    let rendition = text.trim_start_matches('{').strip_suffix('}').unwrap_or_default().as_bytes().to_vec();
    FiledList { entry, rendition }
}

fn entry(list: &Node<'_>, id: Uuid, reader: &Reader<'_>) -> ListEntry {
    let received = reader.setting.received;
    let document = |item: &Node<'_>| item.text("reference")?.strip_prefix("DocumentReference/")?.parse().ok();
    ListEntry {
        id,
        kind: ListKind::SubmissionSet,
        version: 1,
        updated: received,
        profiles: list.all("meta.profile").iter().filter_map(|it| it.value().as_str()).map(str::to_owned).collect(),
        identifiers: identifiers(list),
        date: list
            .text("date")
            .and_then(|text| span(text).ok())
            .unwrap_or(DateSpan { from: received, until: received }),
        title: list.text("title").map(str::to_owned),
        designation: Vec::new(),
        source_id: None,
        sources: Vec::new(),
        source_identifiers: Vec::new(),
        archived: false,
        documents: list.all("entry.item").iter().filter_map(document).map(DocumentId).collect(),
        folders: Vec::new(),
    }
}

fn identifiers(list: &Node<'_>) -> Vec<Identifier> {
    let read = |node: &Node<'_>| {
        let system = node.text("system").unwrap_or_default().to_owned();
        Some(Identifier { system, value: node.text("value")?.to_owned() })
    };
    list.each("identifier").iter().filter_map(read).collect()
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
