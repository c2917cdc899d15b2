//! A FHIR document as content: what is demanded of it, and what of the metadata is compared with it. Source: MHD, option FHIR Documents
//! Publish; pdsm-dmp 4.1 and 16 no 15; law.md K08; decision 0012.

use serde_json::{Value, json};

use super::{
    codes,
    content::{self, printed_hash},
    patient,
    reader::Reader,
    traits,
};
use crate::{
    fhir::{
        content::Heading,
        document::{self, Encoding, Subject},
        profile,
        rules::{
            FHIR_DOCUMENT_BYTES, FHIR_DOCUMENT_ENCODING, FHIR_DOCUMENT_MEDIA, FHIR_DOCUMENT_RULE,
            FHIR_DOCUMENT_SUBJECT, HEADER_CONFIDENTIALITY, HEADER_LANGUAGE, HEADER_TYPE,
        },
        tree::Node,
    },
    record::{document::DocumentEntry, submission::StagedContent, visibility::Confidentiality},
};

/// Checks that a Bundle is a FHIR document whose patient can be told.
pub(super) fn check(bundle: &Node<'_>, reader: &mut Reader<'_>) {
    for key in profile::broken_of_bundle(bundle.value()) {
        reader.note(&FHIR_DOCUMENT_RULE, bundle.at(), key);
    }
    if document::subject(bundle.value()) == Subject::Elsewhere {
        reader.note(&FHIR_DOCUMENT_SUBJECT, composition_place(bundle), "");
    }
}

fn composition_place(bundle: &Node<'_>) -> String {
    format!("{}.entry[0].resource.subject", bundle.at())
}

/// The matricules that a FHIR document gives its patient.
pub(super) fn names(bundle: &Value) -> Vec<String> {
    match document::subject(bundle) {
        Subject::Names(names) => names,
        Subject::Elsewhere => Vec::new(),
    }
}

/// What content that is no CDA tells of its patient as a FHIR document. What claims to be FHIR is refused where it cannot be read here as a whole: another
/// reader may take it, and find another patient in it.
pub(super) fn heading_of(content: &StagedContent, media_type: &str, reader: &mut Reader<'_>) -> Heading {
    let claimed = Encoding::of_media_type(media_type);
    let Some(encoding) = claimed.or_else(|| kindred(media_type)) else { return Heading::Absent };
    let is_whole = content.size == content.head.len() as u64;
    let bundle = is_whole.then(|| document::read(&content.head, encoding)).flatten();
    let Some(bundle) = bundle else { return if claimed.is_none() { Heading::Absent } else { Heading::Unreadable } };
    match document::subject(&bundle) {
        Subject::Names(names) => {
            take_traits(&bundle, &names, reader);
            Heading::Names(names)
        }
        Subject::Elsewhere => Heading::Unreadable,
    }
}

/// The encoding of media types under which FHIR is sent too.
fn kindred(media_type: &str) -> Option<Encoding> {
    match content::essence(media_type).as_str() {
        "application/json" | "text/json" => Some(Encoding::Json),
        "application/xml" | "text/xml" => Some(Encoding::Xml),
        _ => None,
    }
}

/// Keeps what a FHIR document tells of its patient, where it names one so that it counts.
pub(super) fn take_traits(bundle: &Value, names: &[String], reader: &mut Reader<'_>) {
    let Some(patient) = document::patient(bundle) else { return };
    let patient = Node::new(patient, "DocumentReference.content[0].attachment");
    for (identifier, _) in patient::all_current(&patient) {
        patient::check_in_content(&identifier, patient.at(), reader);
    }
    if traits::counts(names, reader) {
        reader.told(traits::of_resource(&patient));
    }
}

/// Compares what the metadata say of the bytes with those that are kept.
pub(super) fn compare_bytes(attachment: &Node<'_>, kept: &StagedContent, reader: &mut Reader<'_>) {
    match attachment.text("contentType").map(Encoding::of_media_type) {
        Some(None) => reader.note(&FHIR_DOCUMENT_MEDIA, attachment.place("contentType"), ""),
        Some(Some(told)) if told != Encoding::of_written(&kept.head) => {
            reader.note(&FHIR_DOCUMENT_ENCODING, attachment.place("contentType"), "");
        }
        Some(Some(_)) | None => {}
    }
    let size = attachment.value().get("size").and_then(Value::as_u64);
    if size.is_some_and(|size| size != kept.size) {
        reader.note(&FHIR_DOCUMENT_BYTES, attachment.place("size"), format!("{} bytes are kept", kept.size));
    }
    if attachment.text("hash").is_some_and(|hash| !content::is_hash_of(hash, kept)) {
        reader.note(&FHIR_DOCUMENT_BYTES, attachment.place("hash"), format!("what is kept has {}", printed_hash(kept)));
    }
}

/// Puts into the metadata what is true of the bytes that are kept.
pub(super) fn settle(reference: &mut Value, kept: &StagedContent) {
    let attachment = reference.pointer_mut("/content/0/attachment").and_then(Value::as_object_mut);
    let Some(attachment) = attachment else { return };
    let encoding = Encoding::of_written(&kept.head);
    let told = attachment.get("contentType").and_then(Value::as_str).map(content::essence);
    if told.is_some_and(|told| told != encoding.media_type()) {
        attachment.insert("contentType".to_owned(), json!(encoding.media_type()));
    }
    attachment.insert("size".to_owned(), json!(kept.size));
    attachment.insert("hash".to_owned(), json!(printed_hash(kept)));
}

/// Compares type, language and confidentiality of the metadata with those of the document, where both state them.
pub(super) fn compare_header(reference: &Node<'_>, bundle: &Node<'_>, entry: &DocumentEntry, reader: &mut Reader<'_>) {
    let Some(composition) = bundle.all("entry.resource").into_iter().next() else { return };
    let kinds: Vec<_> = composition.all("type.coding").iter().filter_map(codes::code).collect();
    if !kinds.is_empty() && !kinds.contains(&entry.kind) {
        reader.note(&HEADER_TYPE, reference.place("type"), "");
    }
    let told = composition.text("language").or_else(|| bundle.text("language"));
    let stated = reference.text_at("content.attachment.language");
    if told.zip(stated).is_some_and(|(told, stated)| primary(told) != primary(stated)) {
        reader.note(&HEADER_LANGUAGE, reference.place("content.attachment.language"), "");
    }
    let told = match composition.text("confidentiality") {
        Some("N") => Confidentiality::N,
        Some("R") => Confidentiality::R,
        Some("V") => Confidentiality::V,
        None | Some(_) => return,
    };
    if told != entry.labels.confidentiality {
        reader.note(&HEADER_CONFIDENTIALITY, reference.place("securityLabel"), "");
    }
}

/// The language without its country.
fn primary(language: &str) -> String {
    language.split('-').next().unwrap_or_default().to_ascii_lowercase()
}
