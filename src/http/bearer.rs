//! Tokens in `Authorization: Bearer` (RFC 6750), each bound to the certificate of its connection (RFC 8705).

mod fetch;
mod introspection;
mod issuers;
mod keys;
mod refused;

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use jiff::Timestamp;

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
    ) -> Result<(Caller, Option<Assertion>), Refused> {
        let Some(token) = token else { return Ok((without_token(caller)?, None)) };
        let structure = structure_of(&caller.who);
        let by = Presenter { thumbprint: &peer.certificate.fingerprint, structure };
        let (assertion, serves_once) = self.0.current().verify(token, &caller, peer, &by, at).await?;
        if serves_once {
            spend(world.host, &assertion, at).await?;
        }
        metrics::counter!("dmp_tokens_total", "outcome" => "accepted").increment(1);
        let caller = identify_by_token(caller, assertion.clone(), world.directory).map_err(Refused::Unidentified)?;
        Ok((caller, Some(assertion)))
    }
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
