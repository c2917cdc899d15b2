//! The configured issuers, and which of them is asked about a token.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use jiff::{SignedDuration, Timestamp};
use rustls::pki_types::CertificateDer;

use super::{
    fetch::{self, Fetcher},
    introspection::Introspector,
    keys::LiveKeys,
    refused::Refused,
};
use crate::{
    config::tokens::{TokenIssuer, TokenKind, Tokens, is_address},
    http::{peer::Peer, quotas::payer},
    identity::{
        Algorithm, Assertion, CertificateKind, Issuer, IssuerKind, KeySet, LONGEST, MalformedKeySet, Presented,
        Presenter, Untrusted, VerifyingKey, is_jwt,
    },
    record::caller::{Caller, Who},
};

/// The issuers.
#[derive(Debug)]
pub(super) struct Issuers {
    known: Vec<Known>,
    /// The authorities of those that are reached by https, as their file has them.
    anchors: Option<Vec<u8>>,
}

#[derive(Debug)]
struct Known {
    issuer: Issuer,
    keys: Keys,
    introspector: Option<Introspector>,
}

/// Where the keys of an issuer are.
#[derive(Debug)]
enum Keys {
    /// In a file, read when the issuers are taken.
    Fixed(KeySet),
    /// At an address.
    Live(Box<LiveKeys>),
    /// In the certificate of the structure that calls (`x5c`).
    Certificate,
    /// Nowhere: its tokens are opaque.
    None,
}

/// Why a configured issuer cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// A file cannot be read.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file of keys is none.
    #[error("{path}: {source}")]
    Keys {
        /// The file.
        path: PathBuf,
        /// Why.
        source: MalformedKeySet,
    },
    /// An algorithm that nobody may use.
    #[error("tokens.issuers: {0} is not one of RS256, PS256, ES256, ES384")]
    Algorithm(String),
    /// No client can be made that asks issuers.
    #[error(transparent)]
    Client(#[from] fetch::NoClient),
}

impl Issuers {
    pub(super) fn of(config: &Tokens) -> Result<Self, Unusable> {
        let fetcher = Fetcher::trusting(config.anchors.as_deref())?;
        let known = config.issuers.iter().map(|issuer| Known::of(issuer, config.cache.as_deref(), &fetcher));
        let known = known.collect::<Result<_, _>>()?;
        Ok(Self { known, anchors: config.anchors.as_deref().map(read).transpose()? })
    }

    /// Takes over what issuers of the same addresses told before. Where other authorities vouch for them now, nothing is.
    pub(super) fn remember(&self, before: &Self) {
        if self.anchors != before.anchors {
            return;
        }
        for (new, old) in self.known.iter().flat_map(|new| before.known.iter().map(move |old| (new, old))) {
            if let (Keys::Live(new), Keys::Live(old)) = (&new.keys, &old.keys) {
                new.remember(old);
            }
            if let (Some(new), Some(old)) = (&new.introspector, &old.introspector) {
                new.remember(old);
            }
        }
    }

    /// What a token asserts, and whether it serves only once.
    pub(super) async fn verify(
        &self,
        token: &str,
        caller: &Caller,
        peer: &Peer,
        by: &Presenter<'_>,
        at: Timestamp,
    ) -> Result<(Assertion, bool), Refused> {
        if token.len() > LONGEST {
            return Err(Untrusted::Oversize.into());
        }
        if !is_jwt(token) {
            return Ok((self.introspected(token, caller, by, at).await?, false));
        }
        let presented = Presented::read(token)?;
        let algorithm = presented.algorithm()?;
        let known = self.find(&presented, &caller.who, by)?;
        known.issuer.allow(algorithm)?;
        let key = known.key(&presented, algorithm, peer, by, at).await?;
        let assertion = known.issuer.verify(presented, &key, by, at)?;
        Ok((assertion, known.issuer.kind == IssuerKind::Structure))
    }

    async fn introspected(
        &self,
        token: &str,
        caller: &Caller,
        by: &Presenter<'_>,
        at: Timestamp,
    ) -> Result<Assertion, Refused> {
        let asked = self.known.iter().filter(|known| known.issuer.kind.is_for(&caller.who));
        let mut asked = asked.filter_map(|known| Some((&known.issuer, known.introspector.as_ref()?)));
        let (issuer, introspector) = asked.next().ok_or(Untrusted::Malformed)?;
        let told = introspector.ask(token, payer(Some(caller), &caller.certificate), at).await?;
        Ok(issuer.judge(&told, by, at)?)
    }

