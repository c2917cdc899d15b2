//! What a reader of traces may know of: every trace is cut down to it before anything else looks at the trace.
//!
//! Nothing here depends on what was left out: a trace reads the same whether what it does not name is closed to the reader or was never
//! there.

use std::{borrow::Cow, collections::HashSet};

use percent_encoding::percent_decode_str;
use rusqlite::Connection;
use uuid::Uuid;

use super::{deeds, lists::Told, rows::Versions, shelf::Shelf};
use crate::{
    hds::HostFault,
    policy::Permit,
    record::{
        document::DocumentId,
        trace::{AccessTrace, TraceOutcome},
    },
};

/// The parameters of a search whose values name what is stored.
const NAMING: [&str; 9] =
    ["identifier", "_id", "related", "relatesto", "item", "entity", "location", "data", "masteridentifier"];

/// What of one record is open to one reader.
#[derive(Debug)]
pub(super) struct Redaction {
    tells_grounds: bool,
    secret: HashSet<DocumentId>,
    documents: HashSet<DocumentId>,
    /// Lists, consents and care teams.
    things: HashSet<Uuid>,
    uuids: HashSet<Uuid>,
    names: HashSet<String>,
}

impl Redaction {
    /// Looks at the record as it is now.
    pub(super) fn under(
        connection: &Connection,
        versions: Versions,
        shelf: &Shelf,
        permit: &Permit,
    ) -> Result<Self, HostFault> {
        let lists = Told::under(connection, versions.holder, shelf, permit)?;
        let deeds = deeds::of_record(connection, versions.holder)?;
        let deeds = deeds.iter().filter(|deed| permit.admits_deed(deed)).map(|deed| deed.id.0);
        let things: HashSet<Uuid> = lists.entries().map(|list| list.id).chain(deeds).collect();
        let mut redaction = Self {
            tells_grounds: permit.tells_grounds(),
            secret: shelf.all().filter(|entry| permit.keeps_trace_secret(entry)).map(|entry| entry.id).collect(),
            documents: shelf.open(permit).map(|document| document.entry.id).collect(),
            uuids: things.clone(),
            names: lists.entries().flat_map(|list| &list.identifiers).map(|name| name.value.clone()).collect(),
            things,
        };
        // Whose record it is, every reader of its traces knows.
        redaction.names.extend(permit.question().holder.iter().map(|holder| holder.matricule().to_owned()));
        for document in shelf.open(permit) {
            let entry = &document.entry;
            redaction.uuids.extend(entry.entry_uuids.iter().chain([&entry.id.0]));
            redaction.names.insert(entry.unique_id.value.clone());
            redaction.names.extend(entry.index.related.iter().map(|related| related.value.clone()));
        }
        Ok(redaction)
    }

    /// The trace without what the reader may not know of; nothing where that is the act itself.
    pub(super) fn of(&self, trace: AccessTrace) -> Option<AccessTrace> {
        let mut named = trace.documents.iter().map(|traced| traced.id).chain(trace.document);
        if named.any(|id| self.secret.contains(&id)) {
            return None;
        }
        let trace = self.without_grounds(trace);
        // That a trace was read tells no more than the trace, which is read by those alone to whom it is open.
        let read = trace.deed.filter(|_| trace.act == "read-trace");
        let thing = trace.deed.filter(|id| read == Some(*id) || self.things.contains(id));
        Some(AccessTrace {
            raw: trace.raw.filter(|raw| self.is_open(raw, read)),
            document: trace.document.filter(|id| self.documents.contains(id)),
            documents: trace.documents.into_iter().filter(|traced| self.documents.contains(&traced.id)).collect(),
            set: trace.set.filter(|id| self.things.contains(id)),
            deed: thing,
            ..trace
        })
    }

    /// To most readers an act is told without the grounds on which it was refused and without the provisions by which it was decided,
    /// permitted or not: they would betray a block to whom it meets.
    fn without_grounds(&self, trace: AccessTrace) -> AccessTrace {
        if self.tells_grounds {
            return trace;
        }
        let outcome = match trace.outcome {
            TraceOutcome::Refused { .. } => TraceOutcome::Refused { grounds: Vec::new() },
            told @ (TraceOutcome::Done | TraceOutcome::Failed { .. } | TraceOutcome::Rejected { .. }) => told,
        };
        AccessTrace { outcome, provisions: Vec::new(), ..trace }
    }

    /// Whether a request as it came names nothing that is closed to the reader, or that is not there at all.
    fn is_open(&self, raw: &str, trace: Option<Uuid>) -> bool {
        let whole = decoded(raw);
        let mut uuids =
            whole.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').filter_map(uuid_in);
        let pairs = raw.split(['?', '&', '\n']).filter_map(|pair| pair.split_once('='));
        let mut values = pairs.filter(|(name, _)| names(&decoded(name))).map(|(_, value)| decoded(value));
        uuids.all(|uuid| trace == Some(uuid) || self.uuids.contains(&uuid))
            && values.all(|value| value.split(',').all(|one| self.is_open_name(one)))
    }

    fn is_open_name(&self, token: &str) -> bool {
        let value = token.rsplit('|').next().unwrap_or(token);
        let last = value.rsplit(['/', ':']).next().unwrap_or(value);
        value.is_empty() || self.names.contains(value) || uuid_in(last).is_some_and(|uuid| self.uuids.contains(&uuid))
    }
}

/// Whether a parameter of that name, with any modifier or chain, names what is stored.
fn names(parameter: &str) -> bool {
    let name = parameter.trim().split(['.', ':']).next().unwrap_or_default();
    NAMING.iter().any(|naming| naming.eq_ignore_ascii_case(name))
}

fn uuid_in(text: &str) -> Option<Uuid> {
    [32, 36].contains(&text.len()).then(|| Uuid::try_parse(text).ok())?
}

fn decoded(raw: &str) -> Cow<'_, str> {
    percent_decode_str(raw).decode_utf8_lossy()
}

#[cfg(test)]
mod tests;
