//! The acts besides reading and filing documents: amendments, look-ups, consents and care teams, traces.

use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::cast::*;
use crate::record::{
    access::Act,
    amendment::{Amendment, Attestation, Named, Revision},
    caller::Who,
    care_team::{CareTeam, TeamPath},
    consent::{Blocked, Consent, Evidence, Grant},
    deed::{Deed, DeedFiling, DeedId, DeedKind, DeedQuery, DeedStatus, Effect, Emergency, EmergencyChoice, Recorder},
    document::{DocumentEntry, DocumentId, Status},
    identity::PsIdNat,
    list::ListQuery,
    matcher::Matcher,
    trace::{AccessTrace, TraceActor, TraceOutcome, TraceQuery, TracedDocument},
    visibility::{Confidentiality, Labels, Origin},
};

pub(crate) fn amend(attested: bool) -> Act {
    amending(attested.then_some(Attestation::HolderRequest))
}

pub(crate) fn amending(attested: Option<Attestation>) -> Act {
    Act::Amend(Amendment {
        target: Named::Id(DocumentId(Uuid::nil())),
        if_version: None,
        patch: Arc::new(|entry, _| Ok(Revision::of(entry))),
        attested,
    })
}

/// All acts that read documents, or what is told of them, and name none by identifier.
pub(crate) fn readings() -> Vec<Act> {
    let id = DocumentId(Uuid::nil());
    let lists =
        ListQuery { matches: Matcher::all(), with_documents: true, sort: Vec::new(), page_size: 50, after: None };
    vec![
        search(),
        read(),
        retrieve(),
        Act::ReadVersion(id, 1),
        Act::History(id),
        Act::FindLists(lists),
        Act::ReadList(Uuid::nil()),
    ]
}

pub(crate) fn find_deeds() -> Act {
    Act::FindDeeds(DeedQuery { kind: DeedKind::Consent, matches: Matcher::all(), page_size: 50, after: None })
}

pub(crate) fn deed_readings() -> Vec<Act> {
    let id = DeedId(Uuid::nil());
    vec![find_deeds(), Act::ReadDeed(DeedKind::Consent, id, None), Act::DeedHistory(DeedKind::CareTeam, id)]
}

pub(crate) fn find_traces() -> Act {
    let (from, until) = (hours_ago(24), now());
    Act::FindTraces(TraceQuery { from, until, matches: Matcher::all(), page_size: 50, after: None })
}

pub(crate) fn trace_readings() -> Vec<Act> {
    vec![find_traces(), Act::ReadTrace(Uuid::nil())]
}

fn filing(effect: Effect, status: DeedStatus, is_new: bool) -> Act {
    Act::FileDeed(Box::new(DeedFiling {
        id: DeedId(Uuid::nil()),
        is_new,
        if_version: None,
        status,
        effect,
        rendition: Vec::new(),
        received: now(),
    }))
}

/// A first version, in force.
pub(crate) fn file_deed(effect: Effect) -> Act {
    filing(effect, DeedStatus::Active, true)
}

/// A new version of what is on file.
pub(crate) fn change_deed(effect: Effect, status: DeedStatus) -> Act {
    filing(effect, status, false)
}

/// What is on file.
pub(crate) fn deed(effect: Effect, recorder: Recorder) -> Deed {
    Deed {
        id: DeedId(Uuid::nil()),
        version: 1,
        updated: hours_ago(40),
        status: DeedStatus::Active,
        effect,
        recorder,
        rendition: Vec::new(),
    }
}

/// Who collects when the caller records: the caller, where it is a person.
pub(crate) fn collector(who: &Who) -> Option<PsIdNat> {
    who.person().cloned()
}

pub(crate) fn own_grant(id: &PsIdNat) -> Grant {
    Grant::Professional { professional: id.clone() }
}

pub(crate) fn team_grant(team: &str) -> Grant {
    Grant::InitialForTeam { team: team.to_owned() }
}

pub(crate) fn entrusting(id: &PsIdNat) -> Grant {
    Grant::EntrustedProfessional { professional: id.clone() }
}

/// Collected now by the caller.
pub(crate) fn collected(who: &Who, grant: Grant) -> Consent {
    consent(grant, now(), collector(who))
}

pub(crate) fn choice(choice: EmergencyChoice, allowed: bool) -> Emergency {
    Emergency { choice, allowed, period: always(hours_ago(9)) }
}

/// What the holder alone decides.
pub(crate) fn reserved() -> Vec<Effect> {
    vec![
        Effect::Block(block(Blocked::Professional(person(99)))),
        Effect::Emergency(choice(EmergencyChoice::BreakGlass, false)),
        Effect::FeedOpposition(opposition(None, true)),
        Effect::Consent(consent(Grant::TreatingPhysicianRights { professional: person(6) }, now(), None)),
        Effect::Team(team("recognised", TeamPath::RecognisedByPatient, Vec::new(), vec![person(6), person(99)])),
    ]
}

