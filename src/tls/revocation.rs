//! Revocation by an index that is verified once. rustls would verify the signature of a list at every handshake, which with a
//! list of 300 000 entries leaves a tenth of the handshakes; here a check is a binary search.

use std::{cmp::Ordering, collections::HashMap, path::Path};

use jiff::Timestamp;
use rustls::{
    crypto::WebPkiSupportedAlgorithms,
    pki_types::{
        CertificateRevocationListDer,
        pem::{self, PemObject},
    },
};
use webpki::EndEntityCert;

use super::{
    anchors::{Authorities, AuthorityId, Known},
    distrust::Distrust,
    fault::{TlsFault, read_file},
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
    const fn age(&self) -> (Option<Serial>, Timestamp) {
        (self.number, self.this_update)
    }
}

/// How a list compares in age with the one in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    /// There is none, or an older one.
    Newer,
    /// It is the one in use.
    Same,
    /// There is a newer one.
    Older,
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
        files.into_iter().try_for_each(|path| index.add(path, authorities, algorithms))?;
        Ok(index)
    }

    /// Adds the lists of a file, as [`Self::read`] reads it: all of them or none.
    ///
    /// # Errors
    /// As there.
    pub fn add(
        &mut self,
        path: &Path,
        authorities: &Authorities,
        algorithms: &WebPkiSupportedAlgorithms,
    ) -> Result<(), TlsFault> {
        let mut found = Vec::new();
        for der in read_lists(path)? {
            let list = RevocationList::read(&der).map_err(|source| TlsFault::List { path: path.to_owned(), source })?;
            let foreign = || TlsFault::ForeignList { path: path.to_owned(), issuer: list.issuer_name.clone() };
            let issuer = signer_of(&list, authorities, algorithms).ok_or_else(foreign)?;
            found.push((issuer, list));
        }
        found.into_iter().for_each(|(issuer, list)| self.take(issuer, list));
        Ok(())
    }

    /// How a verified list compares in age with the one that this index has of its authority.
    pub(super) fn age_of(&self, issuer: &AuthorityId, list: &RevocationList) -> Age {
        let order = self.lists.get(issuer).map(|known| known.age().cmp(&(list.number, list.this_update)));
        match order {
            None | Some(Ordering::Less) => Age::Newer,
            Some(Ordering::Equal) => Age::Same,
            Some(Ordering::Greater) => Age::Older,
        }
    }

    fn take(&mut self, issuer: AuthorityId, list: RevocationList) {
        let RevocationList { this_update, next_update, number, serials, .. } = list;
        let verified = Verified { this_update, next_update, number, serials };
        let newer = self.lists.get(&issuer).is_none_or(|known| known.age() < verified.age());
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
            (Some(ours), Some(theirs)) => ours.age() < theirs.age(),
            (None, _) | (_, None) => false,
        }
    }

    /// When the list of an authority was made and until when it is good.
    pub fn period_of(&self, issuer: &AuthorityId) -> Option<(Timestamp, Timestamp)> {
        self.lists.get(issuer).map(|list| (list.this_update, list.next_update))
    }
}

fn read_lists(path: &Path) -> Result<Vec<Vec<u8>>, TlsFault> {
    let not_pem = |fault: pem::Error| TlsFault::NotPem { path: path.to_owned(), reason: fault.to_string() };
    let lists = lists_in(&read_file(path)?).map_err(not_pem)?;
    let nothing = || TlsFault::Nothing { path: path.to_owned(), what: "revocation list" };
    if lists.is_empty() { Err(nothing()) } else { Ok(lists) }
}

/// The lists in these bytes, each in DER: one in DER, or any number in PEM.
pub(super) fn lists_in(bytes: &[u8]) -> Result<Vec<Vec<u8>>, pem::Error> {
    // A DER list begins with a SEQUENCE, whose byte is also the character 0: such a text may still be PEM.
    if bytes.first() == Some(&0x30) && CertificateRevocationListDer::from_pem_slice(bytes).is_err() {
        return Ok(vec![bytes.to_vec()]);
    }
    let lists = CertificateRevocationListDer::pem_slice_iter(bytes);
    lists.map(|list| list.map(|list| list.as_ref().to_vec())).collect()
}

/// The authority that signed a list, if any configured one did.
pub(super) fn signer_of(
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
