//! Access traces, and what of them is told to whom.

use jiff::SignedDuration;
use uuid::Uuid;

use super::cast::*;
use crate::{
    hds::{Clash, Found, Host, HostFault, Thing, TracePage},
    journal::{Journal, Trace},
    record::{
        access::Act,
        amendment::{Named, Revision},
        caller::Who,
        document::DocumentId,
        matcher::Matcher,
        query::Query,
        trace::{AccessTrace, TraceOutcome, TraceQuery},
    },
};

fn all_day() -> TraceQuery {
    let day = SignedDuration::from_hours(12);
    let (from, until) = (noon() - day, noon() + day);
    TraceQuery { from, until, matches: Matcher::all(), page_size: 50, after: None }
}

async fn find(host: &Host, who: &Who, query: TraceQuery) -> TracePage {
    let found = act(host, who, &holder(1), Act::FindTraces(query)).await.unwrap();
    let Found::Traces(page) = found else { panic!("{found:?} is no page of traces") };
    page
}

/// The traces of the acts of the story: not of imports, nor of reading traces.
async fn traces(host: &Host, who: &Who) -> Vec<AccessTrace> {
    let told = |trace: &AccessTrace| !["import", "find-traces", "read-trace"].contains(&trace.act.as_str());
    let page = find(host, who, TraceQuery { matches: Matcher::of(told), ..all_day() }).await;
    assert_eq!(page.total, page.traces.len());
    page.traces
}

/// Does an act that came as that request, and gives back its id.
async fn come(host: &Host, who: &Who, what: Act, raw: &str) -> Uuid {
    let facts = host.facts(&holder(1)).await.unwrap();
    let permit = permit(who, &holder(1), what, facts.version);
    let sealed = host.perform(&permit).await.unwrap();
    let trace = Trace { raw: raw.to_owned(), ..trace() };
    Journal::over(host).release(&permit, sealed, &trace).await.unwrap();
    trace.request
}

async fn filed(host: &Host, unique: &str, change: impl Fn(&mut Revision) + Send + Sync + 'static) -> DocumentId {
    let new = document(host, unique, b"content");
    let id = new.entry.id;
    file(host, &doctor(1), &holder(1), submission(vec![new])).await.unwrap();
    act(host, &doctor(1), &holder(1), Act::Amend(amendment(Named::Id(id), change))).await.unwrap();
    id
}

/// The lines of one record, the newest first, between two instants, and none of another.
pub(crate) async fn traces_are_those_of_one_record_newest_first(host: &Host) {
    let id = filed(host, "1", |_| {}).await;
    let read = come(host, &doctor(2), Act::Read(id), &format!("GET /fhir/DocumentReference/{id}")).await;
    super::cast::read(host, &doctor(1), &holder(2), id).await;
    let told = traces(host, &front_end()).await;
    let acts: Vec<&str> = told.iter().map(|trace| trace.act.as_str()).collect();
    assert_eq!(acts, ["read", "amend", "submit"]);
    let numbers: Vec<u64> = told.iter().map(|trace| trace.number).collect();
    assert!(numbers.is_sorted_by(|one, next| one > next));
    let trace = &told[0];
    assert_eq!((trace.request, trace.at, trace.holder.clone()), (read, noon(), Some(holder(1))));
    assert_eq!((trace.document, trace.documents[0].id, trace.documents[0].version), (Some(id), id, 1));
    assert_eq!((trace.outcome.clone(), trace.raw.is_some()), (TraceOutcome::Done, true));
    let before = TraceQuery { until: noon(), ..all_day() };
    assert_eq!(find(host, &front_end(), before).await.total, 0, "the end is not part of the span");
    let later = noon() + SignedDuration::from_nanos(1);
    assert_eq!(find(host, &front_end(), TraceQuery { from: later, ..all_day() }).await.total, 0);
    let from = TraceQuery { from: noon(), until: later, ..all_day() };
    assert!(find(host, &front_end(), from).await.total > 3);
}

