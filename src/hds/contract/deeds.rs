//! Consents and care teams on file, and the facts that follow from them.

use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::cast::*;
use crate::{
    hds::{Clash, DeedPage, Found, Host, HostFault, Thing},
    journal::{Journal, LedgerFault, Unreleased},
    record::{
        access::Act,
        caller::Who,
        care_team::{CareTeam, Span, TeamPath},
        consent::{Block, Blocked, Consent, Evidence, Grant},
        deed::{
            Deed, DeedFiling, DeedId, DeedKind, DeedQuery, DeedStatus, Effect, Emergency, EmergencyChoice, Recorder,
        },
        facts::Facts,
        matcher::Matcher,
    },
};

fn span() -> Span {
    Span { from: Timestamp::UNIX_EPOCH, until: None }
}

fn consent_of(id: &str, number: u32) -> Consent {
    Consent {
        id: id.to_owned(),
        grant: Grant::Professional { professional: professional(number).id },
        evidence: Evidence { information_given: true, collected_by: None, at: noon() },
        period: span(),
    }
}

fn consent(number: u32) -> Effect {
    Effect::Consent(consent_of("", number))
}

fn team(id: &str) -> CareTeam {
    let members = vec![professional(1).id];
    CareTeam {
        id: id.to_owned(),
        path: TeamPath::RecognisedByPatient,
        structures: Vec::new(),
        members,
        episode: span(),
    }
}

fn emergency(allowed: bool) -> Effect {
    Effect::Emergency(Emergency { choice: EmergencyChoice::BreakGlass, allowed, period: span() })
}

fn new_deed(effect: Effect) -> DeedFiling {
    DeedFiling {
        id: DeedId(Uuid::new_v4()),
        is_new: true,
        if_version: None,
        status: DeedStatus::Active,
        effect,
        rendition: b"\"scope\":{}".to_vec(),
        received: noon(),
    }
}

fn next(deed: &Deed, status: DeedStatus) -> DeedFiling {
    let Deed { id, effect, rendition, .. } = deed.clone();
    DeedFiling { id, is_new: false, if_version: None, status, effect, rendition, received: noon() }
}

async fn put(host: &Host, who: &Who, filing: DeedFiling) -> Option<Arc<Deed>> {
    let found = act(host, who, &holder(1), Act::FileDeed(Box::new(filing))).await.unwrap();
    let Found::Deed(deed) = found else { panic!("{found:?} is no deed") };
    deed
}

async fn deeds(host: &Host, who: &Who, kind: DeedKind) -> Vec<Arc<Deed>> {
    let query = DeedQuery { kind, matches: Matcher::all(), page_size: 50, after: None };
    let found = act(host, who, &holder(1), Act::FindDeeds(query)).await.unwrap();
    let Found::Deeds(page) = found else { panic!("{found:?} is no page of deeds") };
    assert_eq!(page.total, page.deeds.len());
    page.deeds
}

async fn deed(host: &Host, who: &Who, id: DeedId, version: Option<u32>) -> Option<Arc<Deed>> {
    let found = act(host, who, &holder(1), Act::ReadDeed(DeedKind::Consent, id, version)).await.unwrap();
    let Found::Deed(deed) = found else { panic!("{found:?} is no deed") };
    deed
}

async fn clash(host: &Host, who: &Who, filing: DeedFiling) -> Clash {
    match act(host, who, &holder(1), Act::FileDeed(Box::new(filing))).await {
        Err(Failure::Host(HostFault::Clash(clash))) => clash,
        other => panic!("{other:?} is no clash"),
    }
}

async fn facts(host: &Host) -> Arc<Facts> {
    host.facts(&holder(1)).await.unwrap()
}

