//! A DocumentReference with everything that a document entry needs, into the record model.

use uuid::Uuid;

use super::{
    AuthorName, author,
    codes::{self, CATEGORY, FACILITY, PRACTICE, TYPE},
    content,
    entries::Kind,
    header, identifiers, index, patient,
    places::Places,
    reader::Reader,
    relation, rendition, set,
};
use crate::{
    fhir::{
        date::span,
        rules::{CONTAINED_DANGLING, DATE_FORM, PERIOD_REVERSED, SOURCE_PATIENT_ID, TARGET_KIND, VALUE_FIXED},
        tree::Node,
    },
    record::{
        code::{Code, Identifier},
        document::{ContentRef, DateSpan, DocumentEntry, DocumentId, Index, Status},
        submission::{NewDocument, StagedContent, TargetName},
        visibility::{Labels, Origin},
    },
};

/// A document as it was read.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) new: NewDocument,
    pub(super) authors: Vec<AuthorName>,
    pub(super) signatories: Vec<AuthorName>,
    pub(super) replaces: Vec<TargetName>,
}

/// What the metadata tell.
struct Metadata {
    unique_id: Identifier,
    kind: Code,
    class: Code,
    date: DateSpan,
    creation: DateSpan,
    period: (jiff::Timestamp, Option<jiff::Timestamp>),
    labels: Labels,
    entry_uuids: Vec<Uuid>,
    archived: bool,
}

/// Reads a document whose content is staged.
pub(super) fn read(
    document: &Node<'_>,
    id: DocumentId,
    staged: Option<&StagedContent>,
    places: &Places<'_, '_>,
    reader: &mut Reader<'_>,
) -> Option<Read> {
    check(document, places, reader);
    let authors = author::all(document, reader);
    let signatories = author::signatories(document, reader);
    let metadata = metadata(document, &authors, reader);
    let targets = relation::targets(document, places);
    let replaces = relation::replaced(document, &targets, reader);
    let attachment = document.all("content.attachment").into_iter().next()?;
    content::check_media_type(&attachment, reader);
    content::check(&attachment, staged?, reader);
    let (staged, metadata) = (staged?, metadata?);
    let relations = relation::kept(document, &targets);
    let index = index::of_document(document, places);
    let entry =
        DocumentEntry { relations, index, ..entry(id, metadata, staged, attachment.text("contentType")?, reader) };
    let holder = reader.holder.clone()?;
    let rendition = rendition::document(document.value(), &entry, staged, places, &holder);
    let custodian = document.first("custodian").and_then(|reference| author::structure(&reference, document));
    let stated = header::Metadata {
        authors: &authors,
        signatories: &signatories,
        kind: &entry.kind,
        confidentiality: entry.labels.confidentiality,
    };
    // A FHIR document that stands in the submission was read with it.
    let content_names =
        if is_read(document, places) { Vec::new() } else { header::compare(document, staged, &stated, reader) };
    let new = NewDocument { entry, rendition, declared: Vec::new(), signatories: Vec::new(), custodian, content_names };
    Some(Read { new, authors, signatories, replaces })
}

fn check(document: &Node<'_>, places: &Places<'_, '_>, reader: &mut Reader<'_>) {
    if let Some(status) = document.text("status").filter(|status| *status != "current") {
        reader.note(&VALUE_FIXED, document.place("status"), format!("a new document is current, not {status}"));
    }
    if let Some(subject) = document.first("subject") {
        patient::take(&subject, document, places.entries, reader);
    }
    for source in document.all("context.sourcePatientInfo") {
        patient::compare(&source, document, places.entries, reader);
        author::check_target(&source, document, &["Patient"], reader, &TARGET_KIND);
    }
    for author in document.each("author") {
        author::check_target(&author, document, author::AUTHORS, reader, &TARGET_KIND);
    }
    for custodian in document.each("custodian") {
        author::check_target(&custodian, document, &["Organization"], reader, &CONTAINED_DANGLING);
    }
    for related in document.all("context.related") {
        relation::check_related(&related, places, reader);
    }
    codes::take(document, &FACILITY, reader);
    codes::take(document, &PRACTICE, reader);
    codes::check_format(document, reader);
    places.check_links(document, reader);
}

