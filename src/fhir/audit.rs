//! Access traces as FHIR AuditEvents: in the form of IHE BALP, with the audit of each MHD transaction, and in the projection of the ANS
//! traceability guide (TDE) for those who ask for its profile. Source: BALP 1.1.4; MHD 4.2.3 "security audit considerations"; TDE 2.0.0;
//! conformance 1.6, 2.

mod agents;
mod codes;
mod entities;
mod event;
mod search;
mod tde;

#[cfg(test)]
mod tests;

pub use event::print;
pub(in crate::fhir) use search::TRACES;
pub use search::{TraceAsk, parse};
pub use tde::{PROFILE as TDE, project};

/// The profiles of BALP and MHD that the events of this server follow.
pub const PROFILES: &[&str] = &[
    "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientCreate",
    "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientQuery",
    "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead",
    "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientUpdate",
    "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.FindDocumentLists.Audit.Responder",
    "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.FindDocumentReferences.Audit.Responder",
    "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.GenerateMetadata.Audit.Recipient",
    "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.ProvideBundle.Audit.Recipient",
    "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.RetrieveDocument.Audit.Responder",
    "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.SimplifiedPublish.Audit.Recipient",
];

/// What the events tell of this server.
#[derive(Debug, Clone, Copy)]
pub struct Observer<'a> {
    /// The address of the FHIR API, without a final slash.
    pub base: &'a str,
    /// The gateway's OID, as `urn:oid:…`.
    pub source_id: &'a str,
    /// Whether the reader is told why the law refused: the holder is, others would learn of a block.
    pub tells_grounds: bool,
}
