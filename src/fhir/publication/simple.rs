//! ITI-105: one document, its metadata completed here, its submission set made here. Source: pdsm-dmp 3.2, 4.5.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    Publication, author, content, derive,
    document::{self, Read},
    elements::{self, SIMPLIFIED},
    entries::Entries,
    patient,
    places::Places,
    reader::Reader,
    rendition::patient_identifier,
    set,
};
use crate::{
    fhir::{
        canon::{A00, DESIGNATION_TYPE, LIST_TYPES, R02, R209, SOURCE_ID, SUBMISSION_SET},
        intake::Staged,
        rules::{
            CONTENT_MISPLACED, CONTENT_MISSING, IDENTIFIER_SENT, NOT_A_DOCUMENT, REPLACES_SIMPLIFIED,
            SUBJECT_CONDITIONAL,
        },
        tree::Node,
    },
    record::{
        code::URI_SYSTEM,
        document::DocumentId,
        list::{FiledList, ListKind},
        submission::{Replacement, Submission},
    },
};

const CONTENT_AT: &str = "DocumentReference.content[0].attachment.data";

/// Reads a simplified publication; everything that is wrong is noted.
pub(super) fn read(mut tree: Value, staged: &[Staged], reader: &mut Reader<'_>) -> Option<Publication> {
    let sent = Node::new(&tree, "DocumentReference");
    if sent.kind() != "DocumentReference" {
        reader.note(&NOT_A_DOCUMENT, "DocumentReference", "");
        return None;
    }
    check(&sent, staged, reader);
    let entries = Entries::default();
    if let Some(subject) = sent.first("subject") {
        patient::take(&subject, &sent, &entries, reader);
    }
    let content = content::staged_at(&content::shelve(staged), CONTENT_AT);
    strip(&mut tree);
    derive::complete(&mut tree, content, reader);
    let document = Node::new(&tree, "DocumentReference");
    let places = Places::new(&entries);
    let id = DocumentId((reader.setting.new_id)());
    let read = document::read(&document, id, content, &places, reader)?;
    assemble(&document, read, &places, reader)
}

fn check(sent: &Node<'_>, staged: &[Staged], reader: &mut Reader<'_>) {
    elements::check(sent, SIMPLIFIED, reader);
    if sent.first("identifier").is_some() {
        reader.note(&IDENTIFIER_SENT, sent.place("identifier"), "");
    }
    for subject in sent.each("subject") {
        if subject.text("reference").is_some_and(|link| link.contains('?')) {
            reader.note(&SUBJECT_CONDITIONAL, subject.place("reference"), "");
        }
    }
    for relation in sent.each("relatesTo").iter().filter(|relation| relation.text("code") == Some("replaces")) {
        reader.note(&REPLACES_SIMPLIFIED, relation.at(), "");
    }
    for lost in staged.iter().filter(|staged| staged.at != CONTENT_AT) {
        reader.note(&CONTENT_MISPLACED, &lost.at, "");
    }
    if content::staged_at(&content::shelve(staged), CONTENT_AT).is_none() {
        reader.note(&CONTENT_MISSING, CONTENT_AT, "");
    }
}

/// Takes away what a simplified publication must not bring, and the claim to a profile that what is stored no longer meets.
fn strip(tree: &mut Value) {
    if let Some(members) = tree.as_object_mut() {
        members.retain(|name, _| name != "identifier");
    }
    if let Some(meta) = tree.get_mut("meta").and_then(Value::as_object_mut) {
        meta.retain(|name, _| name != "profile");
    }
}

/// The publication of one document, with a submission set that is made here.
pub(super) fn assemble(
    document: &Node<'_>,
    read: Read,
    places: &Places<'_, '_>,
    reader: &mut Reader<'_>,
) -> Option<Publication> {
    let id = read.new.entry.id;
    let set = make_set(document, id, places, reader)?;
    let replacements = read.replaces.into_iter().map(|target| Replacement { by: id, target }).collect();
    let submission = Submission {
        set,
        folders: Vec::new(),
        documents: vec![read.new],
        replacements,
        traits: reader.take_traits(),
        received: reader.setting.received,
    };
    Some(Publication {
        holder: reader.holder.clone()?,
        submission,
        authors: vec![read.authors],
        // The source of the set is the first author.
        signatories: vec![read.signatories],
        reply: Vec::new(),
        warnings: Vec::new(),
        unused: Vec::new(),
    })
}

/// The submission set of one document, as the source would have made it.
fn make_set(document: &Node<'_>, id: DocumentId, places: &Places<'_, '_>, reader: &Reader<'_>) -> Option<FiledList> {
    let holder = reader.holder.as_ref()?;
    let set = (reader.setting.new_id)();
    let source = document.first("author")?;
    let mut list = json!({
        "meta": {"profile": [SUBMISSION_SET]},
        "contained": contained_with(&source, document),
        "extension": [
            {"url": DESIGNATION_TYPE, "valueCodeableConcept": designation(document)},
            {"url": SOURCE_ID, "valueIdentifier": {"system": URI_SYSTEM, "value": reader.setting.source_id}},
        ],
        "identifier": set_identifiers(set),
        "status": "current",
        "mode": "working",
        "code": {"coding": [{"system": LIST_TYPES, "code": "submissionset"}]},
        "subject": {"type": "Patient", "identifier": patient_identifier(holder)},
        "date": reader.setting.received.to_string(),
        "source": source.value(),
        "entry": [{"item": {"reference": format!("DocumentReference/{id}")}}],
    });
    set::wrap_practitioner(&mut list);
    drop_empty(&mut list, "contained");
    Some(set::finish(list, set, ListKind::SubmissionSet, places, reader, holder))
}

fn drop_empty(list: &mut Value, name: &str) {
    if let Some(members) = list.as_object_mut() {
        members.retain(|member, value| member != name || value.as_array().is_some_and(|items| !items.is_empty()));
    }
}

/// UniqueId and entryUUID of a set that is made here; a UUID is an OID below 2.25.
fn set_identifiers(set: Uuid) -> Value {
    json!([
        {"use": "usual", "system": URI_SYSTEM, "value": format!("urn:oid:2.25.{}", set.as_u128())},
        {"use": "official", "system": URI_SYSTEM, "value": format!("urn:uuid:{set}")},
    ])
}

/// The kind of the set: the kind of structure where the document comes from, else ambulatory care.
fn designation(document: &Node<'_>) -> Value {
    let facility = document.all("context.facilityType").into_iter().find(|concept| {
        concept.each("coding").iter().any(|coding| coding.text("system").is_some_and(|it| [A00, R02].contains(&it)))
    });
    let ambulatory = || json!({"coding": [{"system": R209, "code": "07"}]});
    facility.map_or_else(ambulatory, |concept| concept.value().clone())
}

/// The contained resources that a reference leads to, and those to which they lead.
fn contained_with(reference: &Node<'_>, document: &Node<'_>) -> Vec<Value> {
    let mut found: Map<String, Value> = Map::new();
    let mut waiting = vec![reference.clone()];
    while let Some(node) = waiting.pop() {
        if let Some(resource) = author::contained(&node, document)
            && let Some(id) = resource.text("id")
            && !found.contains_key(id)
        {
            found.insert(id.to_owned(), resource.value().clone());
            waiting.push(resource);
        }
        for name in node.value().as_object().into_iter().flat_map(Map::keys) {
            waiting.extend(node.each(name).into_iter().filter(|child| child.value().is_object()));
        }
    }
    found.into_iter().map(|(_, resource)| resource).collect()
}
