//! Certificate revocation lists, read into plain values. Only complete lists of one authority are read: delta, indirect and
//! partitioned lists are refused, for half a list looks like a clean one. Source: RFC 5280 section 5.

use jiff::Timestamp;
use x509_parser::{
    certificate::X509Certificate,
    extensions::{
        CRLDistributionPoint, DistributionPointName, GeneralName, IssuingDistributionPoint, ParsedExtension,
        X509Extension,
    },
    oid_registry::{
        OID_X509_EXT_AUTHORITY_KEY_IDENTIFIER, OID_X509_EXT_CRL_NUMBER, OID_X509_EXT_DELTA_CRL_INDICATOR,
        OID_X509_EXT_INVALIDITY_DATE, OID_X509_EXT_ISSUER_DISTRIBUTION_POINT, OID_X509_EXT_REASON_CODE,
    },
    prelude::FromDer,
    revocation_list::{CertificateRevocationList, RevokedCertificate},
};

use super::certificate::instant;

/// The most bytes that a serial number has (RFC 5280 section 4.1.2.2).
pub const SERIAL_BYTES: usize = 20;

/// A serial number: big-endian, padded on the left.
pub type Serial = [u8; SERIAL_BYTES];

/// A serial number in the form in which lists are searched; nothing where it is longer than any may be.
pub fn serial_of(raw: &[u8]) -> Option<Serial> {
    let start = raw.iter().position(|byte| *byte != 0).unwrap_or(raw.len());
    let digits = raw.get(start..)?;
    let mut serial = [0; SERIAL_BYTES];
    let at = SERIAL_BYTES.checked_sub(digits.len())?;
    serial.get_mut(at..)?.copy_from_slice(digits);
    Some(serial)
}

/// One list as it stands, its signature not yet verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationList {
    /// The issuer's common name, for messages.
    pub issuer_name: String,
    /// The raw issuer, a DER `Name` with its header.
    pub issuer: Vec<u8>,
    /// When it was made.
    pub this_update: Timestamp,
    /// Until when it is good.
    pub next_update: Timestamp,
    /// The CRL number, big-endian and padded; lists of old form have none.
    pub number: Option<Serial>,
    /// The revoked serial numbers, sorted.
    pub serials: Vec<Serial>,
    /// The signed bytes.
    pub signed: Vec<u8>,
    /// The signature.
    pub signature: Vec<u8>,
}

/// Why a list is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MalformedList {
    /// It cannot be read.
    #[error("the revocation list cannot be read")]
    Malformed,
    /// It has no end.
    #[error("the revocation list does not say when the next one comes")]
    NoNextUpdate,
    /// It holds only changes to another list.
    #[error("the revocation list is a delta list")]
    Delta,
    /// It speaks for other authorities.
    #[error("the revocation list is an indirect list")]
    Indirect,
    /// It covers only a part of the certificates or reasons.
    #[error("the revocation list covers only a part of what its authority issued")]
    Partitioned,
    /// It has a critical extension that is not understood.
    #[error("the revocation list has a critical extension that is not understood")]
    UnknownCriticalExtension,
    /// A serial number is longer than 20 bytes.
    #[error("the revocation list has a serial number of more than 20 bytes")]
    LongSerial,
}

impl RevocationList {
    /// Reads a DER list.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn read(der: &[u8]) -> Result<Self, MalformedList> {
        let (rest, list) = CertificateRevocationList::from_der(der).map_err(|_| MalformedList::Malformed)?;
        if !rest.is_empty() || list.tbs_cert_list.signature != list.signature_algorithm {
            return Err(MalformedList::Malformed);
        }
        list.extensions().iter().try_for_each(check_extension)?;
        let issuer_name = list.issuer().iter_common_name().next().and_then(|name| name.as_str().ok());
        Ok(Self {
            issuer_name: issuer_name.unwrap_or_default().to_owned(),
            issuer: list.issuer().as_raw().to_vec(),
            this_update: instant(list.last_update()).ok_or(MalformedList::Malformed)?,
            next_update: list.next_update().and_then(instant).ok_or(MalformedList::NoNextUpdate)?,
            number: number_of(&list)?,
            serials: serials_of(&list)?,
            signed: list.tbs_cert_list.as_ref().to_vec(),
            signature: list.signature_value.data.to_vec(),
        })
    }
}

