use serde_json::{Value, json};

use super::*;
use crate::{
    cli::demo::{
        cast::Cast,
        tokens::{AUDIENCE, Asserting, HOLDER_ISSUER, PSC_ISSUER, of_holder, of_pro_sante_connect, of_structure},
    },
    identity::assertion::Subject,
    record::access::Purpose,
};

const NOW: i64 = 1_780_000_000;
const CERTIFICATE: [u8; 32] = [7; 32];

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(NOW + seconds).unwrap()
}

fn issuer(kind: IssuerKind) -> Issuer {
    let name = match kind {
        IssuerKind::ProSanteConnect => Some(PSC_ISSUER.to_owned()),
        IssuerKind::Holder => Some(HOLDER_ISSUER.to_owned()),
        IssuerKind::Structure => None,
    };
    let scopes = if kind == IssuerKind::ProSanteConnect { vec!["scope_all".to_owned()] } else { Vec::new() };
    Issuer {
        kind,
        name,
        audiences: vec!["urn:other".to_owned(), AUDIENCE.to_owned()],
        algorithms: vec![Algorithm::Es256],
        life: kind.longest_life(),
        scopes,
        structure: None,
    }
}

fn hospital() -> StructIdNat {
    StructIdNat::new("10B0999001").unwrap()
}

/// Claims as they should be.
fn good(kind: IssuerKind) -> Value {
    let cast = Cast::assemble().unwrap();
    let own = thumbprint(&CERTIFICATE);
    let (holder, nurse) = (&cast.holder("open").unwrap().ins, cast.caller("team-nurse").unwrap());
    match kind {
        IssuerKind::ProSanteConnect => of_pro_sante_connect(nurse, &own, at(0)),
        IssuerKind::Holder => of_holder(holder, &own, at(0)),
        IssuerKind::Structure => {
            let asserting = Asserting { structure: &hospital(), person: Some(nurse), patient: holder };
            of_structure(&asserting, &own, at(0))
        }
    }
}

fn judged_at(issuer: &Issuer, claims: Value, seconds: i64) -> Result<Assertion, Untrusted> {
    let Value::Object(claims) = claims else { panic!("no claims") };
    let structure = hospital();
    let by = Presenter { thumbprint: &CERTIFICATE, structure: Some(&structure) };
    issuer.judge(&Verified(claims), &by, at(seconds))
}

fn judged(kind: IssuerKind, claims: Value) -> Result<Assertion, Untrusted> {
    judged_at(&issuer(kind), claims, 1)
}

/// The claims with one of them, by its path, changed; taken away where the value is null.
fn with(mut claims: Value, path: &str, value: &Value) -> Value {
    let (inside, name) = path.rsplit_once('/').unwrap();
    let members = claims.pointer_mut(inside).unwrap().as_object_mut().unwrap();
    if value.is_null() {
        members.remove(name).unwrap_or_else(|| panic!("{path} was not there"));
    } else {
        members.insert(name.to_owned(), value.clone());
    }
    claims
}

const ALL: [IssuerKind; 3] = [IssuerKind::ProSanteConnect, IssuerKind::Holder, IssuerKind::Structure];

#[test]
fn good_tokens_assert_what_they_say() {
    let cast = Cast::assemble().unwrap();
    let (holder, nurse) = (&cast.holder("open").unwrap().ins, cast.caller("team-nurse").unwrap());
    let id = nurse.ps_idnat().unwrap();
    let psc = judged(IssuerKind::ProSanteConnect, good(IssuerKind::ProSanteConnect)).unwrap();
    let Subject::Professional { id: found, structure, professions } = &psc.subject else { panic!("{psc:?}") };
    assert_eq!((found, structure, professions[0].0.as_str()), (id, &Some(hospital()), "60"));
    assert_eq!((psc.patient, psc.purpose), (None, Purpose::Care));

    let own = judged(IssuerKind::Holder, good(IssuerKind::Holder)).unwrap();
    assert_eq!((own.patient.as_ref(), own.subject), (Some(holder), Subject::Holder { actor: holder.clone() }));

    let air = judged(IssuerKind::Structure, good(IssuerKind::Structure)).unwrap();
    let Subject::Professional { id: found, professions, .. } = &air.subject else { panic!("{air:?}") };
    assert_eq!((found, professions.len(), air.patient.as_ref()), (id, 0, Some(holder)));
    assert_eq!(air.software.unwrap().homologation.as_deref(), Some("DEMO-HOMOLOGATION"));
}

