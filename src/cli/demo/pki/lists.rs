//! The revocation lists: made anew at each start, so that they are always current.

use jiff::Timestamp;
use rcgen::{CertificateRevocationListParams, KeyIdMethod, RevocationReason, RevokedCertParams, SerialNumber};

use super::{PkiFault, ToyAuthorities, after, authority::ToyAuthority, date_of, files::Folder};
use crate::{
    cli::demo::cast::{CardStanding, Cast},
    identity::Authority,
};

/// How long the lists are good, in days.
const LIFE: i64 = 30;

/// Writes `crl.pem`: the lists of the root and of the authorities below it.
pub fn write(
    folder: &Folder,
    clients: &Folder,
    authorities: &ToyAuthorities,
    cast: &Cast,
    now: Timestamp,
) -> Result<(), PkiFault> {
    let revoked = cast.callers.iter().filter(|caller| caller.standing == CardStanding::Revoked);
    let revoked: Vec<Vec<u8>> = revoked
        .filter_map(|caller| clients.chain(&format!("{}.pem", caller.name)))
        .filter_map(|chain| chain.first().and_then(|leaf| serial_of(leaf)))
        .collect();
    let withdrawn: Vec<Vec<u8>> = serial_of(&authorities.withdrawn.certificate).into_iter().collect();
    let lists = [
        list(&authorities.root, &withdrawn, now)?,
        list(&authorities.persons, &revoked, now)?,
        list(&authorities.organisations, &[], now)?,
        list(&authorities.withdrawn, &[], now)?,
    ];
    folder.write("crl.pem", &lists.concat())
}

fn serial_of(der: &[u8]) -> Option<Vec<u8>> {
    Authority::read(der).ok().map(|read| read.serial)
}

fn list(authority: &ToyAuthority, revoked: &[Vec<u8>], now: Timestamp) -> Result<String, PkiFault> {
    let since = date_of(after(now, -1));
    let entry = |serial: &Vec<u8>| RevokedCertParams {
        serial_number: SerialNumber::from_slice(serial),
        revocation_time: since,
        reason_code: Some(RevocationReason::CessationOfOperation),
        invalidity_date: None,
    };
    let params = CertificateRevocationListParams {
        this_update: since,
        next_update: date_of(after(now, LIFE)),
        crl_number: SerialNumber::from(u64::try_from(now.as_second()).unwrap_or(0)),
        issuing_distribution_point: None,
        revoked_certs: revoked.iter().map(entry).collect(),
        key_identifier_method: KeyIdMethod::Sha256,
    };
    Ok(params.signed_by(&authority.issuer)?.pem()?)
}
