//! The id under which a patient is known here: opaque, the same for ever, and read back by this host alone. It is the INS in the synthetic
//! initialisation vector mode (SIV), with HMAC-SHA-256 for both halves: equal patients have equal ids, and no id can be made up.

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};

use crate::record::{
    hex,
    identity::{Ins, InsSystem},
    unhex,
};

/// The key of all patients' ids of one host.
pub struct PatientKey {
    tag: Key,
    mask: Key,
}

impl std::fmt::Debug for PatientKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PatientKey")
    }
}

impl PatientKey {
    /// The key made of the host's secret.
    pub fn new(secret: &[u8; 32]) -> Self {
        let master = Key::new(HMAC_SHA256, secret);
        let part = |label: &[u8]| Key::new(HMAC_SHA256, sign(&master, label).as_ref());
        Self { tag: part(b"patient id: tag"), mask: part(b"patient id: mask") }
    }

    /// The id of a patient: 64 hexadecimal digits, the longest that FHIR takes.
    pub fn id_of(&self, patient: &Ins) -> String {
        let plain = plain(patient);
        let tag = half(&self.tag, &plain);
        hex(&[tag, xor(plain, half(&self.mask, &tag))].concat())
    }

    /// The patient of an id; nobody where the id was not made here.
    pub fn patient_of(&self, id: &str) -> Option<Ins> {
        let bytes: [u8; 32] = unhex(id).filter(|bytes| hex(bytes) == id)?.try_into().ok()?;
        let (tag, masked) = bytes.split_at(16);
        let (tag, masked): ([u8; 16], [u8; 16]) = (tag.try_into().ok()?, masked.try_into().ok()?);
        let plain = xor(masked, half(&self.mask, &tag));
        let (system, matricule) = plain.split_first()?;
        let system = InsSystem::ALL.get(usize::from(*system))?;
        let patient = Ins::new(system.uri(), std::str::from_utf8(matricule).ok()?).ok()?;
        (half(&self.tag, &plain) == tag).then_some(patient)
    }
}

/// The system, by its place, and the matricule, whose fifteen characters are ASCII.
fn plain(patient: &Ins) -> [u8; 16] {
    let place = InsSystem::ALL.iter().position(|system| *system == patient.system()).unwrap_or_default();
    let mut plain = [0; 16];
    let bytes = std::iter::once(u8::try_from(place).unwrap_or_default()).chain(patient.matricule().bytes());
    plain.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    plain
}

fn half(key: &Key, message: &[u8]) -> [u8; 16] {
    let mut half = [0; 16];
    half.iter_mut().zip(sign(key, message).as_ref()).for_each(|(to, from)| *to = *from);
    half
}

fn xor(mut left: [u8; 16], right: [u8; 16]) -> [u8; 16] {
    left.iter_mut().zip(right).for_each(|(to, with)| *to ^= with);
    left
}

#[cfg(test)]
mod tests;
