//! Codes of audit events: what each transaction and act is called. Source: conformance 1.6, 2.1.

use serde_json::{Value, json};

use crate::record::trace::AccessTrace;

const REST: &str = "http://terminology.hl7.org/CodeSystem/audit-event-type";
const DICOM: &str = "http://dicom.nema.org/resources/ontology/DCM";
const INTERACTION: &str = "http://hl7.org/fhir/restful-interaction";
const IHE: &str = "urn:ihe:event-type-code";
const BALP: &str = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit";
const MHD: &str = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD";

/// What kind of interaction an act is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deal {
    /// Creates.
    Create,
    /// Reads one thing.
    Read,
    /// Changes one thing.
    Update,
    /// Searches.
    Query,
    /// Imports a submission set (ITI-65), or what the operator loads.
    Import,
}

impl Deal {
    /// The kind of an act, by its name in the journal and by its transaction.
    pub(super) fn of(trace: &AccessTrace) -> Self {
        match (trace.act.as_str(), trace.transaction.as_str()) {
            ("submit", "ITI-65") | ("none", "ITI-65") | ("import", _) => Self::Import,
            ("submit", _) => Self::Create,
            ("amend", _) => Self::Update,
            ("file-deed", _) if trace.raw.as_deref().is_some_and(|raw| raw.starts_with("PUT")) => Self::Update,
            ("file-deed", _) => Self::Create,
            ("search" | "find-lists" | "look-up" | "find-deeds" | "find-traces", _) => Self::Query,
            (_, "ITI-67" | "ITI-66" | "ITI-81" | "TD0.2" | "search") => Self::Query,
            (_, "ITI-105" | "ITI-106") => Self::Create,
            _ => Self::Read,
        }
    }

    /// `AuditEvent.action`.
    pub(super) const fn action(self) -> &'static str {
        match self {
            Self::Create | Self::Import => "C",
            Self::Read => "R",
            Self::Update => "U",
            Self::Query => "E",
        }
    }

    /// `AuditEvent.type`.
    pub(super) fn kind(self) -> Value {
        match self {
            Self::Import => coding(DICOM, "110107", "Import"),
            Self::Create | Self::Read | Self::Update | Self::Query => coding(REST, "rest", "RESTful Operation"),
        }
    }

    /// Which DICOM role the client plays, and which the server: whoever gives is the source. In the queries of MHD and BALP the client is,
    /// for the query comes from it.
    pub(super) fn roles(self) -> (Value, Value) {
        let source = || coding(DICOM, "110153", "Source Role ID");
        let destination = || coding(DICOM, "110152", "Destination Role ID");
        match self {
            Self::Read => (destination(), source()),
            Self::Create | Self::Update | Self::Query | Self::Import => (source(), destination()),
        }
    }

    /// The role of the person: who takes information, or who is its author.
    pub(super) const fn person(self) -> &'static str {
        match self {
            Self::Read | Self::Query => "IRCP",
            Self::Create | Self::Update | Self::Import => "AUT",
        }
    }
}

/// The subtypes: the interaction of FHIR, and the transaction of IHE.
pub(super) fn subtypes(trace: &AccessTrace, deal: Deal) -> Vec<Value> {
    let interaction = interaction(trace, deal).map(|code| coding(INTERACTION, code, code));
    let transaction = transaction(&trace.transaction).map(|name| coding(IHE, &trace.transaction, name));
    interaction.into_iter().chain(transaction).collect()
}

fn interaction(trace: &AccessTrace, deal: Deal) -> Option<&'static str> {
    match (deal, trace.act.as_str()) {
        (Deal::Import, _) => None,
        (Deal::Create, _) => Some("create"),
        (Deal::Update, "amend") => Some("patch"),
        (Deal::Update, _) => Some("update"),
        (Deal::Query, _) => Some("search-type"),
        (Deal::Read, "read-version") => Some("vread"),
        (Deal::Read, _) => Some("read"),
    }
}

fn transaction(code: &str) -> Option<&'static str> {
    match code {
        "ITI-65" => Some("Provide Document Bundle"),
        "ITI-66" => Some("Find Document Lists"),
        "ITI-67" => Some("Find Document References"),
        "ITI-68" => Some("Retrieve Document"),
        "ITI-81" => Some("Retrieve ATNA Audit Event"),
        "ITI-105" => Some("Simplified Publish"),
        "ITI-106" => Some("Generate Metadata"),
        "ITI-108" => Some("Access Consent"),
        _ => None,
    }
}

/// The profile that a successful event of a known patient follows.
pub(super) fn profile(trace: &AccessTrace, deal: Deal) -> String {
    let mhd = match trace.transaction.as_str() {
        "ITI-65" => Some("ProvideBundle.Audit.Recipient"),
        "ITI-66" => Some("FindDocumentLists.Audit.Responder"),
        "ITI-67" => Some("FindDocumentReferences.Audit.Responder"),
        "ITI-68" => Some("RetrieveDocument.Audit.Responder"),
        "ITI-105" => Some("SimplifiedPublish.Audit.Recipient"),
        "ITI-106" => Some("GenerateMetadata.Audit.Recipient"),
        _ => None,
    };
    match (mhd, deal) {
        (Some(name), _) => format!("{MHD}.{name}"),
        (None, Deal::Create | Deal::Import) => format!("{BALP}.PatientCreate"),
        (None, Deal::Read) => format!("{BALP}.PatientRead"),
        (None, Deal::Update) => format!("{BALP}.PatientUpdate"),
        (None, Deal::Query) => format!("{BALP}.PatientQuery"),
    }
}

/// A coding.
pub(super) fn coding(system: &str, code: &str, display: &str) -> Value {
    json!({"system": system, "code": code, "display": display})
}
