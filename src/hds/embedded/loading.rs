//! Loading: the operator replaces the facts of a record, and the deeds on file follow.

use std::{collections::HashSet, sync::Arc};

use aws_lc_rs::digest::{Context, SHA256};
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{
    commit::Commit,
    deeds, effects,
    rows::{Versions, unsigned},
    schema,
};
use crate::{
    hds::HostFault,
    journal::Line,
    record::{
        deed::{Deed, DeedId, DeedStatus, Effect, Recorder},
        facts::{Facts, FactsVersion},
        identity::Ins,
    },
};

/// Replaces the facts of a record, opening it where there is none, and writes the line that says so.
pub(super) fn load(
    commit: &mut Commit<'_>,
    holder: &Ins,
    facts: &Facts,
    line: &Line,
) -> Result<FactsVersion, HostFault> {
    let facts = effects::with_ids(Facts { authors: Vec::new(), ..facts.clone() });
    let json = serde_json::to_string(&facts).map_err(|_| HostFault::Damaged("facts cannot be written"))?;
    let now = commit
        .connection
        .prepare_cached(
            "INSERT INTO holder (ins, facts, authors, facts_version, data_version) VALUES (?1, ?2, '[]', 1, 1)
             ON CONFLICT (ins) DO UPDATE SET facts = ?2, facts_version = facts_version + 1,
             data_version = data_version + 1 RETURNING number, facts_version, data_version",
        )?
        .query_row(params![holder.token(), json], |row| {
            Ok(Versions { holder: row.get(0)?, facts: FactsVersion(unsigned(row, 1)?), data: unsigned(row, 2)? })
        })?;
    follow(commit.connection, now, holder, &facts, line.at)?;
    commit.follow(&Line { facts: now.facts, ..line.clone() })?;
    Ok(now.facts)
}

/// Makes the deeds on file say what the facts say: those that are not there yet are made, those that differ get a new version, and
/// those that the facts no longer have are out of force.
fn follow(connection: &Connection, now: Versions, holder: &Ins, facts: &Facts, at: Timestamp) -> Result<(), HostFault> {
    let stored = deeds::of_record(connection, now.holder)?;
    let (mut done, mut kept) = (HashSet::new(), HashSet::new());
    for effect in effects::of_facts(facts) {
        let key = effects::key(&effect);
        if !done.insert(key.clone()) {
            continue;
        }
        match counterpart(&stored, &effect, &key) {
            Some(deed) => {
                kept.insert(deed.id);
                bring_up(connection, now, deed, effect, at)?;
            }
            None => deeds::insert(connection, now, &loaded(connection, holder, effect, &key, at)?)?,
        }
    }
    for gone in stored.iter().filter(|deed| deed.status == DeedStatus::Active && !kept.contains(&deed.id)) {
        let deed = Deed { status: DeedStatus::Inactive, ..Deed::clone(gone) };
        deeds::update(connection, now, &later(deed, at))?;
    }
    Ok(())
}

/// The deed on file that has this effect, or had it in another wording: one in force and in the same wording first.
fn counterpart<'a>(stored: &'a [Arc<Deed>], effect: &Effect, key: &str) -> Option<&'a Arc<Deed>> {
    let same = stored.iter().filter(|deed| effects::key(&deed.effect) == key);
    same.max_by_key(|deed| (deed.status == DeedStatus::Active, deed.effect == *effect, deed.updated, deed.id))
}

fn bring_up(
    connection: &Connection,
    now: Versions,
    deed: &Arc<Deed>,
    effect: Effect,
    at: Timestamp,
) -> Result<(), HostFault> {
    let as_worded = deed.effect == effect;
    if as_worded && deed.status == DeedStatus::Active {
        return Ok(());
    }
    // Another effect is no longer what the resource says that was filed.
    let rendition = if as_worded { deed.rendition.clone() } else { Vec::new() };
    let deed = Deed { status: DeedStatus::Active, effect, rendition, ..Deed::clone(deed) };
    deeds::update(connection, now, &later(deed, at))
}

fn later(deed: Deed, at: Timestamp) -> Deed {
    Deed { version: deed.version.saturating_add(1), updated: at.max(deed.updated), ..deed }
}

fn loaded(connection: &Connection, holder: &Ins, effect: Effect, key: &str, at: Timestamp) -> Result<Deed, HostFault> {
    Ok(Deed {
        id: id_of(&schema::secret(connection)?, holder, key),
        version: 1,
        updated: at,
        status: DeedStatus::Active,
        effect,
        recorder: Recorder::Operator,
        rendition: Vec::new(),
    })
}

/// The id of a loaded deed, the same whenever it is loaded into this host. Nobody finds out from it whose it is.
fn id_of(secret: &[u8; 32], holder: &Ins, key: &str) -> DeedId {
    let mut context = Context::new(&SHA256);
    context.update(secret);
    context.update(format!("deed\n{}\n{key}", holder.token()).as_bytes());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(context.finish().as_ref()).for_each(|(byte, digest)| *byte = *digest);
    DeedId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}
