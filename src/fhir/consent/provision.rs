//! The provision of a Consent.

use super::{
    kind::{Actor, Demands, PURPOSES, ROLES, Way},
    parts::is,
};
use crate::{
    fhir::{
        canon::{canonical, label_code},
        deed::{
            Setting,
            diagnoses::{
                PART_MISSING, PART_REPEATED, PARTY_KIND, PROVISION_TYPE, PURPOSE, ROLE, SECURITY_LABEL, UNMAPPED,
            },
            findings::Findings,
            party::{self, Party},
            period,
        },
        tree::Node,
    },
    record::{care_team::Span, visibility::Labels},
};

/// What a provision says.
#[derive(Debug)]
pub(super) struct Provision {
    pub(super) permits: bool,
    pub(super) period: Option<Span>,
    pub(super) actor: Option<Party>,
}

/// Reads a provision of a kind that makes these demands.
pub(super) fn read(
    provision: &Node<'_>,
    root: &Node<'_>,
    demands: &Demands,
    setting: &Setting<'_>,
    findings: &mut Findings,
) -> Provision {
    check_purposes(provision, demands, findings);
    check_labels(provision, demands, findings);
    Provision {
        permits: permits(provision, demands, findings),
        period: provision.first("period").and_then(|period| period::read(&period, findings)),
        actor: actor(provision, root, demands, setting, findings),
    }
}

fn permits(provision: &Node<'_>, demands: &Demands, findings: &mut Findings) -> bool {
    let told = provision.text("type");
    let fits = match demands.way {
        Way::Permit => told == Some("permit"),
        Way::Deny => told == Some("deny"),
        Way::Chosen => told == Some("permit") || told == Some("deny"),
    };
    if !fits {
        findings.refuse(PROVISION_TYPE, provision.place("type"), "");
    }
    told == Some("permit")
}

/// The purposes are exactly those of the kind: fewer would narrow what the record cannot narrow, more would widen it.
fn check_purposes(provision: &Node<'_>, demands: &Demands, findings: &mut Findings) {
    let codings = provision.each("purpose");
    let wanted = demands.purposes;
    let is_wanted = |coding: &Node<'_>| wanted.iter().any(|code| is(coding, PURPOSES, code));
    let is_stated = |code: &&str| codings.iter().any(|coding| is(coding, PURPOSES, code));
    if !codings.iter().all(is_wanted) || !wanted.iter().all(is_stated) {
        findings.refuse(PURPOSE, provision.place("purpose"), &wanted.join(", "));
    }
}

/// The security labels, exactly: only the choice for masked documents has one.
fn check_labels(provision: &Node<'_>, demands: &Demands, findings: &mut Findings) {
    let labels = provision.each("securityLabel");
    let is_masked = |label: &Node<'_>| {
        canonical(label.text("system").unwrap_or_default()) == Labels::FLAGS
            && label_code(label.text("code").unwrap_or_default()) == "MASQUE_PS"
    };
    let wanted = usize::from(demands.masked);
    if labels.len() != wanted || !labels.iter().all(is_masked) {
        let detail = if demands.masked { "MASQUE_PS" } else { "" };
        findings.refuse(SECURITY_LABEL, provision.place("securityLabel"), detail);
    }
}

/// The one actor, where the kind has one.
fn actor(
    provision: &Node<'_>,
    root: &Node<'_>,
    demands: &Demands,
    setting: &Setting<'_>,
    findings: &mut Findings,
) -> Option<Party> {
    let actors = provision.each("actor");
    match (demands.actor, actors.as_slice()) {
        (Actor::Nobody | Actor::EitherOrNobody, []) => {}
        (Actor::Nobody, [first, ..]) => findings.refuse(UNMAPPED, first.at(), ""),
        (_, []) => findings.refuse(PART_MISSING, provision.place("actor"), ""),
        (wanted, [one]) => return named(one, root, wanted, setting, findings),
        (_, [_, second, ..]) => findings.refuse(PART_REPEATED, second.at(), ""),
    }
    None
}

fn named(
    actor: &Node<'_>,
    root: &Node<'_>,
    wanted: Actor,
    setting: &Setting<'_>,
    findings: &mut Findings,
) -> Option<Party> {
    let roles = actor.all("role.coding");
    if roles.is_empty() || !roles.iter().all(|coding| is(coding, ROLES, "IRCP")) {
        findings.refuse(ROLE, actor.place("role"), "");
    }
    let reference = actor.first("reference")?;
    let diagnosis = match party::of(&reference, root, setting) {
        Ok(party) if may_be(wanted, &party) => return Some(party),
        Ok(_) => PARTY_KIND,
        Err(diagnosis) => diagnosis,
    };
    findings.refuse(diagnosis, reference.at(), "");
    None
}

const fn may_be(wanted: Actor, party: &Party) -> bool {
    match (wanted, party) {
        (Actor::Team, Party::Team(_))
        | (Actor::Professional, Party::Professional(_))
        | (Actor::Either | Actor::EitherOrNobody, Party::Professional(_) | Party::Structure(_)) => true,
        (Actor::Nobody | Actor::Team | Actor::Professional | Actor::Either | Actor::EitherOrNobody, _) => false,
    }
}
