//! A token as it was presented: a JWT in compact form, of which nothing is believed yet.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};
use base64::{Engine, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    jwks::{Algorithm, VerifyingKey},
    once::states_each_member_once,
    untrusted::Untrusted,
};

/// The longest token that is looked at, in characters.
pub const LONGEST: usize = 16 * 1024;

/// So many certificates may come with a token.
const CHAIN: usize = 4;

/// A JWT as presented. Its members tell which issuer and key to ask; nothing of it is believed before [`Presented::verified_by`].
pub struct Presented<'a> {
    message: &'a str,
    signature: &'a str,
    head: Head,
    claims: Map<String, Value>,
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    x5c: Option<Vec<String>>,
}

/// The claims of a token whose signature holds, or that its issuer told.
#[derive(Clone)]
pub struct Verified(pub(super) Map<String, Value>);

impl fmt::Debug for Presented<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Presented")
    }
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verified")
    }
}

/// Whether a token looks like a JWT rather than an opaque one.
pub fn is_jwt(token: &str) -> bool {
    token.split('.').count() == 3 && token.starts_with("ey")
}

impl<'a> Presented<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// It is too long, no JWT, or one with extensions that must be understood and are not.
    pub fn read(token: &'a str) -> Result<Self, Untrusted> {
        if token.len() > LONGEST {
            return Err(Untrusted::Oversize);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(Untrusted::Malformed)?;
        let (head, payload) = message.split_once('.').ok_or(Untrusted::Malformed)?;
        let head = part(head)?;
        // Whatever it names, even nothing: no extension is understood here (RFC 7515, 4.1.11).
        let is_critical = head.contains_key("crit");
        let head: Head = serde_json::from_value(Value::Object(head)).map_err(|_| Untrusted::Malformed)?;
        let is_jwt = head.typ.as_deref().is_none_or(|typ| ["jwt", "at+jwt"].contains(&typ.to_lowercase().as_str()));
        if is_critical || !is_jwt {
            return Err(Untrusted::Malformed);
        }
        Ok(Self { message, signature, head, claims: part(payload)? })
    }

    /// The issuer that it names.
    ///
    /// # Errors
    /// It names none.
    pub fn issuer(&self) -> Result<&str, Untrusted> {
        self.claims.get("iss").and_then(Value::as_str).ok_or(Untrusted::Missing("iss"))
    }

    /// The key that it names.
    pub fn kid(&self) -> Option<&str> {
        self.head.kid.as_deref()
    }

    /// Its algorithm.
    ///
    /// # Errors
    /// It is none that anybody may use: a symmetric one, `none`, or another.
    pub fn algorithm(&self) -> Result<Algorithm, Untrusted> {
        Algorithm::of_name(&self.head.alg).ok_or(Untrusted::Algorithm)
    }

    /// The chain that came with it (`x5c`), DER, leaf first.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn chain(&self) -> Result<Vec<Vec<u8>>, Untrusted> {
        let chain = self.head.x5c.as_ref().ok_or(Untrusted::Certificate)?;
        if chain.is_empty() || chain.len() > CHAIN {
            return Err(Untrusted::Certificate);
        }
        chain.iter().map(|text| STANDARD.decode(text).map_err(|_| Untrusted::Certificate)).collect()
    }

    /// Whether a chain came with it.
    pub const fn brings_chain(&self) -> bool {
        self.head.x5c.is_some()
    }

    /// The claims, once the signature holds.
    ///
    /// # Errors
    /// It does not, or the key is not for the token's algorithm.
    pub fn verified_by(self, key: &VerifyingKey) -> Result<Verified, Untrusted> {
        key.verify(self.algorithm()?, self.message, self.signature)?;
        Ok(Verified(self.claims))
    }
}

impl Verified {
    /// The claims that an issuer told of an opaque token (RFC 7662), over a connection that proves who told them.
    ///
    /// # Errors
    /// They are none, or say that the token is not active.
    pub fn introspected(json: &[u8]) -> Result<Self, Untrusted> {
        let claims = members(json)?;
        if claims.get("active") == Some(&Value::Bool(true)) { Ok(Self(claims)) } else { Err(Untrusted::Inactive) }
    }
}

fn part(text: &str) -> Result<Map<String, Value>, Untrusted> {
    members(&URL_SAFE_NO_PAD.decode(text).map_err(|_| Untrusted::Malformed)?)
}

/// The members of an object that states each once (RFC 7519, 4, lets a reader refuse others): else two readers could see two tokens in one.
fn members(json: &[u8]) -> Result<Map<String, Value>, Untrusted> {
    let members = serde_json::from_slice(json).map_err(|_| Untrusted::Malformed)?;
    if states_each_member_once(json) { Ok(members) } else { Err(Untrusted::Malformed) }
}

/// What names a token in journal and caches: SHA-256 over its issuer and its identifier, never the token itself.
pub fn token_id(issuer: &str, jti: &str) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    context.update(&(issuer.len() as u64).to_be_bytes());
    context.update(issuer.as_bytes());
    context.update(jti.as_bytes());
    let mut id = [0; 32];
    id.copy_from_slice(context.finish().as_ref());
    id
}

#[cfg(test)]
mod tests;
