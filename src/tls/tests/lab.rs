//! Authorities, leaves and lists for tests, at a fixed time.

use std::{fs, path::PathBuf, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CrlDistributionPoint,
    CrlIssuingDistributionPoint, CrlScope, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyIdMethod, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, RevokedCertParams, SerialNumber,
    SignatureAlgorithm,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tempfile::TempDir;
use time::OffsetDateTime;

use crate::{
    identity::Hierarchy,
    tls::{Demands, Distrust, LiveTrust, ServerFiles, Standing, TlsFault, Trust, TrustFiles, provider},
};

pub const EC: &SignatureAlgorithm = &PKCS_ECDSA_P256_SHA256;
pub const RSA: &SignatureAlgorithm = &PKCS_RSA_SHA256;

/// The time of all tests.
pub fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

pub fn hours(count: i64) -> Timestamp {
    now().saturating_add(SignedDuration::from_hours(count)).unwrap()
}

fn date(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.as_second()).unwrap()
}

pub struct Ca {
    pub der: CertificateDer<'static>,
    pub pem: String,
    pub serial: u64,
    issuer: Issuer<'static, KeyPair>,
}

pub struct Leaf {
    pub chain: Vec<CertificateDer<'static>>,
    pub key: PrivateKeyDer<'static>,
    pub key_pem: String,
    pub serial: u64,
}

fn ca_params(name: &str, serial: u64) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.serial_number = Some(SerialNumber::from(serial));
    params.not_before = date(hours(-24 * 300));
    params.not_after = date(hours(24 * 300));
    params
}

impl Ca {
    pub fn root(name: &str) -> Self {
        let key = KeyPair::generate_for(EC).unwrap();
        let certificate = ca_params(name, 1).self_signed(&key).unwrap();
        Self::of(certificate, key, 1)
    }

    pub fn below(&self, name: &str, serial: u64) -> Self {
        self.below_with(name, serial, EC, |_| {})
    }

    pub fn below_with(
        &self,
        name: &str,
        serial: u64,
        sort: &'static SignatureAlgorithm,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Self {
        let key = KeyPair::generate_for(sort).unwrap();
        let mut params = ca_params(name, serial);
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Self::of(certificate, key, serial)
    }

    fn of(certificate: rcgen::Certificate, key: KeyPair, serial: u64) -> Self {
        let issuer = Issuer::from_ca_cert_der(certificate.der(), key).unwrap();
        Self { pem: certificate.pem(), der: certificate.der().clone(), serial, issuer }
    }

    pub fn leaf(&self, serial: u64) -> Leaf {
        self.leaf_with(serial, EC, |_| {})
    }

    pub fn leaf_with(
        &self,
        serial: u64,
        sort: &'static SignatureAlgorithm,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Leaf {
        let key = KeyPair::generate_for(sort).unwrap();
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "leaf");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.serial_number = Some(SerialNumber::from(serial));
        params.not_before = date(hours(-24));
        params.not_after = date(hours(24 * 100));
        change(&mut params);
        let leaf = params.signed_by(&key, &self.issuer).unwrap();
        Leaf {
            chain: vec![leaf.der().clone(), self.der.clone()],
            key_pem: key.serialize_pem(),
            key: PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            serial,
        }
    }

    /// A list of now, good for a week.
    pub fn list(&self, revoked: &[u64]) -> String {
        self.list_of(1, revoked, hours(-1), hours(24 * 7))
    }

    /// A list that covers only the certificates of users.
    pub fn part_of_a_list(&self, number: u64) -> Vec<u8> {
        let point = CrlDistributionPoint { uris: vec!["http://lists.example/part.crl".to_owned()] };
        let scope = CrlIssuingDistributionPoint { distribution_point: point, scope: Some(CrlScope::UserCertsOnly) };
        let params = CertificateRevocationListParams {
            issuing_distribution_point: Some(scope),
            ..list_params(number, &[], hours(-1), hours(24))
        };
        params.signed_by(&self.issuer).unwrap().der().to_vec()
    }

    pub fn list_of(&self, number: u64, revoked: &[u64], from: Timestamp, until: Timestamp) -> String {
        list_params(number, revoked, from, until).signed_by(&self.issuer).unwrap().pem().unwrap()
    }
}

