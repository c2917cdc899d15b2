//! Publications: what a source files, from FHIR to the record model.
//!
//! ITI-65 files a whole submission as a transaction, ITI-105 one document whose metadata are completed here, ITI-106 one whose metadata
//! are made here from the header of its content. Every problem is reported, not the first alone, and a single error refuses the whole.

mod author;
mod codes;
mod content;
mod derive;
mod document;
mod elements;
mod entries;
mod fhir_document;
mod folder;
mod generate;
mod header;
mod identifiers;
mod index;
mod patch;
mod patient;
mod places;
mod provide;
mod reader;
mod relation;
mod rendition;
mod set;
mod simple;
#[cfg(test)]
pub(super) mod tests;
mod traits;

use std::collections::HashSet;

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    intake::{Intake, Staged},
    issue::{Issue, Issues},
    rules::RuleSet,
};
use crate::record::{
    code::{Code, Identifier},
    identity::{Ins, PsIdNat, StructIdNat},
    submission::{StagedContent, Submission, TargetName},
};
pub(in crate::fhir) use codes::{Label, meaning};
use reader::Reader;
pub(in crate::fhir) use rendition::canonicalise;

/// What a publication is read with: the rules, the moment, and what the caller's certificate tells.
pub struct Setting<'a> {
    /// The rule set.
    pub rules: RuleSet,
    /// Whether real identities are expected, or those of the test ranges.
    pub production: bool,
    /// When it arrived.
    pub received: Timestamp,
    /// Makes fresh ids.
    pub new_id: &'a dyn Fn() -> Uuid,
    /// The address of the FHIR API.
    pub base: &'a str,
    /// The patient of an id that this server gave.
    pub patient: &'a dyn Fn(&str) -> Option<Ins>,
    /// The gateway as a source of submissions, `urn:oid:…`.
    pub source_id: &'a str,
    /// The sector of the caller's structure (TRE_R02).
    pub facility: Option<Code>,
    /// The practice setting of the caller's structure (TRE_A01).
    pub practice_setting: Option<Code>,
    /// The caller's structure, where there is only one.
    pub structure: Option<StructIdNat>,
}

/// An author as the metadata name it, to be looked up in the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthorName {
    /// A professional by national identifier.
    Professional(PsIdNat),
    /// A structure, or a device of it.
    Structure(StructIdNat),
    /// A patient.
    Patient(Ins),
    /// Someone or something without a national identifier.
    Unidentified,
}

/// A publication in the terms of the record model.
#[derive(Debug)]
pub struct Publication {
    /// Whose record.
    pub holder: Ins,
    /// What is filed; in each document `declared`, `signatories` and `entry.authors` are empty until the directory is asked.
    pub submission: Submission,
    /// The authors of each document, in the order of the metadata.
    pub authors: Vec<Vec<AuthorName>>,
    /// Who signs each document, and the source of the submission set.
    pub signatories: Vec<Vec<AuthorName>>,
    /// What is answered to each entry of the request, in order.
    pub reply: Vec<ReplyEntry>,
    /// What was taken with a remark.
    pub warnings: Vec<Issue>,
    /// Staged content that no document adopts, to be discarded.
    pub unused: Vec<StagedContent>,
}

/// What one entry of the request became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyEntry {
    /// The submission set.
    SubmissionSet,
    /// The folder of that number in the submission.
    Folder(usize),
    /// The document of that number in the submission.
    Document(usize),
    /// The content of the document of that number.
    Binary(usize),
    /// The target of the replacement of that number.
    Superseded(usize),
    /// The patient, who was only identified.
    Patient,
}

/// A publication that is refused.
#[derive(Debug)]
pub struct Rejected {
    /// Why; at least one error.
    pub issues: Issues,
    /// The staged content, to be discarded.
    pub staged: Vec<StagedContent>,
}

/// Reads a submission (ITI-65, TD2). Source: pdsm-dmp 3.1, 3.3 to 3.5, 4.1; conformance 1.2 to 1.4.
///
/// # Errors
/// Everything that is wrong, with its place.
pub fn bundle(intake: Intake, setting: &Setting<'_>) -> Result<Publication, Rejected> {
    let mut reader = Reader::new(setting);
    let publication = provide::read(&intake.tree, &intake.staged, &mut reader);
    conclude(publication, reader, intake.staged)
}

/// Reads a simplified publication (ITI-105, TD2). Source: pdsm-dmp 3.2, 4.5.
///
/// # Errors
/// Everything that is wrong, with its place.
pub fn simplified(intake: Intake, setting: &Setting<'_>) -> Result<Publication, Rejected> {
    let mut reader = Reader::new(setting);
    let publication = simple::read(intake.tree, &intake.staged, &mut reader);
    conclude(publication, reader, intake.staged)
}

/// Reads a document from whose CDA header the metadata are to be generated (ITI-106): Parameters with one parameter `document`, a Binary.
/// What the header does not tell is derived as for ITI-105. Source: MHD 3.106, PCC 4.1; pdsm-dmp 8.
///
/// # Errors
/// Everything that is wrong, with its place.
pub fn generated(intake: Intake, setting: &Setting<'_>) -> Result<Publication, Rejected> {
    let mut reader = Reader::new(setting);
    let publication = generate::read(&intake.tree, &intake.staged, &mut reader);
    conclude(publication, reader, intake.staged)
}

/// The identifier of a conditional reference `Type?identifier=system|value`.
pub(super) fn conditional(reference: &str, kind: &str) -> Option<Identifier> {
    patient::conditional(reference, kind)
}

/// How a link names a stored document.
pub(super) fn document_name(link: &str) -> Option<TargetName> {
    relation::name_of(link)
}

fn conclude(read: Option<Publication>, reader: Reader<'_>, staged: Vec<Staged>) -> Result<Publication, Rejected> {
    // The first bytes were read, and need not be held until the decision.
    let name = |staged: Staged| StagedContent { head: Vec::new(), ..staged.content };
    let staged: Vec<StagedContent> = staged.into_iter().map(name).collect();
    let issues = reader.into_issues(read.is_some());
    match (read, issues) {
        (Some(publication), Ok(warnings)) => {
            let documents = publication.submission.documents.iter();
            let adopted: HashSet<Uuid> = documents.map(|new| new.entry.content.handle).collect();
            let unused = staged.into_iter().filter(|content| !adopted.contains(&content.handle)).collect();
            Ok(Publication { warnings, unused, ..publication })
        }
        (_, Ok(warnings)) => Err(Rejected { issues: Issues(warnings), staged }),
        (_, Err(issues)) => Err(Rejected { issues, staged }),
    }
}
