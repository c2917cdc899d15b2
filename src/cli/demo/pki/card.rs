//! The certificates of the cast and of the server. Subjects are shaped as in IGC-Santé, except that each attribute stands in a
//! relative name of its own: the library writes no multi-valued ones.

use jiff::Timestamp;
use p12_keystore::{Certificate as P12Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, SanType};
use rustls::pki_types::{CertificateDer, ServerName};

use super::{
    PkiFault, after,
    authority::ToyAuthority,
    date_of,
    files::{Folder, pem_chain},
    fresh_serial, kept_chain, text,
};
use crate::{
    cli::demo::cast::{Card, CardStanding, CastCaller, KeySort, PersonName},
    identity::Authority,
};

/// The password of the PKCS#12 files.
pub const P12_PASSWORD: &str = "demo";

/// The rounds of key derivation: few, for the password is known to all.
const P12_ROUNDS: u32 = 2048;

/// How long a certificate lasts, in days.
const LIFE: i64 = 365;
/// How many days before its end it is renewed.
const RENEWED: i64 = 30;

/// Makes the files of one caller, where they are missing or no longer good.
pub fn prepare(folder: &Folder, caller: &CastCaller, issuer: &ToyAuthority, now: Timestamp) -> Result<(), PkiFault> {
    let (pem, p12) = (format!("{}.pem", caller.name), format!("{}.p12", caller.name));
    let (key, had_key) = folder.key(&format!("{}.key", caller.name), caller.key)?;
    let kept = kept_chain(folder, &pem, issuer).filter(|chain| had_key && is_good(chain, caller, now));
    if kept.is_some() && folder.holds(&p12) {
        return Ok(());
    }
    let chain = match kept {
        Some(chain) => chain,
        None => vec![issue(caller, &key, issuer, now)?, issuer.certificate.clone()],
    };
    folder.write(&pem, &pem_chain(&chain))?;
    folder.write_secret(&p12, &keystore(caller.name, &key, &chain)?)
}

fn is_good(chain: &[CertificateDer<'_>], caller: &CastCaller, now: Timestamp) -> bool {
    let Some(leaf) = chain.first() else { return false };
    let Ok(read) = Authority::read(leaf) else { return false };
    let dated = match caller.standing {
        CardStanding::Expired => read.not_after < now,
        CardStanding::Good
        | CardStanding::Revoked
        | CardStanding::AuthorityRevoked
        | CardStanding::Stranger
        | CardStanding::WrongName
        | CardStanding::WrongUnit => read.not_before <= now && after(now, RENEWED) < read.not_after,
    };
    dated && names(&read.subject, caller)
}

/// Whether a raw subject has the values of a caller's, each behind its length, in their order and the last at the end.
fn names(mut subject: &[u8], caller: &CastCaller) -> bool {
    for (_, value) in attributes_of(caller) {
        let written: Vec<u8> = u8::try_from(value.len()).into_iter().chain(value.bytes()).collect();
        let Some(at) = subject.windows(written.len()).position(|window| window == written) else { return false };
        subject = subject.get(at + written.len()..).unwrap_or_default();
    }
    subject.is_empty()
}

fn issue(
    caller: &CastCaller,
    key: &KeyPair,
    issuer: &ToyAuthority,
    now: Timestamp,
) -> Result<CertificateDer<'static>, PkiFault> {
    let mut params = leaf_params(ExtendedKeyUsagePurpose::ClientAuth, now)?;
    params.distinguished_name = subject_of(caller);
    if caller.standing == CardStanding::Expired {
        params.not_before = date_of(after(now, -LIFE - RENEWED));
        params.not_after = date_of(after(now, -RENEWED));
    }
    Ok(params.signed_by(key, &issuer.issuer)?.into())
}

fn subject_of(caller: &CastCaller) -> DistinguishedName {
    let mut subject = DistinguishedName::new();
    attributes_of(caller).into_iter().for_each(|(kind, value)| subject.push(kind, value));
    subject
}

