//! What PCF knows and the record cannot hold is refused by name, never ignored.

use super::*;

/// The parts that each kind must have, beside those that R4 demands.
fn mandatory(kind: Kind) -> Vec<(&'static str, &'static str)> {
    let mut parts = vec![
        ("/category/0", "DMP-0804 Consent.category"),
        ("/patient", "DMP-0806 Consent.patient"),
        ("/dateTime", "DMP-0806 Consent.dateTime"),
        ("/performer", "DMP-0806 Consent.performer"),
        ("/performer/0", "DMP-0816 Consent.performer"),
        ("/organization", "DMP-0806 Consent.organization"),
        ("/sourceReference", "DMP-0806 Consent.source"),
        ("/policy", "DMP-0806 Consent.policy"),
        ("/policy/0/uri", "DMP-0806 Consent.policy[0].uri"),
        ("/provision", "DMP-0806 Consent.provision"),
        ("/provision/type", "DMP-0806 Consent.provision.type"),
        ("/provision/period", "DMP-0806 Consent.provision.period"),
        ("/provision/period/start", "DMP-0806 Consent.provision.period.start"),
    ];
    let demands = kind.demands();
    if demands.actor != kind::Actor::Nobody && demands.actor != kind::Actor::EitherOrNobody {
        parts.push(("/provision/actor", "DMP-0806 Consent.provision.actor"));
    }
    if demands.actor != kind::Actor::Nobody {
        parts.push(("/provision/actor/0/reference/identifier", "DMP-0820 Consent.provision.actor[0].reference"));
    }
    if !demands.purposes.is_empty() {
        parts.push(("/provision/purpose", "DMP-0825 Consent.provision.purpose"));
    }
    if demands.masked {
        parts.push(("/provision/securityLabel", "DMP-0827 Consent.provision.securityLabel"));
    }
    if demands.informed || demands.reasoned {
        parts.push(("/extension", "DMP-0806 Consent.extension"));
        parts.push(("/extension/0/valueBoolean", "DMP-0810 Consent.extension[0].value"));
    }
    if demands.collector == kind::Collector::Always {
        parts.push(("/performer/1", "DMP-0817 Consent.performer"));
    }
    parts
}

// requirement: CO-02
#[test]
fn each_kind_without_one_of_its_parts_is_refused_by_its_name() {
    for kind in Kind::ALL {
        for (pointer, wanted) in mandatory(kind) {
            let is_literal = kind == Kind::Team && pointer.ends_with("/reference/identifier");
            let pointer = if is_literal { "/provision/actor/0/reference/reference" } else { pointer };
            let found = refused(&without(valid(kind), pointer));
            assert!(found.iter().any(|issue| issue == wanted), "{kind:?} without {pointer}: {found:?}");
        }
    }
}

/// What PCF knows, and what else R4 has: where it is put, and what is said of it.
fn unmapped() -> Vec<(&'static str, Value, &'static str)> {
    let coding = json!({"system": "urn:x", "code": "y"});
    let concept = json!({"coding": [coding]});
    let nested = json!([{"type": "deny", "period": {"start": "2026"}}]);
    vec![
        ("/provision/provision", nested, "DMP-0809 Consent.provision.provision"),
        ("/provision/action", json!([concept]), "DMP-0808 Consent.provision.action"),
        ("/provision/class", json!([coding]), "DMP-0808 Consent.provision.class"),
        ("/provision/code", json!([concept]), "DMP-0808 Consent.provision.code"),
        ("/provision/dataPeriod", json!({"start": "2020"}), "DMP-0808 Consent.provision.dataPeriod"),
        (
            "/provision/data",
            json!([{"meaning": "instance", "reference": {"reference": "DocumentReference/1"}}]),
            "DMP-0808 Consent.provision.data",
        ),
        ("/provision/purpose", json!([purpose("HPAYMT")]), "DMP-0825 Consent.provision.purpose"),
        ("/verification", json!([{"verified": true}]), "DMP-0808 Consent.verification"),
        ("/policyRule", concept.clone(), "DMP-0808 Consent.policyRule"),
        ("/policy/0/authority", json!("https://x.test"), "DMP-0808 Consent.policy[0].authority"),
        ("/policy/0/uri", json!("https://x.test"), "DMP-0828 Consent.policy[0].uri"),
        ("/implicitRules", json!("https://x.test"), "DMP-0808 Consent.implicitRules"),
        ("/scope/coding/0/code", json!("treatment"), "DMP-0803 Consent.scope"),
        ("/scope/coding/-", coding.clone(), "DMP-0803 Consent.scope"),
        ("/category/1", concept.clone(), "DMP-0805 Consent.category[1].coding[0]"),
        ("/category/1", json!({"text": "x"}), "DMP-0805 Consent.category[1]"),
        ("/meta", json!({"security": [coding]}), "DMP-0813 Consent.meta.security[0]"),
        ("/meta", json!({"profile": ["https://dmp-gateway.example/fhir/x"]}), "DMP-0812 Consent.meta.profile[0]"),
        ("/dateTime", json!("2026-07-01"), "DMP-0814 Consent.dateTime"),
        ("/provision/period", json!({"start": "2026-07-02", "end": "2026-07-01"}), "DMP-0815 Consent.provision.period"),
        (
            "/provision/period/_end",
            json!({"extension": [{"url": "urn:x", "valueCode": "unknown"}]}),
            "DMP-0810 Consent.provision.period._end.extension[0]",
        ),
        ("/organization/-", place("20B0"), "DMP-0807 Consent.organization"),
        ("/sourceReference", json!({"reference": "Contract/1"}), "DMP-0823 Consent.sourceReference"),
        ("/sourceReference", json!({"reference": "#x"}), "DMP-0806 Consent.sourceReference"),
        ("/performer/-", place(PLACE), "DMP-0816 "),
        ("/performer/0", patient(OTHER_INS), "DMP-0816 Consent.performer[0]"),
        ("/performer/-", json!({"reference": "RelatedPerson/1"}), "DMP-0816 "),
    ]
}

