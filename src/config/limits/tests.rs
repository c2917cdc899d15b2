use super::*;

/// The member that is refused.
fn refused(limits: &Limits) -> Option<&'static str> {
    match limits.check() {
        Ok(()) => None,
        Err(ConfigError::Wrong { member, .. }) => Some(member),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_limit_that_leaves_nothing_to_ask_is_refused_by_its_name() {
    let limits = Limits::default;
    assert_eq!(refused(&limits()), None);
    for (wrong, member) in [
        (Limits { headers: 0, ..limits() }, "limits.headers"),
        (Limits { url_bytes: 0, ..limits() }, "limits.url_bytes"),
        (Limits { header_bytes: 0, ..limits() }, "limits.header_bytes"),
        (Limits { uploads: 0, ..limits() }, "limits.uploads"),
        (Limits { filings_per_second: 0, ..limits() }, "limits.filings_per_second"),
        (Limits { burst: 0, ..limits() }, "limits.burst"),
        (Limits { body_bytes: 0, ..limits() }, "limits.body_bytes"),
        (Limits { content_bytes: 0, ..limits() }, "limits.content_bytes"),
        (Limits { handshake_seconds: 0, ..limits() }, "limits.handshake_seconds"),
        (Limits { idle_seconds: 0, ..limits() }, "limits.idle_seconds"),
        (Limits { stall_seconds: 0, ..limits() }, "limits.stall_seconds"),
    ] {
        assert_eq!(refused(&wrong), Some(member));
    }
}

#[test]
fn what_the_library_refuses_by_itself_cannot_be_let_in() {
    assert_eq!(refused(&Limits { headers: 97, ..Limits::default() }), Some("limits"));
    assert_eq!(refused(&Limits { url_bytes: 100_000, ..Limits::default() }), Some("limits"));
}
