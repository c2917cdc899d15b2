//! A toy public-key infrastructure, kept in a directory: what is missing, expired or of another issuer is made, the rest stays.
//! Names are shaped as in the test hierarchy of IGC-Santé. The keys protect nothing: anyone may make such a directory.

mod authority;
mod card;
mod fault;
mod files;
mod lists;

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use rcgen::{SerialNumber, string::Ia5String};
use rustls::pki_types::CertificateDer;
use time::OffsetDateTime;

pub use card::P12_PASSWORD;
pub use fault::PkiFault;

use self::authority::ToyAuthority;
pub use self::files::Folder;
use super::cast::{CardStanding, Cast, CastCaller};
use crate::{
    identity::{Hierarchy, TEST_PREFIX},
    tls::{Demands, ServerFiles, TrustFiles},
};

/// Where everything is.
#[derive(Debug, Clone)]
pub struct PkiFiles {
    /// `ca.pem`, `intermediates.pem` and `crl.pem`: for [`crate::tls::Trust`].
    pub trust: TrustFiles,
    /// `server.pem` and `server.key`.
    pub server: ServerFiles,
    /// The directory with `NAME.pem` (chain), `NAME.key` (PKCS#8) and `NAME.p12` (password [`P12_PASSWORD`]) for each caller.
    pub clients: PathBuf,
}

/// Makes what is missing in the directory, and fresh revocation lists in any case. `host` is where the server will listen: a
/// name or an address, besides `localhost`, `127.0.0.1` and `::1`.
///
/// # Errors
/// A file cannot be read or written, or a certificate cannot be made.
pub fn prepare(dir: &Path, cast: &Cast, host: &str, now: Timestamp) -> Result<PkiFiles, PkiFault> {
    let folder = Folder::open(dir)?;
    let clients = Folder::open(&dir.join("clients"))?;
    let authorities = ToyAuthorities::prepare(&folder, now)?;
    for caller in &cast.callers {
        card::prepare(&clients, caller, authorities.issuer_of(caller), now)?;
    }
    card::prepare_server(&folder, &authorities.organisations, host, now)?;
    lists::write(&folder, &clients, &authorities, cast, now)?;
    Ok(PkiFiles {
        trust: TrustFiles {
            anchors: folder.path("ca.pem"),
            intermediates: Some(folder.path("intermediates.pem")),
            revocation_lists: vec![folder.path("crl.pem")],
            demands: Demands::of(Hierarchy::Test),
        },
        server: ServerFiles { certificate: folder.path("server.pem"), key: folder.path("server.key"), password: None },
        clients: dir.join("clients"),
    })
}

/// The root, three authorities below it, one of which it has revoked, and a root that nobody trusts.
struct ToyAuthorities {
    root: ToyAuthority,
    persons: ToyAuthority,
    organisations: ToyAuthority,
    withdrawn: ToyAuthority,
    stranger: ToyAuthority,
}

impl ToyAuthorities {
    fn prepare(folder: &Folder, now: Timestamp) -> Result<Self, PkiFault> {
        let named = |name: &str| format!("{TEST_PREFIX}{name}");
        let root = ToyAuthority::root(folder, "ca", &named("AC RACINE IGC-SANTE DEMONSTRATION"), now)?;
        let below = |file, name| ToyAuthority::below(folder, file, &named(name), &root, now);
        let authorities = Self {
            persons: below("persons", "AC IGC-SANTE FORT PERSONNES")?,
            organisations: below("organisations", "AC IGC-SANTE ELEMENTAIRE ORGANISATIONS")?,
            withdrawn: below("withdrawn", "AC IGC-SANTE STANDARD PERSONNES")?,
            stranger: ToyAuthority::root(folder, "stranger", &named("AUTORITE ETRANGERE"), now)?,
            root,
        };
        let all = authorities.intermediates().map(|authority| &authority.certificate);
        folder.write("intermediates.pem", &files::pem_chain(all))?;
        Ok(authorities)
    }

    fn intermediates(&self) -> impl Iterator<Item = &ToyAuthority> {
        [&self.persons, &self.organisations, &self.withdrawn].into_iter()
    }

    fn own_issuer_of(&self, caller: &CastCaller) -> &ToyAuthority {
        if caller.ps_idnat().is_some() { &self.persons } else { &self.organisations }
    }

    fn issuer_of(&self, caller: &CastCaller) -> &ToyAuthority {
        match caller.standing {
            CardStanding::Stranger => &self.stranger,
            CardStanding::AuthorityRevoked => &self.withdrawn,
            CardStanding::Good
            | CardStanding::Revoked
            | CardStanding::Expired
            | CardStanding::WrongName
            | CardStanding::WrongUnit => self.own_issuer_of(caller),
        }
    }
}

/// A chain that is already there, if its issuer is still the same.
fn kept_chain(folder: &Folder, file: &str, issuer: &ToyAuthority) -> Option<Vec<CertificateDer<'static>>> {
    folder.chain(file).filter(|chain| chain.get(1) == Some(&issuer.certificate))
}

/// A serial number at random, positive and of 16 bytes.
fn fresh_serial() -> SerialNumber {
    let mut bytes = *uuid::Uuid::new_v4().as_bytes();
    if let Some(first) = bytes.first_mut() {
        *first = (*first & 0x3f) | 0x40;
    }
    SerialNumber::from_slice(&bytes)
}

/// An instant as certificates have it.
fn date_of(at: Timestamp) -> OffsetDateTime {
    let seconds = u64::try_from(at.as_second()).unwrap_or(0);
    OffsetDateTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds)
}

fn after(now: Timestamp, days: i64) -> Timestamp {
    now.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(now)
}

fn text(value: &str) -> Result<Ia5String, rcgen::Error> {
    Ia5String::try_from(value)
}

#[cfg(test)]
mod tests;
