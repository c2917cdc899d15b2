//! K08: the header of a document against what its metadata state. Source: PDSm; law.md K08; decision 0012.

use super::{Entity, Header, Ii, format_of};
use crate::{
    fhir::rules::{
        Check, HEADER_AUTHOR, HEADER_CONFIDENTIALITY, HEADER_FORMAT, HEADER_LANGUAGE, HEADER_PATIENT_AUTHOR,
        HEADER_SIGNATORY, HEADER_STRUCTURE, HEADER_TYPE,
    },
    record::{
        code::Code,
        identity::{Ins, PsIdNat, StructIdNat},
        visibility::Confidentiality,
    },
};

/// What metadata state of a document. National identifiers are compared as such, in whichever of their spellings they came.
pub struct Stated {
    /// The professionals among the authors.
    pub professionals: Vec<PsIdNat>,
    /// The patients among the authors.
    pub patients: Vec<Ins>,
    /// The structures of the authors, or that are authors.
    pub structures: Vec<StructIdNat>,
    /// The professionals who sign.
    pub signatories: Vec<PsIdNat>,
    /// The type.
    pub kind: Code,
    /// The language of the content.
    pub language: Option<String>,
    /// The base confidentiality.
    pub confidentiality: Confidentiality,
    /// The format.
    pub format: Option<Code>,
}

/// Something in which header and metadata differ. It carries nothing of either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// What; the rule set says how grave it is.
    pub check: Check,
    /// Where in the metadata, from the DocumentReference down.
    pub path: &'static str,
}

/// Compares a header with metadata. Only what both state is compared; an author of the header whom the metadata leave out is none too many,
/// unless the metadata name no professional at all.
pub fn compare(header: &Header, stated: &Stated) -> Vec<Difference> {
    let found = [
        (contradicts_patient(header, stated), HEADER_PATIENT_AUTHOR, "author"),
        (differs_in_author(header, stated), HEADER_AUTHOR, "author"),
        (differs_in_structure(header, stated), HEADER_STRUCTURE, "author"),
        (differs_in_signatory(header, stated), HEADER_SIGNATORY, "authenticator"),
        (header.code.as_ref().is_some_and(|code| code.code() != stated.kind), HEADER_TYPE, "type"),
        (differs_in_language(header, stated), HEADER_LANGUAGE, "content.attachment.language"),
        (differs_in_confidentiality(header, stated), HEADER_CONFIDENTIALITY, "securityLabel"),
        (differs_in_format(header, stated), HEADER_FORMAT, "content.format"),
    ];
    found.into_iter().filter(|(differs, ..)| *differs).map(|(_, check, path)| Difference { check, path }).collect()
}

/// Whether the metadata say that a patient wrote it, who is neither the patient of the header nor one of its authors.
fn contradicts_patient(header: &Header, stated: &Stated) -> bool {
    let of_authors = header.authors.iter().flat_map(|author| &author.entity.ids);
    let known: Vec<Ins> =
        header.patients.iter().flat_map(|patient| &patient.ids).chain(of_authors).filter_map(Ii::patient).collect();
    let is_known = |ins: &Ins| known.iter().any(|known| known.matricule() == ins.matricule());
    !known.is_empty() && !stated.patients.iter().all(is_known)
}

fn differs_in_author(header: &Header, stated: &Stated) -> bool {
    // A device bears a number of the same register, and is no professional.
    let people = header.authors.iter().filter(|author| author.device.is_none());
    let known: Vec<PsIdNat> = people.flat_map(|author| professionals(&author.entity)).collect();
    let all_known = stated.professionals.iter().all(|stated| known.contains(stated));
    !known.is_empty() && (stated.professionals.is_empty() || !all_known)
}

fn differs_in_structure(header: &Header, stated: &Stated) -> bool {
    let organizations = header.authors.iter().filter_map(|author| author.entity.organization.as_ref());
    let known: Vec<StructIdNat> =
        organizations.flat_map(|organization| &organization.ids).filter_map(Ii::structure).collect();
    !known.is_empty() && !stated.structures.iter().all(|stated| known.contains(stated))
}

fn differs_in_signatory(header: &Header, stated: &Stated) -> bool {
    let known: Vec<PsIdNat> =
        header.legal_authenticator.iter().flat_map(|signature| professionals(&signature.entity)).collect();
    !known.is_empty() && !stated.signatories.iter().all(|stated| known.contains(stated))
}

/// A language alone is the same as that language of a country.
fn differs_in_language(header: &Header, stated: &Stated) -> bool {
    let (Some(told), Some(stated)) = (header.language.as_deref(), stated.language.as_deref()) else { return false };
    let primary = |language: &str| language.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let are_whole = told.contains('-') && stated.contains('-');
    primary(told) != primary(stated) || (are_whole && !told.eq_ignore_ascii_case(stated))
}

fn differs_in_confidentiality(header: &Header, stated: &Stated) -> bool {
    let told = header.confidentiality.as_ref().map(|concept| concept.code.as_str());
    let known = match told {
        Some("N") => Confidentiality::N,
        Some("R") => Confidentiality::R,
        Some("V") => Confidentiality::V,
        None | Some(_) => return false,
    };
    known != stated.confidentiality
}

/// That the media type says enough contradicts nothing.
fn differs_in_format(header: &Header, stated: &Stated) -> bool {
    let is_telling = |format: &&Code| format.code != "urn:ihe:iti:xds:2017:mimeTypeSufficient";
    let (Some(told), Some(stated)) = (format_of(header), stated.format.as_ref().filter(is_telling)) else {
        return false;
    };
    told != *stated
}

fn professionals(entity: &Entity) -> impl Iterator<Item = PsIdNat> {
    entity.ids.iter().filter_map(Ii::professional)
}