// requirement: CO-02
#[test]
fn what_the_record_cannot_hold_is_refused_by_name_in_each_kind() {
    for kind in Kind::ALL {
        for (pointer, value, wanted) in unmapped() {
            let found = refused(&with(valid(kind), pointer, value));
            assert!(found.iter().any(|issue| issue.starts_with(wanted)), "{kind:?} with {pointer}: {found:?}");
        }
    }
}

#[test]
fn a_signed_form_is_referred_to_and_not_embedded() {
    let bare = without(valid(Kind::Team), "/sourceReference");
    let embedded = with(bare.clone(), "/sourceAttachment", json!({"title": "form", "data": "AA=="}));
    assert_eq!(refused(&embedded), ["DMP-0829 Consent.sourceAttachment.data"]);
    let nameless = with(bare.clone(), "/sourceAttachment", json!({"contentType": "application/pdf"}));
    assert_eq!(refused(&nameless), ["DMP-0806 Consent.sourceAttachment.title"]);
    let named = with(bare, "/sourceAttachment", json!({"title": "form", "url": "https://x.test/form"}));
    assert!(read(&named, &setting()).is_ok());
}

#[test]
fn a_kind_goes_its_own_way_and_no_other() {
    for (kind, other) in [
        (Kind::Team, "deny"),
        (Kind::TreatingRights, "deny"),
        (Kind::Block, "permit"),
        (Kind::FeedOpposition, "permit"),
    ] {
        let tree = with(valid(kind), "/provision/type", json!(other));
        assert_eq!(refused(&tree), ["DMP-0826 Consent.provision.type"]);
    }
}

#[test]
fn two_kinds_are_none() {
    let second = valid(Kind::Block)["category"][0].clone();
    assert_eq!(refused(&with(valid(Kind::Team), "/category/1", second)), ["DMP-0804 Consent.category"]);
}

#[test]
fn what_only_the_holder_chooses_nobody_collects() {
    for kind in [Kind::TreatingRights, Kind::Block, Kind::BreakGlass, Kind::FeedOpposition] {
        let tree = with(valid(kind), "/performer/-", person(COLLECTOR));
        assert_eq!(refused(&tree), ["DMP-0818 Consent.performer[1]"]);
    }
}

#[test]
fn a_second_collector_is_one_too_many() {
    let tree = with(valid(Kind::Entrusted), "/performer/-", person(READER));
    assert_eq!(refused(&tree), ["DMP-0816 Consent.performer"]);
}

/// The pointers of all objects.
fn objects(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.push(at.to_owned());
            members.iter().for_each(|(name, member)| objects(member, &format!("{at}/{name}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| objects(item, &format!("{at}/{index}"), found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn an_extension_that_is_not_known_is_refused_wherever_it_stands() {
    for kind in Kind::ALL {
        let mut places = Vec::new();
        objects(&valid(kind), "", &mut places);
        for (place, name, code) in
            places.iter().flat_map(|place| [(place, "extension", "DMP-0810"), (place, "modifierExtension", "DMP-0811")])
        {
            if place.starts_with("/extension") {
                continue;
            }
            let mut tree = valid(kind);
            let unknown = json!({"url": "urn:unknown", "valueBoolean": true});
            let home = tree.pointer_mut(place).unwrap().as_object_mut().unwrap();
            home.entry(name).or_insert_with(|| json!([])).as_array_mut().unwrap().push(unknown);
            let found = refused(&tree);
            assert!(found.iter().any(|issue| issue.starts_with(code)), "{kind:?} {place} {name}: {found:?}");
        }
    }
}

#[test]
fn an_extension_of_ours_stands_only_where_the_kind_asks_for_it() {
    let tree = with(valid(Kind::Block), "/extension", json!([flag("information-given")]));
    assert_eq!(refused(&tree), ["DMP-0808 Consent.extension[0]"]);
    let tree = with(valid(Kind::Team), "/extension/-", flag("information-given"));
    assert_eq!(refused(&tree), ["DMP-0807 Consent.extension[1]"]);
    let tree = with(valid(Kind::Team), "/organization/0/extension", json!([flag("information-given")]));
    assert_eq!(refused(&tree), ["DMP-0810 Consent.organization[0].extension[0]"]);
}

#[test]
fn tags_are_taken_with_a_remark() {
    let tree = with(valid(Kind::Team), "/meta", json!({"tag": [{"code": "x"}]}));
    let deed = read(&tree, &setting()).unwrap();
    assert_eq!(deed.warnings.len(), 1);
    assert_eq!(deed.warnings[0].diagnosis.code, "DMP-0813");
}

#[test]
fn no_finding_tells_who_someone_is() {
    for kind in Kind::ALL {
        for (pointer, value, _) in unmapped() {
            let issues = read(&with(valid(kind), pointer, value), &setting()).unwrap_err();
            let said = format!("{issues:?}");
            assert!([INS, OTHER_INS, READER, COLLECTOR].iter().all(|secret| !said.contains(secret)));
        }
    }
}
