//! The stories of the records: the facts that a host would have gathered over time.

use jiff::{SignedDuration, Timestamp, civil::date};

use super::cast::{Cast, CastHolder};
use crate::record::{
    care_team::{CareTeam, Span, TeamPath},
    consent::{Block, Blocked, Consent, Evidence, Grant},
    dossier::{Basis, Dossier, Opening, State},
    facts::{Facts, FactsVersion},
    holder::Holder,
    identity::{Ins, PsIdNat, StructIdNat},
};

/// The team of the hospital stay.
const TEAM: &str = "hospital-stay";
/// How long ago the stay began.
const STAY: SignedDuration = SignedDuration::from_hours(10 * 24);

/// The people of a story.
struct People<'a> {
    treating_physician: &'a PsIdNat,
    nurse: &'a PsIdNat,
    consented: &'a PsIdNat,
    blocked: &'a PsIdNat,
    hospital: &'a StructIdNat,
}

impl<'a> People<'a> {
    fn of(cast: &'a Cast) -> Option<Self> {
        let person = |name| cast.caller(name)?.ps_idnat();
        Some(Self {
            treating_physician: person("treating-physician")?,
            nurse: person("team-nurse")?,
            consented: person("consented-specialist")?,
            blocked: person("blocked-pharmacist")?,
            hospital: &cast.caller("hospital")?.structure,
        })
    }
}

/// The facts of each record that there is; the holder `none` has none. The consent of `consented-specialist` is given now, the
/// stay at the hospital began ten days ago.
pub fn facts(cast: &Cast, now: Timestamp) -> Vec<(Ins, Facts)> {
    let Some(people) = People::of(cast) else { return Vec::new() };
    let with_record = cast.holders.iter().filter(|holder| holder.name != "none");
    with_record.map(|holder| (holder.ins.clone(), facts_of(holder, &people, now))).collect()
}

fn facts_of(holder: &CastHolder, people: &People<'_>, now: Timestamp) -> Facts {
    let admission = now.saturating_sub(STAY).unwrap_or(now);
    Facts {
        version: FactsVersion::default(),
        holder: Some(Holder { birth_date: holder.birth_date, traits: Some(holder.traits.clone()) }),
        dossier: dossier_of(holder),
        treating_physician: Some(people.treating_physician.clone()),
        teams: vec![CareTeam {
            id: TEAM.to_owned(),
            path: TeamPath::SameEstablishment,
            structures: vec![people.hospital.clone()],
            members: Vec::new(),
            episode: since(admission),
        }],
        consents: consents_of(people, admission, now),
        blocks: vec![Block {
            id: String::new(),
            blocked: Blocked::Professional(people.blocked.clone()),
            period: since(admission),
        }],
        feed_oppositions: Vec::new(),
        emergencies: Vec::new(),
        authors: Vec::new(),
    }
}

fn dossier_of(holder: &CastHolder) -> Dossier {
    let state = if holder.name == "closed" { State::Closed } else { State::Open };
    let opening = Opening { on: date(2022, 3, 1), basis: Some(Basis::Automatic), department: None };
    Dossier { state, opening: Some(opening) }
}

fn consents_of(people: &People<'_>, admission: Timestamp, now: Timestamp) -> Vec<Consent> {
    let physician = people.treating_physician;
    vec![
        consent("team", Grant::InitialForTeam { team: TEAM.to_owned() }, Some(people.nurse), admission),
        consent(
            "treating-physician",
            Grant::TreatingPhysicianRights { professional: physician.clone() },
            None,
            admission,
        ),
        consent(
            "specialist",
            Grant::Professional { professional: people.consented.clone() },
            Some(people.consented),
            now,
        ),
        consent("pharmacist", Grant::Professional { professional: people.blocked.clone() }, Some(people.blocked), now),
    ]
}

fn consent(id: &str, grant: Grant, collected_by: Option<&PsIdNat>, at: Timestamp) -> Consent {
    let evidence = Evidence { information_given: true, collected_by: collected_by.cloned(), at };
    Consent { id: id.to_owned(), grant, evidence, period: since(at) }
}

const fn since(from: Timestamp) -> Span {
    Span { from, until: None }
}

#[cfg(test)]
mod tests;
