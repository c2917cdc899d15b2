//! A submission (lot de soumission): documents filed together, all or none.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    caller::Who,
    document::{Author, DocumentEntry, DocumentId, Rendition},
    identity::{Ins, StructIdNat},
    list::FiledList,
    professional::Professional,
    traits::TraitsTold,
};

pub use super::document::TargetName;

/// Content that lies in the host's quarantine: nobody can read it, and what no commit adopts is swept.
#[derive(Clone, PartialEq, Eq)]
pub struct StagedContent {
    /// Where the host keeps it.
    pub handle: Uuid,
    /// Bytes, counted on the way in.
    pub size: u64,
    /// SHA-1 of the bytes, computed on the way in.
    pub sha1: [u8; 20],
    /// The first bytes, at most [`StagedContent::HEAD`], to look at a header without reading the content again.
    pub head: Vec<u8>,
}

impl StagedContent {
    /// How many of the first bytes are kept in memory.
    pub const HEAD: usize = 64 * 1024;
}

impl fmt::Debug for StagedContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StagedContent({}, {} bytes)", self.handle, self.size)
    }
}

/// An author as the metadata declare it, resolved in the directory where it is a professional.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeclaredAuthor {
    /// A registered professional.
    Professional(Professional),
    /// A professional, device or structure that no directory or certificate vouches for.
    Unverified,
    /// A structure, or a device of it.
    Structure(StructIdNat),
    /// A patient.
    Patient(Ins),
}

/// One new document.
#[derive(Debug, Clone)]
pub struct NewDocument {
    /// The metadata, complete but for the verified authors and what a replacement hands on.
    pub entry: DocumentEntry,
    /// The resource as it will be read.
    pub rendition: Rendition,
    /// The authors that the metadata name.
    pub declared: Vec<DeclaredAuthor>,
    /// Who signs it (legal signature), and the source of the submission set; nobody gains a right by it.
    pub signatories: Vec<DeclaredAuthor>,
    /// The structure that keeps it (custodian), where the metadata name one.
    pub custodian: Option<StructIdNat>,
    /// The INS that the content's own header names, where it could be read (CDA `recordTarget`).
    pub content_names: Vec<String>,
}

/// A replacement: the new document takes the place of the old one, which becomes superseded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// The new document.
    pub by: DocumentId,
    /// The old one.
    pub target: TargetName,
}

/// What is to be filed.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The submission set, from the source (ITI-65) or made by the server (ITI-105).
    pub set: FiledList,
    /// The folders that it makes.
    pub folders: Vec<FiledList>,
    /// The documents, at least one.
    pub documents: Vec<NewDocument>,
    /// The replacements.
    pub replacements: Vec<Replacement>,
    /// What metadata and contents tell of the person whom they concern.
    pub traits: Vec<TraitsTold>,
    /// When it arrived.
    pub received: Timestamp,
}

impl Submission {
    /// The authors whose rights the documents will carry, given who files: the caller where it is a professional, an
    /// organisation or the holder, and every declared professional for whom the caller may answer. A delegate leaves the
    /// professionals in whose name it files (R1111-46 al. 7).
    pub fn verified_authors(who: &Who, declared: &[DeclaredAuthor]) -> Vec<Author> {
        let caller = match who {
            Who::Professional(professional) => Some(Author::Person(professional.id.clone())),
            Who::Organisation { structure } => Some(Author::Structure(structure.clone())),
            Who::HolderFrontEnd { .. } => Some(Author::Holder),
            Who::Delegate { .. } => None,
        };
        let colleagues = declared.iter().filter_map(|author| match author {
            DeclaredAuthor::Professional(professional) if answers_for(who, professional) => {
                Some(Author::Person(professional.id.clone()))
            }
            DeclaredAuthor::Professional(_)
            | DeclaredAuthor::Unverified
            | DeclaredAuthor::Structure(_)
            | DeclaredAuthor::Patient(_) => None,
        });
        let mut authors: Vec<Author> = caller.into_iter().chain(colleagues).collect();
        authors.sort();
        authors.dedup();
        authors
    }
}

/// Whether the caller may file in this professional's name: it is the same person, or a delegate or the software of a
/// structure where that person practises.
pub fn answers_for(who: &Who, professional: &Professional) -> bool {
    match who {
        Who::Professional(caller) => caller.id == professional.id,
        Who::Delegate { structure, .. } | Who::Organisation { structure } => {
            professional.structures.contains(structure)
        }
        Who::HolderFrontEnd { .. } => false,
    }
}
