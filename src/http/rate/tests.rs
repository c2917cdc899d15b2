use super::*;

fn someone() -> Payer {
    Payer::Structure(StructIdNat::new("10B0999001").unwrap())
}

fn numbered(number: usize) -> Payer {
    let mut fingerprint = [0; 32];
    fingerprint[..8].copy_from_slice(&number.to_be_bytes());
    Payer::Certificate(fingerprint)
}

/// How many of so many requests at one instant get through.
fn through(rates: &Rates, payer: &Payer, agent: &str, now: Instant, tries: usize) -> usize {
    (0..tries).filter(|_| rates.take(payer.clone(), agent, now).is_ok()).count()
}

// requirement: K13@rate
#[test]
fn a_burst_passes_and_then_so_many_a_second() {
    let (rates, start) = (Rates::new(5, 10), Instant::now());
    assert_eq!(through(&rates, &someone(), "a/1", start, 30), 10);
    assert_eq!(rates.take(someone(), "a/1", start), Err(Duration::from_millis(200)));
    let mut passed = 0;
    for tenth in 1..=100 {
        passed += through(&rates, &someone(), "a/1", start + Duration::from_millis(100 * tenth), 3);
    }
    assert_eq!(passed, 50, "five a second for ten seconds");
    assert_eq!(through(&rates, &someone(), "a/1", start + Duration::from_secs(60), 30), 10, "rest fills it, not more");
}

// requirement: K13@rate
#[test]
fn each_structure_and_each_software_has_its_own_and_a_version_makes_no_other() {
    let (rates, now) = (Rates::new(1, 3), Instant::now());
    assert_eq!(through(&rates, &someone(), "a/1", now, 9), 3);
    assert_eq!(through(&rates, &someone(), "a/2 (b)", now, 9), 0);
    assert_eq!(through(&rates, &someone(), "b/1", now, 9), 3);
    assert_eq!(through(&rates, &numbered(1), "a/1", now, 9), 3);
}

#[test]
fn new_names_buy_no_tokens_for_ever() {
    let (rates, now) = (Rates::new(1, 3), Instant::now());
    let passed: usize = (0..1000).map(|n| through(&rates, &someone(), &format!("software{n}/1"), now, 3)).sum();
    assert_eq!(passed, (SOFTWARE + 1) * 3);
}

#[test]
fn the_table_does_not_grow_and_whoever_has_no_room_shares() {
    let (rates, now) = (Rates::new(1, 3), Instant::now());
    for number in 0..PAYERS {
        assert!(rates.take(numbered(number), "a", now).is_ok());
    }
    let passed: usize = (PAYERS..PAYERS + 50).map(|number| through(&rates, &numbered(number), "a", now, 3)).sum();
    assert_eq!(passed, 3, "all of them share one bucket");
    assert_eq!(rates.accounts.lock().unwrap().len(), PAYERS + 1);
    let later = now + Duration::from_secs(10);
    assert_eq!(through(&rates, &numbered(PAYERS + 99), "a", later, 9), 3, "those at rest made room");
    assert_eq!(rates.accounts.lock().unwrap().len(), 1);
}

#[test]
fn a_product_is_the_first_word_cut_to_a_length() {
    assert_eq!(product("Logiciel/4.2 (SIH)"), "Logiciel");
    assert_eq!(product("  Logiciel DPI"), "Logiciel");
    assert_eq!(product(""), "");
    assert_eq!(product(&"é".repeat(40)).len(), NAME);
}
