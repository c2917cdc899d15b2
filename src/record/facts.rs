//! The facts of one record on which the law decides: small, versioned, and without any document.

use serde::{Deserialize, Serialize};

use super::{
    care_team::CareTeam,
    consent::{Block, Consent, FeedOpposition},
    deed::{Deed, DeedStatus, Effect, Emergency},
    document::Author,
    dossier::{Dossier, State},
    holder::Holder,
    identity::PsIdNat,
};

/// The version of a record's facts; grows with each change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct FactsVersion(pub u64);

/// What the host knows of a record besides its documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The version, set by the host.
    #[serde(skip)]
    pub version: FactsVersion,
    /// The holder; unknown where there is no record.
    pub holder: Option<Holder>,
    /// State and origin.
    pub dossier: Dossier,
    /// The treating physician (médecin traitant, CSS L162-5-3).
    #[serde(default)]
    pub treating_physician: Option<PsIdNat>,
    /// The care teams.
    #[serde(default)]
    pub teams: Vec<CareTeam>,
    /// The consents; told even where there are none, so that no other spelling passes for none.
    pub consents: Vec<Consent>,
    /// The forbidden; told even where there are none.
    pub blocks: Vec<Block>,
    /// The oppositions to feeding.
    #[serde(default)]
    pub feed_oppositions: Vec<FeedOpposition>,
    /// The choices for emergencies.
    #[serde(default)]
    pub emergencies: Vec<Emergency>,
    /// Everyone who filed something that is in the record, kept by the host (author's rights).
    #[serde(default)]
    pub authors: Vec<Author>,
}

impl Facts {
    /// The facts of a record that does not exist.
    pub const fn absent() -> Self {
        Self {
            version: FactsVersion(0),
            holder: None,
            dossier: Dossier { state: State::None, opening: None },
            treating_physician: None,
            teams: Vec::new(),
            consents: Vec::new(),
            blocks: Vec::new(),
            feed_oppositions: Vec::new(),
            emergencies: Vec::new(),
            authors: Vec::new(),
        }
    }

    /// The facts with this version of a deed in the place of the one before it.
    #[must_use]
    pub fn with(&self, deed: &Deed) -> Self {
        let mut facts = self.clone();
        let in_force = deed.status == DeedStatus::Active;
        match &deed.effect {
            Effect::Consent(consent) => {
                put(&mut facts.consents, consent, in_force, |other| other.id == consent.id);
            }
            Effect::Block(block) => put(&mut facts.blocks, block, in_force, |other| other.id == block.id),
            Effect::FeedOpposition(opposition) => {
                put(&mut facts.feed_oppositions, opposition, in_force, |other| other.id == opposition.id);
            }
            Effect::Emergency(choice) => {
                put(&mut facts.emergencies, choice, in_force, |other| other.choice == choice.choice);
            }
            Effect::Team(team) => put(&mut facts.teams, team, in_force, |other| other.id == team.id),
        }
        facts
    }
}

fn put<T: Clone>(all: &mut Vec<T>, one: &T, in_force: bool, is_same: impl Fn(&T) -> bool) {
    all.retain(|other| !is_same(other));
    if in_force {
        all.push(one.clone());
    }
}
