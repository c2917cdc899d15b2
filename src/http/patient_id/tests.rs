use super::*;

fn patient(system: &str, matricule: &str) -> Ins {
    Ins::new(system, matricule).unwrap()
}

// requirement: SE-03
#[test]
fn an_id_is_the_patients_for_ever_and_tells_nothing() {
    let key = PatientKey::new(&[7; 32]);
    let one = patient("urn:oid:1.2.250.1.213.1.4.10", "279035121518989");
    let id = key.id_of(&one);
    assert_eq!(id, PatientKey::new(&[7; 32]).id_of(&one));
    assert_eq!(key.patient_of(&id), Some(one.clone()));
    assert_eq!(id.len(), 64);
    assert!(!id.contains("279035121518989") && !id.contains(&hex(b"279035121518989")));
    assert_ne!(id, key.id_of(&patient("urn:oid:1.2.250.1.213.1.4.11", "279035121518989")));
}

#[test]
fn no_id_can_be_made_up() {
    let key = PatientKey::new(&[7; 32]);
    let id = key.id_of(&patient("urn:oid:1.2.250.1.213.1.4.10", "279035121518989"));
    assert_eq!(PatientKey::new(&[8; 32]).patient_of(&id), None, "another host");
    for at in 0..id.len() {
        let mut spoilt = id.clone().into_bytes();
        spoilt[at] = if spoilt[at] == b'0' { b'1' } else { b'0' };
        assert_eq!(key.patient_of(std::str::from_utf8(&spoilt).unwrap()), None, "{at}");
    }
    for text in ["", "279035121518989", &"0".repeat(64), &id.to_uppercase()[..63]] {
        assert_eq!(key.patient_of(text), None, "{text}");
    }
}
