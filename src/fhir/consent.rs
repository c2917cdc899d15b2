//! Consents (PCF ITI-108): what the holder allows and forbids, to and from the record model.
//!
//! A Consent is of one kind, told by one category of ours; each kind has a profile in `profiles/` and is one effect in the record.
//!
//! | element | meaning |
//! |---|---|
//! | `status` | `active` is in force; `inactive` and `rejected` are withdrawn; drafts are refused |
//! | `scope`, `policy.uri` | fixed |
//! | `category` | the kind; LOINC 59284-0 may stand beside it |
//! | `patient` | the holder, by INS |
//! | `dateTime` | when it was given, to the second: the moment of the evidence |
//! | `performer` | the patient, who agrees; beside it the professional who collected the consent, where one did |
//! | `organization` | who keeps the signed form; without effect |
//! | `source[x]` | the signed form: a reference to a document, or an attachment without data; without effect |
//! | extension `dmp-consent-information-given` | whether the holder was informed before (CSP D1110-3-2) |
//! | extension `dmp-consent-legitimate-reason` | whether a professional recorded a legitimate reason (CSP R1111-47) |
//! | `provision.type`, `.purpose`, `.securityLabel` | those of the kind, neither more nor less |
//! | `provision.period` | while it holds; a date as its end is inside |
//! | `provision.actor` | who may read, or may not; role IRCP |
//!
//! All else that PCF knows (`provision.provision`, `.action`, `.class`, `.code`, `.data`, `.dataPeriod`; `verification`, `policyRule`) and
//! every other extension is refused by name. PCF leaves `action` out too: that a kind is about feeding is said by its category.
//! Source: conformance 3; law E and 2.2; pdsm-dmp 7.3.

mod effect;
mod kind;
mod making;
mod parts;
mod provision;
#[cfg(test)]
pub(in crate::fhir) mod tests;

use serde_json::Value;

pub use kind::{KINDS, Kind, POLICY};
pub(in crate::fhir) use making::members;

use super::{
    deed::{
        ReadDeed, Setting,
        elements::{self, Count, Known, MANY},
        findings::Findings,
        party, read_as, rendition,
    },
    issue::Issues,
    tree::Node,
};
use kind::{INFORMATION_GIVEN, LEGITIMATE_REASON};

/// Reads a Consent that passed the gates. The identifier of the effect is [`Setting::id`].
///
/// # Errors
/// Everything that is wrong, with its place.
pub fn read(tree: &Value, setting: &Setting<'_>) -> Result<ReadDeed, Issues> {
    read_as("Consent", tree, setting, consent)
}

const KNOWN: &[Known] = &[
    (
        "",
        &[
            "resourceType",
            "meta",
            "language",
            "text",
            "contained",
            "identifier",
            "status",
            "scope",
            "category",
            "patient",
            "dateTime",
            "performer",
            "organization",
            "sourceAttachment",
            "sourceReference",
            "policy",
            // Known, so that what is in it is looked at; the inner one is not.
            "provision",
        ],
    ),
    ("policy", &["uri"]),
    ("provision", &["type", "period", "actor", "purpose", "securityLabel"]),
    ("provision.period", &["start", "end"]),
    ("provision.actor", &["role", "reference"]),
];

const COUNTS: &[Count] = &[
    ("category", 1, 2),
    ("patient", 1, 1),
    ("dateTime", 1, 1),
    ("performer", 1, MANY),
    ("organization", 1, 1),
    ("policy", 1, 1),
    ("policy.uri", 1, 1),
    ("provision", 1, 1),
    ("provision.type", 1, 1),
    ("provision.period", 1, 1),
];

fn consent(root: &Node<'_>, setting: &Setting<'_>, findings: &mut Findings) -> Option<ReadDeed> {
    elements::check(root, KNOWN, findings);
    elements::count(root, COUNTS, findings);
    elements::extensions(root, &[("Consent", INFORMATION_GIVEN), ("Consent", LEGITIMATE_REASON)], findings);
    elements::meta(root, findings);
    parts::fixed(root, findings);
    let status = parts::status(root, findings);
    let kind = parts::kind(root, findings);
    let holder = party::holder(&root.first("patient")?, root, setting, findings);
    let effect = kind.and_then(|kind| effect::read(kind, root, holder.as_ref(), setting, findings));
    Some(ReadDeed {
        holder: holder?,
        status: status?,
        effect: effect?,
        rendition: rendition::of(root.value(), setting),
        warnings: Vec::new(),
    })
}
