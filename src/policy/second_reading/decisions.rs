//! CONSENT of the digest: who puts what on file, changes it, and sees it.

use jiff::Timestamp;

use super::Case;
use crate::record::{
    access::Act,
    care_team::{CareTeam, TeamPath},
    consent::{Consent, Evidence, Grant},
    deed::{Deed, DeedFiling, DeedStatus, Effect, Recorder},
};

impl Case<'_> {
    fn filing(&self) -> Option<&DeedFiling> {
        if let Act::FileDeed(filing) = &self.q.act { Some(filing) } else { None }
    }

    /// A later version that is not in force any more.
    pub(super) fn takes_back(&self) -> bool {
        self.filing().is_some_and(|filing| !filing.is_new && filing.status != DeedStatus::Active)
    }

    /// The consent that is to stand, or that is new.
    pub(super) fn consent(&self) -> Option<&Consent> {
        match self.filing() {
            Some(DeedFiling { effect: Effect::Consent(consent), .. }) if !self.takes_back() => Some(consent),
            _ => None,
        }
    }

    pub(super) fn consent_fault(&self, fault: impl Fn(&Self, &Consent) -> bool) -> bool {
        let is_new = self.filing().is_some_and(|filing| filing.is_new);
        is_new && self.consent().is_some_and(|consent| fault(self, consent))
    }

    pub(super) fn collector(&self) -> Option<&str> {
        if self.kind() == 'P' { self.q.caller.who.person().map(|id| id.as_str()) } else { None }
    }

    pub(super) fn is_of_today(&self, consent: &Consent) -> bool {
        self.is_recent(&consent.evidence)
    }

    fn is_recent(&self, evidence: &Evidence) -> bool {
        let age = self.q.at.as_second() - evidence.at.as_second();
        (0..=3600).contains(&age)
    }

    /// What a professional may begin or carry on.
    pub(super) fn may_begin(&self) -> bool {
        let me = self.me();
        match self.filing().map(|filing| &filing.effect) {
            Some(Effect::Consent(consent)) => match &consent.grant {
                Grant::InitialForTeam { team } => self.my_teams(self.q.at).contains(team),
                Grant::Professional { professional } => professional.as_str() == me,
                Grant::EntrustedProfessional { professional } => {
                    professional.as_str() != me && self.is_member_with_access(&me, self.q.at)
                }
                Grant::TreatingPhysicianRights { .. } => false,
            },
            Some(Effect::Team(team)) => self.belongs_to_new(team),
            Some(Effect::Block(_) | Effect::FeedOpposition(_) | Effect::Emergency(_)) | None => false,
        }
    }

    fn belongs_to_new(&self, team: &CareTeam) -> bool {
        let houses = self.q.caller.who.structures();
        let shared = team.structures.iter().filter(|house| houses.contains(house)).count();
        match team.path {
            TeamPath::SameEstablishment => {
                let strangers = team.members.iter().filter(|id| id.as_str() != self.me()).count();
                shared > 0 && shared == team.structures.len() && strangers == 0
            }
            TeamPath::FormalisedGroup | TeamPath::RecognisedByPatient => false,
        }
    }

    pub(super) fn outlasts_episode(&self) -> bool {
        let Some(consent) = self.consent() else { return false };
        let bases: Vec<&CareTeam> = match &consent.grant {
            Grant::InitialForTeam { team } => self.f.teams.iter().filter(|known| known.id == *team).collect(),
            Grant::EntrustedProfessional { .. } if self.kind() == 'P' => self.teams_with_access(),
            Grant::Professional { .. }
            | Grant::EntrustedProfessional { .. }
            | Grant::TreatingPhysicianRights { .. } => Vec::new(),
        };
        let ends: Vec<Option<Timestamp>> = bases.iter().map(|team| team.episode.until).collect();
        let Some(last) = ends.iter().copied().flatten().max() else { return false };
        !ends.contains(&None) && consent.period.until.is_none_or(|until| until > last)
    }

    fn teams_with_access(&self) -> Vec<&CareTeam> {
        let at = self.q.at;
        let alone = |team: &CareTeam| {
            let mut facts = self.f.clone();
            facts.teams.retain(|other| other == team);
            facts.blocks.retain(|block| !matches!(&block.blocked, crate::record::consent::Blocked::Professional(_)));
            Case { q: self.q, f: &facts }.is_member_with_access(&self.me(), at)
        };
        self.f.teams.iter().filter(|team| alone(team)).collect()
    }

    pub(super) fn opposes_without_reason(&self) -> bool {
        let opposition = self.filing().map(|filing| &filing.effect);
        !self.takes_back() && matches!(opposition, Some(Effect::FeedOpposition(o)) if !o.legitimate_reason)
    }

    /// The holder sees all; a professional what names them or their team, and nothing of what the holder decides on others; whom the
    /// holder forbids, nothing.
    pub(super) fn is_shown_decision(&self, deed: &Deed) -> bool {
        if self.kind() == 'H' {
            return true;
        }
        let me = self.me();
        let shown = match &deed.effect {
            Effect::Consent(consent) => {
                let to = match &consent.grant {
                    Grant::InitialForTeam { team } => self.my_teams(self.q.at).contains(team),
                    Grant::Professional { professional }
                    | Grant::EntrustedProfessional { professional }
                    | Grant::TreatingPhysicianRights { professional } => professional.as_str() == me,
                };
                to || self.gathered_by(consent) == Some(me.as_str()) || self.is_mine_on_file(deed)
            }
            Effect::Team(team) => {
                let housed = team.path != TeamPath::RecognisedByPatient
                    && team.structures.iter().any(|house| self.q.caller.who.structures().contains(house));
                housed || team.members.iter().any(|id| id.as_str() == me)
            }
            Effect::Block(_) | Effect::FeedOpposition(_) | Effect::Emergency(_) => false,
        };
        self.kind() == 'P' && shown && !self.blocked()
    }

    fn is_mine_on_file(&self, deed: &Deed) -> bool {
        matches!(&deed.recorder, Recorder::Person(id) if id.as_str() == self.me())
    }

    /// Whether the filing may take the place of that one.
    pub(super) fn may_change(&self, deed: &Deed) -> bool {
        let Some(filing) = self.filing().filter(|filing| !filing.is_new) else { return false };
        let holder = self.kind() == 'H';
        let alike = match (&deed.effect, &filing.effect) {
            (Effect::Consent(old), Effect::Consent(new)) => holder || old.grant == new.grant,
            (Effect::Emergency(old), Effect::Emergency(new)) => old.choice == new.choice,
            (Effect::Team(old), Effect::Team(new)) if !holder => {
                let added = new.structures.iter().any(|house| !old.structures.contains(house))
                    || new.members.iter().any(|id| !old.members.contains(id));
                let end = |team: &CareTeam| team.episode.until.unwrap_or(Timestamp::MAX);
                !added && new.path == old.path && end(new) <= end(old) && new.episode.from >= old.episode.from
            }
            (old, new) => std::mem::discriminant(old) == std::mem::discriminant(new),
        };
        let mine =
            holder || (self.is_shown_decision(deed) && self.is_mine_on_file(deed) && deed.status == DeedStatus::Active);
        mine && alike && (self.takes_back() || self.rests_on_evidence(&deed.effect, &filing.effect))
    }

    fn rests_on_evidence(&self, old: &Effect, new: &Effect) -> bool {
        let (Effect::Consent(old), Effect::Consent(new)) = (old, new) else { return true };
        let never_ending = |consent: &Consent| consent.period.until.unwrap_or(Timestamp::MAX);
        let longer = never_ending(new) > never_ending(old);
        let same = old.evidence == new.evidence && (self.kind() == 'H' || !longer);
        same || (self.gathered_by(new) == self.collector() && self.is_recent(&new.evidence))
    }
}
