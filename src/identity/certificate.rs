//! Certificates of the health public-key infrastructure (IGC-Santé), recognised by subject and extended key usage.
//! Source: IGC-Santé naming; CI-SIS transport.

use std::fmt;

use aws_lc_rs::digest;
use jiff::Timestamp;
use x509_parser::{
    certificate::X509Certificate,
    prelude::FromDer,
    time::ASN1Time,
    x509::{AttributeTypeAndValue, X509Name},
};

use super::{
    hierarchy::Hierarchy,
    strength::{Key, is_strongly_signed},
    unidentified::Unidentified,
};
use crate::record::{
    caller::CertificateId,
    hex,
    identity::{IdentityError, PsIdNat, StructIdNat},
};

/// One leaf certificate: whose it is, and what names it. The chain is verified elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Whose it is.
    pub kind: CertificateKind,
    /// What names it in the journal.
    pub id: CertificateId,
    /// The first instant of its validity.
    pub not_before: Timestamp,
    /// The last instant of its validity.
    pub not_after: Timestamp,
}

/// Whose certificate it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateKind {
    /// A professional's card (CPS): CN is a PS_IdNat of a national register, no OU.
    Person {
        /// The national identifier.
        id: PsIdNat,
    },
    /// An employee's card (CPE, CPA): CN is a PS_IdNat given by the structure that OU names.
    Employee {
        /// The identifier that the structure gave.
        id: PsIdNat,
        /// The structure.
        structure: StructIdNat,
    },
    /// A structure's software (ORG AUTH_CLI): OU is its Struct_IdNat, CN a free name.
    Organisation {
        /// The structure.
        structure: StructIdNat,
    },
    /// A server's (SERV): OU is the Struct_IdNat of its structure, CN its host name. No caller, unless the configuration admits it.
    Server {
        /// The structure.
        structure: StructIdNat,
        /// The host name.
        name: String,
    },
}

impl Certificate {
    /// Reads a leaf certificate.
    ///
    /// # Errors
    /// Why it can be nobody's: unreadable, not made for clients, or named as no caller is named.
    pub fn read(der: &[u8]) -> Result<Self, Unidentified> {
        let certificate = parse(der).ok_or(Unidentified::MalformedCertificate)?;
        Ok(Self {
            kind: match usage_of(&certificate)? {
                Usage::Client => kind_of(certificate.subject())?,
                Usage::Both => server_of(certificate.subject())?,
            },
            id: id_of(&certificate, der),
            not_before: instant(certificate.validity().not_before).ok_or(Unidentified::MalformedCertificate)?,
            not_after: instant(certificate.validity().not_after).ok_or(Unidentified::MalformedCertificate)?,
        })
    }
}

fn parse(der: &[u8]) -> Option<X509Certificate<'_>> {
    let (rest, certificate) = X509Certificate::from_der(der).ok()?;
    rest.is_empty().then_some(certificate)
}

/// What a certificate that is made for clients may be used for.
enum Usage {
    /// To call.
    Client,
    /// To call and to serve: a server's certificate.
    Both,
}

/// A certificate that may serve is a server's even where it may call too.
fn usage_of(certificate: &X509Certificate<'_>) -> Result<Usage, Unidentified> {
    // Where both say what the key is for, both must allow it (RFC 5280 section 4.2.1.12).
    let key_usage = certificate.key_usage().map_err(|_| Unidentified::MalformedCertificate)?;
    if key_usage.is_some_and(|usage| !usage.value.digital_signature()) {
        return Err(Unidentified::NoClientAuth);
    }
    let usage = certificate.extended_key_usage().map_err(|_| Unidentified::MalformedCertificate)?;
    let usage = usage.ok_or(Unidentified::NoClientAuth)?.value;
    match (usage.client_auth, usage.server_auth) {
        (true, false) => Ok(Usage::Client),
        (true, true) => Ok(Usage::Both),
        (false, true) => Err(Unidentified::ServerCertificate),
        (false, false) => Err(Unidentified::NoClientAuth),
    }
}

fn server_of(subject: &X509Name<'_>) -> Result<CertificateKind, Unidentified> {
    let (name, unit) = name_and_unit(subject)?;
    Ok(CertificateKind::Server { structure: structure_of(unit)?, name: name.to_owned() })
}

fn kind_of(subject: &X509Name<'_>) -> Result<CertificateKind, Unidentified> {
    let (name, unit) = name_and_unit(subject)?;
    match PsIdNat::new(name) {
        Ok(id) if id.is_assigned_by_structure() => {
            let structure = structure_of(unit)?;
            if id.is_assigned_by(&structure) {
                Ok(CertificateKind::Employee { id, structure })
            } else {
                Err(Unidentified::WrongOrganisationalUnit)
            }
        }
        Ok(id) if unit.is_none() => Ok(CertificateKind::Person { id }),
        Ok(_) => Err(Unidentified::WrongOrganisationalUnit),
        Err(IdentityError::WrongKey) => Err(Unidentified::WrongCommonName),
        Err(IdentityError::Malformed | IdentityError::UnknownSystem) if unit.is_none() => {
            Err(Unidentified::WrongCommonName)
        }
        Err(IdentityError::Malformed | IdentityError::UnknownSystem) => {
            Ok(CertificateKind::Organisation { structure: structure_of(unit)? })
        }
    }
}