/// M02: a professional sees their own acts; reading traces is itself traced.
pub(crate) async fn a_professional_sees_their_own_acts(host: &Host) {
    let id = filed(host, "1", |_| {}).await;
    come(host, &doctor(2), Act::Read(id), "").await;
    let own = traces(host, &doctor(2)).await;
    assert_eq!(own.iter().map(|trace| trace.act.as_str()).collect::<Vec<_>>(), ["read"]);
    assert_eq!(traces(host, &doctor(1)).await.len(), 2);
    let reading = Matcher::of(|trace: &AccessTrace| trace.act == "find-traces");
    let reading = TraceQuery { matches: reading, ..all_day() };
    assert_eq!(find(host, &front_end(), reading).await.total, 2);
}

/// I11: the trace is there, and names nothing that is closed to the reader, by field, by address or by parameter.
pub(crate) async fn a_trace_names_nothing_that_is_closed_to_its_reader(host: &Host) {
    let open = filed(host, "1", |_| {}).await;
    let hidden = filed(host, "2", |revision| revision.hidden_from_patient = true).await;
    let by_id = |id: DocumentId| format!("GET /fhir/DocumentReference/{id}");
    let by_name = |unique: &str| {
        format!(
            "GET /fhir/DocumentReference?patient.identifier=1&identifier=urn%3Aietf%3Arfc%3A3986%7Curn:oid:1.2.{unique}"
        )
    };
    come(host, &doctor(1), Act::Read(hidden), &by_id(hidden)).await;
    come(host, &doctor(1), Act::Read(open), &by_id(open)).await;
    come(host, &doctor(1), Act::Search(all()), &by_name("2")).await;
    come(host, &doctor(1), Act::Search(all()), &by_name("1")).await;
    come(host, &doctor(1), Act::Search(all()), "GET /fhir/DocumentReference?patient.identifier=1&type=34112-3").await;
    let told = traces(host, &front_end()).await;
    let raws: Vec<bool> = told.iter().take(5).map(|trace| trace.raw.is_some()).collect();
    assert_eq!(raws, [true, true, false, true, false]);
    for trace in &told {
        let named = trace.documents.iter().map(|traced| traced.id).chain(trace.document);
        assert!(!named.into_iter().any(|id| id == hidden), "{trace:?}");
        assert!(!trace.raw.as_deref().unwrap_or_default().contains(&hidden.to_string()));
    }
    assert_eq!(told[4].document, None, "and yet the access is told");
    assert_eq!(told[0].documents.iter().map(|traced| traced.id).collect::<Vec<_>>(), [open]);
    assert_eq!(traces(host, &doctor(1)).await[0].documents.len(), 2);
}

/// Invariant 5: the traces of a search are the same to the byte whether what they do not name was there or not; an act by id on what is
/// closed is told to its own caller no more than one on what is not there.
pub(crate) async fn a_mask_leaves_no_trace_in_traces(host: &Host) {
    let secret = filed(host, "1", |revision| revision.masked = true).await;
    let nowhere = DocumentId(Uuid::new_v4());
    for id in [secret, nowhere] {
        come(host, &doctor(2), Act::Read(id), &format!("GET /fhir/DocumentReference/{id}")).await;
    }
    assert_eq!(traces(host, &doctor(2)).await, []);
    let search = "GET /fhir/DocumentReference?identifier=urn:oid:1.2.";
    come(host, &doctor(2), Act::Search(all()), &format!("{search}1")).await;
    come(host, &doctor(2), Act::Search(all()), &format!("{search}9")).await;
    let told = traces(host, &doctor(2)).await;
    let plain = |trace: &AccessTrace| AccessTrace { number: 0, request: Uuid::nil(), ..trace.clone() };
    assert_eq!(told.len(), 2);
    assert_eq!(plain(&told[0]), plain(&told[1]));
}

/// A test of the query sees only what is told.
pub(crate) async fn a_search_of_traces_sees_only_what_is_told(host: &Host) {
    let hidden = filed(host, "1", |revision| revision.hidden_from_patient = true).await;
    come(host, &doctor(1), Act::Read(hidden), &hidden.to_string()).await;
    let naming = move |trace: &AccessTrace| {
        trace.document == Some(hidden)
            || trace.documents.iter().any(|traced| traced.id == hidden)
            || trace.raw.as_ref().is_some_and(|raw| raw.contains(&hidden.to_string()))
    };
    let naming = TraceQuery { matches: Matcher::of(naming), ..all_day() };
    assert_eq!(find(host, &front_end(), naming.clone()).await.total, 0);
    assert!(find(host, &doctor(1), naming).await.total > 0);
}

