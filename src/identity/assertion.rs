//! What a verified token asserts, by the kind of its issuer. Names of claims: Pro Santé Connect; IHE IUA (`extensions.ihe_iua`); and beside
//! them the fields of the VIHF (`extensions.vihf`), which IUA has no names for.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};

use super::{
    claims::Claims,
    issuer::{Issuer, IssuerKind, Presenter},
    token::token_id,
    untrusted::Untrusted,
};
use crate::record::{
    access::Purpose,
    caller::Software,
    identity::{Ins, PsIdNat, StructIdNat},
    professional::Profession,
};

/// What a token asserts. Its issuer, signature, time, audience and binding hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// For whom the issuer vouches.
    pub kind: IssuerKind,
    /// The issuer.
    pub issuer: String,
    /// What names the token: SHA-256 of issuer and identifier.
    pub id: [u8; 32],
    /// When it was issued, to the second.
    pub issued: Timestamp,
    /// When it is over.
    pub expires: Timestamp,
    /// Whom it names.
    pub subject: Subject,
    /// The patient to whom it is bound.
    pub patient: Option<Ins>,
    /// Why the subject acts.
    pub purpose: Purpose,
    /// The software.
    pub software: Option<Software>,
}

/// Whom a token names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A professional whom the issuer, or in reinforced indirect access the structure, authenticated in person.
    Professional {
        /// The national identifier.
        id: PsIdNat,
        /// The structure where the professional acts, where the token names it.
        structure: Option<StructIdNat>,
        /// The professions that the issuer tells; none where it may not tell (a structure).
        professions: Vec<Profession>,
    },
    /// Nobody in person: the structure alone (indirect access).
    Structure,
    /// The holder, or a representative who acts for the holder.
    Holder {
        /// Who acts.
        actor: Ins,
    },
}

/// How long a session with an authenticated, present professional lasts (Pro Santé Connect: four hours).
const SESSION: SignedDuration = SignedDuration::from_hours(4);

/// The assertion of claims that were verified as far as all kinds are alike.
pub(super) fn read(
    issuer: &Issuer,
    claims: Claims<'_>,
    by: &Presenter<'_>,
    expires: Timestamp,
) -> Result<Assertion, Untrusted> {
    let name = claims.required("iss")?;
    let id = token_id(name, &identifier(issuer.kind, claims)?);
    let assertion = match issuer.kind {
        IssuerKind::ProSanteConnect => of_pro_sante_connect(claims)?,
        IssuerKind::Holder => of_holder(claims)?,
        IssuerKind::Structure => of_structure(issuer, claims, by)?,
    };
    let issued = claims.required_instant("iat")?;
    Ok(Assertion { kind: issuer.kind, issuer: name.to_owned(), id, issued, expires, ..assertion })
}

/// The token's identifier; Pro Santé Connect need not give one, and then subject and time of issue stand for it.
fn identifier(kind: IssuerKind, claims: Claims<'_>) -> Result<String, Untrusted> {
    match (kind, claims.text("jti")?) {
        (_, Some(jti)) => Ok(jti.to_owned()),
        (IssuerKind::Holder | IssuerKind::Structure, None) => Err(Untrusted::Missing("jti")),
        (IssuerKind::ProSanteConnect, None) => {
            Ok(format!("{} {}", claims.required("sub")?, claims.required_instant("iat")?.as_second()))
        }
    }
}

fn blank(subject: Subject) -> Assertion {
    Assertion {
        kind: IssuerKind::Structure,
        issuer: String::new(),
        id: [0; 32],
        issued: Timestamp::MIN,
        expires: Timestamp::MIN,
        subject,
        patient: None,
        purpose: Purpose::Care,
        software: None,
    }
}

fn of_pro_sante_connect(claims: Claims<'_>) -> Result<Assertion, Untrusted> {
    let structure = claims.optional("SubjectOrganizationID", |id| StructIdNat::new(id).ok())?;
    let professions = match claims.value("SubjectRole") {
        None => Vec::new(),
        Some(_) => claims.texts("SubjectRole")?.into_iter().filter_map(profession_of).collect(),
    };
    let subject = Subject::Professional { id: person_of(claims)?, structure, professions };
    let purpose = claims.text("Mode_Acces_Raison")?.map_or(Purpose::Care, purpose_of);
    Ok(Assertion { purpose, software: acting_software(claims)?, ..blank(subject) })
}

/// The person: `SubjectNameID`, or the last part of `sub` (`f:<uuid>:<id>`, or the identifier alone after an exchange of tokens). Where both
/// are identifiers they must be one.
fn person_of(claims: Claims<'_>) -> Result<PsIdNat, Untrusted> {
    let subject = claims.required("sub")?;
    let subject = PsIdNat::new(subject.rsplit(':').next().unwrap_or_default()).ok();
    let named = claims.optional("SubjectNameID", |id| PsIdNat::new(id).ok())?;
    let person = match (named, subject) {
        (Some(named), Some(subject)) if named != subject => return Err(Untrusted::Wrong("SubjectNameID")),
        (Some(id), _) | (None, Some(id)) => id,
        (None, None) => return Err(Untrusted::Wrong("sub")),
    };
    if person.is_assigned_by_structure() { Err(Untrusted::Wrong("sub")) } else { Ok(person) }
}