fn teams(me: &PsIdNat) -> Vec<CareTeam> {
    let own_house = |houses| team("new", TeamPath::SameEstablishment, houses, Vec::new());
    let group = |houses, members| team("new", TeamPath::FormalisedGroup, houses, members);
    vec![
        own_house(vec![hospital()]),
        own_house(vec![hospital(), clinic()]),
        own_house(Vec::new()),
        group(vec![clinic()], vec![me.clone()]),
        group(vec![clinic(), hospital()], Vec::new()),
        group(vec![clinic()], vec![person(99)]),
    ]
}

fn consents(who: &Who, me: &PsIdNat) -> Vec<Consent> {
    let own = collected(who, own_grant(me));
    let dated = |when: Timestamp| Consent { evidence: evidence_at(&own, when), ..own.clone() };
    let mut uninformed = own.clone();
    uninformed.evidence.information_given = false;
    let mut until_tonight = collected(who, team_grant("stay"));
    until_tonight.period.until = Some(hours_ago(-9));
    vec![
        collected(who, team_grant("stay")),
        until_tonight,
        collected(who, team_grant("round")),
        collected(who, own_grant(&person(99))),
        consent(own_grant(me), now(), Some(person(99))),
        dated(hours_ago(1)),
        dated(hours_ago(2)),
        dated(hours_ago(-1)),
        uninformed,
        own.clone(),
        collected(who, entrusting(&person(99))),
        collected(who, entrusting(me)),
    ]
}

pub(crate) fn evidence_at(consent: &Consent, at: Timestamp) -> Evidence {
    Evidence { at, ..consent.evidence.clone() }
}

/// Everything that a caller may try to put on file.
pub(crate) fn deed_filings(who: &Who) -> Vec<Act> {
    let me = collector(who).unwrap_or_else(|| person(6));
    let old = own_consent(&me, hours_ago(40));
    let without_reason = Effect::FeedOpposition(opposition(None, false));
    let mut acts: Vec<Act> = reserved().into_iter().map(file_deed).collect();
    acts.push(file_deed(without_reason.clone()));
    acts.extend(consents(who, &me).into_iter().map(|consent| file_deed(Effect::Consent(consent))));
    acts.extend(teams(&me).into_iter().map(|team| file_deed(Effect::Team(team))));
    acts.extend([
        change_deed(Effect::Consent(old.clone()), DeedStatus::Active),
        change_deed(Effect::Consent(old), DeedStatus::Inactive),
        change_deed(without_reason, DeedStatus::EnteredInError),
        filing(Effect::Consent(collected(who, own_grant(&person(99)))), DeedStatus::Inactive, true),
    ]);
    acts
}

/// Whatever the law was asked to judge later than reading by id and filing.
pub(crate) fn further_acts(who: &Who) -> Vec<Act> {
    let mut acts = readings().split_off(3);
    acts.extend([amend(false), amend(true), Act::LookUp]);
    acts.extend(deed_readings());
    acts.extend(trace_readings());
    acts.extend(deed_filings(who));
    acts
}

/// The documents that amendments are tried on: by the caller and by someone else, under every flag of every origin, in every state.
pub(crate) fn desk(who: &Who) -> Vec<DocumentEntry> {
    let masks =
        [None, Some(Origin::Holder), Some(Origin::Author), Some(Origin::TreatingPhysician), Some(Origin::Inherited)];
    let mut desk = Vec::new();
    for author in [kept_author(who), someone_else()] {
        let lay = |labels| entry(report(), labels, vec![author.clone()]);
        for masked in masks {
            for bits in 0..4 {
                let hidden_from_patient = (bits & 1 != 0).then_some(Origin::Author);
                let hidden_from_representatives = (bits & 2 != 0).then_some(Origin::Holder);
                let labels = Labels { masked, hidden_from_patient, hidden_from_representatives, ..all_labels()[0] };
                desk.push(lay(labels));
            }
        }
        let plain = lay(all_labels()[0]);
        let long_ago = hours_ago(24 * 40);
        desk.push(DocumentEntry { status: Status::Superseded, ..plain.clone() });
        desk.push(DocumentEntry { status: Status::EnteredInError, ..plain.clone() });
        desk.push(DocumentEntry { announced: Some(hours_ago(1)), ..plain.clone() });
        desk.push(DocumentEntry { first_deposited: long_ago, ..plain.clone() });
        desk.push(DocumentEntry { archived: true, ..plain });
    }
    desk
}

/// What a change makes of the metadata as they stand.
pub(crate) type Changing = fn(&mut Revision);