fn list_params(number: u64, revoked: &[u64], from: Timestamp, until: Timestamp) -> CertificateRevocationListParams {
    let entry = |serial: &u64| RevokedCertParams {
        serial_number: SerialNumber::from(*serial),
        revocation_time: date(from),
        reason_code: None,
        invalidity_date: None,
    };
    CertificateRevocationListParams {
        this_update: date(from),
        next_update: date(until),
        crl_number: SerialNumber::from(number),
        issuing_distribution_point: None,
        revoked_certs: revoked.iter().map(entry).collect(),
        key_identifier_method: KeyIdMethod::Sha256,
    }
}

pub fn set_validity(params: &mut CertificateParams, from: Timestamp, until: Timestamp) {
    params.not_before = date(from);
    params.not_after = date(until);
}

pub fn for_servers(params: &mut CertificateParams) {
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
}

/// A root and an authority below it, with the files of a server.
pub struct Lab {
    pub dir: TempDir,
    pub root: Ca,
    pub below: Ca,
    pub lists: String,
}

impl Lab {
    /// Nobody is revoked.
    pub fn new() -> Self {
        Self::named("root", "below")
    }

    pub fn named(root: &str, below: &str) -> Self {
        let root = Ca::root(root);
        let below = root.below(below, 2);
        let lists = root.list(&[]) + &below.list(&[]);
        Self { dir: TempDir::new().unwrap(), root, below, lists }
    }

    pub fn with_lists(self, lists: impl FnOnce(&Self) -> String) -> Self {
        Self { lists: lists(&self), ..self }
    }

    fn put(&self, file: &str, content: &str) -> PathBuf {
        let path = self.dir.path().join(file);
        fs::write(&path, content).unwrap();
        path
    }

    pub fn trust_files(&self) -> TrustFiles {
        TrustFiles {
            anchors: self.put("ca.pem", &self.root.pem),
            intermediates: Some(self.put("intermediates.pem", &self.below.pem)),
            revocation_lists: vec![self.put("crl.pem", &self.lists)],
            demands: Demands::of(Hierarchy::Production),
        }
    }

    pub fn server_files(&self) -> ServerFiles {
        let server = self.below.leaf_with(900, EC, for_servers);
        self.files_of(&server)
    }

    pub fn files_of(&self, server: &Leaf) -> ServerFiles {
        let chain: String = server.chain.iter().map(|der| pem(der)).collect();
        ServerFiles {
            certificate: self.put("server.pem", &chain),
            key: self.put("server.key", &server.key_pem),
            password: None,
        }
    }

    pub fn trust_with(&self, lists: &str) -> Trust {
        let files = TrustFiles { revocation_lists: vec![self.put("other-crl.pem", lists)], ..self.trust_files() };
        Trust::read(&files, &provider()).unwrap()
    }

    pub fn trust_demanding(&self, demands: Demands) -> Result<Trust, TlsFault> {
        Trust::read(&TrustFiles { demands, ..self.trust_files() }, &provider())
    }

    pub fn try_trust(&self) -> Result<Trust, TlsFault> {
        Trust::read(&self.trust_files(), &provider())
    }

    pub fn trust(&self) -> Arc<Trust> {
        Arc::new(self.try_trust().unwrap())
    }

    pub fn live(&self) -> Arc<LiveTrust> {
        Arc::new(LiveTrust::of(self.try_trust().unwrap()))
    }

    pub fn verify(&self, leaf: &Leaf) -> Result<Standing, Distrust> {
        self.trust().verify(&leaf.chain, now())
    }
}

fn pem(der: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(der))
}