/// The http addresses of the revocation lists that a certificate names, as far as it is to be found in one whole list; none where
/// it cannot be read. Source: RFC 5280 section 4.2.1.13.
pub fn distribution_points(der: &[u8]) -> Vec<String> {
    let Ok((_, certificate)) = X509Certificate::from_der(der) else { return Vec::new() };
    let points = certificate.extensions().iter().filter_map(|extension| {
        let ParsedExtension::CRLDistributionPoints(points) = extension.parsed_extension() else { return None };
        Some(points.points.iter())
    });
    let whole = points.flatten().filter(|point| point.reasons.is_none() && point.crl_issuer.is_none());
    whole.flat_map(names_of).filter(|url| url.starts_with("http://")).map(str::to_owned).collect()
}

fn names_of<'a>(point: &'a CRLDistributionPoint<'a>) -> impl Iterator<Item = &'a str> {
    let names = match &point.distribution_point {
        Some(DistributionPointName::FullName(names)) => names.as_slice(),
        Some(DistributionPointName::NameRelativeToCRLIssuer(_)) | None => &[],
    };
    names.iter().filter_map(|name| if let GeneralName::URI(url) = name { Some(*url) } else { None })
}

fn check_extension(extension: &X509Extension<'_>) -> Result<(), MalformedList> {
    if extension.oid == OID_X509_EXT_DELTA_CRL_INDICATOR {
        return Err(MalformedList::Delta);
    }
    if extension.oid == OID_X509_EXT_ISSUER_DISTRIBUTION_POINT {
        let ParsedExtension::IssuingDistributionPoint(scope) = extension.parsed_extension() else {
            return Err(MalformedList::Malformed);
        };
        return check_scope(scope);
    }
    let known = [OID_X509_EXT_AUTHORITY_KEY_IDENTIFIER, OID_X509_EXT_CRL_NUMBER].contains(&extension.oid);
    if extension.critical && !known { Err(MalformedList::UnknownCriticalExtension) } else { Ok(()) }
}

/// A list that names its distribution point may be one of several: it is taken for a part.
fn check_scope(scope: &IssuingDistributionPoint<'_>) -> Result<(), MalformedList> {
    if scope.indirect_crl {
        return Err(MalformedList::Indirect);
    }
    let partial = scope.distribution_point.is_some()
        || scope.only_contains_user_certs
        || scope.only_contains_ca_certs
        || scope.only_contains_attribute_certs
        || scope.only_some_reasons.is_some();
    if partial { Err(MalformedList::Partitioned) } else { Ok(()) }
}

fn number_of(list: &CertificateRevocationList<'_>) -> Result<Option<Serial>, MalformedList> {
    list.crl_number().map(|number| serial_of(&number.to_bytes_be()).ok_or(MalformedList::LongSerial)).transpose()
}

fn serials_of(list: &CertificateRevocationList<'_>) -> Result<Vec<Serial>, MalformedList> {
    let mut serials = list.iter_revoked_certificates().map(entry_of).collect::<Result<Vec<_>, _>>()?;
    serials.sort_unstable();
    serials.dedup();
    Ok(serials)
}

fn entry_of(revoked: &RevokedCertificate<'_>) -> Result<Serial, MalformedList> {
    let known = [OID_X509_EXT_REASON_CODE, OID_X509_EXT_INVALIDITY_DATE];
    if revoked.extensions().iter().any(|extension| extension.critical && !known.contains(&extension.oid)) {
        return Err(MalformedList::UnknownCriticalExtension);
    }
    serial_of(revoked.raw_serial()).ok_or(MalformedList::LongSerial)
}

#[cfg(test)]
mod tests;
