//! META and DELETE of the digest: who changes what of a document's metadata; and how a look-up answers.

use super::{Case, LEVELS, Reading, a_month_has_passed, read};
use crate::{
    policy::Ground,
    record::{
        access::{Act, Question},
        amendment::Revision,
        document::{DocumentEntry, Status},
        query::Query,
        standing::Authorisation,
        visibility::Origin,
    },
};

impl Case<'_> {
    fn attests(&self, word: &str) -> bool {
        let Act::Amend(amendment) = &self.q.act else { return false };
        self.kind() == 'P' && amendment.attested.is_some_and(|attested| attested.word() == word)
    }

    pub(super) fn may_amend(&self, d: &DocumentEntry, new: &Revision) -> bool {
        let old = Revision::of(d);
        let own = d.authors.iter().any(|author| self.is_mine(author));
        let (holder, pro, others) = (self.kind() == 'H', self.kind() == 'P', self.reads_others());
        let mut right = vec![self.sees(d)];
        if old.status != new.status {
            right.push(own && new.status != Status::Current && old.status != Status::EnteredInError);
        }
        if old.archived != new.archived {
            right.push(own || others);
        }
        if old.confidentiality != new.confidentiality {
            right.push(own || holder);
        }
        if !old.masked && new.masked {
            right.push(holder || own || self.reads_everything() || (others && self.attests("holder-request")));
        }
        if old.masked && !new.masked {
            let mine = match d.labels.masked {
                Some(Origin::Author) => own,
                Some(Origin::TreatingPhysician) => self.reads_everything(),
                Some(Origin::Holder | Origin::Inherited) | None => false,
            };
            right.push(holder || mine || self.attests("holder-request"));
        }
        if !old.hidden_from_patient && new.hidden_from_patient {
            let shown = d.announced.is_some() || a_month_has_passed(d.first_deposited, self.q.at);
            right.push(pro && own && !shown && !self.attests("announced"));
        }
        if old.hidden_from_patient && !new.hidden_from_patient {
            right.push(!holder && (own || self.attests("announced")));
        }
        if !old.hidden_from_representatives && new.hidden_from_representatives {
            right.push((holder && !self.of_age()) || (pro && own));
        }
        if old.hidden_from_representatives && !new.hidden_from_representatives {
            right.push((holder && self.of_age()) || (pro && own && self.attests("holder-request")));
        }
        if new.masked && new.hidden_from_patient {
            right.push(old.masked && old.hidden_from_patient);
        }
        right.into_iter().all(|right| right)
    }

    /// A search and a submission by the same caller, thought through; of any other act nothing is told.
    pub(super) fn standing(&self) -> Authorisation {
        if !self.asks_only() {
            return Authorisation { reads: false, feeds: false, treats: false };
        }
        let search = Act::Search(Query { criteria: Vec::new(), sort: Vec::new(), page_size: 0, after: None });
        let searching = Question { act: search, ..self.q.clone() };
        let searching = Case { q: &searching, f: self.f };
        let reads = matches!(read(&searching, &[]), Reading::Permitted { .. });
        let shut = ["P1 purpose", "P3 state", "P3 opening"];
        let open = LEVELS.iter().filter(|(name, _)| shut.contains(name)).all(|(_, level)| level(&searching).is_none());
        let archive = searching.state().is_none() && self.f.dossier.state == crate::record::dossier::State::Closed;
        let lacks_consent = self.occupational() && !self.fresh_consent();
        let hindered = self.kind() != 'H' && (self.blocked() || self.opposed());
        let feeds = open && !archive && !lacks_consent && !hindered;
        Authorisation { reads, feeds, treats: reads && self.treating() }
    }

    pub(super) fn decides_for_the_holder(&self) -> bool {
        use crate::record::{care_team::TeamPath, consent::Grant, deed::Effect};
        let Act::FileDeed(filing) = &self.q.act else { return false };
        match &filing.effect {
            Effect::Consent(consent) => matches!(consent.grant, Grant::TreatingPhysicianRights { .. }),
            Effect::Team(team) => team.path == TeamPath::RecognisedByPatient,
            Effect::Block(_) | Effect::FeedOpposition(_) | Effect::Emergency(_) => true,
        }
    }
}

/// Grounds of a patch are told where the document is seen; none is one of the caller.
#[test]
fn what_hinders_an_amendment_lies_in_no_caller() {
    for ground in [Ground::NotTheirs, Ground::NotAttested, Ground::AlreadyShown, Ground::LabelConflict] {
        assert!(!ground.is_of_caller());
    }
}
