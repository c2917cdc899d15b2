//! The effect of a Consent of each kind.

use jiff::Timestamp;
use serde_json::Value;

use super::{
    kind::{INFORMATION_GIVEN, Kind, LEGITIMATE_REASON},
    parts,
    provision::{self, Provision},
};
use crate::{
    fhir::{
        deed::{
            Setting,
            diagnoses::{EXTENSION, PART_MISSING, PART_REPEATED, UNMAPPED},
            findings::Findings,
            party::Party,
            period,
        },
        tree::Node,
    },
    record::{
        consent::{Block, Blocked, Consent, Evidence, FeedOpposition, Grant},
        deed::{Effect, Emergency, EmergencyChoice},
        identity::{Ins, PsIdNat},
    },
};

/// What a Consent says, beside its kind.
struct Said {
    id: String,
    at: Option<Timestamp>,
    collected_by: Option<PsIdNat>,
    informed: Option<bool>,
    reasoned: Option<bool>,
    provision: Provision,
}

/// The effect of a Consent of that kind; nothing where a part is missing, which is noted.
pub(super) fn read(
    kind: Kind,
    root: &Node<'_>,
    holder: Option<&Ins>,
    setting: &Setting<'_>,
    findings: &mut Findings,
) -> Option<Effect> {
    let demands = kind.demands();
    let informed = flag(root, INFORMATION_GIVEN, demands.informed, findings);
    let reasoned = flag(root, LEGITIMATE_REASON, demands.reasoned, findings);
    let at = period::moment(root, "dateTime", findings);
    let collected_by = parts::collector(kind, root, holder, setting, findings);
    let provision = provision::read(&root.first("provision")?, root, demands, setting, findings);
    make(kind, Said { id: setting.id.to_string(), at, collected_by, informed, reasoned, provision })
}

/// A flag in an extension of ours: once where the kind asks for it, else not at all.
fn flag(root: &Node<'_>, url: &str, is_wanted: bool, findings: &mut Findings) -> Option<bool> {
    let all = root.extensions(url);
    match all.as_slice() {
        [] if is_wanted => findings.refuse(PART_MISSING, root.place("extension"), url),
        [one] if is_wanted => return boolean(one, findings),
        [_, second, ..] if is_wanted => findings.refuse(PART_REPEATED, second.at(), ""),
        unexpected => unexpected.iter().for_each(|extension| findings.refuse(UNMAPPED, extension.at(), "")),
    }
    None
}

fn boolean(extension: &Node<'_>, findings: &mut Findings) -> Option<bool> {
    let value = extension.value().get("valueBoolean").and_then(Value::as_bool);
    if value.is_none() {
        findings.refuse(EXTENSION, extension.place("value"), "valueBoolean");
    }
    value
}

fn make(kind: Kind, said: Said) -> Option<Effect> {
    let Said { id, at, collected_by, informed, reasoned, provision } = said;
    let Provision { permits, period, actor } = provision;
    let period = period?;
    let emergency = |choice| Some(Effect::Emergency(Emergency { choice, allowed: permits, period }));
    match kind {
        Kind::Team | Kind::Professional | Kind::Entrusted | Kind::TreatingRights => {
            let evidence = Evidence { information_given: informed?, collected_by, at: at? };
            Some(Effect::Consent(Consent { id, grant: grant(kind, actor?)?, evidence, period }))
        }
        Kind::Block => Some(Effect::Block(Block { id, blocked: blocked(actor?)?, period })),
        Kind::FeedOpposition => {
            let against = actor.and_then(blocked);
            Some(Effect::FeedOpposition(FeedOpposition { id, against, legitimate_reason: reasoned?, period }))
        }
        Kind::BreakGlass => emergency(EmergencyChoice::BreakGlass),
        Kind::Regulation => emergency(EmergencyChoice::Regulation),
        Kind::MaskedDocuments => emergency(EmergencyChoice::MaskedDocuments),
    }
}

fn grant(kind: Kind, actor: Party) -> Option<Grant> {
    match (kind, actor) {
        (Kind::Team, Party::Team(team)) => Some(Grant::InitialForTeam { team }),
        (Kind::Professional, Party::Professional(professional)) => Some(Grant::Professional { professional }),
        (Kind::Entrusted, Party::Professional(professional)) => Some(Grant::EntrustedProfessional { professional }),
        (Kind::TreatingRights, Party::Professional(professional)) => {
            Some(Grant::TreatingPhysicianRights { professional })
        }
        (_, _) => None,
    }
}

fn blocked(actor: Party) -> Option<Blocked> {
    match actor {
        Party::Professional(id) => Some(Blocked::Professional(id)),
        Party::Structure(id) => Some(Blocked::Structure(id)),
        Party::Patient(_) | Party::Team(_) | Party::RelatedPerson => None,
    }
}