fn is_read(document: &Node<'_>, places: &Places<'_, '_>) -> bool {
    let attachments = document.all("content.attachment");
    let mut links = attachments.iter().filter_map(|attachment| attachment.text("url"));
    links.any(|url| places.entries.linked(url).is_some_and(|(_, entry)| entry.kind == Kind::FhirDocument))
}

/// Checks what only the comprehensive profile wants: contained references.
pub(super) fn check_containment(document: &Node<'_>, reader: &mut Reader<'_>) {
    let authors = ["Practitioner", "PractitionerRole", "Device", "Patient"];
    let authenticators = ["Practitioner", "PractitionerRole", "Organization"];
    for (path, kinds) in
        [("author", &authors[..]), ("authenticator", &authenticators), ("context.sourcePatientInfo", &["Patient"])]
    {
        for reference in document.all(path) {
            author::check_contained(&reference, document, kinds, reader);
        }
    }
    for reference in document.all("context.sourcePatientInfo") {
        let patient = author::contained(&reference, document);
        if patient.is_some_and(|patient| patient.first("identifier").is_none()) {
            reader.note(&SOURCE_PATIENT_ID, reference.at(), "");
        }
    }
}

fn metadata(document: &Node<'_>, authors: &[AuthorName], reader: &mut Reader<'_>) -> Option<Metadata> {
    let unique_id = identifiers::unique_id(document, reader);
    let entry_uuids = identifiers::entry_uuids(document, reader);
    let kind = codes::take(document, &TYPE, reader);
    let class = codes::take(document, &CATEGORY, reader);
    let labels = codes::labels(document, origin(authors), reader);
    let creation = date_at(document, "content.attachment.creation", reader);
    let date = date_at(document, "date", reader);
    let period = period(document, reader);
    let archived = set::is_archived(document);
    Some(Metadata {
        unique_id: unique_id?,
        kind: kind?,
        class: class?,
        date: date?,
        creation: creation?,
        period: period?,
        labels,
        entry_uuids,
        archived,
    })
}

/// Whose flags they are: the holder's where the holder alone wrote the document.
fn origin(authors: &[AuthorName]) -> Origin {
    let by_patient = |author: &AuthorName| match author {
        AuthorName::Patient(_) => true,
        AuthorName::Professional(_) | AuthorName::Structure(_) | AuthorName::Unidentified => false,
    };
    if !authors.is_empty() && authors.iter().all(by_patient) { Origin::Holder } else { Origin::Author }
}

fn date_at(document: &Node<'_>, path: &str, reader: &mut Reader<'_>) -> Option<DateSpan> {
    let node = document.all(path).into_iter().next()?;
    let read = node.value().as_str().and_then(|text| span(text).ok());
    if read.is_none() {
        reader.note(&DATE_FORM, node.at(), "");
    }
    read
}

fn period(document: &Node<'_>, reader: &mut Reader<'_>) -> Option<(jiff::Timestamp, Option<jiff::Timestamp>)> {
    let start = date_at(document, "context.period.start", reader)?;
    let end = date_at(document, "context.period.end", reader);
    if end.is_some_and(|end| end.until <= start.from) {
        reader.note(&PERIOD_REVERSED, document.place("context.period"), "");
    }
    Some((start.from, end.map(|end| end.until)))
}

fn entry(
    id: DocumentId,
    metadata: Metadata,
    staged: &StagedContent,
    content_type: &str,
    reader: &Reader<'_>,
) -> DocumentEntry {
    let received = reader.setting.received;
    let entry_uuids = match metadata.entry_uuids {
        uuids if uuids.is_empty() => vec![(reader.setting.new_id)()],
        uuids => uuids,
    };
    DocumentEntry {
        id,
        version: 1,
        updated: received,
        unique_id: metadata.unique_id,
        entry_uuids,
        status: Status::Current,
        archived: metadata.archived,
        kind: metadata.kind,
        class: metadata.class,
        date: metadata.date,
        creation: metadata.creation,
        period: metadata.period,
        authors: Vec::new(),
        labels: metadata.labels,
        first_deposited: received,
        announced: None,
        content: ContentRef {
            handle: staged.handle,
            content_type: content_type.to_owned(),
            size: staged.size,
            sha1: staged.sha1,
        },
        replaces: Vec::new(),
        relations: Vec::new(),
        index: Index::default(),
    }
}
