//! The header of a content against its metadata: whom it names as patient, and K08. Source: law.md K08; decision 0012.

use super::{AuthorName, author, codes, content, fhir_document, patient, reader::Reader, traits};
use crate::{
    fhir::{
        cda::{self, Ii, Look, Stated},
        content::{Heading, look_at},
        rules::HEADER_UNREADABLE,
        tree::Node,
    },
    record::{
        code::Code,
        identity::{Ins, PsIdNat, StructIdNat},
        submission::StagedContent,
        visibility::Confidentiality,
    },
};

/// What the metadata state, as far as it was read before.
pub(super) struct Metadata<'a> {
    pub(super) authors: &'a [AuthorName],
    pub(super) signatories: &'a [AuthorName],
    pub(super) kind: &'a Code,
    pub(super) confidentiality: Confidentiality,
}

/// Compares a document with the header of its content, where it has one; the matricules that the header gives its patient.
pub(super) fn compare(
    document: &Node<'_>,
    staged: &StagedContent,
    metadata: &Metadata<'_>,
    reader: &mut Reader<'_>,
) -> Vec<String> {
    let Some(attachment) = document.all("content.attachment").into_iter().next() else { return Vec::new() };
    let is_whole = staged.size == staged.head.len() as u64;
    let media_type = attachment.text("contentType");
    let (heading, look) = look_at(&staged.head, is_whole, media_type.is_some_and(content::is_xml));
    match &heading {
        Heading::Names(names) => {
            check_identifiers(look.as_ref(), attachment.at(), reader);
            traits::take_of_header(look.as_ref(), names, reader);
            compare_rest(document, look.as_ref(), metadata, reader);
        }
        Heading::Absent | Heading::Unreadable => {}
    }
    let heading = match (heading, media_type) {
        (Heading::Absent, Some(media_type)) => fhir_document::heading_of(staged, media_type, reader),
        (heading, _) => heading,
    };
    match heading {
        Heading::Names(names) => names,
        Heading::Absent => Vec::new(),
        Heading::Unreadable => {
            reader.note(&HEADER_UNREADABLE, attachment.at(), "");
            Vec::new()
        }
    }
}

fn check_identifiers(look: Option<&Look>, at: &str, reader: &mut Reader<'_>) {
    let told = look.and_then(Look::patient_ids).unwrap_or_default();
    for identifier in told.iter().filter_map(Ii::identifier) {
        patient::check_in_content(&identifier, at, reader);
    }
}

/// What beyond the patient can be read of a header is compared only where all of it can.
fn compare_rest(document: &Node<'_>, look: Option<&Look>, metadata: &Metadata<'_>, reader: &mut Reader<'_>) {
    let Some(Ok(header)) = look.map(Look::header) else { return };
    let stated = Stated {
        professionals: professionals(metadata.authors),
        patients: patients(metadata.authors),
        structures: structures(document, metadata.authors),
        signatories: professionals(metadata.signatories),
        kind: metadata.kind.clone(),
        language: document.text_at("content.attachment.language").map(str::to_owned),
        confidentiality: metadata.confidentiality,
        format: document.all("content.format").first().and_then(codes::code),
    };
    for difference in cda::compare(&header, &stated) {
        reader.note(&difference.check, document.place(difference.path), "");
    }
}

fn professionals(names: &[AuthorName]) -> Vec<PsIdNat> {
    let professional = |name: &AuthorName| match name {
        AuthorName::Professional(id) => Some(id.clone()),
        AuthorName::Structure(_) | AuthorName::Patient(_) | AuthorName::Unidentified => None,
    };
    names.iter().filter_map(professional).collect()
}

fn patients(names: &[AuthorName]) -> Vec<Ins> {
    let patient = |name: &AuthorName| match name {
        AuthorName::Patient(ins) => Some(ins.clone()),
        AuthorName::Professional(_) | AuthorName::Structure(_) | AuthorName::Unidentified => None,
    };
    names.iter().filter_map(patient).collect()
}

/// The structures that are authors, and those for which the authors act.
fn structures(document: &Node<'_>, names: &[AuthorName]) -> Vec<StructIdNat> {
    let own = names.iter().filter_map(|name| match name {
        AuthorName::Structure(id) => Some(id.clone()),
        AuthorName::Professional(_) | AuthorName::Patient(_) | AuthorName::Unidentified => None,
    });
    let roles = document.each("author");
    let roles = roles.iter().filter_map(|reference| author::contained(reference, document));
    let of_roles = roles.filter_map(|role| author::structure(&role.first("organization")?, document));
    own.chain(of_roles).collect()
}
