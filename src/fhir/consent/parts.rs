//! The parts of a Consent outside its provision.

use super::kind::{Collector, KINDS, Kind, POLICY, SCOPES};
use crate::{
    fhir::{
        canon::{CANONICAL, LOINC},
        deed::{
            Setting,
            diagnoses::{
                CATEGORY, COLLECTOR_MISSING, COLLECTOR_UNEXPECTED, KIND, OTHER_POLICY, PART_MISSING, PARTY_KIND,
                PERFORMER, PROFILE, SCOPE, SOURCE_EMBEDDED, STATUS, STATUS_KEPT_AS_INACTIVE,
            },
            findings::Findings,
            party::{self, Party},
        },
        tree::Node,
    },
    record::{
        deed::DeedStatus,
        identity::{Ins, PsIdNat},
    },
};

/// The LOINC code of consents as documents, which may stand among the categories.
const PATIENT_CONSENT: &str = "59284-0";

/// Whether a coding is that code.
pub(super) fn is(coding: &Node<'_>, system: &str, code: &str) -> bool {
    coding.text("system") == Some(system) && coding.text("code") == Some(code)
}

/// Scope, policy, organization and source.
pub(super) fn fixed(root: &Node<'_>, findings: &mut Findings) {
    let codings = root.all("scope.coding");
    if codings.is_empty() || !codings.iter().all(|coding| is(coding, SCOPES, "patient-privacy")) {
        findings.refuse(SCOPE, root.place("scope"), "");
    }
    for uri in root.all("policy.uri") {
        if uri.value().as_str() != Some(POLICY) {
            findings.refuse(OTHER_POLICY, uri.at(), POLICY);
        }
    }
    for organization in root.each("organization") {
        link(&organization, "Organization", root, findings);
    }
    source(root, findings);
}

/// The signed form: a reference to a document, or an attachment that tells of it.
fn source(root: &Node<'_>, findings: &mut Findings) {
    match (root.first("sourceReference"), root.first("sourceAttachment")) {
        (Some(reference), _) => link(&reference, "DocumentReference", root, findings),
        (None, Some(attachment)) => {
            if attachment.value().get("data").is_some() {
                findings.refuse(SOURCE_EMBEDDED, attachment.place("data"), "");
            }
            if attachment.text("title").or_else(|| attachment.text("url")).is_none() {
                findings.refuse(PART_MISSING, attachment.place("title"), "");
            }
        }
        (None, None) => findings.refuse(PART_MISSING, root.place("source"), ""),
    }
}

/// Checks a reference without effect: it says something, and it is to that type as far as it tells.
fn link(reference: &Node<'_>, kind: &str, root: &Node<'_>, findings: &mut Findings) {
    let says = ["reference", "identifier", "display"].iter().any(|name| reference.first(name).is_some());
    let id = reference.text("reference").and_then(|link| link.strip_prefix('#'));
    let target = id.map(|id| root.contained(id));
    if !says || target.as_ref().is_some_and(Option::is_none) {
        findings.refuse(PART_MISSING, reference.at(), "");
    }
    let contained = target.flatten().map(|resource| resource.kind());
    let literal = reference.text("reference").and_then(party::kind_of_link);
    let told = [reference.text("type"), contained, literal];
    if told.into_iter().flatten().any(|told| told.rsplit('/').next() != Some(kind)) {
        findings.refuse(PARTY_KIND, reference.at(), kind);
    }
}

/// The status.
pub(super) fn status(root: &Node<'_>, findings: &mut Findings) -> Option<DeedStatus> {
    match root.text("status") {
        Some("active") => Some(DeedStatus::Active),
        Some("inactive") => Some(DeedStatus::Inactive),
        Some("rejected") => {
            findings.warn(STATUS_KEPT_AS_INACTIVE, root.place("status"), "rejected");
            Some(DeedStatus::Inactive)
        }
        Some("entered-in-error") => Some(DeedStatus::EnteredInError),
        Some(_) | None => {
            findings.refuse(STATUS, root.place("status"), "");
            None
        }
    }
}

/// The kind that the categories tell; nothing that the record cannot hold may be among them.
pub(super) fn kind(root: &Node<'_>, findings: &mut Findings) -> Option<Kind> {
    let mut kinds = Vec::new();
    for category in root.each("category") {
        let codings = category.each("coding");
        if codings.is_empty() {
            findings.refuse(CATEGORY, category.at(), "");
        }
        for coding in codings {
            match coding.text("code").filter(|_| coding.text("system") == Some(KINDS)).and_then(Kind::of_code) {
                Some(kind) => kinds.push(kind),
                None if is(&coding, LOINC, PATIENT_CONSENT) => {}
                None => findings.refuse(CATEGORY, coding.at(), ""),
            }
        }
    }
    let [kind] = kinds.as_slice() else {
        findings.refuse(KIND, root.place("category"), KINDS);
        return None;
    };
    check_profile(*kind, root, findings);
    Some(*kind)
}

/// A profile of ours that is claimed is that of the kind. Which others are claimed is not kept.
fn check_profile(kind: Kind, root: &Node<'_>, findings: &mut Findings) {
    for profile in root.all("meta.profile") {
        let claimed = profile.value().as_str().unwrap_or_default();
        let bare = claimed.split('|').next().unwrap_or_default();
        if bare.starts_with(CANONICAL) && bare != kind.profile() {
            findings.refuse(PROFILE, profile.at(), kind.profile());
        }
    }
}

/// Who collected it, where a professional did: the performers are the patient, and that professional.
pub(super) fn collector(
    kind: Kind,
    root: &Node<'_>,
    holder: Option<&Ins>,
    setting: &Setting<'_>,
    findings: &mut Findings,
) -> Option<PsIdNat> {
    let mut agreed = false;
    let mut collectors = Vec::new();
    for performer in root.each("performer") {
        match party::of(&performer, root, setting) {
            Ok(Party::Patient(ins)) if holder.is_none_or(|holder| *holder == ins) => agreed = true,
            Ok(Party::Professional(id)) => collectors.push((id, performer.at().to_owned())),
            Ok(Party::Patient(_) | Party::Structure(_) | Party::Team(_) | Party::RelatedPerson) => {
                findings.refuse(PERFORMER, performer.at(), "");
            }
            Err(diagnosis) => findings.refuse(diagnosis, performer.at(), ""),
        }
    }
    if !agreed || collectors.len() > 1 {
        findings.refuse(PERFORMER, root.place("performer"), "");
    }
    let collected = collectors.into_iter().next();
    match (kind.demands().collector, &collected) {
        (Collector::Always, None) => findings.refuse(COLLECTOR_MISSING, root.place("performer"), ""),
        (Collector::Never, Some((_, at))) => findings.refuse(COLLECTOR_UNEXPECTED, at, ""),
        (Collector::Always | Collector::Never | Collector::Perhaps, _) => {}
    }
    collected.map(|(id, _)| id)
}
