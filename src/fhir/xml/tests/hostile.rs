use proptest::prelude::*;
use quick_xml::{NsReader, events::Event};

use super::*;
use crate::fhir::intake::tests::documents::Endless;

const BUNDLE: &str = r##"<?xml version="1.0" encoding="UTF-8"?><!-- c --><Bundle xmlns="http://hl7.org/fhir"><type value="transaction"/>
<entry id="e"><resource><Binary><contentType value="text/plain"/><data value="Qm9uam91ciDDoCB0b3Vz"/></Binary></resource>
<request><method value="POST"/><url value="Binary"/></request></entry><entry><resource><List><text><status value="empty"/>
<div xmlns="http://www.w3.org/1999/xhtml">a<b x='&#233;'>é</b><![CDATA[<]]></div></text><title id="a">
<extension url="u"><valueDecimal value="1.50"/></extension></title></List></resource></entry></Bundle>"##;

/// Finds the fault, without a document that could be read.
fn refused(text: &[u8], limits: &Limits) -> Vec<String> {
    findings(read(text, limits, &Files::new()))
}

#[test]
fn entities_never_grow() {
    let laughs = r#"<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]>
        <Patient xmlns="http://hl7.org/fhir"><id value="&lol2;"/></Patient>"#;
    assert_eq!(found(laughs), ["DMP-0161 line 1, column 22"]);
    let outside = r#"<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]><Patient xmlns="http://hl7.org/fhir"/>"#;
    assert_eq!(found(outside), ["DMP-0161 line 1, column 1"]);
    assert_eq!(found(&resource("Patient", "<id value=\"&lol;\"/>")), ["DMP-0162 line 1, column 49"]);
}

#[test]
fn references_to_what_is_no_character_of_xml_are_refused() {
    for reference in [
        "&#0;",
        "&#x0;",
        "&#1;",
        "&#x1F;",
        "&#xD800;",
        "&#xFFFE;",
        "&#x110000;",
        "&#99999999999;",
        "&#;",
        "&#x;",
        "&#-1;",
        "&#+65;",
        "&#x+41;",
        "&;",
        "&#X41;",
    ] {
        let text = resource("Patient", &format!("<id value=\"{reference}\"/>"));
        let found = found(&text);
        assert!(
            found.len() == 1 && (found[0].starts_with("DMP-0159 line 1") || found[0].starts_with("DMP-0162")),
            "{reference} {found:?}"
        );
    }
}

#[test]
fn bytes_that_are_no_utf_8_and_characters_that_xml_forbids_are_refused() {
    let of = |inner: &[u8]| {
        let mut text = b"<Patient xmlns=\"http://hl7.org/fhir\">\n <id value=\"".to_vec();
        text.extend_from_slice(inner);
        text.extend_from_slice(b"\"/></Patient>");
        refused(&text, &Limits::default())
    };
    for bytes in [&b"a\xFF"[..], b"a\xC3(", b"a\xED\xA0\x80", b"a\xC0\xAF", b"a\xF8\x88\x80\x80\x80"] {
        assert_eq!(of(bytes), ["DMP-0101 line 2, column 14"], "{bytes:?}");
    }
    for bytes in [&b"a\0"[..], b"a\x01", b"a\x1B", b"a\xEF\xBF\xBE", b"a\xEF\xBF\xBF"] {
        assert_eq!(of(bytes), ["DMP-0159 line 2, column 14"], "{bytes:?}");
    }
    assert_eq!(refused(b"\xFF\xFE<\0P\0", &Limits::default()), ["DMP-0101 line 1, column 1"]);
    assert!(read_text(&resource("Patient", "<id value=\"\u{FFFD}\u{7F}\u{85}\"/>")).is_ok());
}

#[test]
fn nesting_is_bounded() {
    let nested = |levels: usize| {
        let (open, close) = ("<extension url=\"u\">".repeat(levels), "</extension>".repeat(levels));
        resource("Patient", &format!("{open}<valueCode value=\"v\"/>{close}"))
    };
    // The root, and for each extension its list and itself.
    assert!(read_text(&nested(31)).is_ok());
    let deepest = found(&nested(32));
    assert!(deepest.len() == 1 && deepest[0].starts_with("DMP-0113 Patient.extension[0].extension[0]"), "{deepest:?}");
    assert_eq!(found(&nested(20_000)).len(), 1);
    assert_eq!(found(&resource("Patient", &"<foo>".repeat(100_000))).len(), 1);
    let divs = format!("<text><div xmlns=\"http://www.w3.org/1999/xhtml\">{}", "<b>".repeat(100_000));
    assert_eq!(found(&resource("Patient", &divs)).len(), 1);
}