#[test]
fn a_representative_acts_for_the_holder_whom_the_token_names() {
    let cast = Cast::assemble().unwrap();
    let minor = &cast.holder("minor").unwrap().ins;
    let claims = with(good(IssuerKind::Holder), "/patient", &crate::cli::demo::tokens::written(minor).into());
    let assertion = judged(IssuerKind::Holder, claims).unwrap();
    assert_eq!(assertion.patient.as_ref(), Some(minor));
    assert_eq!(assertion.subject, Subject::Holder { actor: cast.holder("open").unwrap().ins.clone() });
}

// requirement: TK-02
#[test]
fn what_every_token_needs_is_asked_of_every_kind() {
    use Untrusted::*;
    let null = Value::Null;
    let long = NOW + 5 * 3600;
    for (path, value, expected) in [
        ("/iss", null.clone(), Missing("iss")),
        ("/iss", json!(""), Missing("iss")),
        ("/iss", json!(1), Wrong("iss")),
        ("/iss", json!("https://another.example"), UnknownIssuer),
        ("/aud", null.clone(), Missing("aud")),
        ("/aud", json!("urn:another"), Wrong("aud")),
        ("/aud", json!([]), Wrong("aud")),
        ("/aud", json!(["urn:another", 1]), Wrong("aud")),
        ("/aud", json!({}), Wrong("aud")),
        ("/exp", null.clone(), Missing("exp")),
        ("/exp", json!("soon"), Wrong("exp")),
        ("/exp", json!(1.5), Wrong("exp")),
        ("/exp", json!(i64::MAX), Wrong("exp")),
        ("/exp", json!(NOW), Expired),
        ("/exp", json!(NOW + 1), Expired),
        ("/exp", json!(-1), Expired),
        ("/exp", json!(long), TooLongLived),
        ("/iat", null.clone(), Missing("iat")),
        ("/iat", json!([NOW]), Wrong("iat")),
        ("/iat", json!(NOW + 32), NotYetValid),
        ("/iat", json!(NOW - 5 * 3600), TooLongLived),
        ("/nbf", json!(NOW + 32), NotYetValid),
        ("/nbf", json!("now"), Wrong("nbf")),
        ("/cnf", null.clone(), Unbound),
        ("/cnf", json!("x"), Wrong("cnf")),
        ("/cnf", json!({}), Unbound),
        ("/cnf", json!({"x5t#S256": 1}), Wrong("x5t#S256")),
        ("/cnf", json!({"x5t#S256": thumbprint(&[8; 32])}), Unbound),
        ("/cnf", json!({"jkt": thumbprint(&CERTIFICATE)}), Unbound),
        ("/sub", null, Missing("sub")),
        ("/sub", json!(7), Wrong("sub")),
        ("/jti", json!(7), Wrong("jti")),
    ] {
        for kind in ALL {
            let found = judged(kind, with(good(kind), path, &value));
            assert_eq!(found.unwrap_err(), expected, "{kind:?} {path} {value}");
        }
    }
}

