//! The authorities of a demonstration at work: lists and certificates that it does not make by itself.

use std::{fs, path::Path};

use dmp_gateway::identity::Authority;
use jiff::Timestamp;
use rcgen::{
    CertificateParams, CertificateRevocationListParams, DnType, ExtendedKeyUsagePurpose, Issuer, KeyIdMethod, KeyPair,
    KeyUsagePurpose, RevokedCertParams, SerialNumber,
};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use time::OffsetDateTime;

use super::Demo;

/// One authority of a demonstration.
pub struct ToyAuthority(Issuer<'static, KeyPair>);

impl ToyAuthority {
    /// `ca`, `persons`, `organisations`, `withdrawn` or `stranger`.
    pub fn of(demo: &Demo, name: &str) -> Self {
        Self::in_folder(&demo.dir().join("pki"), name)
    }

    /// As [`ToyAuthority::of`], of a demonstration that is not up yet.
    pub fn in_folder(pki: &Path, name: &str) -> Self {
        let key = KeyPair::from_pem(&fs::read_to_string(pki.join(format!("{name}.key"))).unwrap()).unwrap();
        let certificate = CertificateDer::from_pem_file(pki.join(format!("{name}.pem"))).unwrap();
        Self(Issuer::from_ca_cert_der(&certificate, key).unwrap())
    }

    /// A list, PEM, that is newer than those of the demonstration by so many numbers, and good for so many seconds from now.
    pub fn list(&self, newer: u64, revoked: &[Vec<u8>], seconds: i64) -> String {
        let now = Timestamp::now().as_second();
        let date = |at: i64| OffsetDateTime::from_unix_timestamp(at).unwrap();
        let entry = |serial: &Vec<u8>| RevokedCertParams {
            serial_number: SerialNumber::from_slice(serial),
            revocation_time: date(now - 60),
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: date(now - 60),
            next_update: date(now + seconds),
            crl_number: SerialNumber::from(u64::try_from(now).unwrap() + 1000 + newer),
            issuing_distribution_point: None,
            revoked_certs: revoked.iter().map(entry).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&self.0).unwrap().pem().unwrap()
    }

    /// A new certificate for the server, with its key: the leaf in PEM, and the key in PEM.
    pub fn server(&self) -> (String, String) {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, "localhost");
        self.sign(params, ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// Another certificate of a structure, with its key, both in PEM.
    pub fn organisation(&self, structure: &str) -> (String, String) {
        self.client(&[
            (DnType::CountryName, "FR"),
            (DnType::StateOrProvinceName, "Paris (75)"),
            (DnType::OrganizationName, "DEMONSTRATION"),
            (DnType::OrganizationalUnitName, structure),
            (DnType::CommonName, "another"),
        ])
    }

    /// A professional's card, with its key, both in PEM.
    pub fn card(&self, ps_idnat: &str) -> (String, String) {
        self.client(&[(DnType::CountryName, "FR"), (DnType::CommonName, ps_idnat)])
    }

    fn client(&self, subject: &[(DnType, &str)]) -> (String, String) {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        for (kind, value) in subject {
            params.distinguished_name.push(kind.clone(), *value);
        }
        self.sign(params, ExtendedKeyUsagePurpose::ClientAuth)
    }

    fn sign(&self, mut params: CertificateParams, usage: ExtendedKeyUsagePurpose) -> (String, String) {
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![usage];
        params.use_authority_key_identifier_extension = true;
        let now = Timestamp::now().as_second();
        params.not_before = OffsetDateTime::from_unix_timestamp(now - 60).unwrap();
        params.not_after = OffsetDateTime::from_unix_timestamp(now + 86_400).unwrap();
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.0).unwrap().pem(), key.serialize_pem())
    }
}

/// The serial number of a caller's certificate.
pub fn serial_of(demo: &Demo, caller: &str) -> Vec<u8> {
    let path = demo.dir().join(demo.caller(caller)["certificate"].as_str().unwrap());
    Authority::read(&CertificateDer::from_pem_file(path).unwrap()).unwrap().serial
}

/// Adds to a file.
pub fn append(path: &Path, text: &str) {
    let before = fs::read_to_string(path).unwrap();
    fs::write(path, before + text).unwrap();
}
