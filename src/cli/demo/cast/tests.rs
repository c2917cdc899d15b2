use std::collections::HashSet;

use super::*;
use crate::record::identity::InsSystem;

fn cast() -> Cast {
    Cast::assemble().unwrap()
}

#[test]
fn everyone_of_the_cast_is_there_under_one_name() {
    let cast = cast();
    let callers: HashSet<&str> = cast.callers.iter().map(|caller| caller.name).collect();
    assert_eq!(callers.len(), cast.callers.len());
    for name in [
        "treating-physician",
        "team-nurse",
        "team-surgeon",
        "outside-specialist",
        "consented-specialist",
        "blocked-pharmacist",
        "secretary",
        "hospital",
        "ens",
        "revoked-doctor",
        "expired-doctor",
        "stranger",
    ] {
        assert!(callers.contains(name), "{name}");
    }
    let holders: Vec<&str> = cast.holders.iter().map(|holder| holder.name).collect();
    assert_eq!(holders, ["open", "masked", "closed", "none", "minor"]);
}

#[test]
fn all_identifiers_are_of_the_test_ranges() {
    let cast = cast();
    assert!(cast.holders.iter().all(|holder| holder.ins.system() == InsSystem::NirTest));
    for caller in &cast.callers {
        assert!(caller.structure.as_str().starts_with("10B0999"), "{}", caller.name);
        if let Card::Professional { id, .. } = &caller.card {
            assert!(id.as_str().starts_with("899700"), "{}", caller.name);
        }
    }
    let people: HashSet<_> = cast.callers.iter().filter_map(CastCaller::ps_idnat).collect();
    assert_eq!(people.len(), cast.callers.iter().filter(|caller| caller.ps_idnat().is_some()).count());
}

#[test]
fn the_official_test_identities_have_their_known_numbers() {
    let cast = cast();
    assert_eq!(cast.holder("open").unwrap().ins.matricule(), "279035121518989");
    assert_eq!(cast.holder("masked").unwrap().ins.matricule(), "277076322082910");
    assert_eq!(cast.caller("treating-physician").unwrap().ps_idnat().unwrap().as_str(), "899700218896");
}

#[test]
fn nobody_of_the_cast_shares_a_name_with_another() {
    let cast = cast();
    let callers = cast.callers.iter().filter_map(CastCaller::called).flat_map(|name| [name.family, name.given]);
    let callers: Vec<&str> = callers.collect();
    let people = cast.callers.iter().filter(|caller| caller.ps_idnat().is_some()).count();
    assert_eq!(callers.len(), 2 * people);
    let holders = cast.holders.iter().flat_map(|holder| holder.traits.given.iter().chain([&holder.traits.family]));
    let all: Vec<&str> = callers.into_iter().chain(holders.map(String::as_str)).collect();
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
}

#[test]
fn check_keys_are_computed() {
    assert_eq!(matricule_of("1240188524933").as_deref(), Ok("124018852493334"));
    assert_eq!(matricule_of("1800175056001").as_deref(), Ok("180017505600103"), "a key of one digit is padded");
    assert!(matricule_of("12401885249").is_err() && matricule_of("12401885249AB").is_err());
    assert_eq!(test_professional(7_512).unwrap().as_str(), "899700075122");
}

#[test]
fn both_sorts_of_keys_occur_in_good_certificates() {
    let cast = cast();
    let good = |sort| cast.callers.iter().any(|one| one.key == sort && one.standing == CardStanding::Good);
    assert!(good(KeySort::Ec) && good(KeySort::Rsa));
}

#[test]
fn the_machine_readable_cast_has_the_promised_members() {
    let json: serde_json::Value = serde_json::from_str(&cast_json(&cast()).unwrap()).unwrap();
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<HashSet<_>>();
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<HashSet<_>>();
    assert_eq!(keys(&json), set(&["holders", "callers"]));
    let members = ["name", "ins_system", "ins", "family", "given", "used_family", "story"];
    assert_eq!(keys(&json["holders"][0]), set(&members));
    let members =
        ["name", "certificate", "key", "kind", "ps_idnat", "family", "given", "profession", "structure", "story"];
    assert_eq!(keys(&json["callers"][0]), set(&members));
    assert_eq!(json["callers"][0]["certificate"], "pki/clients/treating-physician.pem");
    assert_eq!(json["holders"][0]["ins_system"], "urn:oid:1.2.250.1.213.1.4.10");
    let ens = json["callers"].as_array().unwrap().iter().find(|one| one["name"] == "ens").unwrap();
    assert!(["ps_idnat", "family", "given", "profession"].iter().all(|member| ens[member].is_null()));
}

#[test]
fn published_matricules_hold_and_made_up_ones_do_not() {
    let read = |matricule| Ins::new(InsSystem::NirTest.uri(), matricule).map(|_| ());
    for good in ["124018852493334", "279035121518989", "269054958815780", "260058815400233", "180017505600103"] {
        assert_eq!(read(good), Ok(()), "{good}");
    }
    for bad in ["123456789012345", "123456789012244"] {
        assert_eq!(read(bad), Err(IdentityError::WrongKey), "{bad}");
    }
}

#[test]
fn published_professional_numbers_hold_and_made_up_ones_do_not() {
    for good in ["99700218896", "99700075122"] {
        assert!(PsIdNat::of_rpps(good).is_ok(), "{good}");
    }
    for bad in ["01234567890", "10003456789", "99700218895"] {
        assert_eq!(PsIdNat::of_rpps(bad), Err(IdentityError::WrongKey), "{bad}");
    }
    assert_eq!(PsIdNat::of_rpps("1011848351"), Err(IdentityError::Malformed));
}