#[test]
fn the_clocks_of_issuers_may_be_a_little_ahead_and_nothing_outlives_its_end() {
    for kind in ALL {
        let issuer = issuer(kind);
        let ahead = with(good(kind), "/nbf", &json!(NOW + 31));
        assert!(judged_at(&issuer, ahead.clone(), 1).is_ok(), "{kind:?}");
        assert_eq!(judged_at(&issuer, ahead, 0).unwrap_err(), Untrusted::NotYetValid);
        let before = with(with(good(kind), "/nbf", &json!(NOW + 20)), "/exp", &json!(NOW + 20));
        assert_eq!(judged_at(&issuer, before, 1).unwrap_err(), Untrusted::Wrong("exp"), "over when it begins");
        let last = issuer.life.as_secs();
        assert!(judged_at(&issuer, good(kind), last - 1).is_ok());
        assert_eq!(judged_at(&issuer, good(kind), last).unwrap_err(), Untrusted::Expired);
    }
}

#[test]
fn audiences_may_be_several() {
    for kind in ALL {
        assert!(judged(kind, with(good(kind), "/aud", &json!(["urn:another", AUDIENCE]))).is_ok());
    }
}

fn refusals(kind: IssuerKind, table: &[(&str, Value, Untrusted)]) {
    for (path, value, expected) in table {
        assert_eq!(judged(kind, with(good(kind), path, value)).unwrap_err(), *expected, "{kind:?} {path} {value}");
    }
}

#[test]
fn a_professional_of_pro_sante_connect_has_one_national_identifier() {
    use Untrusted::*;
    refusals(
        IssuerKind::ProSanteConnect,
        &[
            ("/SubjectNameID", json!("899700900011"), Wrong("SubjectNameID")),
            ("/SubjectNameID", json!("someone"), Wrong("SubjectNameID")),
            ("/SubjectNameID", json!([]), Wrong("SubjectNameID")),
            ("/SubjectOrganizationID", json!("?"), Wrong("SubjectOrganizationID")),
            ("/SubjectRole", json!({}), Wrong("SubjectRole")),
            ("/scope", Value::Null, Scope),
            ("/scope", json!("openid scope_alla"), Scope),
            ("/act", json!("software"), Wrong("act")),
            ("/act", json!({"lps_nom": 1}), Wrong("lps_nom")),
        ],
    );
    let kind = IssuerKind::ProSanteConnect;
    let anonymous = with(with(good(kind), "/SubjectNameID", &Value::Null), "/sub", &json!("f:uuid:someone"));
    assert_eq!(judged(kind, anonymous).unwrap_err(), Wrong("sub"));
    let employee = with(with(good(kind), "/SubjectNameID", &Value::Null), "/sub", &json!("30B0999002/CPET00001"));
    assert_eq!(judged(kind, employee).unwrap_err(), Wrong("sub"));
    let bare = with(with(good(kind), "/SubjectNameID", &json!("")), "/jti", &Value::Null);
    assert!(judged(kind, bare).is_ok(), "sub alone names the person");
}

#[test]
fn a_holder_has_a_national_health_identity_with_its_key() {
    use Untrusted::*;
    refusals(
        IssuerKind::Holder,
        &[
            ("/jti", Value::Null, Missing("jti")),
            ("/sub", json!("279035121518989"), Wrong("sub")),
            ("/sub", json!("279035121518900^^^&1.2.250.1.213.1.4.10&ISO^NH"), Wrong("sub")),
            ("/sub", json!("279035121518989^^^&1.2.3&ISO^NH"), Wrong("sub")),
            ("/patient", json!("someone"), Wrong("patient")),
            ("/patient", json!(7), Wrong("patient")),
        ],
    );
}

