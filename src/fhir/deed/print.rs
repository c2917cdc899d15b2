//! Deeds as they are read: what the source sent, with what the server owns.

use serde_json::json;

use super::{profile, rendition, status_code, type_name};
use crate::{
    fhir::{care_team, consent, print::instant},
    record::{deed::Deed, deed::Effect, identity::Ins},
};

/// The resource, complete, as JSON. One that was loaded and not filed is made from its effect; the holder is whose record it is in.
pub fn print(deed: &Deed, holder: &Ins) -> Vec<u8> {
    let head = json!({
        "resourceType": type_name(deed.effect.kind()),
        "id": deed.id.to_string(),
        "meta": {
            "versionId": deed.version.to_string(),
            "lastUpdated": instant(deed.updated),
            "profile": [profile(deed)],
        },
        "status": status_code(deed.status),
    });
    let mut out = head.to_string().into_bytes();
    // The closing brace comes again at the end.
    out.pop();
    out.push(b',');
    if deed.rendition.is_empty() {
        out.extend(loaded(&deed.effect, holder));
    } else {
        out.extend_from_slice(&deed.rendition);
    }
    out.push(b'}');
    out
}

fn loaded(effect: &Effect, holder: &Ins) -> Vec<u8> {
    let members = match effect {
        Effect::Team(team) => care_team::members(team, holder),
        Effect::Consent(_) | Effect::Block(_) | Effect::FeedOpposition(_) | Effect::Emergency(_) => {
            consent::members(effect, holder)
        }
    };
    rendition::write(&members)
}

#[cfg(test)]
mod tests;