fn name_and_unit<'a>(subject: &'a X509Name<'_>) -> Result<(&'a str, Option<&'a str>), Unidentified> {
    let name = only(subject.iter_common_name(), Unidentified::WrongCommonName)?.ok_or(Unidentified::WrongCommonName)?;
    Ok((name, only(subject.iter_organizational_unit(), Unidentified::WrongOrganisationalUnit)?))
}

fn structure_of(unit: Option<&str>) -> Result<StructIdNat, Unidentified> {
    unit.and_then(|unit| StructIdNat::new(unit).ok()).ok_or(Unidentified::WrongOrganisationalUnit)
}

/// The one value of an attribute, or none; two are a fault, for nobody could tell which one counts.
fn only<'a>(
    mut values: impl Iterator<Item = &'a AttributeTypeAndValue<'a>>,
    fault: Unidentified,
) -> Result<Option<&'a str>, Unidentified> {
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(fault);
    }
    value.as_str().map(Some).map_err(|_| fault)
}

/// What names a certificate that may be anything: its fingerprint in any case, serial and issuer where it can be read. One that
/// names itself as its issuer has none here: its name could be a person's.
pub fn certificate_id(der: &[u8]) -> CertificateId {
    match parse(der) {
        Some(read) if read.subject().as_raw() == read.issuer().as_raw() => {
            CertificateId { issuer: String::new(), ..id_of(&read, der) }
        }
        Some(read) => id_of(&read, der),
        None => CertificateId { fingerprint: fingerprint_of(der), serial: String::new(), issuer: String::new() },
    }
}

fn id_of(certificate: &X509Certificate<'_>, der: &[u8]) -> CertificateId {
    CertificateId {
        fingerprint: fingerprint_of(der),
        serial: hex(certificate.raw_serial()),
        issuer: common_name(certificate.issuer()),
    }
}

/// The common name and the hierarchy of an authority by its name, DER; nothing where that cannot be read.
pub fn authority_name(der: &[u8]) -> Option<(String, Hierarchy)> {
    let (_, name) = X509Name::from_der(der).ok()?;
    Some((common_name(&name), Hierarchy::of(&name)))
}

fn fingerprint_of(der: &[u8]) -> [u8; 32] {
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(digest::digest(&digest::SHA256, der).as_ref());
    fingerprint
}

fn common_name(name: &X509Name<'_>) -> String {
    name.iter_common_name().next().and_then(|name| name.as_str().ok()).unwrap_or_default().to_owned()
}

pub(super) fn instant(time: ASN1Time) -> Option<Timestamp> {
    Timestamp::from_second(time.timestamp()).ok()
}

/// A certificate authority: what is needed to say when it ends and whether it may sign lists.
#[derive(Clone, PartialEq, Eq)]
pub struct Authority {
    /// The subject's common name.
    pub name: String,
    /// The raw subject, a DER `Name` with its header.
    pub subject: Vec<u8>,
    /// The raw issuer, a DER `Name` with its header.
    pub issuer: Vec<u8>,
    /// The raw serial number.
    pub serial: Vec<u8>,
    /// Whether basic constraints make it an authority.
    pub is_authority: bool,
    /// Whether its key usage lets it sign revocation lists; an authority without key usage may.
    pub signs_lists: bool,
    /// The first instant of its validity.
    pub not_before: Timestamp,
    /// The last instant of its validity.
    pub not_after: Timestamp,
    /// The hierarchy of its subject: that of an authority.
    pub hierarchy: Hierarchy,
    /// The hierarchy of its issuer: that of any other certificate.
    pub issuer_hierarchy: Hierarchy,
    /// The key.
    pub key: Key,
    /// Whether the algorithm that signed it is one that may.
    pub is_strongly_signed: bool,
}

/// The certificate of an authority (or of this server) cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the certificate cannot be read")]
pub struct MalformedAuthority;

impl Authority {
    /// Reads the certificate of an authority; also good for the dates and names of a server's own certificate.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read(der: &[u8]) -> Result<Self, MalformedAuthority> {
        Self::of(&parse(der).ok_or(MalformedAuthority)?).ok_or(MalformedAuthority)
    }

    fn of(certificate: &X509Certificate<'_>) -> Option<Self> {
        let usage = certificate.key_usage().ok()?;
        Some(Self {
            name: common_name(certificate.subject()),
            subject: certificate.subject().as_raw().to_vec(),
            issuer: certificate.issuer().as_raw().to_vec(),
            serial: certificate.raw_serial().to_vec(),
            is_authority: certificate.basic_constraints().ok()?.is_some_and(|basic| basic.value.ca),
            signs_lists: usage.is_none_or(|usage| usage.value.crl_sign()),
            not_before: instant(certificate.validity().not_before)?,
            not_after: instant(certificate.validity().not_after)?,
            hierarchy: Hierarchy::of(certificate.subject()),
            issuer_hierarchy: Hierarchy::of(certificate.issuer()),
            key: Key::of(certificate),
            is_strongly_signed: is_strongly_signed(certificate),
        })
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority")
            .field("name", &self.name)
            .field("not_after", &self.not_after)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
