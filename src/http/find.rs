//! Searches: `GET /{type}?…` and `POST /{type}/_search`.

use actix_web::http::StatusCode;

use super::{diagnoses, form, inquiry::Inquiry, problem::Problem, read, reply::Reply, target::Kind, visit::Visit};
use crate::{
    fhir::{
        issue::Issue,
        print,
        search::{self, SearchAsk, Setting},
    },
    hds::{Found, Page},
    record::{access::Act, identity::Ins, query::PageMark},
};

/// Searches one type.
///
/// # Errors
/// 400 where a parameter is wrong, 403 where the record is refused, 410 where the page is gone.
pub async fn search(visit: &Visit, kind: Kind, inquiry: &Inquiry) -> Result<Reply, Problem> {
    match kind {
        Kind::DocumentReference => documents(visit, inquiry).await,
        Kind::List | Kind::Consent | Kind::CareTeam | Kind::AuditEvent | Kind::Patient => Err(Problem::not_found()),
    }
}

/// The parameters, or those that a page cursor carries, with the place where the page begins.
pub struct Asked {
    /// The parameters.
    pub pairs: Vec<(String, String)>,
    /// The place, where it is not the first page.
    pub after: Option<PageMark>,
}

impl Asked {
    /// What is asked for.
    ///
    /// # Errors
    /// 400 where the cursor is not this caller's, or of another search.
    pub fn of(visit: &Visit, kind: Kind, inquiry: &Inquiry) -> Result<Self, Problem> {
        let cursor = inquiry.pairs.iter().find(|(name, _)| name == "_cursor").map(|(_, cursor)| cursor);
        let Some(cursor) = cursor else { return Ok(Self { pairs: inquiry.pairs.clone(), after: None }) };
        match visit.edge.cursors.open(&visit.caller, kind.name(), cursor) {
            Ok((pairs, mark)) => Ok(Self { pairs, after: Some(mark) }),
            Err(_) => {
                let issue = Issue::error(diagnoses::WRONG_CURSOR, "_cursor", "");
                Err(Problem::with(StatusCode::BAD_REQUEST, vec![issue]))
            }
        }
    }
}

/// The links of a page: to itself, and to the next.
///
/// # Errors
/// 500 where the cursor cannot be sealed.
pub fn links(
    visit: &Visit,
    kind: Kind,
    used: &[(String, String)],
    next: Option<PageMark>,
) -> Result<(String, Option<String>), Problem> {
    let address = format!("{}/{}", visit.edge.base, kind.name());
    let next = match next {
        None => None,
        Some(mark) => {
            let cursor = visit.edge.cursors.seal(&visit.caller, kind.name(), used, mark);
            Some(format!("{address}?_cursor={}", cursor.map_err(|_| read::unexpected())?))
        }
    };
    Ok((format!("{address}?{}", form::text(used)), next))
}

async fn documents(visit: &Visit, inquiry: &Inquiry) -> Result<Reply, Problem> {
    let understood = Asked::of(visit, Kind::DocumentReference, inquiry).and_then(|asked| {
        let ask = search::parse(&asked.pairs, &setting(visit, inquiry, &|id| visit.edge.patients.patient_of(id)))
            .map_err(|issues| Problem::with(StatusCode::BAD_REQUEST, issues.0))?;
        Ok((ask, asked.after))
    });
    let (ask, after) = match understood {
        Ok(understood) => understood,
        Err(problem) => return Err(visit.reject(problem).await),
    };
    let mut query = ask.query.clone();
    query.after = after;
    let Found::Page(page) = visit.ask(Act::Search(query), Some(ask.holder.clone())).await? else {
        return Err(read::unexpected());
    };
    Ok(Reply::of(documents_set(visit, &ask, &page)?))
}

/// By what a search is read.
pub fn setting<'a>(visit: &'a Visit, inquiry: &Inquiry, patient: &'a dyn Fn(&str) -> Option<Ins>) -> Setting<'a> {
    let edge = &visit.edge;
    Setting { rules: edge.rules, production: edge.production, strict: inquiry.strict, base: &edge.base, patient }
}

fn documents_set(visit: &Visit, ask: &SearchAsk, page: &Page) -> Result<Vec<u8>, Problem> {
    let (self_link, next_link) = links(visit, Kind::DocumentReference, &ask.used, page.next)?;
    let set = print::SearchSet {
        total: page.total,
        self_link,
        next_link,
        entries: &mut page.documents.iter().map(|document| (&document.entry, &document.rendition)),
        shape: &ask.result,
        warnings: &ask.warnings,
    };
    Ok(print::searchset(set, &visit.edge.base))
}