#[test]
fn what_is_held_is_bounded() {
    let limits = Limits { string: 1000, nodes: 100, ..Limits::default() };
    let long = resource("Patient", &format!("<id value=\"{}\"/>", "a".repeat(1001)));
    assert_eq!(refused(long.as_bytes(), &limits), ["DMP-0114 Patient.id"]);
    let div = format!("<text><div xmlns=\"http://www.w3.org/1999/xhtml\">{}</div></text>", "a".repeat(1000));
    assert_eq!(refused(resource("Patient", &div).as_bytes(), &limits), ["DMP-0114 Patient.text.div"]);
    let many = resource("Patient", &r#"<name><family value="a"/></name>"#.repeat(50));
    assert!(refused(many.as_bytes(), &limits)[0].starts_with("DMP-0115 Patient.name["));
    let text = resource("Patient", &format!("<name><text value=\"{}\"/></name>", "a".repeat(900)).repeat(20));
    assert!(refused(text.as_bytes(), &limits)[0].starts_with("DMP-0115 Patient.name[17]"));
    let attributes: String = (0..200).map(|n| format!(" xmlns:a{n}=\"x\"")).collect();
    assert_eq!(found(&format!("<Patient{attributes}>")).len(), 1);
    assert_eq!(found(&format!("<{}", "a".repeat(1 << 20))), ["DMP-0159 line 1, column 1"]);
}

/// An endless value, comment, text or name is never held.
#[test]
fn whatever_has_no_end_is_refused() {
    let limits = Limits { body: 4 << 20, ..Limits::default() };
    for head in [
        &br#"<Patient xmlns="http://hl7.org/fhir"><id value=""#[..],
        br#"<Patient xmlns="http://hl7.org/fhir"><!-- "#,
        br#"<Patient xmlns="http://hl7.org/fhir"><text><div xmlns="http://www.w3.org/1999/xhtml">"#,
        br#"<Patient xmlns="http://hl7.org/fhir"><text><div xmlns="http://www.w3.org/1999/xhtml"><![CDATA["#,
        br#"<Patient xmlns="http://hl7.org/fhir"><a"#,
        br#"<Patient xmlns="http://hl7.org/fhir" a"#,
        b"<a",
        b"A",
    ] {
        let endless = Endless { head, middle: u64::MAX / 2, tail: b"\"" };
        assert_eq!(findings(read(endless, &limits, &Files::new())).len(), 1, "{head:?}");
    }
}

#[test]
fn a_flood_of_findings_ends() {
    assert_eq!(found(&resource("Patient", &"<name/>".repeat(1000))).len(), 50);
}

#[test]
fn a_body_cut_anywhere_is_never_taken() {
    assert!(read_text(BUNDLE).is_ok());
    for end in 0..BUNDLE.len() {
        let result = read(&BUNDLE.as_bytes()[..end], &Limits::default(), &Files::new());
        assert!(matches!(result, Err(Unreadable::Cut | Unreadable::Issues(_))), "cut at {end}");
    }
}

/// Whether another reader of XML finds a text well formed, with every prefix declared.
fn is_well_formed(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let mut reader = NsReader::from_str(text);
    reader.config_mut().enable_all_checks(true);
    let mut depth = 0_i64;
    loop {
        match reader.read_resolved_event() {
            Ok((_, Event::Eof)) => return depth == 0,
            Ok((_, Event::Start(tag))) => {
                depth += 1;
                if tag.attributes().any(|attribute| attribute.is_err()) {
                    return false;
                }
            }
            Ok((_, Event::Empty(tag))) if tag.attributes().any(|attribute| attribute.is_err()) => return false,
            Ok((_, Event::End(_))) => depth -= 1,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes[..], &Limits::default(), &Files::new());
    }

    #[test]
    fn what_is_taken_is_well_formed_and_can_be_written_and_read_again(
        edits in prop::collection::vec((0..BUNDLE.len(), prop_oneof![
            "[a-z<>/\"'&;:=! \\[\\]-]{0,3}", Just("xmlns=\"\"".to_owned()), Just("]]>".to_owned()), Just("<id value='a'/>".to_owned())
        ], 0..6usize), 1..3),
    ) {
        let mut bytes = BUNDLE.as_bytes().to_vec();
        for (at, put, drop) in edits {
            let at = at.min(bytes.len());
            let end = (at + drop).min(bytes.len());
            bytes.splice(at..end, put.into_bytes());
        }
        if let Ok(intake) = read(&bytes[..], &Limits::default(), &Files::new()) {
            prop_assert!(is_well_formed(&bytes), "{}", String::from_utf8_lossy(&bytes));
            let again = read(&write_value(&intake.tree).unwrap()[..], &Limits::default(), &Files::new());
            prop_assert_eq!(again.unwrap().tree, intake.tree);
        }
    }
}
