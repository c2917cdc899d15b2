//! Deeds: consents and care teams on file, each with all its versions, and what filing one makes of the facts.

use std::{cmp::Reverse, sync::Arc};

use rusqlite::{Connection, OptionalExtension, Params, params};

use super::{
    effects::{self, inner_id, is_same_choice},
    paging::Paging,
    rows::{self, Versions, signed},
    work::Work,
};
use crate::{
    hds::{Clash, DeedPage, Found, HostFault},
    journal::LedgerFault,
    policy::{Ground, Permit},
    record::{
        access::Question,
        caller::Who,
        deed::{Deed, DeedFiling, DeedId, DeedKind, DeedQuery, DeedStatus, Recorder},
        facts::Facts,
        identity::Ins,
    },
};

/// A deed ready to be put on file.
pub struct Recording {
    question: Arc<Question>,
    versions: Versions,
    deed: Arc<Deed>,
    before: Option<Arc<Deed>>,
}

impl Recording {
    /// Puts the deed on file, with the facts that follow from it.
    pub(super) fn commit(&self, connection: &Connection) -> Result<(), LedgerFault> {
        let holder = self.question.holder.as_ref().ok_or(LedgerFault::Conflict)?;
        let now = rows::versions(connection, holder)?.ok_or(LedgerFault::Conflict)?;
        // Every change of a deed is a change of the facts.
        if now.facts != self.versions.facts {
            return Err(LedgerFault::Conflict);
        }
        let next = now.with_new_facts();
        let facts = self.facts(connection, now)?;
        match &self.before {
            Some(_) => update(connection, next, &self.deed)?,
            None => insert(connection, next, &self.deed)?,
        }
        write_facts(connection, next, &facts)?;
        Ok(())
    }

    /// The facts with the effect of this version instead of that of the version before. Of several choices for one kind of emergency
    /// the one that was changed last counts.
    fn facts(&self, connection: &Connection, now: Versions) -> Result<Facts, HostFault> {
        let mut facts = rows::facts(connection, now)?;
        if let Some(before) = &self.before {
            facts = facts.with(&Deed { status: DeedStatus::Inactive, ..Deed::clone(before) });
        }
        let mut rivals = of_record(connection, now.holder)?;
        rivals.retain(|other| other.id != self.deed.id && other.status == DeedStatus::Active);
        rivals.sort_by_key(|other| (other.updated, other.id));
        for rival in rivals.iter().filter(|rival| is_same_choice(&self.deed.effect, &rival.effect)) {
            facts = facts.with(rival);
        }
        let counts = self.deed.status == DeedStatus::Active;
        Ok(if counts { facts.with(&self.deed) } else { facts })
    }
}

/// Works out what filing a deed makes of the record, and the work that does it.
pub(super) fn prepare(
    connection: &Connection,
    versions: Versions,
    filing: &DeedFiling,
    permit: &Permit,
) -> Result<(Found, Option<Work>), HostFault> {
    let nothing = (Found::Deed(None), None);
    let before = match (filing.is_new, by_id(connection, filing.id)?) {
        (true, None) => None,
        (false, Some((holder, before))) if holder == versions.holder && is_open(&before, filing, permit) => {
            Some(before)
        }
        // Whose id it is must not be told: neither that it is taken, nor that it is not.
        (true, Some(_)) | (false, Some(_) | None) => return Ok(nothing),
    };
    if let Some(before) = &before {
        refuse_change(before, filing, permit)?;
    }
    let deed = Arc::new(next(connection, versions.holder, filing, before.as_deref(), permit.question())?);
    // A consent does not become a block, nor one emergency another: what followed from it could not be told from what others made.
    if before.as_ref().is_some_and(|before| effects::key(&before.effect) != effects::key(&deed.effect)) {
        return Err(HostFault::Clash(Clash::NotAllowed(Ground::NotTheirs)));
    }
    let question = Arc::clone(permit.question());
    let work = Work::Recording(Recording { question, versions, deed: Arc::clone(&deed), before });
    Ok((Found::Deed(Some(deed)), Some(work)))
}

fn is_open(before: &Deed, filing: &DeedFiling, permit: &Permit) -> bool {
    before.effect.kind() == filing.effect.kind() && permit.admits_deed(before)
}

fn refuse_change(before: &Deed, filing: &DeedFiling, permit: &Permit) -> Result<(), HostFault> {
    if filing.if_version.as_ref().is_some_and(|expected| !expected.contains(&before.version)) {
        return Err(HostFault::Clash(Clash::VersionMoved));
    }
    permit.may_change(before).map_err(|ground| HostFault::Clash(Clash::NotAllowed(ground)))
}

fn next(
    connection: &Connection,
    holder: i64,
    filing: &DeedFiling,
    before: Option<&Deed>,
    question: &Question,
) -> Result<Deed, HostFault> {
    let team = |id| Ok(by_id(connection, id)?.filter(|(of, _)| *of == holder).map(|(_, deed)| deed.effect.clone()));
    let inner = before.and_then(|before| inner_id(&before.effect)).map_or_else(|| filing.id.to_string(), str::to_owned);
    Ok(Deed {
        id: filing.id,
        version: before.map_or(1, |before| before.version.saturating_add(1)),
        updated: before.map_or(question.at, |before| question.at.max(before.updated)),
        status: filing.status,
        effect: effects::named(filing.effect.clone(), &inner, team)?,
        recorder: before.map_or_else(|| recorder(&question.caller.who), |before| Ok(before.recorder.clone()))?,
        rendition: filing.rendition.clone(),
    })
}