/// Every single change by its name, and some that come together.
pub(crate) const CHANGES: [(&str, Changing); 13] = [
    ("nothing", |_| ()),
    ("supersede", |r| r.status = Status::Superseded),
    ("delete", |r| r.status = Status::EnteredInError),
    ("revive", |r| r.status = Status::Current),
    ("archive", |r| r.archived = !r.archived),
    ("restrict", |r| r.confidentiality = Confidentiality::R),
    ("mask", |r| r.masked = true),
    ("unmask", |r| r.masked = false),
    ("hide", |r| r.hidden_from_patient = true),
    ("show", |r| r.hidden_from_patient = false),
    ("keep", |r| r.hidden_from_representatives = true),
    ("tell", |r| r.hidden_from_representatives = false),
    ("mask and hide", |r| {
        r.masked = true;
        r.hidden_from_patient = true;
    }),
];

/// Consents, decisions and care teams of every kind, as to person 6.
pub(crate) fn cabinet() -> Vec<Deed> {
    let (me, other) = (person(6), person(99));
    let consented = |grant, by: &PsIdNat| Effect::Consent(consent(grant, hours_ago(40), Some(by.clone())));
    let by = |id: &PsIdNat| Recorder::Person(id.clone());
    let staff = |path, houses, members| Effect::Team(team("new", path, houses, members));
    let mut cabinet = vec![
        deed(consented(own_grant(&me), &me), by(&me)),
        deed(consented(own_grant(&me), &other), Recorder::Operator),
        deed(consented(own_grant(&other), &other), by(&other)),
        deed(consented(own_grant(&other), &other), by(&me)),
        deed(consented(entrusting(&me), &other), by(&other)),
        deed(consented(entrusting(&other), &me), Recorder::Holder),
        deed(consented(team_grant("stay"), &other), by(&other)),
        deed(consented(team_grant("round"), &other), by(&other)),
        deed(Effect::Consent(same_rights(&me)), Recorder::Holder),
        deed(Effect::Consent(same_rights(&other)), Recorder::Holder),
        deed(staff(TeamPath::SameEstablishment, vec![hospital()], Vec::new()), by(&me)),
        deed(staff(TeamPath::RecognisedByPatient, vec![hospital()], Vec::new()), Recorder::Holder),
        deed(staff(TeamPath::RecognisedByPatient, Vec::new(), vec![me.clone()]), Recorder::Holder),
        deed(staff(TeamPath::FormalisedGroup, vec![clinic()], vec![other.clone()]), by(&other)),
    ];
    cabinet.extend(
        [
            Effect::Block(block(Blocked::Professional(me.clone()))),
            Effect::FeedOpposition(opposition(Some(Blocked::Professional(me.clone())), true)),
            Effect::Emergency(choice(EmergencyChoice::Regulation, true)),
        ]
        .into_iter()
        .map(|effect| deed(effect, Recorder::Holder)),
    );
    let ended = Deed { status: DeedStatus::Inactive, ..cabinet[0].clone() };
    cabinet.push(ended);
    cabinet
}

pub(crate) fn trace(person: Option<PsIdNat>, act: &str, outcome: TraceOutcome, gave: bool) -> AccessTrace {
    let given = TracedDocument { id: DocumentId(Uuid::nil()), version: 1 };
    AccessTrace {
        number: 1,
        request: Uuid::nil(),
        correlation: None,
        at: hours_ago(1),
        transaction: "TEST".to_owned(),
        raw: None,
        peer: None,
        actor: Some(TraceActor {
            kind: "professional".to_owned(),
            person,
            profession: None,
            on_behalf_of: Vec::new(),
            structures: Vec::new(),
            certificate: String::new(),
            acting: None,
        }),
        act: act.to_owned(),
        holder: Some(holder()),
        document: None,
        outcome,
        documents: if gave { vec![given] } else { Vec::new() },
        set: None,
        deed: None,
        provisions: Vec::new(),
    }
}

/// Traces of person 6, of someone else, and of nobody.
pub(crate) fn archive() -> Vec<AccessTrace> {
    let mut archive = Vec::new();
    for who in [Some(person(6)), Some(person(99)), None] {
        for act in ["search", "submit", "look-up", "read", "amend", "read-list", "file-deed", "find-traces"] {
            let refused = TraceOutcome::Refused { grounds: Vec::new() };
            let failed = TraceOutcome::Failed { code: "version-moved".to_owned() };
            archive.push(trace(who.clone(), act, TraceOutcome::Done, true));
            archive.push(trace(who.clone(), act, TraceOutcome::Done, false));
            archive.push(trace(who.clone(), act, refused, false));
            archive.push(trace(who.clone(), act, failed, true));
        }
        archive.push(AccessTrace {
            deed: Some(Uuid::nil()),
            ..trace(who.clone(), "read-deed", TraceOutcome::Done, false)
        });
        archive.push(AccessTrace { actor: None, ..trace(who, "import", TraceOutcome::Done, false) });
    }
    archive
}