fn attributes_of(caller: &CastCaller) -> Vec<(DnType, String)> {
    // What stands where an identifier should: a number whose key is wrong, and the name of a service.
    let wrong = |standing, wrong, right| if caller.standing == standing { wrong } else { right };
    let structure = wrong(CardStanding::WrongUnit, "Service informatique", caller.structure.as_str());
    let pseudonym_of = |called: &PersonName| format!("{} {}", called.given, called.family);
    let own = match &caller.card {
        Card::Professional { id, called, title, .. } => vec![
            (title_type(), (*title).to_owned()),
            (DnType::CommonName, wrong(CardStanding::WrongName, "899700900001", id.as_str()).to_owned()),
            (surname(), called.family.to_owned()),
            (given_name(), called.given.to_owned()),
        ],
        Card::Employee { id, called } => in_structure(
            structure,
            vec![
                (title_type(), "Secrétaire médicale".to_owned()),
                (pseudonym(), pseudonym_of(called)),
                (DnType::CommonName, id.as_str().to_owned()),
            ],
        ),
        Card::Organisation | Card::FrontEnd => {
            in_structure(structure, vec![(DnType::CommonName, caller.name.to_owned())])
        }
    };
    [vec![(DnType::CountryName, "FR".to_owned())], own].concat()
}

/// What names someone, behind what names the structure.
fn in_structure(structure: &str, own: Vec<(DnType, String)>) -> Vec<(DnType, String)> {
    let of_structure = vec![
        (DnType::StateOrProvinceName, "Paris (75)".to_owned()),
        (DnType::OrganizationName, "DEMONSTRATION".to_owned()),
        (DnType::OrganizationalUnitName, structure.to_owned()),
    ];
    [of_structure, own].concat()
}

fn title_type() -> DnType {
    DnType::CustomDnType(vec![2, 5, 4, 12])
}

fn surname() -> DnType {
    DnType::CustomDnType(vec![2, 5, 4, 4])
}

fn given_name() -> DnType {
    DnType::CustomDnType(vec![2, 5, 4, 42])
}

fn pseudonym() -> DnType {
    DnType::CustomDnType(vec![2, 5, 4, 65])
}

fn leaf_params(usage: ExtendedKeyUsagePurpose, now: Timestamp) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![usage];
    params.serial_number = Some(fresh_serial());
    params.not_before = date_of(after(now, -1));
    params.not_after = date_of(after(now, LIFE));
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn keystore(name: &str, key: &KeyPair, chain: &[CertificateDer<'_>]) -> Result<Vec<u8>, PkiFault> {
    let certificates = chain.iter().map(|der| P12Certificate::from_der(der)).collect::<Result<Vec<_>, _>>()?;
    let private = PrivateKey::from_der(&key.serialize_der())?;
    let mut store = KeyStore::new();
    let entry = PrivateKeyChain::new(name.as_bytes(), private, certificates);
    store.add_entry(name, KeyStoreEntry::PrivateKeyChain(entry));
    Ok(store.writer(P12_PASSWORD).encryption_iterations(P12_ROUNDS).mac_iterations(P12_ROUNDS).write()?)
}

/// Makes the server's own files, where they are missing, no longer good, or do not name the host.
pub fn prepare_server(folder: &Folder, issuer: &ToyAuthority, host: &str, now: Timestamp) -> Result<(), PkiFault> {
    let (key, had_key) = folder.key("server.key", KeySort::Ec)?;
    let kept = kept_chain(folder, "server.pem", issuer);
    if kept.is_some_and(|chain| had_key && serves(&chain, host, now)) {
        return Ok(());
    }
    let mut params = leaf_params(ExtendedKeyUsagePurpose::ServerAuth, now)?;
    params.distinguished_name = server_subject();
    params.subject_alt_names = names_of(host)?;
    let leaf = CertificateDer::from(params.signed_by(&key, &issuer.issuer)?);
    folder.write("server.pem", &pem_chain([&leaf, &issuer.certificate]))
}

fn server_subject() -> DistinguishedName {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CountryName, "FR");
    subject.push(DnType::OrganizationName, "DEMONSTRATION");
    subject.push(DnType::CommonName, "localhost");
    subject
}

fn names_of(host: &str) -> Result<Vec<SanType>, rcgen::Error> {
    let mut names = vec!["localhost", "127.0.0.1", "::1"];
    if !names.contains(&host) {
        names.push(host);
    }
    let name = |name: &str| match name.parse() {
        Ok(address) => Ok(SanType::IpAddress(address)),
        Err(_) => text(name).map(SanType::DnsName),
    };
    names.into_iter().map(name).collect()
}

fn serves(chain: &[CertificateDer<'_>], host: &str, now: Timestamp) -> bool {
    let Some(leaf) = chain.first() else { return false };
    let lasts = Authority::read(leaf).is_ok_and(|read| after(now, RENEWED) < read.not_after);
    let name = ServerName::try_from(host);
    let certificate = webpki::EndEntityCert::try_from(leaf);
    let named =
        matches!((name, certificate), (Ok(name), Ok(leaf)) if leaf.verify_is_valid_for_subject_name(&name).is_ok());
    lasts && named
}
