//! How the caller stands to a record: on what a professional's reading may rest, and in whose name a caller files.

use jiff::{SignedDuration, Timestamp};

use crate::record::{
    access::{Act, Aim, Question},
    caller::Who,
    care_team::{CareTeam, TeamPath},
    consent::{Consent, Grant},
    document::{Author, DocumentEntry},
    facts::Facts,
    identity::{PsIdNat, StructIdNat},
    professional::Professional,
    submission::{DeclaredAuthor, NewDocument, answers_for},
};

use super::column::is_physician;

/// How long the consent collected by a professional outside the team serves: one consultation of the record, bounded by half a
/// day (order of 26 October 2023, part that stands: consent is collected at each consultation).
pub(super) const ONE_CONSULTATION: SignedDuration = SignedDuration::from_hours(12);

/// One professional before one record at one instant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing<'a> {
    professional: &'a Professional,
    facts: &'a Facts,
    at: Timestamp,
}

impl<'a> Standing<'a> {
    /// The standing of a professional who wants to read; none for other callers and other acts.
    pub(super) fn of_reader(question: &'a Question, facts: &'a Facts) -> Option<Self> {
        Self::of_professional(question, facts).filter(|_| question.act.reads())
    }

    /// The standing of a professional who looks at documents, be it to amend them or in traces; none for other callers and other acts.
    pub(super) fn of_viewer(question: &'a Question, facts: &'a Facts) -> Option<Self> {
        Self::of_professional(question, facts).filter(|_| views(&question.act))
    }

    /// The standing of a professional, whatever the act; none for other callers.
    pub(super) fn of_professional(question: &'a Question, facts: &'a Facts) -> Option<Self> {
        let professional = question.caller.who.professional()?;
        Some(Self { professional, facts, at: question.at })
    }

    /// The standings of the professionals who file, in person or by those who file in their name; none for reading.
    pub(super) fn of_feeders(question: &'a Question, facts: &'a Facts) -> impl Iterator<Item = Self> {
        let caller = question.caller.who.professional().filter(|_| question.act.files());
        let all = caller.into_iter().chain(principals(question));
        all.map(move |professional| Self { professional, facts, at: question.at })
    }

