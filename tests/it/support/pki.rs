//! A public-key infrastructure in the shape of IGC-Santé, made anew for each test: authorities of both hierarchies, and cards of
//! each kind in each state.

use std::{fs, path::Path};

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, NameConstraints,
    PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, PublicKeyData, RevokedCertParams, SanType, SerialNumber,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use time::{Duration, OffsetDateTime};

/// Persons, by PS_IdNat of the test range: a professional and an employee of the structure.
pub const PROFESSIONAL: &str = "899700218896";
/// The employee.
pub const EMPLOYEE: &str = "30B0999002/CPET00001";
/// The structure.
pub const STRUCTURE: &str = "10B0999002";
/// The server that the configuration lets call.
pub const SERVER: &str = "pfi.example.org";

/// The kinds of certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A professional's card.
    Cps,
    /// An employee's card.
    Cpe,
    /// An organisation's certificate for clients.
    Org,
    /// A server's certificate, of a server that may call.
    Serv,
}

/// The kinds in the order of the table.
pub const KINDS: [Kind; 4] = [Kind::Cps, Kind::Cpe, Kind::Org, Kind::Serv];

/// How a certificate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    Valid,
    None,
    Untrusted,
    Expired,
    NotYetValid,
    RevokedLeaf,
    RevokedIntermediate,
    WrongUsage,
    WrongName,
    WrongUnit,
    WrongIssuer,
    OtherHierarchy,
    WeakKey,
    LongChain,
    UnlistedAuthority,
    ForbiddenName,
    PermittedName,
}

/// One certificate with its key.
pub struct Card {
    pub chain: Vec<CertificateDer<'static>>,
    pub key_pem: String,
    pub serial: u64,
}

impl Card {
    pub fn key(&self) -> PrivateKeyDer<'static> {
        rustls::pki_types::pem::PemObject::from_pem_slice(self.key_pem.as_bytes()).unwrap()
    }

    pub fn pem(&self) -> String {
        self.chain.iter().map(|der| pem(der)).collect()
    }
}

/// An authority.
pub struct Authority {
    pub der: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

/// All authorities.
pub struct Pki {
    pub root: Authority,
    pub persons: Authority,
    pub organisations: Authority,
    revoked: Authority,
    constrained: Authority,
    unlisted: Authority,
    stranger: Authority,
    test_root: Authority,
    test: Authority,
}

impl Authority {
    fn root(name: &str) -> Self {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let certificate = authority(name, 1).self_signed(&key).unwrap();
        Self::of(certificate.der().clone(), key)
    }

    fn below(&self, name: &str, serial: u64, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let mut params = authority(name, serial);
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Self::of(certificate.der().clone(), key)
    }

    fn of(der: CertificateDer<'static>, key: KeyPair) -> Self {
        Self { issuer: Issuer::from_ca_cert_der(&der, key).unwrap(), der }
    }

    pub fn pem(&self) -> String {
        pem(&self.der)
    }

    fn list(&self, revoked: &[u64]) -> String {
        let entry = |serial: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(*serial),
            revocation_time: hours(-1),
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: hours(-1),
            next_update: hours(240),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: revoked.iter().map(entry).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&self.issuer).unwrap().pem().unwrap()
    }
}

/// The serial number of an authority that is revoked.
pub const REVOKED_AUTHORITY: u64 = 13;
/// From here on the serial numbers of revoked cards.
const REVOKED_LEAF: u64 = 1000;

impl Pki {
    pub fn new() -> Self {
        let root = Authority::root("AC RACINE IGC-SANTE ELEMENTAIRE");
        let test_root = Authority::root("TEST AC RACINE IGC-SANTE ELEMENTAIRE");
        Self {
            persons: root.below("AC IGC-SANTE FORT PERSONNES", 11, |_| {}),
            organisations: root.below("AC IGC-SANTE ELEMENTAIRE ORGANISATIONS", 12, |_| {}),
            revoked: root.below("AC IGC-SANTE STANDARD PERSONNES", REVOKED_AUTHORITY, |_| {}),
            constrained: root.below("AC IGC-SANTE CONTRAINTE", 14, constrain),
            unlisted: root.below("AC IGC-SANTE SANS LISTE", 15, |_| {}),
            stranger: Authority::root("AC ETRANGERE"),
            test: test_root.below("TEST AC IGC-SANTE FORT PERSONNES", 16, |_| {}),
            test_root,
            root,
        }
    }