/// Later lines do not disturb pages; a change of what the reader may know of ends them.
pub(crate) async fn pages_of_traces_are_of_one_moment(host: &Host) {
    let id = filed(host, "1", |_| {}).await;
    for _ in 0..5 {
        come(host, &doctor(2), Act::Read(id), "").await;
    }
    let reads = Matcher::of(|trace: &AccessTrace| trace.act == "read");
    let first = find(host, &front_end(), TraceQuery { page_size: 2, matches: reads.clone(), ..all_day() }).await;
    come(host, &doctor(2), Act::Read(id), "").await;
    let mut query = TraceQuery { page_size: 2, matches: reads, after: first.next, ..all_day() };
    let mut walked: Vec<u64> = first.traces.iter().map(|trace| trace.number).collect();
    for full in [2, 1] {
        let page = find(host, &front_end(), query.clone()).await;
        assert_eq!((page.total, page.traces.len()), (5, full));
        walked.extend(page.traces.iter().map(|trace| trace.number));
        query.after = page.next.or(query.after);
    }
    assert!(walked.len() == 5 && walked.is_sorted_by(|one, next| one > next), "{walked:?}");
    let own = find(host, &doctor(2), TraceQuery { after: None, ..query.clone() }).await;
    query.after = own.next;
    let masking = amendment(Named::Id(id), |revision| revision.masked = true);
    act(host, &doctor(1), &holder(1), Act::Amend(masking)).await.unwrap();
    let gone = act(host, &doctor(2), &holder(1), Act::FindTraces(query)).await;
    assert!(matches!(gone, Err(Failure::Host(HostFault::Clash(Clash::PageGone)))), "{gone:?}");
}

/// A trace is read by the id of its request, in the record that it concerns, by those to whom it is open.
pub(crate) async fn a_trace_is_read_by_the_id_of_its_request(host: &Host) {
    let id = filed(host, "1", |_| {}).await;
    let request = come(host, &doctor(2), Act::Search(Query { page_size: 0, ..all() }), "").await;
    assert_eq!(host.holder_of_thing(Thing::Trace(request)).await.unwrap(), Some(holder(1)));
    assert_eq!(host.holder_of_thing(Thing::Trace(id.0)).await.unwrap(), None);
    let read = |who, of, request| async move {
        let found = act(host, &who, &holder(of), Act::ReadTrace(request)).await.unwrap();
        let Found::Trace(trace) = found else { panic!("{found:?} is no trace") };
        trace.map(|trace| (trace.request, trace.act))
    };
    for who in [doctor(2), front_end()] {
        assert_eq!(read(who, 1, request).await, Some((request, "search".to_owned())));
    }
    assert_eq!(read(doctor(1), 1, request).await, None);
    assert_eq!(read(front_end(), 2, request).await, None);
    assert_eq!(read(front_end(), 1, id.0).await, None);
}

/// The grounds of a refusal are for the holder alone.
pub(crate) async fn the_grounds_of_a_refusal_are_for_the_holder_alone(host: &Host) {
    use crate::policy::{Force, Governs, Ground, Provision, Refusal};
    static BLOCKED: Provision = Provision { id: "TEST@block", force: Force::since(2021, 7, 1), governs: Governs::Acts };
    let facts = host.facts(&holder(1)).await.unwrap();
    let permit = permit(&doctor(2), &holder(1), Act::Search(all()), facts.version);
    let refusal = Refusal { grounds: vec![(&BLOCKED, Ground::BlockedByHolder)] };
    Journal::over(host).refuse(permit.question(), facts.version, &refusal, &trace()).await.unwrap();
    let grounds = |traces: Vec<AccessTrace>| {
        let outcome = traces[0].outcome.clone();
        let TraceOutcome::Refused { grounds } = outcome else { panic!("{outcome:?} is no refusal") };
        grounds.len()
    };
    assert_eq!(grounds(traces(host, &front_end()).await), 1);
    assert_eq!(grounds(traces(host, &doctor(2)).await), 0);
}