/// What is filed takes effect on the very next decision, and a withdrawal too; every version stays.
pub(crate) async fn a_consent_takes_effect_at_once_and_so_does_its_withdrawal(host: &Host) {
    let before = facts(host).await;
    let filed = put(host, &front_end(), new_deed(consent(2))).await.unwrap();
    assert_eq!((filed.version, filed.updated, &filed.recorder), (1, noon(), &Recorder::Holder));
    let after = facts(host).await;
    assert_eq!(after.consents, [consent_of(&filed.id.to_string(), 2)], "under the id of the deed");
    assert!(after.version > before.version);
    assert_eq!(host.holder_of_thing(Thing::Deed(filed.id)).await.unwrap(), Some(holder(1)));
    let ended = put(host, &front_end(), next(&filed, DeedStatus::Inactive)).await.unwrap();
    assert_eq!((ended.version, ended.status), (2, DeedStatus::Inactive));
    assert_eq!(facts(host).await.consents, []);
    assert_eq!(deed(host, &front_end(), filed.id, None).await, Some(Arc::clone(&ended)));
    assert_eq!(deed(host, &front_end(), filed.id, Some(1)).await, Some(Arc::clone(&filed)));
    assert_eq!(deed(host, &front_end(), filed.id, Some(3)).await, None);
    let history = act(host, &front_end(), &holder(1), Act::DeedHistory(DeedKind::Consent, filed.id)).await.unwrap();
    let Found::DeedVersions(history) = history else { panic!("{history:?} is no history") };
    assert_eq!(history, [ended, filed]);
}

/// Consents and care teams are two kinds, and each deed is told to those to whom the permit opens it, in its own record.
pub(crate) async fn a_deed_is_told_to_those_to_whom_it_is_open(host: &Host) {
    let mine = put(host, &doctor(1), new_deed(consent(1))).await.unwrap();
    let block = Block { id: String::new(), blocked: Blocked::Professional(professional(1).id), period: span() };
    let block = put(host, &front_end(), new_deed(Effect::Block(block))).await.unwrap();
    let team = put(host, &doctor(1), new_deed(Effect::Team(team("")))).await.unwrap();
    assert_eq!(mine.recorder, Recorder::Person(professional(1).id));
    assert_eq!(deeds(host, &doctor(1), DeedKind::Consent).await, [Arc::clone(&mine)]);
    assert_eq!(deeds(host, &doctor(1), DeedKind::CareTeam).await, [Arc::clone(&team)]);
    assert_eq!(deeds(host, &front_end(), DeedKind::Consent).await.len(), 2);
    assert_eq!(deed(host, &doctor(1), block.id, None).await, None);
    assert_eq!(deed(host, &doctor(1), team.id, None).await, None, "of another kind");
    assert_eq!(deed(host, &doctor(1), DeedId(Uuid::nil()), None).await, None);
    let elsewhere = act(host, &front_end(), &holder(2), Act::ReadDeed(DeedKind::Consent, mine.id, None)).await.unwrap();
    assert!(matches!(elsewhere, Found::Deed(None)), "{elsewhere:?}");
    let changed = put(host, &doctor(1), next(&block, DeedStatus::Inactive)).await;
    assert_eq!(changed, None, "what is closed is not there");
    let taken = DeedFiling { is_new: true, ..next(&block, DeedStatus::Active) };
    assert_eq!(put(host, &doctor(1), taken).await, None, "nor is it told that the id is taken");
    assert_eq!(facts(host).await.blocks.len(), 1);
}

/// `If-Match`, whose deed it is, and that a deed stays what it is.
pub(crate) async fn a_deed_is_changed_by_those_who_may_in_the_version_that_they_know(host: &Host) {
    let mine = put(host, &doctor(1), new_deed(consent(1))).await.unwrap();
    let knowing = |version| DeedFiling { if_version: Some(vec![version]), ..next(&mine, DeedStatus::Inactive) };
    assert_eq!(clash(host, &doctor(1), knowing(2)).await, Clash::VersionMoved);
    let mut other = consent_of("", 1);
    other.evidence.collected_by = Some(professional(2).id);
    let other = DeedFiling { effect: Effect::Consent(other), status: DeedStatus::Active, ..knowing(1) };
    assert!(matches!(clash(host, &doctor(1), other).await, Clash::NotAllowed(_)), "collected by someone else");
    let other = DeedFiling { effect: emergency(true), ..knowing(1) };
    assert!(
        matches!(clash(host, &doctor(1), other).await, Clash::NotAllowed(_)),
        "a consent is no choice for emergencies"
    );
    assert_eq!(facts(host).await.consents.len(), 1);
    assert_eq!(put(host, &doctor(1), knowing(1)).await.unwrap().version, 2);
    assert_eq!(facts(host).await.consents, []);
}

