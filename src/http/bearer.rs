//! Tokens in `Authorization: Bearer` (RFC 6750), each bound to the certificate of its connection (RFC 8705).

mod fetch;
mod introspection;
mod issuers;
mod keys;
mod refused;

use std::sync::{Mutex, PoisonError};

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use jiff::Timestamp;

pub use refused::Refused;

use self::issuers::Issuers;
pub use self::issuers::Unusable;
use super::peer::Peer;
use crate::{
    config::tokens::Tokens,
    identity::{Assertion, Directory, NotFresh, Presenter, Replays, Untrusted, identify_by_token},
    live::Live,
    record::caller::{Caller, Who},
};

/// What vouches for callers by tokens: the issuers, and the assertions that were used.
#[derive(Debug)]
pub struct Bearer {
    issuers: Live<Issuers>,
    used: Mutex<Replays>,
    /// Since when what was used is remembered.
    since: Timestamp,
}

impl Bearer {
    /// What the configuration names, from that instant on. No issuer is asked before a token of its comes.
    ///
    /// # Errors
    /// A file of keys, a secret or a file of authorities cannot be used.
    pub fn of(config: &Tokens, since: Timestamp) -> Result<Self, Unusable> {
        Ok(Self { issuers: Live::of(Issuers::of(config)?), used: Mutex::new(Replays::new(config.assertions)), since })
    }

    /// Takes other issuers, or the same with the keys that their files hold now. What was used stays used.
    ///
    /// # Errors
    /// As [`Bearer::of`]; then those of before stay.
    pub fn take(&self, config: &Tokens) -> Result<(), Unusable> {
        self.issuers.replace(Issuers::of(config)?);
        Ok(())
    }

    /// Who calls with these headers over the connection of that peer, whom the certificate alone makes that caller.
    ///
    /// A card calls without a token; a structure may; the holder's front end must.
    ///
    /// # Errors
    /// Why nobody does.
    pub async fn admit(
        &self,
        headers: &HeaderMap,
        peer: &Peer,
        caller: Caller,
        directory: &Directory,
        at: Timestamp,
    ) -> Result<Caller, Refused> {
        let Some(token) = token_of(headers)? else { return without_token(caller) };
        let structure = structure_of(&caller.who);
        let by = Presenter { thumbprint: &peer.certificate.fingerprint, structure };
        let (assertion, serves_once) = self.issuers.current().verify(token, &caller.who, peer, &by, at).await?;
        if serves_once {
            self.spend(&assertion, at)?;
        }
        metrics::counter!("dmp_tokens_total", "outcome" => "accepted").increment(1);
        identify_by_token(caller, assertion, directory).map_err(Refused::Unidentified)
    }

    /// Each assertion of a structure serves one request. One of before the start may have served then: it is refused, as long as it lives.
    fn spend(&self, assertion: &Assertion, at: Timestamp) -> Result<(), Refused> {
        if assertion.issued.as_second() < self.since.as_second() {
            return Err(Refused::Untrusted(Untrusted::Replayed));
        }
        // A panic cannot leave half an entry that matters: what was used stays used.
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.take(assertion.id, assertion.expires, at).map_err(|not_fresh| match not_fresh {
            NotFresh::Used => Refused::Untrusted(Untrusted::Replayed),
            NotFresh::Full => Refused::Full,
        })
    }
}

/// The token of a request, where there is one.
fn token_of(headers: &HeaderMap) -> Result<Option<&str>, Refused> {
    let mut values = headers.get_all(AUTHORIZATION);
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Refused::Header);
    }
    let (scheme, token) = value.to_str().ok().and_then(|value| value.split_once(' ')).ok_or(Refused::Header)?;
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    let is_bearer = scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && token.bytes().all(is_token);
    if is_bearer { Ok(Some(token)) } else { Err(Refused::Header) }
}

fn without_token(caller: Caller) -> Result<Caller, Refused> {
    match caller.who {
        Who::Professional(_) | Who::Delegate { .. } | Who::Organisation { .. } => Ok(caller),
        Who::HolderFrontEnd { .. } => Err(Refused::Needed),
    }
}

const fn structure_of(who: &Who) -> Option<&crate::record::identity::StructIdNat> {
    match who {
        Who::Organisation { structure } => Some(structure),
        Who::Professional(_) | Who::Delegate { .. } | Who::HolderFrontEnd { .. } => None,
    }
}

#[cfg(test)]
mod tests;
