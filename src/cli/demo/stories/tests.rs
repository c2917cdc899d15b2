use jiff::tz::TimeZone;

use super::*;

fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

fn of(name: &str) -> Option<Facts> {
    let cast = Cast::assemble().unwrap();
    let ins = cast.holder(name).unwrap().ins.clone();
    facts(&cast, now()).into_iter().find(|(holder, _)| *holder == ins).map(|(_, facts)| facts)
}

fn person(name: &str) -> PsIdNat {
    Cast::assemble().unwrap().caller(name).unwrap().ps_idnat().unwrap().clone()
}

#[test]
fn whoever_has_no_record_has_no_facts() {
    assert_eq!(of("none"), None);
    assert_eq!(facts(&Cast::assemble().unwrap(), now()).len(), 4);
}

#[test]
fn states_and_ages_are_those_of_the_story() {
    let paris = TimeZone::get("Europe/Paris").unwrap();
    for (name, state, minor) in [
        ("open", State::Open, false),
        ("masked", State::Open, false),
        ("closed", State::Closed, false),
        ("minor", State::Open, true),
    ] {
        let facts = of(name).unwrap();
        assert_eq!(facts.dossier.state, state, "{name}");
        assert_eq!(facts.holder.unwrap().is_minor_at(now(), &paris), minor, "{name}");
    }
}

#[test]
fn the_hospital_team_has_its_initial_consent() {
    let facts = of("open").unwrap();
    let hospital = Cast::assemble().unwrap().caller("team-nurse").unwrap().structure.clone();
    assert_eq!(facts.teams[0].structures, [hospital]);
    assert!(facts.teams[0].episode.holds_at(now()));
    let initial = Grant::InitialForTeam { team: facts.teams[0].id.clone() };
    assert!(facts.consents.iter().any(|consent| consent.grant == initial && consent.period.holds_at(now())));
}

#[test]
fn the_specialists_consent_is_of_now() {
    let facts = of("open").unwrap();
    let grant = Grant::Professional { professional: person("consented-specialist") };
    let consent = facts.consents.iter().find(|consent| consent.grant == grant).unwrap();
    assert!(consent.evidence.information_given && consent.evidence.at == now() && consent.period.holds_at(now()));
    let outside = person("outside-specialist");
    assert!(facts.consents.iter().all(|one| one.grant != Grant::Professional { professional: outside.clone() }));
}

#[test]
fn every_holder_blocks_the_pharmacist() {
    let blocked = Blocked::Professional(person("blocked-pharmacist"));
    for name in ["open", "masked", "closed", "minor"] {
        assert!(of(name).unwrap().blocks.iter().any(|block| block.blocked == blocked && block.period.holds_at(now())));
    }
}

#[test]
fn the_treating_physician_is_named_and_has_the_rights() {
    let facts = of("open").unwrap();
    let physician = person("treating-physician");
    assert_eq!(facts.treating_physician, Some(physician.clone()));
    let grant = Grant::TreatingPhysicianRights { professional: physician };
    let given = facts.consents.iter().find(|consent| consent.grant == grant).unwrap();
    assert_eq!(given.evidence.collected_by, None, "by the holder, through the holder's own channel");
}

#[test]
fn every_holder_has_a_name_and_a_sex_that_the_matricule_does_not_belie() {
    for holder in Cast::assemble().unwrap().holders {
        let sex = if holder.ins.matricule().starts_with('1') { "male" } else { "female" };
        assert_eq!(holder.traits.gender, sex, "{}", holder.name);
        // Names of nobody, but for the one that the official examples give to a matricule of the test range.
        let is_nobodys = holder.traits.family.starts_with("PAT-") || holder.ins.matricule() == "277076322082910";
        assert!(is_nobodys && !holder.traits.given.is_empty(), "{}", holder.name);
        let told = of(holder.name).map(|facts| facts.holder.unwrap().traits.unwrap());
        assert!(told.is_none_or(|told| told == holder.traits), "{}", holder.name);
    }
}
