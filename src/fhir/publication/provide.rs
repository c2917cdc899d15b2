//! ITI-65: a submission as a transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use super::{
    Publication, ReplyEntry, author,
    content::{self, Shelf},
    derive,
    document::{self, Read},
    elements::{self, COMPREHENSIVE},
    entries::{Entries, Entry, Kind},
    fhir_document, folder, patch, patient,
    places::Places,
    reader::Reader,
    relation::key,
    set, traits,
};
use crate::{
    fhir::{
        canon::{MHD_PROVIDE_BUNDLE, PROVIDE_BUNDLE},
        intake::Staged,
        rules::{
            CONTENT_MISPLACED, CONTENT_MISSING, ENTRY_UUID_REPEATED, LINK_DANGLING, LINK_SHARED, LINK_UNUSED,
            NOT_A_BUNDLE, NOT_A_TRANSACTION, PROFILE_MISSING, PROFILE_UNKNOWN, REPLACED_TWICE, UNIQUE_ID_REPEATED,
        },
        tree::Node,
    },
    record::{
        document::DocumentId,
        list::FiledList,
        submission::{Replacement, StagedContent, Submission},
    },
};

/// Reads a submission; everything that is wrong is noted.
pub(super) fn read(tree: &Value, staged: &[Staged], reader: &mut Reader<'_>) -> Option<Publication> {
    let bundle = Node::new(tree, "Bundle");
    if bundle.kind() != "Bundle" {
        reader.note(&NOT_A_BUNDLE, "Bundle", "");
        return None;
    }
    check_frame(&bundle, reader);
    let entries = Entries::read(&bundle, reader);
    let places = place(&entries, reader);
    let shelf = content::shelve(staged);
    check_staged(&entries, &shelf, reader);
    let set = entries.of(Kind::SubmissionSet).next().map(|(_, entry)| entry);
    if let Some(set) = set {
        set::check(&set.resource, &places, reader);
    }
    for (_, folder) in entries.of(Kind::Folder) {
        folder::check(&folder.resource, &places, reader);
    }
    for (_, document) in entries.of(Kind::FhirDocument) {
        fhir_document::check(&document.resource, reader);
    }
    for (_, patient) in entries.of(Kind::Patient) {
        patient::compare_resource(&patient.resource, reader);
    }
    let documents: Vec<Option<Read>> =
        entries.of(Kind::Document).map(|(index, entry)| read_one(index, entry, &places, &shelf, reader)).collect();
    check_repeated(&entries, &documents, reader);
    let first = entries.of(Kind::Document).next();
    traits::demand(first.map_or(bundle.at(), |(_, entry)| entry.resource.at()), reader);
    let documents: Option<Vec<Read>> = documents.into_iter().collect();
    assemble(set?, &places, documents?, reader)
}

fn check_frame(bundle: &Node<'_>, reader: &mut Reader<'_>) {
    if bundle.text("type") != Some("transaction") {
        reader.note(&NOT_A_TRANSACTION, "Bundle.type", "");
    }
    let profiles = bundle.all("meta.profile");
    // A profile may name its version.
    let name = |node: &Node<'_>| node.value().as_str().and_then(|text| text.split('|').next()).map(str::to_owned);
    let known = |name: String| [PROVIDE_BUNDLE, MHD_PROVIDE_BUNDLE].contains(&name.as_str());
    if profiles.is_empty() {
        reader.note(&PROFILE_MISSING, "Bundle.meta.profile", PROVIDE_BUNDLE);
    } else if !profiles.iter().filter_map(name).any(known) {
        reader.note(&PROFILE_UNKNOWN, "Bundle.meta.profile", PROVIDE_BUNDLE);
    }
}

