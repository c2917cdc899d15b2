use super::*;

#[test]
fn an_address_of_another_machine_is_fatal_and_one_in_use_is_not() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let found = is_free("listen", taken.local_addr().unwrap()).unwrap();
    assert_eq!(found.severity, Severity::Warning);
    let found = is_free("listen", "192.0.2.7:1".parse().unwrap()).unwrap();
    assert!(found.severity == Severity::Fatal && found.text.contains("192.0.2.7"));
    assert_eq!(is_free("listen", "127.0.0.1:0".parse().unwrap()), None);
}

#[test]
fn two_addresses_meet_where_one_listener_would_take_the_others_callers() {
    let meet = |listen: &str, admin: &str| overlap(listen.parse().unwrap(), admin.parse().unwrap());
    for listen in ["127.0.0.1:8443", "0.0.0.0:8443", "[::]:8443"] {
        assert!(meet(listen, "127.0.0.1:8443"), "{listen}");
        assert!(!meet(listen, "127.0.0.1:9090"), "{listen}");
    }
    assert!(!meet("127.0.0.1:0", "127.0.0.1:0"), "the system gives each its own port");
    assert!(!meet("192.0.2.7:8443", "127.0.0.1:8443"));
    assert!(!meet("0.0.0.0:8443", "[::1]:8443"));
    assert!(meet("[::]:8443", "[::1]:8443"));
}
