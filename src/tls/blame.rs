//! Which certificate of a chain is to blame that it is not trusted.

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;

use super::{demands::Demands, distrust::Distrust};
use crate::{
    identity::{Authority, certificate_id},
    record::caller::CertificateId,
};

/// Why a chain is not trusted, and because of which certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blame {
    /// Why.
    pub rule: Distrust,
    /// The certificate by its serial number and issuer; nothing where none was presented.
    pub certificate: Option<CertificateId>,
}

impl Blame {
    /// The blame where no path could be completed: the library tells an error and no certificate.
    pub(super) fn without_path(
        error: &webpki::Error,
        leaf: &CertificateDer<'_>,
        above: &[CertificateDer<'_>],
        demands: Demands,
        now: Timestamp,
    ) -> Self {
        let rule = Distrust::of(error);
        let read = |der: &CertificateDer<'_>| Authority::read(der).ok();
        let Some(own) = read(leaf) else { return Self::of(Distrust::Malformed, leaf) };
        // The certificates above the leaf by name, as far as they are at hand.
        let mut line = vec![(leaf, own)];
        while let Some(next) = above_of(&line, above, read) {
            line.push(next);
        }
        if rule == Distrust::UnknownAuthority {
            return Self::of_stranger(&line, demands);
        }
        Self::first(&line, rule, |one| match rule {
            Distrust::NotYetValid => now < one.not_before,
            Distrust::Expired => one.not_after < now,
            Distrust::WeakSignature => !one.is_strongly_signed,
            Distrust::Absent
            | Distrust::Malformed
            | Distrust::UnknownAuthority
            | Distrust::WrongPurpose
            | Distrust::Revoked
            | Distrust::RevokedAuthority
            | Distrust::NoList
            | Distrust::StaleList
            | Distrust::WeakKey
            | Distrust::WrongHierarchy
            | Distrust::ForbiddenName
            | Distrust::LongChain => true,
        })
    }

    /// Where no authority is known: the hierarchy explains it best, then a key that is too weak to be asked.
    fn of_stranger(line: &[(&CertificateDer<'_>, Authority)], demands: Demands) -> Self {
        let foreign = |one: &Authority| one.issuer_hierarchy != demands.hierarchy;
        let weak = |one: &Authority| demands.check_leaf(one) == Err(Distrust::WeakKey);
        let found = |rule, wrong: &dyn Fn(&Authority) -> bool| {
            line.iter().find(|(_, one)| wrong(one)).map(|(der, _)| Self::of(rule, der))
        };
        found(Distrust::WrongHierarchy, &foreign)
            .or_else(|| found(Distrust::WeakKey, &weak))
            .unwrap_or_else(|| Self::first(line, Distrust::UnknownAuthority, |_| true))
    }

    fn first(line: &[(&CertificateDer<'_>, Authority)], rule: Distrust, wrong: impl Fn(&Authority) -> bool) -> Self {
        let found = line.iter().find(|(_, one)| wrong(one)).or_else(|| line.first());
        Self { rule, certificate: found.map(|(der, _)| certificate_id(der)) }
    }

    fn of(rule: Distrust, der: &CertificateDer<'_>) -> Self {
        Self { rule, certificate: Some(certificate_id(der)) }
    }
}

/// How many certificates are looked at above the leaf.
const HEIGHT: usize = 8;

fn above_of<'a, 'b>(
    line: &[(&CertificateDer<'_>, Authority)],
    above: &'a [CertificateDer<'b>],
    read: impl Fn(&CertificateDer<'_>) -> Option<Authority>,
) -> Option<(&'a CertificateDer<'b>, Authority)> {
    let (_, last) = line.last()?;
    if line.len() > HEIGHT || last.subject == last.issuer {
        return None;
    }
    above.iter().filter_map(|der| Some((der, read(der)?))).find(|(_, one)| one.subject == last.issuer)
}