/// Gives the new documents their ids, and finds the content of each.
fn place<'p, 'a>(entries: &'p Entries<'a>, reader: &mut Reader<'_>) -> Places<'p, 'a> {
    let mut places = Places::new(entries);
    for (index, entry) in entries.of(Kind::Document) {
        let id = DocumentId((reader.setting.new_id)());
        places.documents.insert(index, id);
        for attachment in entry.resource.all("content.attachment") {
            let Some(url) = attachment.text("url") else { continue };
            match entries.linked(url).filter(|(_, entry)| entry.kind.is_content()) {
                None => reader.note(&LINK_DANGLING, attachment.place("url"), ""),
                Some((binary, _)) if places.binaries.contains_key(&binary) => {
                    reader.note(&LINK_SHARED, attachment.place("url"), "");
                }
                Some((binary, _)) => drop(places.binaries.insert(binary, id)),
            }
        }
    }
    for (index, _) in entries.of(Kind::Folder) {
        places.folders.insert(index, (reader.setting.new_id)());
    }
    for (_, entry) in entries.contents().filter(|(index, _)| !places.binaries.contains_key(index)) {
        reader.note(&LINK_UNUSED, &entry.at, "no document has this content");
    }
    places
}

/// Content may stand in the entries for it, as Binary or as FHIR document, and nowhere else.
fn check_staged(entries: &Entries<'_>, shelf: &Shelf<'_>, reader: &mut Reader<'_>) {
    let homes: BTreeSet<String> = entries.contents().map(|(_, entry)| entry.content_place()).collect();
    for lost in shelf.keys().filter(|at| !homes.contains(**at)) {
        reader.note(&CONTENT_MISPLACED, *lost, "");
    }
    for home in homes.iter().filter(|home| content::staged_at(shelf, home).is_none()) {
        reader.note(&CONTENT_MISSING, home, "");
    }
}

fn read_one(
    index: usize,
    entry: &Entry<'_>,
    places: &Places<'_, '_>,
    shelf: &Shelf<'_>,
    reader: &mut Reader<'_>,
) -> Option<Read> {
    let sent = &entry.resource;
    elements::check(sent, COMPREHENSIVE, reader);
    document::check_containment(sent, reader);
    let id = *places.documents.get(&index)?;
    let home = places.binaries.iter().find(|(_, owner)| **owner == id).map(|(index, _)| *index);
    let home = home.and_then(|index| places.entries.all.get(index));
    let content = home.and_then(|home| content_of(home, sent, shelf, reader));
    let mut tree = sent.value().clone();
    derive::defaults(&mut tree, reader.setting);
    let bundle = home.filter(|home| home.kind == Kind::FhirDocument).map(|home| &home.resource);
    if let Some((_, kept)) = bundle.zip(content) {
        fhir_document::settle(&mut tree, kept);
    }
    let mut read = document::read(&Node::new(&tree, sent.at()), id, content, places, reader)?;
    if let Some(bundle) = bundle {
        fhir_document::compare_header(sent, bundle, &read.new.entry, reader);
        read.new.content_names = fhir_document::names(bundle.value());
        fhir_document::take_traits(bundle.value(), &read.new.content_names, reader);
    }
    Some(read)
}

/// The content of a document, compared with what the metadata say of its form.
fn content_of<'s>(
    home: &Entry<'_>,
    document: &Node<'_>,
    shelf: &Shelf<'s>,
    reader: &mut Reader<'_>,
) -> Option<&'s StagedContent> {
    let staged = content::staged_at(shelf, &home.content_place());
    for attachment in document.all("content.attachment") {
        match (home.kind, staged) {
            (Kind::FhirDocument, Some(kept)) => fhir_document::compare_bytes(&attachment, kept, reader),
            (_, _) => content::check_type(&attachment, &home.resource, reader),
        }
    }
    staged
}