    /// Anchors, intermediates and lists, and a server's certificate for `127.0.0.1` and `localhost`.
    pub fn write(&self, dir: &Path) {
        let listed = [&self.persons, &self.organisations, &self.revoked, &self.constrained];
        fs::write(dir.join("ca.pem"), self.root.pem()).unwrap();
        fs::write(dir.join("test-ca.pem"), self.test_root.pem()).unwrap();
        fs::write(dir.join("intermediates.pem"), listed.iter().map(|one| one.pem()).collect::<String>()).unwrap();
        let revoked: Vec<u64> = (0..4).map(|kind| REVOKED_LEAF + kind).collect();
        let lists: String = listed.iter().map(|one| one.list(&revoked)).collect();
        fs::write(dir.join("crl.pem"), self.root.list(&[REVOKED_AUTHORITY]) + &lists).unwrap();
        let mut params = leaf(900, &[ExtendedKeyUsagePurpose::ServerAuth]);
        params.distinguished_name.push(DnType::CommonName, "localhost");
        params.subject_alt_names =
            vec![SanType::DnsName("localhost".try_into().unwrap()), SanType::IpAddress([127, 0, 0, 1].into())];
        let server = issue(params, &self.organisations, Strength::Good);
        fs::write(dir.join("server.pem"), server.pem()).unwrap();
        fs::write(dir.join("server.key"), server.key_pem).unwrap();
    }

    /// The card of that kind in that state; nobody has one in the state of none.
    pub fn card(&self, kind: Kind, state: State) -> Option<Card> {
        let number = kind as u64;
        let serial =
            if state == State::RevokedLeaf { REVOKED_LEAF + number } else { 2000 + number + 10 * state as u64 };
        let mut params = leaf(serial, usage_of(kind, state));
        name(&mut params, kind, state);
        match state {
            State::None => return None,
            State::Expired => (params.not_before, params.not_after) = (hours(-48), hours(-1)),
            State::NotYetValid => (params.not_before, params.not_after) = (hours(1), hours(48)),
            State::ForbiddenName => params.subject_alt_names = vec![dns("elsewhere.example")],
            State::PermittedName => params.subject_alt_names = vec![dns("software.hopital.example")],
            State::Valid
            | State::Untrusted
            | State::RevokedLeaf
            | State::RevokedIntermediate
            | State::WrongUsage
            | State::WrongName
            | State::WrongUnit
            | State::WrongIssuer
            | State::OtherHierarchy
            | State::WeakKey
            | State::LongChain
            | State::UnlistedAuthority => {}
        }
        let strength = if state == State::WeakKey { Strength::Weak } else { Strength::Good };
        let mut card = issue(params, self.issuer_of(kind, state), strength);
        if state == State::LongChain {
            card.chain.extend(std::iter::repeat_n(self.persons.der.clone(), 11));
        }
        Some(card)
    }

    /// A card for a key that was made elsewhere.
    pub fn card_for(&self, kind: Kind, serial: u64, key: &impl PublicKeyData, key_pem: String) -> Card {
        let mut params = leaf(serial, usage_of(kind, State::Valid));
        name(&mut params, kind, State::Valid);
        let issuer = self.issuer_of(kind, State::Valid);
        let leaf = params.signed_by(key, &issuer.issuer).unwrap();
        Card { chain: vec![leaf.der().clone(), issuer.der.clone()], key_pem, serial }
    }

