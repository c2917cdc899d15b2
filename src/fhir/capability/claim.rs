//! What the statement claims beyond what the router shows: statements of others, guides, profiles. Each claim has its reason here, and so
//! has each that is not made.

use super::{Interaction, Served};
use crate::fhir::{
    audit,
    canon::{COMPREHENSIVE, FOLDER, SIMPLIFIED, SUBMISSION_SET},
    care_team, consent, patient,
    rules::RuleSet,
};

/// PDSm's statement of the server: List and DocumentReference read and searched, DocumentReference patched, Binary read, transactions.
pub(super) const PDSM_SERVER: &str =
    "https://interop.esante.gouv.fr/ig/fhir/pdsm/CapabilityStatement/PDSm-GestionnaireDePartageDeDocuments";
/// MHD's of a recipient that requires comprehensive metadata: transactions of that profile.
pub(super) const MHD_RECIPIENT: &str =
    "https://profiles.ihe.net/ITI/MHD/CapabilityStatement/IHE.MHD.DocumentRecipient.Comprehensive";
/// MHD's of a responder: DocumentReference and List read and searched, also from the root, Binary read.
pub(super) const MHD_RESPONDER: &str = "https://profiles.ihe.net/ITI/MHD/CapabilityStatement/IHE.MHD.DocumentResponder";

/// The statements of others that are met in full.
///
/// Those of filing are met under `pdsm` alone: `dmp` takes submissions that they would have refused. Searches and reads are the same
/// under both.
///
/// Not claimed, though most of each is served:
/// - MHD `DocumentRecipient.Simplified`, `.Generate`, `.Fdoc`: each lists transactions of the minimal and the uncontained profile too, and
///   those are refused here. `create` and `$generate-metadata` are declared by themselves, and FHIR documents are taken in transactions.
/// - PCF's consent registry lists `delete`; nothing on file is ever deleted.
/// - BALP's audit record repository and TDE's Gestionnaire list `create`; the access journal takes no events from outside (decision 0014).
/// - CDS's Gestionnaire manages Patient, Practitioner and Organization too.
pub(super) fn statements(rules: RuleSet, served: &Served<'_>) -> Vec<&'static str> {
    let is_responder = has(served, "DocumentReference", &["read", "search-type"])
        && has(served, "List", &["read", "search-type"])
        && has(served, "Binary", &["read"]);
    let is_recipient = rules == RuleSet::Pdsm && served.has(None, "transaction");
    let is_pdsm = is_responder && is_recipient && has(served, "DocumentReference", &["patch"]);
    let claimed = [
        (is_pdsm, PDSM_SERVER),
        (is_recipient, MHD_RECIPIENT),
        (is_responder && served.has(None, "search-system"), MHD_RESPONDER),
    ];
    claimed.into_iter().filter(|(is_so, _)| *is_so).map(|(_, url)| url).collect()
}

fn has(served: &Served<'_>, kind: &str, codes: &[&str]) -> bool {
    codes.iter().all(|code| served.has(Some(kind), code))
}

/// The guides that are followed in their entirety, as R4 asks of those that are named here: PDSm, for a server. MHD is followed in its
/// comprehensive form alone; BALP, PCF, TDE and CDS in part.
pub(super) const fn guides(rules: RuleSet) -> &'static [&'static str] {
    match rules {
        RuleSet::Pdsm => &["https://interop.esante.gouv.fr/ig/fhir/pdsm/ImplementationGuide/ans.fhir.fr.pdsm"],
        RuleSet::Dmp => &[],
    }
}

/// The profiles of a type: those that are demanded of what comes in, and those of what is made here.
///
/// `dmp` takes documents and lists that their profiles would refuse, and says so by claiming none of those.
pub(super) fn profiles(kind: &str, rules: RuleSet, served: &Served<'_>) -> Vec<&'static str> {
    let is_strict = rules == RuleSet::Pdsm;
    let takes_submissions = is_strict && served.has(None, "transaction");
    let of = |is_so: bool, url: &'static str| is_so.then_some(url);
    match kind {
        "DocumentReference" => {
            let creates = is_strict && served.has(Some(kind), "create");
            [of(takes_submissions, COMPREHENSIVE), of(creates, SIMPLIFIED)].into_iter().flatten().collect()
        }
        "List" => {
            [of(takes_submissions, SUBMISSION_SET), of(takes_submissions, FOLDER)].into_iter().flatten().collect()
        }
        "Consent" => consent::Kind::ALL.into_iter().map(consent::Kind::profile).collect(),
        "CareTeam" => vec![care_team::PROFILE],
        "AuditEvent" => audit::PROFILES.iter().copied().chain([audit::TDE]).collect(),
        "Patient" => vec![patient::PROFILE],
        _ => Vec::new(),
    }
}

/// What must be known of a type beyond its flags.
pub(super) fn remark_on(kind: &str) -> Option<&'static str> {
    match kind {
        "DocumentReference" => Some(
            "PATCH changes `status`, `securityLabel` and the extension isArchived, and nothing else. `conditionalUpdate` means the \
             conditional PATCH, `?identifier=system|value`, for which R4 has no flag; there is no PUT. `If-Match` is honoured and not required.",
        ),
        "Consent" | "CareTeam" => {
            Some("Nothing is deleted: a new version ends it. `If-Match` is honoured and not required.")
        }
        "List" => Some("`vread` tells the version in force, and no earlier one."),
        "AuditEvent" => Some(
            "The gateway's own access journal, read by those whom the law lets; nobody else's events are taken. A search has both bounds \
             of `date`. `_profile` with the profile of TDE gives that form.",
        ),
        "Patient" => {
            Some("TD0.2: whether there is a record, and what the caller may do in it. One identifier, one answer.")
        }
        "Binary" => Some("ITI-68: the bytes as they were filed, unless FHIR is asked for by name."),
        _ => None,
    }
}

/// What must be known of an interaction.
pub(super) fn remark(interaction: &Interaction) -> Option<&'static str> {
    match (interaction.resource, interaction.code) {
        (None, "transaction") => Some(
            "ITI-65, and nothing else: https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-provide-document-bundle",
        ),
        (None, "batch") => Some("Reads, searches and content, 100 at most; what writes is refused, entry by entry."),
        (None, "search-system") => Some("With `_type` of one type, as if that type were searched."),
        (Some("DocumentReference"), "create") => Some("ITI-105"),
        (Some("DocumentReference"), "patch") => Some("Flux 03 of PDSm, TD3.3"),
        _ => None,
    }
}