    /// Who it is.
    pub(super) const fn professional(&self) -> &'a Professional {
        self.professional
    }

    /// Whether anything at all lets the professional read, be it only what they filed.
    pub(super) fn may_read(&self) -> bool {
        self.may_read_others() || self.has_filed()
    }

    /// Whether anything lets the professional read what others filed.
    pub(super) fn may_read_others(&self) -> bool {
        self.is_in_opened_team() || self.has_own_consent() || self.is_entrusted() || self.reads_all()
    }

    /// Whether the professional reads the whole record: as the treating physician, or with the same rights (R1111-54).
    pub(super) fn reads_all(&self) -> bool {
        self.is_treating_physician() || self.has_same_rights()
    }

    /// Whether the professional belongs to a care team during its episode, opened or not.
    pub(super) fn is_in_team(&self) -> bool {
        self.teams().next().is_some()
    }

    /// Whether one of these teams was opened by an initial consent (R1111-46 al. 2).
    pub(super) fn is_in_opened_team(&self) -> bool {
        self.teams().any(|team| is_opened(team, self.facts, self.at))
    }

    /// Whether the professional collected consent for this consultation (R1111-46 al. 3).
    pub(super) fn has_own_consent(&self) -> bool {
        self.own_consents().any(|consent| self.at.duration_since(consent.evidence.at) <= ONE_CONSULTATION)
    }

    /// The consents to the professional's own reading that stand: collected by nobody but that professional, or recorded by the
    /// holder. Whoever collects for another entrusts, and must be of the team.
    fn own_consents(&self) -> impl Iterator<Item = &'a Consent> {
        let Self { professional, facts, at } = *self;
        facts.consents.iter().filter(move |consent| match &consent.grant {
            Grant::Professional { professional: reader } => {
                *reader == professional.id
                    && consent.evidence.collected_by.as_ref().is_none_or(|by| by == reader)
                    && is_alive(consent, at)
            }
            Grant::InitialForTeam { .. }
            | Grant::EntrustedProfessional { .. }
            | Grant::TreatingPhysicianRights { .. } => false,
        })
    }

    /// Whether a member of an opened team collected consent for the professional (R1111-46 al. 4, L1111-17 II).
    pub(super) fn is_entrusted(&self) -> bool {
        self.facts.consents.iter().any(|consent| match &consent.grant {
            Grant::EntrustedProfessional { professional } => {
                *professional == self.professional.id
                    && is_alive(consent, self.at)
                    && consent.evidence.collected_by.as_ref().is_some_and(|by| {
                        may_entrust(by, self.facts, consent.evidence.at) && may_entrust(by, self.facts, self.at)
                    })
            }
            Grant::InitialForTeam { .. } | Grant::Professional { .. } | Grant::TreatingPhysicianRights { .. } => false,
        })
    }

    /// Whether that is the treating physician. The facts may name a physician only (CSS L162-5-3).
    pub(super) fn is_treating_physician(&self) -> bool {
        is_physician(&self.professional.profession)
            && self.facts.treating_physician.as_ref() == Some(&self.professional.id)
    }

    /// Whether the holder, through no professional, gave the treating physician's rights to the professional, who was already
    /// authorised when they were given (R1111-54 al. 2). They then last on their own: the rights would be void if each reading asked for another basis.
    pub(super) fn has_same_rights(&self) -> bool {
        self.facts.consents.iter().any(|consent| match &consent.grant {
            Grant::TreatingPhysicianRights { professional } => {
                *professional == self.professional.id
                    && consent.evidence.collected_by.is_none()
                    && is_alive(consent, self.at)
                    && self.was_authorised(consent.evidence.at)
            }
            Grant::InitialForTeam { .. } | Grant::Professional { .. } | Grant::EntrustedProfessional { .. } => false,
        })
    }

    /// Whether something in the record was filed by the professional (R1111-49).
    pub(super) fn has_filed(&self) -> bool {
        self.facts.authors.iter().any(|author| match author {
            Author::Person(id) => *id == self.professional.id,
            Author::Structure(_) | Author::Holder => false,
        })
    }

    fn was_authorised(&self, then: Timestamp) -> bool {
        let before = Self { at: then, ..*self };
        before.is_in_opened_team() || before.own_consents().next().is_some() || before.is_entrusted()
    }

    /// The care teams to which the professional belongs at that instant.
    pub(super) fn teams(&self) -> impl Iterator<Item = &'a CareTeam> {
        let Self { professional, facts, at } = *self;
        facts.teams.iter().filter(move |team| team.episode.holds_at(at) && is_member(team, professional))
    }
}

/// Whether a consent stands at that instant: after information, already given, not withdrawn.
fn is_alive(consent: &Consent, at: Timestamp) -> bool {
    consent.evidence.information_given && consent.evidence.at <= at && consent.period.holds_at(at)
}

/// Whether the team is made of that professional among others.
pub(super) fn is_member(team: &CareTeam, professional: &Professional) -> bool {
    is_named(team, &professional.id) || is_by_structure(team, professional)
}

fn is_named(team: &CareTeam, id: &PsIdNat) -> bool {
    team.members.contains(id)
}

/// A team that the patient recognises consists of persons; establishments and formalised groups bring theirs along (L1110-12).
fn is_by_structure(team: &CareTeam, professional: &Professional) -> bool {
    match team.path {
        TeamPath::SameEstablishment | TeamPath::FormalisedGroup => {
            professional.structures.iter().any(|structure| team.structures.contains(structure))
        }
        TeamPath::RecognisedByPatient => false,
    }
}

