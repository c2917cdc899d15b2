//! The issuers whose tokens are believed, and what is believed of them.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::{
    assertion::{self, Assertion},
    claims::Claims,
    jwks::{Algorithm, VerifyingKey},
    token::{Presented, Verified},
    untrusted::Untrusted,
};
use crate::record::{caller::Who, identity::StructIdNat};

/// For whom an issuer vouches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IssuerKind {
    /// Pro Santé Connect: for professionals.
    ProSanteConnect,
    /// The holder's front end: for holders and their representatives.
    Holder,
    /// A structure: for who works in it (indirect and reinforced indirect access).
    Structure,
}

impl IssuerKind {
    /// How long its tokens may live: an assertion five minutes (13.5), any other four hours (13.3).
    pub const fn longest_life(self) -> SignedDuration {
        match self {
            Self::ProSanteConnect | Self::Holder => SignedDuration::from_hours(4),
            Self::Structure => SignedDuration::from_mins(5),
        }
    }

    /// Whether a caller with such a certificate may bring its tokens. A card brings none: its identity is forced by the card (D04).
    pub const fn is_for(self, who: &Who) -> bool {
        match (self, who) {
            (Self::ProSanteConnect | Self::Structure, Who::Organisation { .. })
            | (Self::Holder, Who::HolderFrontEnd { .. }) => true,
            (Self::ProSanteConnect | Self::Structure, Who::HolderFrontEnd { .. })
            | (Self::Holder, Who::Organisation { .. })
            | (_, Who::Professional(_) | Who::Delegate { .. }) => false,
        }
    }
}

/// One issuer, as configured.
#[derive(Debug, Clone)]
pub struct Issuer {
    /// For whom it vouches.
    pub kind: IssuerKind,
    /// Its name in tokens (`iss`); none for structures that sign with the key of their certificate: there it is the Struct_IdNat.
    pub name: Option<String>,
    /// Of these audiences a token must name one.
    pub audiences: Vec<String>,
    /// The algorithms that it may use.
    pub algorithms: Vec<Algorithm>,
    /// How long its tokens may live.
    pub life: SignedDuration,
    /// The scopes that its tokens must have.
    pub scopes: Vec<String>,
    /// Whose assertions they are, where the issuer is a structure with a configured key.
    pub structure: Option<StructIdNat>,
}

/// Who presents a token: what the connection proved.
#[derive(Debug, Clone, Copy)]
pub struct Presenter<'a> {
    /// SHA-256 of the presented leaf, DER.
    pub thumbprint: &'a [u8; 32],
    /// The calling structure, where a structure calls.
    pub structure: Option<&'a StructIdNat>,
}

/// By how much the clocks of issuers may be ahead. Nothing is granted after the end.
const SKEW: SignedDuration = SignedDuration::from_secs(30);

impl Issuer {
    /// Whether it may use that algorithm.
    ///
    /// # Errors
    /// It may not.
    pub fn allow(&self, algorithm: Algorithm) -> Result<(), Untrusted> {
        if self.algorithms.contains(&algorithm) { Ok(()) } else { Err(Untrusted::Algorithm) }
    }

    /// What a token of this issuer asserts: signature, time, audience, binding, scopes, then the claims of its kind.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn verify(
        &self,
        presented: Presented<'_>,
        key: &VerifyingKey,
        by: &Presenter<'_>,
        at: Timestamp,
    ) -> Result<Assertion, Untrusted> {
        self.allow(presented.algorithm()?)?;
        self.judge(&presented.verified_by(key)?, by, at)
    }

    /// What claims assert that this issuer signed, or told of an opaque token.
    ///
    /// # Errors
    /// The first thing that is wrong with them.
    pub fn judge(&self, verified: &Verified, by: &Presenter<'_>, at: Timestamp) -> Result<Assertion, Untrusted> {
        let claims = Claims::of(&verified.0);
        let issuer = claims.required("iss")?;
        if self.expected_name(by).is_none_or(|name| name != issuer) {
            return Err(Untrusted::UnknownIssuer);
        }
        let expires = self.check_times(claims, at)?;
        self.check_audience(claims)?;
        check_binding(claims, by)?;
        self.check_scopes(claims)?;
        assertion::read(self, claims, by, expires)
    }

    /// The name that its tokens must bear when presented so.
    fn expected_name<'a>(&'a self, by: &Presenter<'a>) -> Option<&'a str> {
        self.name.as_deref().or_else(|| by.structure.map(StructIdNat::as_str))
    }

    fn check_times(&self, claims: Claims<'_>, at: Timestamp) -> Result<Timestamp, Untrusted> {
        let expires = claims.required_instant("exp")?;
        let issued = claims.required_instant("iat")?;
        let from = claims.instant("nbf")?.map_or(issued, |from| from.max(issued));
        if expires <= at {
            return Err(Untrusted::Expired);
        }
        if expires <= from {
            return Err(Untrusted::Wrong("exp"));
        }
        if from.duration_since(at) > SKEW {
            return Err(Untrusted::NotYetValid);
        }
        if expires.duration_since(issued) > self.life { Err(Untrusted::TooLongLived) } else { Ok(expires) }
    }

    fn check_audience(&self, claims: Claims<'_>) -> Result<(), Untrusted> {
        let named = claims.texts("aud")?;
        let is_ours = named.iter().any(|name| self.audiences.iter().any(|own| own == name));
        if is_ours { Ok(()) } else { Err(Untrusted::Wrong("aud")) }
    }

    fn check_scopes(&self, claims: Claims<'_>) -> Result<(), Untrusted> {
        let scope = claims.text("scope")?.unwrap_or_default();
        let has = |wanted: &String| scope.split(' ').any(|scope| scope == wanted);
        if self.scopes.iter().all(has) { Ok(()) } else { Err(Untrusted::Scope) }
    }
}

/// RFC 8705: `cnf` holds `x5t#S256`, the SHA-256 of the certificate, in base64url without padding.
fn check_binding(claims: Claims<'_>, by: &Presenter<'_>) -> Result<(), Untrusted> {
    let told = match claims.value("cnf") {
        None => return Err(Untrusted::Unbound),
        Some(_) => claims.inside("cnf")?.text("x5t#S256")?.ok_or(Untrusted::Unbound)?,
    };
    if told == assertion::base64url(by.thumbprint) { Ok(()) } else { Err(Untrusted::Unbound) }
}

/// The name of a certificate in tokens, for those who make them: `x5t#S256`.
pub fn thumbprint(fingerprint: &[u8; 32]) -> String {
    assertion::base64url(fingerprint)
}

#[cfg(test)]
mod tests;