/// Of several choices for one kind of emergency the last one counts, and withdrawing an earlier one takes nothing from it.
pub(crate) async fn the_last_choice_for_an_emergency_counts(host: &Host) {
    let allowed = || async { facts(host).await.emergencies.iter().map(|choice| choice.allowed).collect::<Vec<_>>() };
    let first = put(host, &front_end(), new_deed(emergency(true))).await.unwrap();
    let last = put(host, &front_end(), new_deed(emergency(false))).await.unwrap();
    assert_eq!(allowed().await, [false]);
    put(host, &front_end(), next(&first, DeedStatus::Inactive)).await.unwrap();
    assert_eq!(allowed().await, [false]);
    put(host, &front_end(), next(&last, DeedStatus::Inactive)).await.unwrap();
    assert!(allowed().await.is_empty());
}

/// Who reads while a consent is withdrawn gets nothing under it: the line is not written, and the question is decided again.
pub(crate) async fn a_withdrawal_between_decision_and_release_is_heeded(host: &Host) {
    let new = document(host, "1", b"x");
    let id = new.entry.id;
    file(host, &doctor(1), &holder(1), submission(vec![new])).await.unwrap();
    let given = put(host, &front_end(), new_deed(consent(2))).await.unwrap();
    ids(host, &doctor(2), &holder(1)).await;
    let decided = facts(host).await;
    let query = crate::record::query::Query { page_size: 1, ..all() };
    let reading = [Act::Read(id), Act::Retrieve(id), Act::Search(query), Act::History(id)];
    let reading = reading.map(|act| permit(&doctor(2), &holder(1), act, decided.version));
    let mut found = Vec::new();
    for permit in &reading {
        found.push(host.perform(permit).await.unwrap());
    }
    put(host, &front_end(), next(&given, DeedStatus::Inactive)).await.unwrap();
    for (permit, sealed) in reading.iter().zip(found) {
        let released = Journal::over(host).release(permit, sealed, &trace()).await;
        assert!(matches!(released, Err(Unreleased(LedgerFault::Stale))), "{released:?}");
    }
    assert_eq!(facts(host).await.consents, [], "and the next decision knows it");
}

/// What the operator loads is on file as well, under the same ids each time, and follows what is loaded later.
pub(crate) async fn loaded_facts_are_deeds_on_file(host: &Host) {
    let block = Block { id: String::new(), blocked: Blocked::Professional(professional(3).id), period: span() };
    let initial = Consent { grant: Grant::InitialForTeam { team: "stay".to_owned() }, ..consent_of("initial", 1) };
    let story = Facts {
        consents: vec![initial, consent_of("own", 2)],
        blocks: vec![block],
        teams: vec![team("stay")],
        ..open_record()
    };
    host.load(&holder(1), story.clone(), noon()).await.unwrap();
    assert_eq!(facts(host).await.blocks[0].id, "block-1");
    let first = deeds(host, &front_end(), DeedKind::Consent).await;
    assert_eq!(first.len(), 3);
    for deed in &first {
        assert_eq!((deed.version, &deed.recorder, deed.rendition.len()), (1, &Recorder::Operator, 0));
    }
    host.load(&holder(1), story.clone(), noon()).await.unwrap();
    assert_eq!(deeds(host, &front_end(), DeedKind::Consent).await, first, "nothing new");
    host.load(&holder(1), Facts { consents: vec![consent_of("own", 5)], ..story.clone() }, noon()).await.unwrap();
    let later = deeds(host, &front_end(), DeedKind::Consent).await;
    let of = |id: &str| later.iter().find(|deed| matches!(&deed.effect, Effect::Consent(of) if of.id == id)).unwrap();
    assert_eq!((of("initial").status, of("initial").version), (DeedStatus::Inactive, 2));
    assert_eq!((of("own").status, of("own").version), (DeedStatus::Active, 2));
    host.load(&holder(1), story, noon()).await.unwrap();
    assert_eq!(deeds(host, &front_end(), DeedKind::Consent).await.len(), 3);
}