fn is_opened(team: &CareTeam, facts: &Facts, at: Timestamp) -> bool {
    facts.consents.iter().any(|consent| match &consent.grant {
        Grant::InitialForTeam { team: id } => *id == team.id && is_alive(consent, at),
        Grant::Professional { .. } | Grant::EntrustedProfessional { .. } | Grant::TreatingPhysicianRights { .. } => {
            false
        }
    })
}

/// Whether the act looks at documents: it reads or amends them, or reads the traces that name them.
pub(super) const fn views(act: &Act) -> bool {
    match act.aim() {
        Aim::ReadDocuments | Aim::AmendDocument | Aim::ReadTraces => true,
        Aim::FileDocuments | Aim::LookUp | Aim::ReadDeeds | Aim::FileDeed => false,
    }
}

/// Whether that person may entrust another at that instant: a named member of an opened team whom the holder does not forbid.
/// Never by another entrusted consent, so that there is no chain; and never by the structure alone, for the facts do not tell who
/// practises where. For the same reason a forbidden structure hinders the collector only where the facts place them in it: as a
/// member of a team of one establishment all of whose structures are forbidden.
pub(super) fn may_entrust(id: &PsIdNat, facts: &Facts, at: Timestamp) -> bool {
    teams_that_entrust(id, facts, at).next().is_some() && !facts.blocks.iter().any(|block| block.forbids_person(id, at))
}

/// The teams on whose strength that person may entrust another.
pub(super) fn teams_that_entrust<'a>(
    id: &'a PsIdNat,
    facts: &'a Facts,
    at: Timestamp,
) -> impl Iterator<Item = &'a CareTeam> {
    facts.teams.iter().filter(move |team| {
        team.episode.holds_at(at)
            && is_named(team, id)
            && is_opened(team, facts, at)
            && !is_of_forbidden_place(team, facts, at)
    })
}

/// Whether the members of the team practise, as far as the facts tell, at places that the holder forbids.
fn is_of_forbidden_place(team: &CareTeam, facts: &Facts, at: Timestamp) -> bool {
    let is_forbidden = |structure: &StructIdNat| {
        facts.blocks.iter().any(|block| block.period.holds_at(at) && block.blocked.names_structure(structure))
    };
    match team.path {
        TeamPath::SameEstablishment => !team.structures.is_empty() && team.structures.iter().all(is_forbidden),
        TeamPath::FormalisedGroup | TeamPath::RecognisedByPatient => false,
    }
}

/// The documents that the act would file.
pub(super) fn filed(question: &Question) -> &[NewDocument] {
    question.act.submission().map_or(&[], |submission| &submission.documents)
}

/// The professionals in whose name someone without a personal certificate files.
pub(super) fn principals(question: &Question) -> impl Iterator<Item = &Professional> {
    let who = &question.caller.who;
    filed(question).iter().flat_map(declared_professionals).filter(move |professional| match who {
        Who::Delegate { .. } | Who::Organisation { .. } => answers_for(who, professional),
        Who::Professional(_) | Who::HolderFrontEnd { .. } => false,
    })
}

/// The professionals whom a document names as its authors.
pub(super) fn declared_professionals(document: &NewDocument) -> impl Iterator<Item = &Professional> {
    document.declared.iter().filter_map(|author| match author {
        DeclaredAuthor::Professional(professional) => Some(professional),
        DeclaredAuthor::Unverified | DeclaredAuthor::Structure(_) | DeclaredAuthor::Patient(_) => None,
    })
}

/// The entries that are the feeder's own: of which the caller is an author, or for a delegate those of the professionals in whose
/// name it files.
pub(super) fn owned_by_feeder(question: &Question) -> impl Fn(&DocumentEntry, &Who, Timestamp) -> bool + use<> {
    let principals: Vec<Author> = match question.caller.who {
        Who::Delegate { .. } => principals(question).map(|principal| Author::Person(principal.id.clone())).collect(),
        Who::Professional(_) | Who::Organisation { .. } | Who::HolderFrontEnd { .. } => Vec::new(),
    };
    move |entry, who, _| entry.is_by(who) || entry.authors.iter().any(|author| principals.contains(author))
}