// requirement: TK-05 TK-04
#[test]
fn the_assertion_of_a_structure_says_everything_that_the_vihf_asks_for() {
    use Untrusted::*;
    let (iua, vihf) = ("/extensions/ihe_iua", "/extensions/vihf");
    let path = |part: &str, name: &str| format!("{part}/{name}");
    for (part, name, wrong) in [
        (iua, "subject_name", json!(1)),
        (iua, "subject_organization_id", json!("10B0999002")),
        (iua, "subject_role", json!("10")),
        (iua, "purpose_of_use", json!([{"system": "x"}])),
        (iua, "person_id", json!("someone")),
        (vihf, "Authentification_Mode", json!("DIRECTE")),
        (vihf, "LPS_Nom", json!(1)),
        (vihf, "LPS_Version", json!({})),
        (vihf, "LPS_ID_HOMOLOGATION_DMP", json!([])),
    ] {
        let found =
            |value: &Value| judged(IssuerKind::Structure, with(good(IssuerKind::Structure), &path(part, name), value));
        assert_eq!(found(&Value::Null).unwrap_err(), Missing(name));
        assert_eq!(found(&wrong).unwrap_err(), Wrong(name), "{name}");
    }
    refusals(
        IssuerKind::Structure,
        &[
            ("/jti", Value::Null, Missing("jti")),
            ("/extensions", Value::Null, Missing("extensions")),
            ("/extensions", json!([]), Wrong("extensions")),
            ("/extensions/ihe_iua", Value::Null, Missing("ihe_iua")),
            ("/extensions/vihf", Value::Null, Missing("vihf")),
            (
                "/extensions/ihe_iua/national_provider_identifier",
                json!("899700900011"),
                Wrong("national_provider_identifier"),
            ),
            ("/sub", json!("software"), Wrong("sub")),
            ("/auth_time", Value::Null, Missing("auth_time")),
            ("/auth_time", json!("now"), Wrong("auth_time")),
            ("/auth_time", json!(NOW - 4 * 3600 - 1), Wrong("auth_time")),
            ("/auth_time", json!(NOW + 1), Wrong("auth_time")),
            ("/iss", json!("10B0999002"), UnknownIssuer),
        ],
    );
}

#[test]
fn an_indirect_assertion_names_nobody_who_reads() {
    let mode = "/extensions/vihf/Authentification_Mode";
    let claims = with(good(IssuerKind::Structure), mode, &json!("INDIRECTE"));
    assert_eq!(judged(IssuerKind::Structure, claims).unwrap().subject, Subject::Structure);
}

// requirement: TK-07
#[test]
fn a_purpose_that_is_not_care_stays_what_it_is() {
    let purpose = "/extensions/ihe_iua/purpose_of_use";
    for (codes, expected) in [
        (json!([{"code": "HRESCH"}]), Purpose::Other),
        (json!([{"code": "TREAT"}, {"code": "HRESCH"}]), Purpose::Other),
        (json!({"code": "urgence"}), Purpose::Care),
    ] {
        let claims = with(good(IssuerKind::Structure), purpose, &codes);
        assert_eq!(judged(IssuerKind::Structure, claims).unwrap().purpose, expected, "{codes}");
    }
}

#[test]
fn a_configured_key_is_one_structures_own() {
    let other = StructIdNat::new("10B0999002").unwrap();
    for (structure, is_good) in [(hospital(), true), (other, false)] {
        let name = Some("https://hospital.example".to_owned());
        let issuer = Issuer { name, structure: Some(structure), ..issuer(IssuerKind::Structure) };
        let claims = with(good(IssuerKind::Structure), "/iss", &json!("https://hospital.example"));
        assert_eq!(judged_at(&issuer, claims, 1).is_ok(), is_good);
    }
}

// requirement: TK-01
#[test]
fn a_card_brings_no_token_and_each_certificate_its_own() {
    use crate::record::{
        identity::PsIdNat,
        professional::{Profession, Professional},
    };
    let (id, structure) = (PsIdNat::new("899700218896").unwrap(), hospital());
    let card = Who::Professional(Professional {
        id: id.clone(),
        profession: Profession("10".to_owned()),
        specialities: Vec::new(),
        structures: vec![structure.clone()],
    });
    let employee = Who::Delegate { id, structure: structure.clone() };
    let (software, front_end) = (Who::Organisation { structure: structure.clone() }, Who::HolderFrontEnd { structure });
    for (kind, expected) in ALL.into_iter().zip([[true, false], [false, true], [true, false]]) {
        assert!(!kind.is_for(&card) && !kind.is_for(&employee));
        assert_eq!([kind.is_for(&software), kind.is_for(&front_end)], expected, "{kind:?}");
    }
}
