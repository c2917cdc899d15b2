//! ITI-106: metadata made from the header of a CDA. Source: MHD 3.106; PCC TF-2 4.1; pdsm-dmp 8.
//!
//! What the header does not tell is completed as for ITI-105, from the caller's structure and the setting. Nothing is invented: a title may
//! be that of the type, a confidentiality that is not told is normal, and all else that is missing refuses.

mod metadata;
mod parties;
mod patient;
mod sparse;

use serde_json::Value;

use super::{
    Publication, content, derive, document, entries::Entries, patient as subject, places::Places, reader::Reader,
    simple,
};
use crate::{
    fhir::{
        cda::{self, Fault, Header},
        intake::Staged,
        rules::{
            CONTENT_MISPLACED, CONTENT_MISSING, CUSTODIAN_MISSING, FHIR_DOCUMENT, HEADER_UNREADABLE,
            NOTHING_TO_GENERATE, PATIENT_UNIDENTIFIED, UNDERIVABLE,
        },
        tree::Node,
    },
    record::{document::DocumentId, submission::StagedContent},
};

/// Reads the Parameters of `$generate-metadata`; everything that is wrong is noted.
pub(super) fn read(tree: &Value, staged: &[Staged], reader: &mut Reader<'_>) -> Option<Publication> {
    let sent = Node::new(tree, "Parameters");
    let binary = binary_of(&sent, reader)?;
    let at = binary.place("data");
    for lost in staged.iter().filter(|staged| staged.at != at) {
        reader.note(&CONTENT_MISPLACED, &lost.at, "");
    }
    let Some(content) = content::staged_at(&content::shelve(staged), &at) else {
        reader.note(&CONTENT_MISSING, at, "");
        return None;
    };
    let media_type = binary.text("contentType").unwrap_or_default();
    let header = header_of(&binary, media_type, content, reader)?;
    publish(&header, media_type, content, reader)
}

/// The Binary in the one parameter.
fn binary_of<'a>(sent: &Node<'a>, reader: &mut Reader<'_>) -> Option<Node<'a>> {
    if sent.kind() != "Parameters" {
        reader.note(&NOTHING_TO_GENERATE, "Parameters", "the body is no Parameters");
        return None;
    }
    let parameters = sent.each("parameter");
    let resource = match parameters.as_slice() {
        [one] if one.text("name") == Some("document") => one.first("resource"),
        [..] => None,
    };
    match resource.as_ref().map(Node::kind) {
        Some("Binary") => return resource,
        Some("Bundle") => reader.note(&FHIR_DOCUMENT, "Parameters.parameter[0].resource", "FHIRDocumentNotSupported"),
        None | Some(_) => {
            reader.note(
                &NOTHING_TO_GENERATE,
                "Parameters.parameter",
                "one parameter is needed, document, with a Binary",
            );
        }
    }
    None
}

fn header_of(binary: &Node<'_>, media_type: &str, content: &StagedContent, reader: &mut Reader<'_>) -> Option<Header> {
    if !content::is_xml(media_type) {
        reader.note(&NOTHING_TO_GENERATE, binary.place("contentType"), "a CDA is XML");
        return None;
    }
    let fault = match cda::read(&content.head, content.size == content.head.len() as u64) {
        Ok(header) => return Some(header),
        Err(fault) => fault,
    };
    let check = match fault {
        Fault::NotXml | Fault::NotCda => &NOTHING_TO_GENERATE,
        Fault::Encoding
        | Fault::DocType
        | Fault::Entity
        | Fault::TooLarge
        | Fault::TooDeep
        | Fault::Malformed
        | Fault::Cut => &HEADER_UNREADABLE,
    };
    reader.note(check, binary.place("data"), fault.to_string());
    None
}

fn publish(header: &Header, media_type: &str, content: &StagedContent, reader: &mut Reader<'_>) -> Option<Publication> {
    let entries = Entries::default();
    let mut tree = metadata::document(header, media_type, reader.setting.production);
    check_patients(header, &entries, reader);
    derive::complete(&mut tree, Some(content), reader);
    let document = Node::new(&tree, "DocumentReference");
    demand(&document, reader);
    let places = Places::new(&entries);
    let id = DocumentId((reader.setting.new_id)());
    let read = document::read(&document, id, Some(content), &places, reader)?;
    simple::assemble(&document, read, &places, reader)
}

/// All the patients of the header are one, and that one is identified.
fn check_patients(header: &Header, entries: &Entries<'_>, reader: &mut Reader<'_>) {
    let identified = header.patients.iter().map(|patient| patient::subject(patient, reader.setting.production));
    let subjects: Vec<Option<Value>> = identified.collect();
    for reference in &subjects {
        match reference {
            Some(reference) => {
                let node = Node::new(reference, "DocumentReference.subject");
                subject::take(&node, &node, entries, reader);
            }
            None => reader.note(&PATIENT_UNIDENTIFIED, "DocumentReference.subject", ""),
        }
    }
    if subjects.is_empty() {
        reader.note(&PATIENT_UNIDENTIFIED, "DocumentReference.subject", "");
    }
}

/// What the header alone can tell. The rest is demanded where it is derived.
fn demand(document: &Node<'_>, reader: &mut Reader<'_>) {
    const DEMANDED: [(&str, &str); 4] =
        [("", "masterIdentifier"), ("", "date"), ("", "author"), ("content.attachment", "title")];
    for (path, name) in DEMANDED {
        for parent in document.all(path).iter().filter(|parent| parent.first(name).is_none()) {
            reader.note(&UNDERIVABLE, parent.place(name), name);
        }
    }
    if document.first("custodian").is_none() {
        reader.note(&CUSTODIAN_MISSING, document.place("custodian"), "");
    }
}
