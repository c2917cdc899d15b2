//! The kinds of consents, each with what it demands, as one table.

use crate::record::{
    consent::Grant,
    deed::{Effect, EmergencyChoice},
};

macro_rules! ours {
    ($name:literal) => {
        concat!("https://dmp-gateway.example/fhir/", $name)
    };
}
macro_rules! profile {
    ($name:literal) => {
        concat!("https://dmp-gateway.example/fhir/StructureDefinition/dmp-consent-", $name)
    };
}

/// The code system of the kinds.
pub const KINDS: &str = ours!("CodeSystem/dmp-consent-kind");
/// The policy that a consent of ours is under: the law of the shared record, as this gateway applies it.
pub const POLICY: &str = ours!("policy/dmp-consent");
/// The extension that tells whether the holder was informed.
pub(super) const INFORMATION_GIVEN: &str = ours!("StructureDefinition/dmp-consent-information-given");
/// The extension that tells whether there is a legitimate reason.
pub(super) const LEGITIMATE_REASON: &str = ours!("StructureDefinition/dmp-consent-legitimate-reason");

/// The code system of scopes.
pub(super) const SCOPES: &str = "http://terminology.hl7.org/CodeSystem/consentscope";
/// The code system of the roles of actors.
pub(super) const ROLES: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
/// The code system of purposes.
pub(super) const PURPOSES: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";

/// A kind of consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The initial consent that opens the record to a care team.
    Team,
    /// A professional's own explicit consent.
    Professional,
    /// Consent collected on behalf of another identified professional.
    Entrusted,
    /// The rights of the treating physician for another professional.
    TreatingRights,
    /// A blocked professional or structure.
    Block,
    /// The choice for break-glass.
    BreakGlass,
    /// The choice for emergency call centres.
    Regulation,
    /// The choice for masked documents in emergencies.
    MaskedDocuments,
    /// Opposition to feeding.
    FeedOpposition,
}

/// Who the one actor of a provision may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Actor {
    /// There is none: it is about everyone.
    Nobody,
    /// A care team.
    Team,
    /// A professional.
    Professional,
    /// A professional or a structure.
    Either,
    /// A professional, a structure, or nobody: then everyone.
    EitherOrNobody,
}

/// Which way a provision goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Permit,
    Deny,
    /// As the holder chooses.
    Chosen,
}

/// Whether a professional stands among the performers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collector {
    Never,
    Perhaps,
    Always,
}

/// What a kind demands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Demands {
    pub(super) code: &'static str,
    pub(super) profile: &'static str,
    pub(super) way: Way,
    pub(super) purposes: &'static [&'static str],
    pub(super) actor: Actor,
    pub(super) collector: Collector,
    /// Whether it rests on information given before.
    pub(super) informed: bool,
    /// Whether it rests on a legitimate reason.
    pub(super) reasoned: bool,
    /// Whether it is about masked documents alone.
    pub(super) masked: bool,
}

/// A choice of the holder alone, about everyone.
const fn choice(code: &'static str, profile: &'static str, way: Way, purposes: &'static [&'static str]) -> Demands {
    Demands {
        code,
        profile,
        way,
        purposes,
        actor: Actor::Nobody,
        collector: Collector::Never,
        informed: false,
        reasoned: false,
        masked: false,
    }
}

/// A consent to reading, for care.
const fn consent(code: &'static str, profile: &'static str, actor: Actor, collector: Collector) -> Demands {
    Demands { actor, collector, informed: true, ..choice(code, profile, Way::Permit, &["TREAT"]) }
}

const TEAM: Demands = consent("team", profile!("team"), Actor::Team, Collector::Perhaps);
const PROFESSIONAL: Demands =
    consent("professional", profile!("professional"), Actor::Professional, Collector::Perhaps);
const ENTRUSTED: Demands =
    consent("entrusted-professional", profile!("entrusted"), Actor::Professional, Collector::Always);
const TREATING_RIGHTS: Demands =
    consent("treating-physician-rights", profile!("treating-rights"), Actor::Professional, Collector::Never);
const BLOCK: Demands = Demands { actor: Actor::Either, ..choice("block", profile!("block"), Way::Deny, &[]) };
const BREAK_GLASS: Demands = choice("emergency-break-glass", profile!("break-glass"), Way::Chosen, &["BTG"]);
const REGULATION: Demands = choice("emergency-regulation", profile!("regulation"), Way::Chosen, &["ETREAT"]);
const MASKED_DOCUMENTS: Demands = Demands {
    masked: true,
    ..choice("emergency-masked-documents", profile!("masked-documents"), Way::Chosen, &["BTG", "ETREAT"])
};
const FEED_OPPOSITION: Demands = Demands {
    actor: Actor::EitherOrNobody,
    reasoned: true,
    ..choice("feed-opposition", profile!("feed-opposition"), Way::Deny, &[])
};

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Team,
        Self::Professional,
        Self::Entrusted,
        Self::TreatingRights,
        Self::Block,
        Self::BreakGlass,
        Self::Regulation,
        Self::MaskedDocuments,
        Self::FeedOpposition,
    ];

    /// The code in [`KINDS`].
    pub const fn code(self) -> &'static str {
        self.demands().code
    }

    /// The profile.
    pub const fn profile(self) -> &'static str {
        self.demands().profile
    }

    /// The kind of that code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The kind of an effect; none of a care team.
    pub const fn of(effect: &Effect) -> Option<Self> {
        match effect {
            Effect::Consent(consent) => Some(Self::of_grant(&consent.grant)),
            Effect::Block(_) => Some(Self::Block),
            Effect::FeedOpposition(_) => Some(Self::FeedOpposition),
            Effect::Emergency(emergency) => Some(match emergency.choice {
                EmergencyChoice::BreakGlass => Self::BreakGlass,
                EmergencyChoice::Regulation => Self::Regulation,
                EmergencyChoice::MaskedDocuments => Self::MaskedDocuments,
            }),
            Effect::Team(_) => None,
        }
    }

    const fn of_grant(grant: &Grant) -> Self {
        match grant {
            Grant::InitialForTeam { .. } => Self::Team,
            Grant::Professional { .. } => Self::Professional,
            Grant::EntrustedProfessional { .. } => Self::Entrusted,
            Grant::TreatingPhysicianRights { .. } => Self::TreatingRights,
        }
    }

    /// What it demands.
    pub(super) const fn demands(self) -> &'static Demands {
        match self {
            Self::Team => &TEAM,
            Self::Professional => &PROFESSIONAL,
            Self::Entrusted => &ENTRUSTED,
            Self::TreatingRights => &TREATING_RIGHTS,
            Self::Block => &BLOCK,
            Self::BreakGlass => &BREAK_GLASS,
            Self::Regulation => &REGULATION,
            Self::MaskedDocuments => &MASKED_DOCUMENTS,
            Self::FeedOpposition => &FEED_OPPOSITION,
        }
    }
}
