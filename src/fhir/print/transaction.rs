//! The answer to a submission. Source: pdsm-dmp 3.6, 4.1 (6); conformance TX-01.

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    json::{instant, member, raw},
    outcome,
};
use crate::{
    fhir::{issue::Issue, publication::ReplyEntry},
    record::document::DocumentId,
};

/// A version of a document, as it was filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FiledVersion {
    /// The document.
    pub id: DocumentId,
    /// The version.
    pub version: u32,
    /// When it was accepted.
    pub updated: Timestamp,
}

/// A submission, as it was filed.
#[derive(Debug, Clone)]
pub struct FiledSubmission<'a> {
    /// The submission set.
    pub set: Uuid,
    /// The folders, in the order of the submission.
    pub folders: &'a [Uuid],
    /// When it arrived.
    pub received: Timestamp,
    /// The documents, in the order of the submission.
    pub documents: &'a [FiledVersion],
    /// The superseded documents, in the order of the replacements.
    pub superseded: &'a [FiledVersion],
}

/// The Bundle: one entry for each of the request, in order, with the warnings that concern it. `base` is the address of the
/// server without a final slash.
pub fn transaction_response(
    reply: &[ReplyEntry],
    filed: &FiledSubmission<'_>,
    warnings: &[Issue],
    base: &str,
) -> Vec<u8> {
    let mut out = Vec::new();
    raw(&mut out, "{\"resourceType\":\"Bundle\",\"type\":\"transaction-response\",\"entry\":[");
    for (index, entry) in reply.iter().enumerate() {
        raw(&mut out, if index == 0 { "{\"response\":{" } else { ",{\"response\":{" });
        print_entry(&mut out, *entry, filed, base);
        print_warnings(&mut out, index, warnings);
        raw(&mut out, "}}");
    }
    raw(&mut out, "]}");
    out
}

fn print_entry(out: &mut Vec<u8>, entry: ReplyEntry, filed: &FiledSubmission<'_>, base: &str) {
    let made = filed.received;
    match entry {
        ReplyEntry::SubmissionSet => {
            versioned(out, "201", &format!("{base}/List/{}", filed.set), 1, made);
        }
        ReplyEntry::Folder(number) => match filed.folders.get(number) {
            Some(id) => versioned(out, "201", &format!("{base}/List/{id}"), 1, made),
            None => member(out, "status", "201"),
        },
        ReplyEntry::Document(number) => document(out, "201", filed.documents.get(number), base),
        ReplyEntry::Superseded(number) => document(out, "200", filed.superseded.get(number), base),
        ReplyEntry::Binary(number) => {
            member(out, "status", "201");
            if let Some(document) = filed.documents.get(number) {
                raw(out, ",");
                member(out, "location", &format!("{base}/Binary/{}", document.id));
            }
        }
        // The patient was identified, nothing was stored; a location would hold the INS.
        ReplyEntry::Patient => member(out, "status", "200"),
    }
}

fn document(out: &mut Vec<u8>, status: &str, filed: Option<&FiledVersion>, base: &str) {
    match filed {
        Some(FiledVersion { id, version, updated }) => {
            versioned(out, status, &format!("{base}/DocumentReference/{id}"), *version, *updated);
        }
        None => member(out, "status", status),
    }
}

fn versioned(out: &mut Vec<u8>, status: &str, url: &str, version: u32, updated: Timestamp) {
    member(out, "status", status);
    raw(out, ",");
    member(out, "location", &format!("{url}/_history/{version}"));
    raw(out, ",");
    member(out, "etag", &format!("W/\"{version}\""));
    raw(out, ",");
    member(out, "lastModified", &instant(updated));
}

fn print_warnings(out: &mut Vec<u8>, index: usize, warnings: &[Issue]) {
    let place = format!("Bundle.entry[{index}]");
    let own: Vec<Issue> = warnings.iter().filter(|issue| issue.at.starts_with(&place)).cloned().collect();
    if !own.is_empty() {
        raw(out, ",\"outcome\":");
        outcome::print(out, &own);
    }
}