/// A profession of `SubjectRole`, such as `10^1.2.250.1.213.1.1.5.5` or `10^1.2.250.1.71.1.2.7`: both spellings are in use.
fn profession_of(role: &str) -> Option<Profession> {
    let (code, system) = role.split_once('^')?;
    let known = ["1.2.250.1.213.1.1.5.5", "1.2.250.1.71.1.2.7"].contains(&system);
    (known && !code.is_empty()).then(|| Profession(code.to_owned()))
}

/// The software in whose name tokens were exchanged (`act`, RFC 8693).
fn acting_software(claims: Claims<'_>) -> Result<Option<Software>, Untrusted> {
    if claims.value("act").is_none() {
        return Ok(None);
    }
    let act = claims.inside("act")?;
    let own = |name| act.text(name).map(|text| text.map(str::to_owned));
    Ok(Some(Software {
        name: own("lps_nom")?.unwrap_or_default(),
        version: own("lps_version")?.unwrap_or_default(),
        id: own("lps_id")?,
        homologation: own("lps_id_homologation_dmp")?,
    }))
}

/// `sub` is who acts; `patient` the holder, where a representative acts for another.
fn of_holder(claims: Claims<'_>) -> Result<Assertion, Untrusted> {
    let actor = claims.parsed("sub", ins_of)?;
    let patient = claims.optional("patient", ins_of)?.unwrap_or_else(|| actor.clone());
    Ok(Assertion { patient: Some(patient), ..blank(Subject::Holder { actor }) })
}

fn of_structure(issuer: &Issuer, claims: Claims<'_>, by: &Presenter<'_>) -> Result<Assertion, Untrusted> {
    let caller = by.structure.ok_or(Untrusted::UnknownIssuer)?;
    if issuer.structure.as_ref().is_some_and(|own| own != caller) {
        return Err(Untrusted::UnknownIssuer);
    }
    let extensions = claims.inside("extensions")?;
    let (iua, vihf) = (extensions.inside("ihe_iua")?, extensions.inside("vihf")?);
    let structure = iua.parsed("subject_organization_id", |id| StructIdNat::new(id).ok())?;
    if structure != *caller {
        return Err(Untrusted::Wrong("subject_organization_id"));
    }
    iua.required("subject_name")?;
    iua.codes("subject_role")?;
    let purposes = iua.codes("purpose_of_use")?;
    let subject = subject_of(claims, iua, vihf, structure)?;
    Ok(Assertion {
        patient: Some(iua.parsed("person_id", ins_of)?),
        purpose: purposes
            .into_iter()
            .map(purpose_of)
            .find(|purpose| *purpose == Purpose::Other)
            .unwrap_or(Purpose::Care),
        software: Some(software_of(vihf)?),
        ..blank(subject)
    })
}

/// Whom a structure names: in reinforced indirect access the professional who is present, authenticated in a session that still lasts.
/// The structure does not tell the profession: the directory does.
fn subject_of(
    claims: Claims<'_>,
    iua: Claims<'_>,
    vihf: Claims<'_>,
    structure: StructIdNat,
) -> Result<Subject, Untrusted> {
    let subject = claims.required("sub")?;
    let told = iua.text("national_provider_identifier")?;
    if told.is_some_and(|told| told != subject) {
        return Err(Untrusted::Wrong("national_provider_identifier"));
    }
    match vihf.required("Authentification_Mode")? {
        "INDIRECTE" => Ok(Subject::Structure),
        "INDIRECTE_RENFORCEE" => {
            let id = PsIdNat::new(subject).ok().filter(|id| !id.is_assigned_by_structure());
            check_session(claims)?;
            let id = id.ok_or(Untrusted::Wrong("sub"))?;
            Ok(Subject::Professional { id, structure: Some(structure), professions: Vec::new() })
        }
        _ => Err(Untrusted::Wrong("Authentification_Mode")),
    }
}

fn check_session(claims: Claims<'_>) -> Result<(), Untrusted> {
    let (began, issued) = (claims.required_instant("auth_time")?, claims.required_instant("iat")?);
    let lasted = issued.duration_since(began);
    if lasted < SignedDuration::ZERO || lasted > SESSION { Err(Untrusted::Wrong("auth_time")) } else { Ok(()) }
}

fn software_of(vihf: Claims<'_>) -> Result<Software, Untrusted> {
    Ok(Software {
        name: vihf.required("LPS_Nom")?.to_owned(),
        version: vihf.required("LPS_Version")?.to_owned(),
        id: vihf.text("LPS_ID")?.map(str::to_owned),
        homologation: Some(vihf.required("LPS_ID_HOMOLOGATION_DMP")?.to_owned()),
    })
}

/// A national health identity as the VIHF and IUA write it, `<matricule>^^^&<oid>&ISO^NH`.
fn ins_of(text: &str) -> Option<Ins> {
    let (matricule, rest) = text.split_once("^^^&")?;
    let oid = rest.strip_suffix("&ISO^NH")?;
    Ins::new(&format!("urn:oid:{oid}"), matricule).ok()
}

/// A purpose of use (1.2.250.1.213.1.1.4.248, and HL7's). An emergency is care too: it opens nothing by itself.
fn purpose_of(code: &str) -> Purpose {
    const CARE: [&str; 8] = ["normal", "urgence", "bris_de_glace", "centre_15", "TREAT", "ETREAT", "BTG", "COC"];
    let is_care = CARE.iter().any(|care| care.eq_ignore_ascii_case(code));
    if is_care { Purpose::Care } else { Purpose::Other }
}

pub(super) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