    fn find(&self, presented: &Presented<'_>, who: &Who, by: &Presenter<'_>) -> Result<&Known, Untrusted> {
        let issuer = presented.issuer()?;
        let own = by.structure.is_some_and(|structure| structure.as_str() == issuer);
        let is_named = |known: &&Known| known.issuer.name.as_deref().map_or(own, |name| name == issuer);
        let mut fitting = self.known.iter().filter(|known| known.issuer.kind.is_for(who)).filter(is_named);
        fitting.next().ok_or(Untrusted::UnknownIssuer)
    }
}

impl Known {
    fn of(config: &TokenIssuer, cache: Option<&Path>, fetcher: &Fetcher) -> Result<Self, Unusable> {
        let introspector = match &config.introspection {
            None => None,
            Some(ask) => Some(Introspector::of(ask, read(&ask.secret)?, fetcher.clone())),
        };
        let keys = match &config.keys {
            Some(address) if is_address(address) => Keys::Live(Box::new(LiveKeys::at(address, cache, fetcher.clone()))),
            Some(path) => Keys::Fixed(key_set(Path::new(path))?),
            None if config.kind == TokenKind::Structure => Keys::Certificate,
            None => Keys::None,
        };
        Ok(Self { issuer: issuer_of(config)?, keys, introspector })
    }

    async fn key(
        &self,
        presented: &Presented<'_>,
        algorithm: Algorithm,
        peer: &Peer,
        by: &Presenter<'_>,
        at: Timestamp,
    ) -> Result<VerifyingKey, Refused> {
        match &self.keys {
            Keys::Fixed(set) => Ok(set.key(presented.kid(), algorithm)?.clone()),
            Keys::Live(keys) => keys.key(presented.kid(), algorithm, at).await,
            Keys::Certificate => Ok(key_of_structure(presented, peer, by, at).await?),
            Keys::None => Err(Untrusted::UnknownKey.into()),
        }
    }
}

/// The key of the certificate that came with an assertion: one of the calling structure itself, and trusted now.
async fn key_of_structure(
    presented: &Presented<'_>,
    peer: &Peer,
    by: &Presenter<'_>,
    at: Timestamp,
) -> Result<VerifyingKey, Untrusted> {
    let chain: Vec<CertificateDer<'_>> = presented.chain()?.into_iter().map(CertificateDer::from).collect();
    let leaf = chain.first().ok_or(Untrusted::Certificate)?;
    let certificate = peer.recognise(leaf).map_err(|_| Untrusted::Certificate)?;
    let is_own = match &certificate.kind {
        CertificateKind::Organisation { structure } => by.structure == Some(structure),
        CertificateKind::Person { .. } | CertificateKind::Employee { .. } | CertificateKind::Server { .. } => false,
    };
    if is_own && peer.trusts(&chain, at).await {
        VerifyingKey::of_certificate(leaf)
    } else {
        Err(Untrusted::Certificate)
    }
}

fn issuer_of(config: &TokenIssuer) -> Result<Issuer, Unusable> {
    let kind = match config.kind {
        TokenKind::ProSanteConnect => IssuerKind::ProSanteConnect,
        TokenKind::Holder => IssuerKind::Holder,
        TokenKind::Structure => IssuerKind::Structure,
    };
    let named = |name: &String| Algorithm::of_name(name).ok_or_else(|| Unusable::Algorithm(name.clone()));
    let longest = kind.longest_life();
    let life = config.life_seconds.map_or(longest, |seconds| SignedDuration::from_secs(i64::from(seconds)));
    Ok(Issuer {
        kind,
        name: config.issuer.clone(),
        audiences: config.audiences.clone(),
        algorithms: config.algorithms.iter().map(named).collect::<Result<_, _>>()?,
        life: life.min(longest),
        scopes: config.scopes.clone(),
        structure: config.structure.clone(),
    })
}

fn read(path: &Path) -> Result<Vec<u8>, Unusable> {
    fs::read(path).map_err(|source| Unusable::File { path: path.to_owned(), source })
}

fn key_set(path: &Path) -> Result<KeySet, Unusable> {
    KeySet::read(&read(path)?).map_err(|source| Unusable::Keys { path: path.to_owned(), source })
}
