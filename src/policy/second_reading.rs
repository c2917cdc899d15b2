//! The law read a second time: a naive interpreter of the table of precedence, written from the digest of the law alone and not
//! from the rules, slow and plain. It is compared with [`super::Law::decide`] over tens of thousands of situations.
//!
//! It walks the levels from top to bottom, and the first that matches decides.

mod amendments;
mod comparison;
mod decisions;
mod persons;
mod traces;

use std::{collections::BTreeSet, sync::LazyLock};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{Duty, Ground};
use crate::record::{
    access::{Act, Purpose, Question},
    caller::Who,
    care_team::{Span, TeamPath},
    consent::{Blocked, Consent, Grant},
    document::{Author, DocumentEntry, Status},
    dossier::{Basis, State},
    facts::Facts,
    query::Criterion,
    submission::{DeclaredAuthor, NewDocument},
};

/// What the second reader says.
enum Reading {
    /// By the first level that matched; by none where nothing lets the caller in.
    Refused(Option<Ground>),
    /// Which documents of the shelf are seen, and what is owed.
    Permitted { seen: Vec<bool>, owed: BTreeSet<Duty> },
}

struct Case<'a> {
    q: &'a Question,
    f: &'a Facts,
}

/// The data file as plain text, its heading first.
static TABLE: LazyLock<Vec<Vec<&str>>> = LazyLock::new(|| {
    let lines = include_str!("habilitation.csv").lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split(',').collect()).collect()
});

static PARIS: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::get("Europe/Paris").unwrap());

type Level = (&'static str, fn(&Case<'_>) -> Option<Ground>);

const LEVELS: &[Level] = &[
    ("P1 holder", |c| (c.kind() == 'H' && c.token_patient().is_none()).then_some(Ground::HolderNotIdentified)),
    ("P1 token", |c| {
        let named = c.token_patient();
        (named.is_some() && c.matricule().is_some() && named != c.matricule()).then_some(Ground::TokenOfAnotherPatient)
    }),
    ("P1 purpose", |c| (c.q.purpose != Purpose::Care).then_some(Ground::PurposeNotCare)),
    ("P1 delegate", |c| (c.kind() == 'D' && c.any_reading()).then_some(Ground::DelegateNeverReads)),
    ("P1 delegate", |c| (c.kind() == 'D' && (c.amends() || c.decides())).then_some(Ground::DelegateFeedsOnly)),
    ("P1 nobody", |c| {
        let alone = (c.any_reading() && !c.looks_up()) || c.decides();
        (c.kind() == 'O' && alone).then_some(Ground::NoAuthenticatedProfessional)
    }),
    ("P1 profession", |c| {
        (c.kind() == 'P' && c.reading() && c.heading().is_none()).then_some(Ground::ProfessionNotEntitled)
    }),
    ("P1 reserved", |c| (c.kind() != 'H' && c.decides_for_the_holder()).then_some(Ground::ReservedToHolder)),
    ("P2 content", |c| {
        c.any_document(|c, d| d.content_names.iter().any(|n| Some(n) != c.matricule().as_ref()))
            .then_some(Ground::ContentOfAnotherPatient)
    }),
    ("P2 qualified", |c| persons::are_unqualified(c).then_some(Ground::IdentityNotQualified)),
    ("P2 person", |c| persons::difference(c).map(Ground::TraitDiffers)),
    ("P3 state", |c| c.state()),
    ("P3 opening", |c| (!c.asks_only() && !c.lawfully_opened()).then_some(Ground::UnlawfulOpening)),
    ("P4 blocked", |c| {
        let filed = c.kind() == 'P' && c.f.authors.iter().any(|author| c.is_mine(author));
        let enters = (c.reading() && !filed) || c.submits() || c.decides();
        (c.kind() != 'H' && enters && c.blocked()).then_some(Ground::BlockedByHolder)
    }),
    ("P6 consent", |c| c.consent_to_read()),
    ("W opposition", |c| (c.kind() != 'H' && c.submits() && c.opposed()).then_some(Ground::FeedingOpposed)),
    ("W occupational", |c| (c.submits() && c.occupational_without_consent()).then_some(Ground::ConsentMissing)),
    ("W authors", |c| {
        c.any_document(|c, d| !(c.authors_right(d) && c.signatures_right(d))).then_some(Ground::AuthorNotVerified)
    }),
    ("W custodian", |c| {
        c.any_document(|c, d| d.custodian.as_ref().is_some_and(|s| !c.q.caller.who.structures().contains(s)))
            .then_some(Ground::AuthorNotVerified)
    }),
    ("W types", |c| c.any_document(|c, d| !c.type_right(d)).then_some(Ground::TypeReserved)),
    ("W labels", |c| {
        c.any_document(|_, d| d.entry.labels.masked.is_some() && d.entry.labels.hidden_from_patient.is_some())
            .then_some(Ground::LabelConflict)
    }),
    ("C whose", |c| (c.kind() == 'P' && c.decides() && !c.may_begin() && !c.takes_back()).then_some(Ground::NotTheirs)),
    ("C collector", |c| {
        c.consent_fault(|c, consent| c.gathered_by(consent) != c.collector()).then_some(Ground::NotCollectedByCaller)
    }),
    ("C date", |c| c.consent_fault(|c, consent| !c.is_of_today(consent)).then_some(Ground::ConsentDate)),
    ("C information", |c| {
        (c.consent().is_some_and(|x| !x.evidence.information_given)).then_some(Ground::InformationMissing)
    }),
    ("C episode", |c| c.outlasts_episode().then_some(Ground::BeyondEpisode)),
    ("C reason", |c| c.opposes_without_reason().then_some(Ground::ReasonMissing)),
];

