//! Revocation by an index that is verified once. rustls would verify the signature of a list at every handshake, which with a
//! list of 300 000 entries leaves a tenth of the handshakes; here a check is a binary search.

use std::{cmp::Ordering, collections::HashMap, path::Path};

use jiff::Timestamp;
use rustls::{
    crypto::WebPkiSupportedAlgorithms,
    pki_types::{CertificateRevocationListDer, pem::PemObject},
};
use webpki::EndEntityCert;

use super::{
    anchors::{Authorities, AuthorityId, Known},
    distrust::Distrust,
    fault::{TlsFault, read_file, read_pem},
};
use crate::identity::{RevocationList, Serial};

/// The lists of all authorities, each verified under the authority's own key.
#[derive(Debug, Default)]
pub struct RevocationIndex {
    lists: HashMap<AuthorityId, Verified>,
}

/// What stays of a list once it is verified.
#[derive(Debug)]
struct Verified {
    this_update: Timestamp,
    next_update: Timestamp,
    number: Option<Serial>,
    serials: Vec<Serial>,
}

impl Verified {
    fn age_order(&self, other: &Self) -> Ordering {
        (self.number, self.this_update).cmp(&(other.number, other.this_update))
    }
}

impl RevocationIndex {
    /// Reads lists from files, PEM (any number in a file) or DER (one), and verifies each under the key of its authority.
    /// Of two lists of one authority the one with the greater number counts.
    ///
    /// # Errors
    /// A file cannot be read, or a list is not complete, or signed by no configured authority.
    pub fn read<'a>(
        files: impl IntoIterator<Item = &'a Path>,
        authorities: &Authorities,
        algorithms: &WebPkiSupportedAlgorithms,
    ) -> Result<Self, TlsFault> {
        let mut index = Self::default();
        for path in files {
            for der in read_lists(path)? {
                let list =
                    RevocationList::read(&der).map_err(|source| TlsFault::List { path: path.to_owned(), source })?;
                let foreign = || TlsFault::ForeignList { path: path.to_owned(), issuer: list.issuer_name.clone() };
                let issuer = signer_of(&list, authorities, algorithms).ok_or_else(foreign)?;
                index.take(issuer, list);
            }
        }
        Ok(index)
    }

    fn take(&mut self, issuer: AuthorityId, list: RevocationList) {
        let RevocationList { this_update, next_update, number, serials, .. } = list;
        let verified = Verified { this_update, next_update, number, serials };
        let newer = self.lists.get(&issuer).is_none_or(|known| known.age_order(&verified).is_lt());
        if newer {
            self.lists.insert(issuer, verified);
        }
    }

    /// Whether a certificate stands: its authority's list is there, is good at that instant, and does not name it.
    ///
    /// # Errors
    /// Why it does not stand. What is not known is refused.
    pub fn check(&self, issuer: &AuthorityId, serial: &Serial, at: Timestamp) -> Result<(), Distrust> {
        let list = self.lists.get(issuer).ok_or(Distrust::NoList)?;
        if list.serials.binary_search(serial).is_ok() {
            return Err(Distrust::Revoked);
        }
        if at < list.this_update || list.next_update < at {
            return Err(Distrust::StaleList);
        }
        Ok(())
    }

    /// Whether this index has an older list of an authority than another index has.
    pub fn is_older_than(&self, other: &Self, issuer: &AuthorityId) -> bool {
        match (self.lists.get(issuer), other.lists.get(issuer)) {
            (Some(ours), Some(theirs)) => ours.age_order(theirs).is_lt(),
            (None, _) | (_, None) => false,
        }
    }

    /// When the list of an authority was made and until when it is good.
    pub fn period_of(&self, issuer: &AuthorityId) -> Option<(Timestamp, Timestamp)> {
        self.lists.get(issuer).map(|list| (list.this_update, list.next_update))
    }
}

fn read_lists(path: &Path) -> Result<Vec<Vec<u8>>, TlsFault> {
    let bytes = read_file(path)?;
    // A DER list begins with a SEQUENCE, whose byte is also the character 0: such a text may still be PEM.
    if bytes.first() == Some(&0x30) && CertificateRevocationListDer::from_pem_slice(&bytes).is_err() {
        return Ok(vec![bytes]);
    }
    let lists = read_pem::<CertificateRevocationListDer<'static>>(path, "revocation list")?;
    Ok(lists.into_iter().map(|list| list.as_ref().to_vec()).collect())
}

fn signer_of(
    list: &RevocationList,
    authorities: &Authorities,
    algorithms: &WebPkiSupportedAlgorithms,
) -> Option<AuthorityId> {
    let named = authorities.known().iter().filter(|known| known.authority.subject == list.issuer);
    named
        .filter(|known| known.authority.signs_lists)
        .find(|known| signed(list, known, algorithms))
        .map(|known| known.id)
}

/// Whether the authority's key signed the list, by any of the algorithms that are good for certificates.
fn signed(list: &RevocationList, known: &Known, algorithms: &WebPkiSupportedAlgorithms) -> bool {
    let Ok(authority) = EndEntityCert::try_from(&known.der) else { return false };
    algorithms.all.iter().any(|algorithm| authority.verify_signature(*algorithm, &list.signed, &list.signature).is_ok())
}
