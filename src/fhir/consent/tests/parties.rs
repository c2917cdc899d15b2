//! Whom references name, however they do it.

use super::*;

fn reader_of(reference: Value) -> Result<Effect, Vec<String>> {
    let tree = with(valid(Kind::Entrusted), "/provision/actor/0/reference", reference);
    reader_in(&tree)
}

fn reader_in(tree: &Value) -> Result<Effect, Vec<String>> {
    read(tree, &setting()).map(|deed| deed.effect).map_err(|issues| errors(Err(issues)))
}

fn with_contained(tree: Value, resource: Value) -> Value {
    with(tree, "/contained", json!([resource]))
}

#[test]
fn a_professional_is_named_in_either_spelling_and_by_any_kind_of_reference() {
    let rpps = json!({"identifier": {"system": PsIdNat::RPPS_SYSTEM, "value": "99700218896"}});
    let conditional = json!({"reference": format!("Practitioner?identifier={}|{READER}", PsIdNat::SYSTEM)});
    let elsewhere = json!({
        "reference": "https://x.test/fhir/PractitionerRole/7",
        "identifier": {"system": PsIdNat::SYSTEM, "value": READER},
    });
    for reference in [rpps, conditional, elsewhere] {
        assert_eq!(reader_of(reference), Ok(wanted(Kind::Entrusted)));
    }
    let link = with(valid(Kind::Entrusted), "/provision/actor/0/reference", json!({"reference": "#r"}));
    let identifier = json!([{"system": PsIdNat::SYSTEM, "value": READER}]);
    let practitioner = json!({"resourceType": "Practitioner", "id": "r", "identifier": identifier});
    assert_eq!(reader_in(&with_contained(link.clone(), practitioner)), Ok(wanted(Kind::Entrusted)));
    let role = json!({
        "resourceType": "PractitionerRole", "id": "r", "practitioner": person(READER), "organization": place(PLACE),
    });
    assert_eq!(reader_in(&with_contained(link, role)), Ok(wanted(Kind::Entrusted)));
}

#[test]
fn a_reference_that_names_nobody_several_or_someone_else_is_refused() {
    let at = "Consent.provision.actor[0].reference";
    let both = json!({"reference": "#r", "identifier": {"system": PsIdNat::SYSTEM, "value": READER}});
    let other = json!({"resourceType": "Practitioner", "id": "r",
        "identifier": [{"system": PsIdNat::SYSTEM, "value": COLLECTOR}]});
    let tree = with_contained(with(valid(Kind::Entrusted), "/provision/actor/0/reference", both), other);
    assert_eq!(reader_in(&tree), Err(vec![format!("DMP-0822 {at}")]));
    for (reference, code) in [
        (json!({"display": "Dr X"}), "DMP-0820"),
        (json!({"reference": "Practitioner/7"}), "DMP-0820"),
        (json!({"identifier": {"system": "urn:oid:1.2.3", "value": "7"}}), "DMP-0820"),
        (json!({"identifier": {"system": PsIdNat::SYSTEM, "value": "899700218897"}}), "DMP-0821"),
        (json!({"identifier": {"system": PsIdNat::SYSTEM}}), "DMP-0821"),
        (place(PLACE), "DMP-0823"),
        (patient(INS), "DMP-0823"),
        (json!({"type": "Organization", "identifier": {"system": PsIdNat::SYSTEM, "value": READER}}), "DMP-0823"),
        (json!({"reference": format!("CareTeam/{TEAM}")}), "DMP-0823"),
        (
            json!({"reference": "RelatedPerson/1", "identifier": {"system": PsIdNat::SYSTEM, "value": READER}}),
            "DMP-0823",
        ),
    ] {
        assert_eq!(reader_of(reference.clone()), Err(vec![format!("{code} {at}")]), "{reference}");
    }
}

#[test]
fn a_blocked_structure_is_named_in_either_spelling() {
    let finess = json!({"identifier": {"system": StructIdNat::FINESS_SYSTEM, "value": "0B0999001"}});
    let tree = with(valid(Kind::Block), "/provision/actor/0/reference", finess);
    assert_eq!(reader_in(&tree), Ok(wanted(Kind::Block)));
    let tree = with(valid(Kind::Block), "/provision/actor/0/reference", person(READER));
    let Ok(Effect::Block(block)) = reader_in(&tree) else { panic!() };
    assert_eq!(block.blocked, Blocked::Professional(reader()));
}

#[test]
fn a_care_team_is_named_by_its_id_here_or_as_the_operator_named_it() {
    let team = |reference: Value| match reader_in(&with(valid(Kind::Team), "/provision/actor/0/reference", reference)) {
        Ok(Effect::Consent(Consent { grant: Grant::InitialForTeam { team }, .. })) => team,
        other => panic!("{other:?}"),
    };
    assert_eq!(team(json!({"reference": format!("https://dmp.test/fhir/CareTeam/{TEAM}")})), TEAM);
    assert_eq!(team(json!({"reference": format!("CareTeam/{}", TEAM.to_uppercase())})), TEAM);
    let own = "https://dmp-gateway.example/fhir/NamingSystem/dmp-care-team";
    assert_eq!(team(json!({"identifier": {"system": own, "value": "team-1"}})), "team-1");
    for elsewhere in [format!("https://x.test/fhir/CareTeam/{TEAM}"), "CareTeam/7".to_owned()] {
        let tree = with(valid(Kind::Team), "/provision/actor/0/reference", json!({"reference": elsewhere}));
        assert_eq!(reader_in(&tree), Err(vec!["DMP-0820 Consent.provision.actor[0].reference".to_owned()]));
    }
}

#[test]
fn the_holder_is_named_by_ins_by_condition_or_as_the_patient_of_this_server() {
    let named = |reference: Value| read(&with(valid(Kind::Block), "/patient", reference), &setting());
    let conditional = json!({"reference": format!("Patient?identifier={INS_SYSTEM}|{INS}")});
    let local = json!({"reference": format!("Patient/{LOCAL_PATIENT}")});
    let absolute = json!({"reference": format!("https://dmp.test/fhir/Patient/{LOCAL_PATIENT}")});
    for reference in [conditional, local, absolute] {
        assert_eq!(named(reference.clone()).unwrap_or_else(|it| panic!("{reference}: {it:?}")).holder, holder());
    }
    let identifier = |system: &str, value: &str| json!({"identifier": {"system": system, "value": value}});
    for (reference, code) in [
        (json!({"reference": "Patient/unknown"}), "DMP-0820"),
        (identifier("urn:oid:1.2.250.1.213.1.4.8", INS), "DMP-0251"),
        (identifier(INS_SYSTEM, "1"), "DMP-0252"),
        (identifier(INS_SYSTEM, "279035121518988"), "DMP-0253"),
        (person(READER), "DMP-0823"),
    ] {
        let found = errors(named(reference.clone()));
        assert_eq!(found[0], format!("{code} Consent.patient"), "{reference}");
    }
}

#[test]
fn an_old_ins_and_a_social_security_number_are_passed_over() {
    let resource = json!({"resourceType": "Patient", "id": "p", "identifier": [
        {"use": "old", "system": INS_SYSTEM, "value": OTHER_INS},
        {"type": {"coding": [{"code": "NH"}]}, "system": INS_SYSTEM, "value": OTHER_INS},
        {"use": "official", "system": INS_SYSTEM, "value": INS},
    ]});
    let tree = with_contained(with(valid(Kind::Block), "/patient", json!({"reference": "#p"})), resource);
    assert_eq!(read(&tree, &setting()).unwrap().holder, holder());
}
