use proptest::prelude::*;

use super::*;

/// The number that counts for a department of Corsica, reckoned anew: 2A is 19, 2B is 18.
fn key_of(number: &str) -> u64 {
    97 - number.replacen("2A", "19", 1).replacen("2B", "18", 1).parse::<u64>().unwrap() % 97
}

fn is_good(matricule: &str) -> bool {
    check_matricule(matricule).is_ok()
}

/// Sex, year and month; department; commune and rank.
fn number() -> impl Strategy<Value = String> {
    let department = prop_oneof![Just("2A".to_owned()), Just("2B".to_owned()), "[0-9]{2}"];
    ("[123478][0-9]{4}", department, "[0-9]{6}").prop_map(|(birth, department, rest)| birth + &department + &rest)
}

proptest! {
    // requirement: ID-01
    #[test]
    fn one_key_of_each_number_is_right_in_corsica_too(number in number()) {
        let right: Vec<u64> = (0..100).filter(|key| is_good(&format!("{number}{key:02}"))).collect();
        prop_assert_eq!(right, [key_of(&number)]);
    }

    // requirement: ID-01
    #[test]
    fn a_digit_that_is_mistyped_is_found(number in number(), place in 0_usize..15, by in 1_u8..10) {
        let mut bytes = format!("{number}{:02}", key_of(&number)).into_bytes();
        prop_assume!(bytes[place].is_ascii_digit() && !(place == 5 && bytes[6].is_ascii_alphabetic()));
        bytes[place] = b'0' + (bytes[place] - b'0' + by) % 10;
        prop_assert!(!is_good(&String::from_utf8(bytes).unwrap()));
    }

    #[test]
    fn no_text_makes_the_check_stop(text in ".{0,20}") {
        prop_assert!(!is_good(&text) || text.len() == 15);
    }
}

// requirement: ID-01
#[test]
fn only_the_departments_of_corsica_have_letters_and_those_are_capitals() {
    let of = |department: &str, counted: &str| {
        let key = 97 - format!("27903{counted}215189").parse::<u64>().unwrap() % 97;
        check_matricule(&format!("27903{department}215189{key:02}"))
    };
    assert_eq!((of("2A", "19"), of("2B", "18")), (Ok(()), Ok(())));
    for (department, counted) in [("2a", "19"), ("2C", "17"), ("A2", "19"), ("AA", "19")] {
        assert_eq!(of(department, counted), Err(IdentityError::Malformed), "{department}");
    }
    assert_eq!(of("2A", "18"), Err(IdentityError::WrongKey), "the key of 2B");
}

// requirement: ID-01
#[test]
fn a_number_is_of_one_system_and_each_system_of_one_environment() {
    let all = InsSystem::ALL.map(|system| Ins::new(system.uri(), "279035121518989").unwrap());
    assert!(all.iter().enumerate().all(|(place, one)| all.iter().skip(place + 1).all(|other| one != other)));
    assert_eq!(InsSystem::ALL.map(InsSystem::is_production), [true, true, false, false]);
    for system in ["urn:oid:1.2.250.1.213.1.4.2", "1.2.250.1.213.1.4.10", "", "urn:oid:1.2.250.1.213.1.4.10 "] {
        assert_eq!(Ins::new(system, "279035121518989"), Err(IdentityError::UnknownSystem));
    }
    assert_eq!(format!("{:?}", all[0]), "Ins(redacted)");
}
