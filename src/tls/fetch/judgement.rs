//! Whether what came is good: complete, signed by a configured authority, of now, and not older than what is in use.

use jiff::Timestamp;

use super::{FetchFault, News};
use crate::{
    identity::RevocationList,
    tls::{
        revocation::{Age, lists_in},
        trust::Trust,
    },
};

/// What is thought of it.
#[derive(Debug)]
pub struct Verdict {
    /// Whether any of it is newer than what is in use.
    pub news: News,
    /// When the first of it ends.
    pub until: Timestamp,
}

/// Judges the lists of one answer, DER or PEM. One that is bad spoils all.
pub fn judge(trust: &Trust, bytes: &[u8], now: Timestamp) -> Result<Verdict, FetchFault> {
    let lists = lists_in(bytes).map_err(|_| FetchFault::NoList)?;
    let mut verdict = Verdict { news: News::Same, until: Timestamp::MAX };
    for der in &lists {
        let list = RevocationList::read(der)?;
        check_period(&list, now)?;
        match trust.age_of(&list) {
            None => return Err(FetchFault::Foreign { issuer: list.issuer_name }),
            Some(Age::Older) => return Err(FetchFault::Older { issuer: list.issuer_name }),
            Some(Age::Newer) => verdict.news = News::New,
            Some(Age::Same) => {}
        }
        verdict.until = verdict.until.min(list.next_update);
    }
    if lists.is_empty() { Err(FetchFault::NoList) } else { Ok(verdict) }
}

fn check_period(list: &RevocationList, now: Timestamp) -> Result<(), FetchFault> {
    if now < list.this_update {
        Err(FetchFault::Early)
    } else if list.next_update < now {
        Err(FetchFault::Over)
    } else {
        Ok(())
    }
}