/// Who puts it on file. Software alone does not.
fn recorder(who: &Who) -> Result<Recorder, HostFault> {
    match who {
        Who::HolderFrontEnd { .. } => Ok(Recorder::Holder),
        Who::Professional(professional) => Ok(Recorder::Person(professional.id.clone())),
        Who::Delegate { id, .. } => Ok(Recorder::Person(id.clone())),
        Who::Organisation { .. } => Err(HostFault::Clash(Clash::NotAllowed(Ground::NoAuthenticatedProfessional))),
    }
}

/// One page of the deeds that the query asks for and the permit opens, the last changed first.
pub(super) fn page(
    connection: &Connection,
    holder: i64,
    query: &DeedQuery,
    permit: &Permit,
) -> Result<DeedPage, HostFault> {
    let mut paging = Paging::begin(query.after, query.page_size);
    let mut all = of_record(connection, holder)?;
    all.sort_by_key(|deed| (Reverse(deed.updated), deed.id));
    for deed in &all {
        if deed.effect.kind() == query.kind && permit.admits_deed(deed) && query.matches.accepts(deed) {
            paging.take(deed.id.0, deed.version, || Arc::clone(deed));
        }
    }
    let (total, deeds, next) = paging.end()?;
    Ok(DeedPage { total, deeds, next })
}

/// The versions of a deed that the permit opens, the newest first; none unless it opens the current one.
pub(super) fn versions(
    connection: &Connection,
    holder: i64,
    (kind, id): (DeedKind, DeedId),
    permit: &Permit,
) -> Result<Vec<Arc<Deed>>, HostFault> {
    let Some((of, current)) = by_id(connection, id)? else { return Ok(Vec::new()) };
    if of != holder || current.effect.kind() != kind || !permit.admits_deed(&current) {
        return Ok(Vec::new());
    }
    let query = "SELECT deed_version.deed, deed_version.rendition, 0 FROM deed_version
                 JOIN deed ON deed.number = deed_version.deed_number WHERE deed.id = ?1 ORDER BY deed_version.version DESC";
    let before = deeds(connection, query, [id.0.as_bytes()])?;
    let admitted = before.into_iter().map(|(_, deed)| deed).filter(|deed| permit.admits_deed(deed));
    Ok([current].into_iter().chain(admitted).collect())
}

/// The deeds of a record, in no order.
pub(super) fn of_record(connection: &Connection, holder: i64) -> Result<Vec<Arc<Deed>>, HostFault> {
    let found = deeds(connection, "SELECT deed, rendition, holder FROM deed WHERE holder = ?1", [holder])?;
    Ok(found.into_iter().map(|(_, deed)| deed).collect())
}

/// Whose record holds a deed of that id.
pub(super) fn holder_of(connection: &Connection, id: DeedId) -> Result<Option<Ins>, HostFault> {
    let query = "SELECT ins FROM holder JOIN deed ON deed.holder = holder.number WHERE deed.id = ?1";
    rows::ins(connection.prepare_cached(query)?.query_row([id.0.as_bytes()], |row| row.get(0)).optional()?)
}

/// Writes a first version.
pub(super) fn insert(connection: &Connection, now: Versions, deed: &Deed) -> Result<(), HostFault> {
    connection
        .prepare_cached(
            "INSERT INTO deed (id, holder, version, changed, deed, rendition) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            deed.id.0.as_bytes(),
            now.holder,
            deed.version,
            signed(now.data),
            json_of(deed)?,
            deed.rendition
        ])?;
    Ok(())
}

/// Puts a new version in the place of the one before, which is kept.
pub(super) fn update(connection: &Connection, now: Versions, deed: &Deed) -> Result<(), HostFault> {
    let id = deed.id.0.as_bytes();
    connection
        .prepare_cached(
            "INSERT INTO deed_version (deed_number, version, changed, deed, rendition)
             SELECT number, version, changed, deed, rendition FROM deed WHERE id = ?1",
        )?
        .execute([id])?;
    connection
        .prepare_cached("UPDATE deed SET version = ?2, changed = ?3, deed = ?4, rendition = ?5 WHERE id = ?1")?
        .execute(params![id, deed.version, signed(now.data), json_of(deed)?, deed.rendition])?;
    Ok(())
}

/// Writes the facts and their version; the authors stand apart.
fn write_facts(connection: &Connection, now: Versions, facts: &Facts) -> Result<(), HostFault> {
    let facts = Facts { authors: Vec::new(), ..facts.clone() };
    let json = serde_json::to_string(&facts).map_err(|_| HostFault::Damaged("facts cannot be written"))?;
    connection
        .prepare_cached("UPDATE holder SET facts = ?2, facts_version = ?3, data_version = ?4 WHERE number = ?1")?
        .execute(params![now.holder, json, signed(now.facts.0), signed(now.data)])?;
    Ok(())
}

fn by_id(connection: &Connection, id: DeedId) -> Result<Option<(i64, Arc<Deed>)>, HostFault> {
    let found = deeds(connection, "SELECT deed, rendition, holder FROM deed WHERE id = ?1", [id.0.as_bytes()])?;
    Ok(found.into_iter().next())
}

fn deeds(connection: &Connection, query: &str, parameters: impl Params) -> Result<Vec<(i64, Arc<Deed>)>, HostFault> {
    let mut query = connection.prepare_cached(query)?;
    let mut rows = query.query(parameters)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let damaged = HostFault::Damaged("a consent or care team cannot be read");
        let Ok(deed) = row.get_ref(0)?.as_str() else { return Err(damaged) };
        let Ok(deed) = serde_json::from_str::<Deed>(deed) else { return Err(damaged) };
        found.push((row.get(2)?, Arc::new(Deed { rendition: row.get(1)?, ..deed })));
    }
    Ok(found)
}

fn json_of(deed: &Deed) -> Result<String, HostFault> {
    serde_json::to_string(deed).map_err(|_| HostFault::Damaged("a consent or care team cannot be written"))
}
