//! A List: what the server owns from the entry, the rest from the stored bytes. Source: pdsm-dmp 3.3, 3.4.

use super::json::{instant, member, raw, string};
use crate::record::list::{FiledList, ListEntry};

/// Appends the resource. Its items are the documents of the entry, then its folders, each in order, by relative references as those
/// between documents are.
pub fn list(out: &mut Vec<u8>, list: &FiledList) {
    let entry = &list.entry;
    raw(out, "{\"resourceType\":\"List\",");
    member(out, "id", &entry.id.to_string());
    print_meta(out, entry);
    if !list.rendition.is_empty() {
        raw(out, ",");
        out.extend_from_slice(&list.rendition);
    }
    print_items(out, entry);
    raw(out, "}");
}

fn print_meta(out: &mut Vec<u8>, entry: &ListEntry) {
    raw(out, ",\"meta\":{");
    member(out, "versionId", &entry.version.to_string());
    raw(out, ",");
    member(out, "lastUpdated", &instant(entry.updated));
    let mut before = ",\"profile\":[";
    for profile in &entry.profiles {
        raw(out, before);
        before = ",";
        string(out, profile);
    }
    raw(out, if entry.profiles.is_empty() { "}" } else { "]}" });
}

fn print_items(out: &mut Vec<u8>, entry: &ListEntry) {
    let documents = entry.documents.iter().map(|id| format!("DocumentReference/{id}"));
    let folders = entry.folders.iter().map(|id| format!("List/{id}"));
    let mut before = ",\"entry\":[";
    for item in documents.chain(folders) {
        raw(out, before);
        before = ",";
        raw(out, "{\"item\":{");
        member(out, "reference", &item);
        raw(out, "}}");
    }
    if before == "," {
        raw(out, "]");
    }
}
