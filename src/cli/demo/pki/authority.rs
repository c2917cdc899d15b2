//! The authorities of the toy infrastructure.

use jiff::Timestamp;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::pki_types::CertificateDer;

use super::{
    PkiFault, after, date_of,
    files::{Folder, pem_chain},
    fresh_serial, kept_chain,
};
use crate::{cli::demo::cast::KeySort, identity::Authority};

/// How long an authority lasts, in days.
const LIFE: i64 = 3650;
/// How many days before its end it is renewed: longer than any certificate that it issues lasts.
const RENEWED: i64 = 400;

/// One authority: its certificate, and its key ready to sign.
pub struct ToyAuthority {
    /// The certificate.
    pub certificate: CertificateDer<'static>,
    /// Name and key.
    pub issuer: Issuer<'static, KeyPair>,
}

impl ToyAuthority {
    /// An authority that signs itself: `FILE.pem` and `FILE.key`.
    pub fn root(folder: &Folder, file: &str, name: &str, now: Timestamp) -> Result<Self, PkiFault> {
        let (key, had_key) = folder.key(&format!("{file}.key"), KeySort::Ec)?;
        let pem = format!("{file}.pem");
        let kept = folder.chain(&pem).and_then(|chain| chain.into_iter().next());
        if let Some(certificate) = kept.filter(|der| had_key && stays(der, name, now)) {
            return Self::of(certificate, key);
        }
        let certificate = CertificateDer::from(params(name, now)?.self_signed(&key)?);
        folder.write(&pem, &pem_chain([&certificate]))?;
        Self::of(certificate, key)
    }

    /// An authority below another one. `FILE.pem` is the chain, so that a change of the issuer is seen.
    pub fn below(folder: &Folder, file: &str, name: &str, above: &Self, now: Timestamp) -> Result<Self, PkiFault> {
        let (key, had_key) = folder.key(&format!("{file}.key"), KeySort::Ec)?;
        let pem = format!("{file}.pem");
        let kept = kept_chain(folder, &pem, above).and_then(|chain| chain.into_iter().next());
        if let Some(certificate) = kept.filter(|der| had_key && stays(der, name, now)) {
            return Self::of(certificate, key);
        }
        let certificate = CertificateDer::from(params(name, now)?.signed_by(&key, &above.issuer)?);
        folder.write(&pem, &pem_chain([&certificate, &above.certificate]))?;
        Self::of(certificate, key)
    }

    fn of(certificate: CertificateDer<'static>, key: KeyPair) -> Result<Self, PkiFault> {
        let issuer = Issuer::from_ca_cert_der(&certificate, key)?;
        Ok(Self { certificate, issuer })
    }
}

fn stays(der: &CertificateDer<'_>, name: &str, now: Timestamp) -> bool {
    let lasts = |read: &Authority| read.not_before <= now && after(now, RENEWED) < read.not_after;
    Authority::read(der).is_ok_and(|read| read.name == name && lasts(&read))
}

fn params(name: &str, now: Timestamp) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, "FR");
    params.distinguished_name.push(DnType::OrganizationName, "DEMONSTRATION");
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.serial_number = Some(fresh_serial());
    params.not_before = date_of(after(now, -1));
    params.not_after = date_of(after(now, LIFE));
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}
