//! Folders: new ones, of documents of the same submission. Source: pdsm-dmp 3.4, 8.3; conformance 1.3.

use uuid::Uuid;

use super::{
    elements::{self, FOLDER},
    entries::{Entry, Kind},
    patient,
    places::Places,
    reader::Reader,
    set,
};
use crate::{
    fhir::{
        canon::DESIGNATION_TYPE,
        rules::{ELEMENT_MISSING, ELEMENT_REPEATED, FOLDER_ITEM},
        tree::Node,
    },
    record::list::{FiledList, ListKind},
};

/// The token of MHD for folders that are not taken as they are sent.
pub(super) const PARTIAL: &str = "PartialFolderContentNotProcessed";

/// Checks a folder.
pub(super) fn check(list: &Node<'_>, places: &Places<'_, '_>, reader: &mut Reader<'_>) {
    elements::check(list, FOLDER, reader);
    set::check_fixed(list, "folder", reader);
    check_designation(list, reader);
    check_items(list, places, reader);
    places.check_links(list, reader);
    if let Some(subject) = list.first("subject") {
        patient::take(&subject, list, places.entries, reader);
    }
}

/// PDSm has one designation where XDS has a list of codes; further codes are further codings of it.
fn check_designation(list: &Node<'_>, reader: &mut Reader<'_>) {
    match list.extensions(DESIGNATION_TYPE).as_slice() {
        [one] if one.first("valueCodeableConcept").is_some() => {}
        [] | [_] => reader.note(&ELEMENT_MISSING, list.place("extension"), DESIGNATION_TYPE),
        [..] => reader.note(&ELEMENT_REPEATED, list.place("extension"), DESIGNATION_TYPE),
    }
}

/// Who may put a stored document into a folder, and who learns of it there, nothing says: only new documents are taken.
fn check_items(list: &Node<'_>, places: &Places<'_, '_>, reader: &mut Reader<'_>) {
    for item in list.all("entry.item") {
        let linked = item.text("reference").and_then(|link| places.entries.linked(link));
        if !linked.is_some_and(|(_, entry)| entry.kind == Kind::Document) {
            reader.note(&FOLDER_ITEM, item.place("reference"), PARTIAL);
        }
    }
}

/// The folder of a source.
pub(super) fn read(entry: &Entry<'_>, id: Uuid, places: &Places<'_, '_>, reader: &Reader<'_>) -> Option<FiledList> {
    let holder = reader.holder.as_ref()?;
    let tree = set::with_lasting_items(&entry.resource, places);
    Some(set::finish(tree, id, ListKind::Folder, places, reader, holder))
}
