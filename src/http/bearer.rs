//! Tokens in `Authorization: Bearer` (RFC 6750), each bound to the certificate of its connection (RFC 8705).

mod fetch;
mod introspection;
mod issuers;
mod keys;
mod refused;

use std::{fmt, sync::Arc};

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use jiff::{SignedDuration, Timestamp};

pub use refused::Refused;

use self::issuers::Issuers;
pub use self::issuers::Unusable;
use super::{peer::Peer, visit::chain};
use crate::{
    config::tokens::Tokens,
    hds::Host,
    identity::{Assertion, Directory, Presenter, Untrusted, identify_by_token},
    live::Live,
    record::caller::{Caller, Who},
};

/// What a token is held against.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    /// Who practises what and where.
    pub directory: &'a Directory,
    /// What knows which assertions were used.
    pub host: &'a Host,
}

/// What vouches for callers by tokens: the issuers. The assertions that were used are known to the host.
#[derive(Debug)]
pub struct Bearer(Live<Issuers>);

impl Bearer {
    /// What the configuration names. No issuer is asked before a token of its comes.
    ///
    /// # Errors
    /// A file of keys, a secret or a file of authorities cannot be used.
    pub fn of(config: &Tokens) -> Result<Self, Unusable> {
        Ok(Self(Live::of(Issuers::of(config)?)))
    }

    /// Takes other issuers, or the same with the keys that their files hold now. What those that stay have told is kept.
    ///
    /// # Errors
    /// As [`Bearer::of`]; then those of before stay.
    pub fn take(&self, config: &Tokens) -> Result<(), Unusable> {
        let issuers = Issuers::of(config)?;
        issuers.remember(&self.0.current());
        self.0.replace(issuers);
        Ok(())
    }

    /// Who calls with that token over the connection of that peer, whom the certificate alone makes that caller; and what the token
    /// asserts, where there is one.
    ///
    /// A card calls without a token; a structure may; the holder's front end must.
    ///
    /// # Errors
    /// Why nobody does.
    pub async fn admit(
        &self,
        token: Option<&str>,
        peer: &Peer,
        caller: Caller,
        world: World<'_>,
        at: Timestamp,
    ) -> Result<(Caller, Option<Brought>), Refused> {
        let Some(token) = token else { return Ok((without_token(caller)?, None)) };
        let issuers = self.0.current();
        let (assertion, serves_once) = verified(&issuers, token, &caller, peer, at).await?;
        if serves_once {
            spend(world.host, &assertion, at).await?;
        }
        metrics::counter!("dmp_tokens_total", "outcome" => "accepted").increment(1);
        let caller = identify_by_token(caller, assertion.clone(), world.directory).map_err(Refused::Unidentified)?;
        Ok((caller, Some(Brought { token: token.to_owned(), assertion, issuers, at })))
    }

    /// Whether a token that served holds still: it is not over, and its issuer vouches for it still. Its signature, or what its issuer says
    /// of it, is looked at again where other issuers were taken since, or the request lasts.
    ///
    /// # Errors
    /// Why it does not.
    pub async fn still(&self, brought: &Brought, peer: &Peer, caller: &Caller, at: Timestamp) -> Result<(), Refused> {
        if brought.assertion.expires <= at {
            return Err(Refused::Untrusted(Untrusted::Expired));
        }
        let issuers = self.0.current();
        if Arc::ptr_eq(&issuers, &brought.issuers) && at.duration_since(brought.at).abs() < LASTING {
            return Ok(());
        }
        verified(&issuers, &brought.token, caller, peer, at).await.map(drop)
    }
}

/// After so long a request lasts, and its token is looked at again with each question.
const LASTING: SignedDuration = SignedDuration::from_secs(30);

/// A token that served, as long as its request does.
pub struct Brought {
    token: String,
    /// What it asserts.
    pub assertion: Assertion,
    issuers: Arc<Issuers>,
    at: Timestamp,
}

impl fmt::Debug for Brought {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Brought(redacted)")
    }
}

/// What a token asserts by those issuers, and whether it serves only once.
async fn verified(
    issuers: &Issuers,
    token: &str,
    caller: &Caller,
    peer: &Peer,
    at: Timestamp,
) -> Result<(Assertion, bool), Refused> {
    let by = Presenter { thumbprint: &peer.certificate.fingerprint, structure: structure_of(&caller.who) };
    issuers.verify(token, caller, peer, &by, at).await
}

/// Each assertion of a structure serves one request.
async fn spend(host: &Host, assertion: &Assertion, at: Timestamp) -> Result<(), Refused> {
    match host.spend(assertion.id, assertion.expires, at).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(Refused::Untrusted(Untrusted::Replayed)),
        Err(fault) => {
            tracing::error!(cause = %chain(&fault), "the use of an assertion cannot be noted");
            Err(Refused::Unnoted)
        }
    }
}

/// The token of a request, where there is one.
///
/// # Errors
/// The header stands twice, or is not Bearer and one token.
pub(super) fn token_of(headers: &HeaderMap) -> Result<Option<&str>, Refused> {
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
