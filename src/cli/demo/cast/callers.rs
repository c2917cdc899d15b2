//! Who calls.

use super::{Card, CardStanding, CastCaller, KeySort, PersonName, test_professional};
use crate::record::{
    identity::{IdentityError, PsIdNat, StructIdNat},
    professional::{Profession, Speciality},
};

/// The hospital where the holders stay.
pub const HOSPITAL: &str = "10B0999001";
/// The treating physician's practice.
pub const PRACTICE: &str = "10B0999002";
/// The pharmacy.
pub const PHARMACY: &str = "10B0999003";
/// The consented specialist's clinic.
pub const CLINIC: &str = "10B0999004";
/// The practice of those without any tie to the holders.
pub const ELSEWHERE: &str = "10B0999005";
/// The digital health space.
pub const HEALTH_SPACE: &str = "10B0999009";

const SURGERY: &str = "SM05";
const CARDIOLOGY: &str = "SM04";
const GENERAL_PRACTICE: &str = "SM54";

pub(super) fn all() -> Result<Vec<CastCaller>, IdentityError> {
    let mut callers = caring()?;
    callers.extend(working_for_others()?);
    callers.extend(kept_out()?);
    Ok(callers)
}

fn caring() -> Result<Vec<CastCaller>, IdentityError> {
    Ok(vec![
        physician(
            "treating-physician",
            called("FONTVIEILLE", "APOLLINE"),
            21_889,
            GENERAL_PRACTICE,
            PRACTICE,
            "the holders' treating physician: reads, files",
        )?,
        CastCaller {
            key: KeySort::Rsa,
            ..professional(
                "team-nurse",
                called("GRANDMAISON", "BERTRANDE"),
                90_001,
                NURSE,
                None,
                HOSPITAL,
                "nurse of the care team: reads what nurses may",
            )?
        },
        physician(
            "team-surgeon",
            called("HAUTECLOCHE", "CYPRIEN"),
            90_002,
            SURGERY,
            HOSPITAL,
            "surgeon of the care team, same hospital: reads, files",
        )?,
        physician(
            "outside-specialist",
            called("JONQUERETTE", "DIEUDONNE"),
            90_003,
            CARDIOLOGY,
            ELSEWHERE,
            "outside the team, without consent: refused",
        )?,
        CastCaller {
            key: KeySort::Rsa,
            ..physician(
                "consented-specialist",
                called("KERGUENOU", "EULALIE"),
                90_004,
                CARDIOLOGY,
                CLINIC,
                "outside the team, with express consent: reads",
            )?
        },
        professional(
            "blocked-pharmacist",
            called("LONGPERRIER", "FULGENCE"),
            90_005,
            PHARMACIST,
            Some("A"),
            PHARMACY,
            "has consent, but every holder put the pharmacist on the list of the forbidden: refused",
        )?,
    ])
}

fn working_for_others() -> Result<Vec<CastCaller>, IdentityError> {
    let secretary = PsIdNat::new("30B0999002/CPET00001")?;
    Ok(vec![
        caller(
            "secretary",
            Card::Employee { id: secretary, called: called("MIREPOIVRE", "GENEVOTTE") },
            PRACTICE,
            "files for the treating physician, never reads",
        )?,
        CastCaller {
            key: KeySort::Rsa,
            ..caller("hospital", Card::Organisation, HOSPITAL, "the hospital's software: files, reads nothing alone")?
        },
        caller("ens", Card::FrontEnd, HEALTH_SPACE, "the holder's front end: acts for the holder")?,
    ])
}

fn kept_out() -> Result<Vec<CastCaller>, IdentityError> {
    let out = |name, called, number, standing, story| {
        physician(name, called, number, GENERAL_PRACTICE, ELSEWHERE, story)
            .map(|caller| CastCaller { standing, ..caller })
    };
    Ok(vec![
        out(
            "revoked-doctor",
            called("NAVACELLE", "HIPPOLYTE"),
            90_006,
            CardStanding::Revoked,
            "the card is revoked: refused by TLS",
        )?,
        out(
            "expired-doctor",
            called("ORBIGNAC", "ISALINE"),
            90_007,
            CardStanding::Expired,
            "the card has expired: refused by TLS",
        )?,
        out(
            "orphaned-doctor",
            called("PUYVALADE", "JOSSELINE"),
            90_008,
            CardStanding::AuthorityRevoked,
            "the authority that issued the card is revoked: refused by TLS",
        )?,
        out(
            "stranger",
            called("QUERCYMONT", "LANDELIN"),
            90_009,
            CardStanding::Stranger,
            "a card of another authority: refused by TLS",
        )?,
        out(
            "bad-cn",
            called("ROCAMADOUX", "MELUSINE"),
            90_010,
            CardStanding::WrongName,
            "the card's common name is no identifier: nobody here (403)",
        )?,
        CastCaller {
            standing: CardStanding::WrongUnit,
            ..caller(
                "bad-ou",
                Card::Organisation,
                HOSPITAL,
                "the certificate's organisational unit is no structure: nobody here (403)",
            )?
        },
    ])
}

/// Code and label of a profession.
type Trade = (&'static str, &'static str);

const PHYSICIAN: Trade = ("10", "Médecin");
const PHARMACIST: Trade = ("21", "Pharmacien");
const NURSE: Trade = ("60", "Infirmier");

fn physician(
    name: &'static str,
    called: PersonName,
    number: u32,
    speciality: &str,
    structure: &str,
    story: &'static str,
) -> Result<CastCaller, IdentityError> {
    professional(name, called, number, PHYSICIAN, Some(speciality), structure, story)
}

fn professional(
    name: &'static str,
    called: PersonName,
    number: u32,
    (code, title): Trade,
    speciality: Option<&str>,
    structure: &str,
    story: &'static str,
) -> Result<CastCaller, IdentityError> {
    let card = Card::Professional {
        id: test_professional(number)?,
        called,
        profession: Profession(code.to_owned()),
        title,
        speciality: speciality.map(|code| Speciality(code.to_owned())),
    };
    caller(name, card, structure, story)
}

const fn called(family: &'static str, given: &'static str) -> PersonName {
    PersonName { family, given }
}

fn caller(name: &'static str, card: Card, structure: &str, story: &'static str) -> Result<CastCaller, IdentityError> {
    let structure = StructIdNat::new(structure)?;
    Ok(CastCaller { name, card, structure, key: KeySort::Ec, standing: CardStanding::Good, story })
}