/// A loaded consent is withdrawn over the wire like any other, and a consent may name a loaded team by the id of its deed.
pub(crate) async fn what_was_loaded_is_changed_like_what_was_filed(host: &Host) {
    let story = Facts { consents: vec![consent_of("own", 2)], teams: vec![team("stay")], ..open_record() };
    host.load(&holder(1), story, noon()).await.unwrap();
    let own = deeds(host, &doctor(9), DeedKind::Consent).await;
    assert_eq!(own, [], "what the operator loaded is nobody's");
    let own = deeds(host, &front_end(), DeedKind::Consent).await.remove(0);
    let withdrawn = DeedFiling { effect: consent(2), ..next(&own, DeedStatus::Inactive) };
    put(host, &front_end(), withdrawn).await.unwrap();
    assert_eq!(facts(host).await.consents, []);
    let team = deeds(host, &front_end(), DeedKind::CareTeam).await.remove(0);
    let grant = Grant::InitialForTeam { team: team.id.to_string() };
    let opening =
        put(host, &front_end(), new_deed(Effect::Consent(Consent { grant, ..consent_of("", 1) }))).await.unwrap();
    assert_eq!(facts(host).await.consents[0].grant, Grant::InitialForTeam { team: "stay".to_owned() });
    let ended = Effect::Team(CareTeam { id: team.id.to_string(), members: Vec::new(), ..self::team("") });
    put(host, &front_end(), DeedFiling { effect: ended, ..next(&team, DeedStatus::Active) }).await.unwrap();
    let facts = facts(host).await;
    assert_eq!((facts.teams.len(), facts.teams[0].id.as_str(), facts.teams[0].members.len()), (1, "stay", 0));
    assert_eq!(facts.consents[0].id, opening.id.to_string());
}

/// Pages of deeds are full and of one moment.
pub(crate) async fn pages_of_deeds_are_full(host: &Host) {
    for number in 1..=5 {
        put(host, &front_end(), new_deed(consent(number))).await.unwrap();
    }
    let odd = Matcher::of(
        |deed: &Deed| !matches!(&deed.effect, Effect::Consent(Consent { grant: Grant::Professional { professional: named }, .. }) if *named == professional(2).id),
    );
    let mut query = DeedQuery { kind: DeedKind::Consent, matches: odd, page_size: 3, after: None };
    for full in [3, 1] {
        let found = act(host, &front_end(), &holder(1), Act::FindDeeds(query.clone())).await.unwrap();
        let Found::Deeds(DeedPage { total, deeds, next }) = found else { panic!("{found:?}") };
        assert_eq!((total, deeds.len()), (4, full));
        query.after = next.or(query.after);
    }
    put(host, &front_end(), new_deed(consent(6))).await.unwrap();
    let gone = act(host, &front_end(), &holder(1), Act::FindDeeds(query)).await;
    assert!(matches!(gone, Err(Failure::Host(HostFault::Clash(Clash::PageGone)))), "{gone:?}");
}

/// TD0.2: a record is told with the facts of now; where there is none, nothing.
pub(crate) async fn a_record_is_told_where_there_is_one(host: &Host) {
    put(host, &front_end(), new_deed(consent(2))).await.unwrap();
    let found = act(host, &doctor(1), &holder(1), Act::LookUp).await.unwrap();
    let Found::Patient(Some(standing)) = found else { panic!("{found:?}") };
    assert_eq!((standing.holder, standing.at), (holder(1), noon()));
    assert_eq!((standing.facts.version, standing.facts.consents.len()), (facts(host).await.version, 1));
    assert!(standing.authorisation.reads && standing.authorisation.feeds && !standing.authorisation.treats);
    let found = act(host, &doctor(1), &holder(7), Act::LookUp).await.unwrap();
    assert!(matches!(found, Found::Patient(None)), "{found:?}");
}