fn read(case: &Case<'_>, shelf: &[DocumentEntry]) -> Reading {
    for (_, level) in LEVELS {
        if let Some(ground) = level(case) {
            return Reading::Refused(Some(ground));
        }
    }
    if !case.someone_lets_in() {
        return Reading::Refused(None);
    }
    let mut owed = BTreeSet::from([Duty::Record]);
    if case.kind() != 'H' && !case.asks_only() {
        owed.insert(Duty::InformHolder);
    }
    if case.any_document(|_, d| d.entry.labels.hidden_from_patient.is_some()) {
        owed.insert(Duty::InviteToAnnouncement);
    }
    Reading::Permitted { seen: shelf.iter().map(|d| case.sees(d)).collect(), owed }
}

impl Case<'_> {
    const fn kind(&self) -> char {
        match self.q.caller.who {
            Who::Professional(_) => 'P',
            Who::Delegate { .. } => 'D',
            Who::Organisation { .. } => 'O',
            Who::HolderFrontEnd { .. } => 'H',
        }
    }

    fn is_named(&self, names: &[&str]) -> bool {
        names.contains(&self.q.act.name())
    }

    /// Documents, or what is told of them.
    fn reading(&self) -> bool {
        self.is_named(&["search", "read", "read-version", "history", "retrieve", "find-lists", "read-list"])
    }

    fn any_reading(&self) -> bool {
        self.reading() || self.reads_decisions() || self.reads_traces()
    }

    fn submits(&self) -> bool {
        self.is_named(&["submit"])
    }

    fn amends(&self) -> bool {
        self.is_named(&["amend"])
    }

    fn asks_only(&self) -> bool {
        self.is_named(&["look-up"])
    }

    fn reads_decisions(&self) -> bool {
        self.is_named(&["find-deeds", "read-deed", "deed-history"])
    }

    fn decides(&self) -> bool {
        self.is_named(&["file-deed"])
    }

    fn reads_traces(&self) -> bool {
        self.is_named(&["find-traces", "read-trace"])
    }

    fn looks_up(&self) -> bool {
        let Act::Search(query) = &self.q.act else { return false };
        query.criteria.iter().any(|criterion| matches!(criterion, Criterion::Identifier(_)))
    }

    fn documents(&self) -> &[NewDocument] {
        if let Act::Submit(submission) = &self.q.act { &submission.documents } else { &[] }
    }

    fn any_document(&self, wrong: impl Fn(&Self, &NewDocument) -> bool) -> bool {
        self.documents().iter().any(|document| wrong(self, document))
    }

    fn matricule(&self) -> Option<String> {
        self.q.holder.as_ref().map(|ins| ins.matricule().to_owned())
    }

    /// The patient whom the caller's token names.
    fn token_patient(&self) -> Option<String> {
        let asserted = self.q.caller.asserted.as_ref()?;
        asserted.patient.as_ref().map(|ins| ins.matricule().to_owned())
    }

    fn me(&self) -> String {
        self.q.caller.who.person().map_or_else(String::new, |id| id.as_str().to_owned())
    }

    fn profession(&self) -> (String, Vec<String>) {
        let Who::Professional(p) = &self.q.caller.who else { return (String::new(), Vec::new()) };
        (p.profession.0.clone(), p.specialities.iter().map(|s| s.0.clone()).collect())
    }

    fn occupational(&self) -> bool {
        self.profession().0 == "10" && self.profession().1.contains(&"SM25".to_owned())
    }

    /// Whoever is behind the filing, an occupational physician among them has no worker's consent of the last half day.
    fn occupational_without_consent(&self) -> bool {
        let mut workers_doctors = Vec::new();
        if self.occupational() {
            workers_doctors.push(self.me());
        }
        for author in self.documents().iter().flat_map(|document| &document.declared) {
            if let DeclaredAuthor::Professional(p) = author
                && p.profession.0 == "10"
                && p.specialities.iter().any(|s| s.0 == "SM25")
                && self.behind().contains(&p.id.as_str().to_owned())
            {
                workers_doctors.push(p.id.as_str().to_owned());
            }
        }
        workers_doctors.iter().any(|doctor| !self.fresh_consent_of(doctor))
    }

    fn heading(&self) -> Option<&'static str> {
        let (profession, _) = self.profession();
        [("10", "medecin"), ("40", "chirurgien_dentiste"), ("60", "infirmier")]
            .into_iter()
            .find(|(code, _)| *code == profession && !self.occupational())
            .map(|(_, heading)| heading)
    }

    fn state(&self) -> Option<Ground> {
        let archive = self.kind() == 'H' && self.any_reading();
        if self.asks_only() {
            return None;
        }
        [
            (State::None, Some(Ground::NoRecord)),
            (State::ConsentPending, Some(Ground::NoRecord)),
            (State::Notified, Some(Ground::NoRecord)),
            (State::Opposed, Some(Ground::NoRecord)),
            (State::Open, None),
            (State::OpenUnattached, None),
            (State::Suspended, Some(Ground::Suspended)),
            (State::Closed, if archive { None } else { Some(Ground::Closed) }),
            (State::ErasurePending, Some(Ground::Closed)),
            (State::Destroyed, Some(Ground::Closed)),
        ]
        .into_iter()
        .find(|(state, _)| *state == self.f.dossier.state)
        .and_then(|(_, ground)| ground)
    }

    /// Regime A to 30 June 2021, the gap, the pilots from 8 August 2021, regime B from 1 January 2022.
    fn lawfully_opened(&self) -> bool {
        let Some(opening) = &self.f.dossier.opening else { return false };
        let day = opening.on.to_string();
        let pilot = matches!(opening.department.as_deref(), Some("31" | "44" | "80"));
        let today = at_paris(self.q.at).0.to_string();
        match opening.basis {
            _ if day > today || day.as_str() < "2009-07-23" => false,
            Some(Basis::ExpressConsent { given }) => day.as_str() <= "2021-06-30" && given.to_string() <= day,
            Some(Basis::Automatic) => day.as_str() >= "2022-01-01" || (pilot && day.as_str() >= "2021-08-08"),
            None => false,
        }
    }

    fn covers(&self, span: Span, at: Timestamp) -> bool {
        at >= span.from && span.until.is_none_or(|until| until > at)
    }

    /// The people behind the act: the caller, and for staff and software those who practise at their structure and are named as
    /// authors.
    fn behind(&self) -> Vec<String> {
        let mut people = vec![self.me()];
        if self.kind() == 'D' || self.kind() == 'O' {
            for author in self.documents().iter().flat_map(|document| &document.declared) {
                if let DeclaredAuthor::Professional(p) = author
                    && p.structures.iter().any(|s| self.q.caller.who.structures().contains(s))
                {
                    people.push(p.id.as_str().to_owned());
                }
            }
        }
        people
    }

    fn is_meant(&self, blocked: &Blocked) -> bool {
        match blocked {
            Blocked::Professional(id) => self.behind().contains(&id.as_str().to_owned()),
            Blocked::Structure(id) => self.q.caller.who.structures().iter().any(|s| s.as_str() == id.as_str()),
        }
    }

    fn blocked(&self) -> bool {
        self.f.blocks.iter().any(|block| self.covers(block.period, self.q.at) && self.is_meant(&block.blocked))
    }

    fn opposed(&self) -> bool {
        self.f.feed_oppositions.iter().any(|opposition| {
            let meant = opposition.against.as_ref().is_none_or(|against| self.is_meant(against));
            meant && opposition.legitimate_reason && self.covers(opposition.period, self.q.at)
        })
    }

    fn stands(&self, consent: &Consent, at: Timestamp) -> bool {
        consent.evidence.information_given && consent.evidence.at <= at && self.covers(consent.period, at)
    }

    fn initial_consent(&self, team: &str, at: Timestamp) -> bool {
        let to_team = |grant: &Grant| matches!(grant, Grant::InitialForTeam { team: id } if id == team);
        self.f.consents.iter().any(|consent| to_team(&consent.grant) && self.stands(consent, at))
    }

    /// The names of the teams to which I belong at that instant.
    fn my_teams(&self, at: Timestamp) -> Vec<String> {
        let mut mine = Vec::new();
        for team in &self.f.teams {
            let named = team.members.iter().any(|id| id.as_str() == self.me());
            let housed = team.path != TeamPath::RecognisedByPatient
                && team.structures.iter().any(|s| self.q.caller.who.structures().contains(s));
            if (named || housed) && self.covers(team.episode, at) {
                mine.push(team.id.clone());
            }
        }
        mine
    }

    fn team_access(&self, at: Timestamp) -> bool {
        self.my_teams(at).iter().any(|team| self.initial_consent(team, at))
    }

    fn fresh_consent(&self) -> bool {
        self.fresh_consent_of(&self.me())
    }

    fn fresh_consent_of(&self, reader: &str) -> bool {
        self.f.consents.iter().any(|consent| {
            matches!(&consent.grant, Grant::Professional { professional } if professional.as_str() == reader)
                && self.gathered_by(consent).is_none_or(|by| by == reader)
                && self.stands(consent, self.q.at)
                && self.q.at.as_second() - consent.evidence.at.as_second() <= 12 * 3600
        })
    }

    fn gathered_by<'c>(&self, consent: &'c Consent) -> Option<&'c str> {
        consent.evidence.collected_by.as_ref().map(|by| by.as_str())
    }

    /// Entrusted, at that instant, by somebody who had access on the day of collecting and has it at that instant.
    fn entrusted(&self, at: Timestamp) -> bool {
        self.f.consents.iter().any(|consent| {
            matches!(&consent.grant, Grant::EntrustedProfessional { professional } if professional.as_str() == self.me())
                && self.stands(consent, at)
                && self.gathered_by(consent).is_some_and(|by| {
                    [consent.evidence.at, at].into_iter().all(|instant| self.is_member_with_access(by, instant))
                })
        })
    }

    fn is_member_with_access(&self, id: &str, at: Timestamp) -> bool {
        let barred: Vec<&Blocked> =
            self.f.blocks.iter().filter(|b| self.covers(b.period, at)).map(|b| &b.blocked).collect();
        let in_person = barred.iter().any(|b| matches!(b, Blocked::Professional(b) if b.as_str() == id));
        !in_person
            && self.f.teams.iter().any(|team| {
                let houses = if team.path == TeamPath::SameEstablishment { team.structures.len() } else { 0 };
                let shut =
                    team.structures.iter().filter(|s| barred.contains(&&Blocked::Structure((*s).clone()))).count();
                team.members.iter().any(|member| member.as_str() == id)
                    && (houses == 0 || shut < houses)
                    && self.covers(team.episode, at)
                    && self.initial_consent(&team.id, at)
            })
    }

    fn treating(&self) -> bool {
        self.profession().0 == "10" && self.f.treating_physician.as_ref().is_some_and(|id| id.as_str() == self.me())
    }

    fn equal(&self) -> bool {
        self.f.consents.iter().any(|consent| {
            matches!(&consent.grant, Grant::TreatingPhysicianRights { professional } if professional.as_str() == self.me())
                && self.gathered_by(consent).is_none()
                && self.stands(consent, self.q.at)
                && self.authorised_at(consent.evidence.at)
        })
    }

    fn authorised_at(&self, then: Timestamp) -> bool {
        let me = self.me();
        let mine = |c: &Consent| {
            matches!(&c.grant, Grant::Professional { professional } if professional.as_str() == me)
                && self.gathered_by(c).is_none_or(|by| by == me)
        };
        self.team_access(then)
            || self.entrusted(then)
            || self.f.consents.iter().any(|c| mine(c) && self.stands(c, then))
    }

    fn is_mine(&self, author: &Author) -> bool {
        match author {
            Author::Person(id) => self.kind() == 'P' && id.as_str() == self.me(),
            Author::Structure(id) => self.kind() == 'O' && self.q.caller.who.structures().contains(id),
            Author::Holder => self.kind() == 'H',
        }
    }

    fn has_basis(&self) -> bool {
        self.team_access(self.q.at)
            || self.fresh_consent()
            || self.entrusted(self.q.at)
            || self.treating()
            || self.equal()
    }

    fn consent_to_read(&self) -> Option<Ground> {
        let filed = self.f.authors.iter().any(|author| self.is_mine(author));
        if self.kind() != 'P' || !self.reading() || self.has_basis() || filed {
            return None;
        }
        let in_team = !self.my_teams(self.q.at).is_empty();
        Some(if in_team { Ground::InitialConsentMissing } else { Ground::ConsentMissing })
    }

    fn authors_right(&self, document: &NewDocument) -> bool {
        let mut own = 0;
        let mut foreign = 0;
        for author in &document.declared {
            match author {
                DeclaredAuthor::Professional(p) if self.claims(p.id.as_str(), &p.structures) => own += 1,
                DeclaredAuthor::Professional(_) if self.kind() == 'O' || self.kind() == 'H' => foreign += 1,
                DeclaredAuthor::Structure(s) if self.kind() == 'O' && self.q.caller.who.structures().contains(s) => {
                    own += 1
                }
                DeclaredAuthor::Patient(ins) if Some(ins.matricule().to_owned()) != self.matricule() => foreign += 1,
                DeclaredAuthor::Patient(_) if self.kind() == 'H' => own += 1,
                DeclaredAuthor::Professional(_)
                | DeclaredAuthor::Structure(_)
                | DeclaredAuthor::Patient(_)
                | DeclaredAuthor::Unverified => {}
            }
        }
        own > 0 && foreign == 0
    }

    fn signatures_right(&self, document: &NewDocument) -> bool {
        let mut wrong = 0;
        for signatory in &document.signatories {
            let fine = match signatory {
                DeclaredAuthor::Professional(p) => self.claims(p.id.as_str(), &p.structures),
                DeclaredAuthor::Structure(s) => self.q.caller.who.structures().contains(s),
                DeclaredAuthor::Patient(ins) => {
                    self.kind() == 'H' && Some(ins.matricule().to_owned()) == self.matricule()
                }
                DeclaredAuthor::Unverified => false,
            };
            wrong += usize::from(!fine);
        }
        wrong == 0
    }

    fn claims(&self, id: &str, structures: &[crate::record::identity::StructIdNat]) -> bool {
        match self.kind() {
            'P' => self.me() == id,
            'D' | 'O' => structures.iter().any(|s| self.q.caller.who.structures().contains(s)),
            _ => false,
        }
    }

    fn type_right(&self, document: &NewDocument) -> bool {
        let code = document.entry.kind.code.as_str();
        if self.kind() == 'H' {
            code.starts_with("DOCPAT") || code.starts_with("EXPPAT_") || code == "74465-6"
        } else {
            !["REMB", "74465-6"].contains(&code) && !code.starts_with("DOCPAT") && !code.starts_with("EXPPAT_")
        }
    }

    fn someone_lets_in(&self) -> bool {
        let kind = self.kind();
        if self.asks_only() || self.submits() {
            return true;
        }
        if self.amends() || self.decides() {
            return kind == 'H' || kind == 'P' || (kind == 'O' && self.amends());
        }
        if self.reads_decisions() || self.reads_traces() {
            return kind == 'H' || kind == 'P';
        }
        match kind {
            'P' => self.has_basis() || self.f.authors.iter().any(|author| self.is_mine(author)),
            'O' => self.looks_up(),
            kind => kind == 'H',
        }
    }

    fn sees(&self, d: &DocumentEntry) -> bool {
        let own = d.authors.iter().any(|author| self.is_mine(author));
        if d.status == Status::EnteredInError
            || !(self.reading() || self.submits() || self.amends() || self.reads_traces())
        {
            return false;
        }
        if self.submits() {
            let principals = if self.kind() == 'D' { self.behind() } else { Vec::new() };
            let in_their_name = d
                .authors
                .iter()
                .any(|a| matches!(a, Author::Person(id) if principals.contains(&id.as_str().to_owned())));
            return own || in_their_name;
        }
        match self.kind() {
            'P' => own || (self.reads_others() && (self.reads_everything() || self.is_shown_to_profession(d))),
            'O' => own,
            'H' => self.shown_to_holder(d),
            _ => false,
        }
    }

    /// A basis, a column, and no block, which counts where it does not already shut everything.
    fn reads_others(&self) -> bool {
        self.kind() == 'P' && self.has_basis() && self.heading().is_some() && !self.blocked()
    }

    fn reads_everything(&self) -> bool {
        self.reads_others() && (self.treating() || self.equal())
    }

    fn is_shown_to_profession(&self, d: &DocumentEntry) -> bool {
        self.cell(&d.kind.code) && d.labels.masked.is_none()
    }

    fn shown_to_holder(&self, d: &DocumentEntry) -> bool {
        let waiting = d.labels.hidden_from_patient.is_some()
            && d.announced.is_none_or(|announced| announced > self.q.at)
            && !a_month_has_passed(d.first_deposited, self.q.at);
        let kept_from_parents = d.labels.hidden_from_representatives.is_some() && !self.of_age();
        !waiting && !kept_from_parents
    }

    fn of_age(&self) -> bool {
        let Some(holder) = &self.f.holder else { return false };
        let (born, today) = (holder.birth_date, at_paris(self.q.at).0);
        let key = |day: Date, years: i32| (i32::from(day.year()) + years, day.month(), day.day());
        key(today, 0) >= key(born, 18)
    }

    /// The cell of the data file, read as text; physicians read what has no row.
    fn cell(&self, code: &str) -> bool {
        let Some(heading) = self.heading() else { return false };
        let place = TABLE[0].iter().position(|name| *name == heading).unwrap();
        TABLE.iter().find(|row| row[2] == code).map_or(heading == "medecin", |row| row[place] == "1")
    }
}

fn at_paris(at: Timestamp) -> (Date, jiff::civil::Time) {
    let there = at.to_zoned(PARIS.clone());
    (there.date(), there.time())
}

fn a_month_has_passed(from: Timestamp, now: Timestamp) -> bool {
    let (day, time) = at_paris(from);
    let (year, month) = if day.month() == 12 { (day.year() + 1, 1) } else { (day.year(), day.month() + 1) };
    let last = Date::new(year, month, 1).unwrap().days_in_month();
    let end = Date::new(year, month, day.day().min(last)).unwrap();
    at_paris(now) >= (end, time)
}