/// No two documents of a submission bear the same identifiers.
fn check_repeated(entries: &Entries<'_>, documents: &[Option<Read>], reader: &mut Reader<'_>) {
    let read: Vec<_> = documents
        .iter()
        .zip(entries.of(Kind::Document))
        .filter_map(|(read, (_, entry))| Some((&read.as_ref()?.new.entry, &entry.resource)))
        .collect();
    for (index, (entry, resource)) in read.iter().enumerate() {
        let before = || read.iter().take(index).map(|(entry, _)| entry);
        if before().any(|other| other.unique_id == entry.unique_id) {
            reader.note(&UNIQUE_ID_REPEATED, resource.place("masterIdentifier"), "");
        }
        if before().any(|other| other.entry_uuids.iter().any(|uuid| entry.entry_uuids.contains(uuid))) {
            reader.note(&ENTRY_UUID_REPEATED, resource.place("identifier"), "");
        }
    }
}

fn assemble(
    set: &Entry<'_>,
    places: &Places<'_, '_>,
    documents: Vec<Read>,
    reader: &mut Reader<'_>,
) -> Option<Publication> {
    let replacements = replacements(places.entries, &documents, reader);
    let reply = reply(places, &replacements, reader);
    let source = author::source(&set.resource, reader);
    let signatories = documents.iter().map(|read| read.signatories.iter().cloned().chain(source.clone()).collect());
    let signatories = signatories.collect();
    let set = set::read(set, (reader.setting.new_id)(), places, reader)?;
    let folders = folders(places, reader);
    let authors = documents.iter().map(|read| read.authors.clone()).collect();
    let documents = documents.into_iter().map(|read| read.new).collect();
    let traits = reader.take_traits();
    let submission = Submission { set, folders, documents, replacements, traits, received: reader.setting.received };
    let holder = reader.holder.clone()?;
    Some(Publication { holder, submission, authors, signatories, reply, warnings: Vec::new(), unused: Vec::new() })
}

/// The new folders, in the order of their entries.
fn folders(places: &Places<'_, '_>, reader: &Reader<'_>) -> Vec<FiledList> {
    let placed = |(index, entry)| folder::read(entry, *places.folders.get(&index)?, places, reader);
    places.entries.of(Kind::Folder).filter_map(placed).collect()
}

fn replacements(entries: &Entries<'_>, documents: &[Read], reader: &mut Reader<'_>) -> Vec<Replacement> {
    let mut all: Vec<Replacement> = Vec::new();
    let mut taken = BTreeSet::new();
    for (read, (_, entry)) in documents.iter().zip(entries.of(Kind::Document)) {
        for target in &read.replaces {
            if !taken.insert(key(target)) {
                reader.note(&REPLACED_TWICE, entry.resource.place("relatesTo"), "");
            }
            all.push(Replacement { by: read.new.entry.id, target: target.clone() });
        }
    }
    all
}

/// What is answered to each entry.
fn reply(places: &Places<'_, '_>, replacements: &[Replacement], reader: &mut Reader<'_>) -> Vec<ReplyEntry> {
    let numbers: BTreeMap<DocumentId, usize> =
        places.documents.values().enumerate().map(|(number, id)| (*id, number)).collect();
    let number = |ids: &BTreeMap<usize, DocumentId>, index: usize| {
        ids.get(&index).and_then(|id| numbers.get(id)).copied().unwrap_or_default()
    };
    let replaced: HashMap<String, usize> =
        replacements.iter().enumerate().map(|(number, it)| (key(&it.target), number)).collect();
    let entries = places.entries.all.iter().enumerate();
    entries
        .map(|(index, entry)| match entry.kind {
            Kind::SubmissionSet => ReplyEntry::SubmissionSet,
            Kind::Folder => ReplyEntry::Folder(places.folders.keys().position(|it| *it == index).unwrap_or_default()),
            Kind::Document => ReplyEntry::Document(number(&places.documents, index)),
            Kind::Binary | Kind::FhirDocument => ReplyEntry::Binary(number(&places.binaries, index)),
            Kind::Patch => ReplyEntry::Superseded(patch::take(entry, &replaced, reader).unwrap_or_default()),
            Kind::Patient => ReplyEntry::Patient,
        })
        .collect()
}