    fn issuer_of(&self, kind: Kind, state: State) -> &Authority {
        let (own, other) = match kind {
            Kind::Cps | Kind::Cpe => (&self.persons, &self.organisations),
            Kind::Org | Kind::Serv => (&self.organisations, &self.persons),
        };
        match state {
            State::Untrusted => &self.stranger,
            State::RevokedIntermediate => &self.revoked,
            State::WrongIssuer => other,
            State::OtherHierarchy => &self.test,
            State::UnlistedAuthority => &self.unlisted,
            State::ForbiddenName | State::PermittedName => &self.constrained,
            State::Valid
            | State::None
            | State::Expired
            | State::NotYetValid
            | State::RevokedLeaf
            | State::WrongUsage
            | State::WrongName
            | State::WrongUnit
            | State::WeakKey
            | State::LongChain => own,
        }
    }
}

enum Strength {
    Good,
    /// RSA of 2048 bits where 3072 are demanded: the client's library takes nothing weaker itself.
    Weak,
}

fn constrain(params: &mut CertificateParams) {
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![GeneralSubtree::DnsName("hopital.example".to_owned())],
        excluded_subtrees: Vec::new(),
    });
}

fn dns(name: &str) -> SanType {
    SanType::DnsName(name.try_into().unwrap())
}

fn usage_of(kind: Kind, state: State) -> &'static [ExtendedKeyUsagePurpose] {
    use ExtendedKeyUsagePurpose::{ClientAuth, EmailProtection, ServerAuth};
    match (kind, state) {
        (Kind::Serv, State::WrongUsage) => &[ServerAuth],
        (_, State::WrongUsage) => &[EmailProtection],
        (Kind::Serv, _) => &[ServerAuth, ClientAuth],
        _ => &[ClientAuth],
    }
}

/// The subject in the shape of its kind. A wrong name is a number with a wrong key, or a server that may not call; a wrong unit is
/// one where a card has none, or no structure.
fn name(params: &mut CertificateParams, kind: Kind, state: State) {
    let wrong_name = state == State::WrongName;
    let number = |good: &'static str| if wrong_name { "899700218895" } else { good };
    let common = match kind {
        Kind::Cps => number(PROFESSIONAL),
        Kind::Cpe => number(EMPLOYEE),
        Kind::Org => number("DRIMbox"),
        Kind::Serv if wrong_name => "other.example.org",
        Kind::Serv => SERVER,
    };
    let unit = match (kind, state) {
        (Kind::Cps, State::WrongUnit) => Some(STRUCTURE),
        (Kind::Cps, _) => None,
        (_, State::WrongUnit) => Some("Service informatique"),
        _ => Some(STRUCTURE),
    };
    unit.into_iter().for_each(|unit| params.distinguished_name.push(DnType::OrganizationalUnitName, unit));
    params.distinguished_name.push(DnType::CommonName, common);
}

fn issue(params: CertificateParams, issuer: &Authority, strength: Strength) -> Card {
    let key = KeyPair::generate_for(match strength {
        Strength::Good => &PKCS_ECDSA_P256_SHA256,
        Strength::Weak => &PKCS_RSA_SHA256,
    });
    let key = key.unwrap();
    let serial =
        params.serial_number.as_ref().unwrap().as_ref().iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    let leaf = params.signed_by(&key, &issuer.issuer).unwrap();
    Card { chain: vec![leaf.der().clone(), issuer.der.clone()], key_pem: key.serialize_pem(), serial }
}

fn authority(name: &str, serial: u64) -> CertificateParams {
    let mut params = plain(serial);
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn leaf(serial: u64, usage: &[ExtendedKeyUsagePurpose]) -> CertificateParams {
    let mut params = plain(serial);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = usage.to_vec();
    params
}

fn plain(serial: u64) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, "FR");
    params.serial_number = Some(SerialNumber::from(serial));
    params.not_before = hours(-24 * 30);
    params.not_after = hours(24 * 300);
    params
}

fn hours(count: i64) -> OffsetDateTime {
    OffsetDateTime::from(std::time::SystemTime::now()) + Duration::hours(count)
}

fn pem(der: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let text = STANDARD.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}
