use super::*;

fn of(text: &str) -> Option<(String, String)> {
    span(text).ok().map(|span| (span.from.to_string(), span.until.to_string()))
}

#[test]
fn each_precision_stands_for_its_span() {
    for (text, from, until) in [
        ("2024", "2023-12-31T23:00:00Z", "2024-12-31T23:00:00Z"),
        ("2024-02", "2024-01-31T23:00:00Z", "2024-02-29T23:00:00Z"),
        ("2024-02-29", "2024-02-28T23:00:00Z", "2024-02-29T23:00:00Z"),
        ("2024-07-14", "2024-07-13T22:00:00Z", "2024-07-14T22:00:00Z"),
        ("2024-03-31", "2024-03-30T23:00:00Z", "2024-03-31T22:00:00Z"),
        ("2024-10-27", "2024-10-26T22:00:00Z", "2024-10-27T23:00:00Z"),
        ("2024-07-14T10:30", "2024-07-14T08:30:00Z", "2024-07-14T08:31:00Z"),
        ("2024-07-14T10:30:05+02:00", "2024-07-14T08:30:05Z", "2024-07-14T08:30:06Z"),
        ("2024-07-14T10:30:05-03:30", "2024-07-14T14:00:05Z", "2024-07-14T14:00:06Z"),
        ("2024-07-14T10:30:05.25Z", "2024-07-14T10:30:05.25Z", "2024-07-14T10:30:05.26Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z", "2017-01-01T00:00:00Z"),
    ] {
        assert_eq!(of(text), Some((from.to_owned(), until.to_owned())), "{text}");
    }
}

#[test]
fn what_is_no_date_is_refused() {
    for text in [
        "",
        "24",
        "0000",
        "2023-02-29",
        "2024-13",
        "2024-00",
        "2024-1",
        "2024-02-30",
        "2024-02-29T",
        "2024-02T10:00:00Z",
        "2024-02-29T24:00:00Z",
        "2024-02-29T10Z",
        "2024-02-29T10:60:00Z",
        "2024-02-29T10:00:61Z",
        "2024-02-29T10:00:00.Z",
        "2024-02-29T10:00:00+14:01",
        "2024-02-29T10:00:00+2:00",
        "2024-02-29 10:00:00Z",
        "+024-01-01",
        "2024-02-29T10:00:00ZZ",
        "2024-02-29T10:00:00.1.2Z",
        "２０２４",
        "2024-02-29t10:00:00z",
        "-2024",
        "2024-02-29T10:00.5Z",
    ] {
        assert_eq!(of(text), None, "{text}");
    }
}

#[test]
fn the_three_types_are_told_apart() {
    for (text, date, date_time, instant) in [
        ("2024", true, true, false),
        ("2024-02-29", true, true, false),
        ("2024-02-29T10:00", false, false, false),
        ("2024-02-29T10:00Z", false, false, false),
        ("2024-02-29T10:00:00", false, false, false),
        ("2024-02-29T10:00:00Z", false, true, true),
        ("2024-02-29T10:00:00.123456789012+01:00", false, true, true),
    ] {
        let moment = Moment::parse(text).unwrap();
        assert_eq!(
            (moment.is_date(), moment.is_date_time(), moment.is_instant()),
            (date, date_time, instant),
            "{text}"
        );
    }
    assert!(is_time("10:00:00") && is_time("10:00:00.5") && !is_time("10:00") && !is_time("24:00:00"));
}

#[test]
fn the_end_of_the_calendar_is_no_panic() {
    for text in ["9999", "9999-12", "9999-12-31", "9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59-14:00"] {
        assert_eq!(span(text).unwrap().until, Timestamp::MAX, "{text}");
    }
    assert!(of("0001").is_some());
}
