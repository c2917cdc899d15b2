use proptest::prelude::*;

use super::{super::*, fixture::document};

fn fault(bytes: &[u8], is_whole: bool) -> Fault {
    read(bytes, is_whole).err().unwrap()
}

fn with_title(title: &str) -> String {
    document().replace("<title>Compte rendu &amp; suites</title>", title)
}

#[test]
fn what_is_no_header_says_so() {
    for (bytes, wanted) in [
        (&b""[..], Fault::NotXml),
        (b"Bonjour", Fault::NotXml),
        (b"%PDF-1.7", Fault::NotXml),
        (b"<html/>", Fault::NotCda),
        (b"<ClinicalDocument/>", Fault::NotCda),
        (b"<ClinicalDocument xmlns='urn:hl7-org:v3'>", Fault::Malformed),
        (b"<ClinicalDocument xmlns='urn:hl7-org:v3'></x>", Fault::Malformed),
        (b"<?xml version='1.0' encoding='EBCDIC-FR'?><ClinicalDocument xmlns='urn:hl7-org:v3'/>", Fault::Encoding),
        (b"\xff\xfe<\0?\0", Fault::Encoding),
        (b"<a>\xe9</a>", Fault::Encoding),
    ] {
        assert_eq!(fault(bytes, true), wanted, "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn declared_western_encodings_are_read() {
    let western = |encoding: &str, character: &[u8]| {
        let declared = document().replace("UTF-8", encoding).replace("Médecin", "Medecin").replace("&amp;", "@");
        let (before, after) = declared.split_once('@').unwrap();
        [before.as_bytes(), character, after.as_bytes()].concat()
    };
    for (encoding, character, title) in [
        ("ISO-8859-1", &b"\xe9"[..], "Compte rendu é suites"),
        ("iso-8859-1", b"\x80", "Compte rendu suites"),
        ("windows-1252", b"\x80", "Compte rendu € suites"),
        ("Windows-1252", b"\x92", "Compte rendu ’ suites"),
        ("utf8", "é".as_bytes(), "Compte rendu é suites"),
        ("US-ASCII", b"e", "Compte rendu e suites"),
    ] {
        let header = read(&western(encoding, character), true).unwrap();
        assert_eq!(header.title.as_deref(), Some(title), "{encoding}");
    }
    let marked = [b"\xef\xbb\xbf", western("ISO-8859-1", b"e").as_slice()].concat();
    assert_eq!(fault(&marked, true), Fault::Encoding, "the mark says UTF-8, the declaration does not");
}

#[test]
fn document_types_and_entities_are_refused() {
    let typed = document().replace("<!-- a comment -->", "<!DOCTYPE ClinicalDocument [<!ENTITY x 'y'>]>");
    assert_eq!(fault(typed.as_bytes(), true), Fault::DocType);
    for title in ["<title>&x;</title>", "<title>&#0;</title>", "<title>&#xD800;</title>", "<title>&nbsp;</title>"] {
        assert_eq!(fault(with_title(title).as_bytes(), true), Fault::Entity, "{title}");
    }
    let attribute = document().replace("value=\"2\"", "value=\"&x;\"");
    assert_eq!(fault(attribute.as_bytes(), true), Fault::Entity);
    let title = |text: &str| read(with_title(text).as_bytes(), true).unwrap().title;
    assert_eq!(title("<title>a&lt;&#233;&#x1;<![CDATA[<b>]]></title>").as_deref(), Some("a<é <b>"));
    assert_eq!(title("<title>\u{1b}[31m\n a\tb </title>").as_deref(), Some("[31m a b"));
    assert_eq!(title("<title> &#10; </title>"), None);
}

#[test]
fn what_is_built_to_cost_time_or_memory_is_refused() {
    let long = "x".repeat(5_000);
    assert_eq!(fault(with_title(&format!("<title>{long}</title>")).as_bytes(), true), Fault::TooLarge);
    assert_eq!(fault(with_title(&format!("<code code='{long}'/>")).as_bytes(), true), Fault::TooLarge);
    assert_eq!(fault(with_title(&format!("<code x='{}'/>", "x".repeat(9_000))).as_bytes(), true), Fault::TooLarge);
    let many: String = (0..70).map(|n| format!(" a{n}='1'")).collect();
    assert_eq!(fault(with_title(&format!("<code{many}/>")).as_bytes(), true), Fault::TooLarge);
    assert_eq!(fault(with_title(&"<id/>".repeat(6_000)).as_bytes(), true), Fault::TooLarge);
    let deep = with_title(&format!("<author>{}{}</author>", "<a>".repeat(5_000), "</a>".repeat(5_000)));
    assert_eq!(fault(deep.as_bytes(), true), Fault::TooDeep);
    let spaced = with_title(&format!("<author>{}</author>", " ".repeat(20_000)));
    assert!(read(spaced.as_bytes(), true).is_ok());
}

#[test]
fn a_header_that_goes_beyond_the_first_bytes_is_cut() {
    let filler = format!("<!--{}-->", "x".repeat(70_000));
    let long = document().replace("<author>", &format!("{filler}<author>"));
    assert_eq!(fault(long.as_bytes(), true), Fault::Cut);
    let body = document().replace("<structuredBody>", &format!("<structuredBody>{filler}"));
    assert!(read(body.as_bytes(), true).is_ok(), "a body may be as long as it likes");
    let broken = document().replace("<structuredBody>", "<structuredBody></x>");
    assert!(read(broken.as_bytes(), true).is_ok(), "the header ends where the body begins");
}

#[test]
fn a_header_cut_at_any_byte_is_an_error_until_its_body_is_reached() {
    let text = document();
    let body = text.find("<component>").unwrap() + "<component>".len();
    for cut in 0..text.len() {
        for is_whole in [false, true] {
            let read = read(&text.as_bytes()[..cut], is_whole);
            assert_eq!(read.is_ok(), cut >= body, "{cut} {is_whole}");
        }
    }
}

proptest! {
    #[test]
    fn no_change_of_two_bytes_makes_the_reader_panic(
        first in 0..6_000usize, second in 0..6_000usize, bytes in any::<[u8; 2]>(), is_whole in any::<bool>()
    ) {
        let mut text = document().into_bytes();
        let length = text.len();
        text[first % length] = bytes[0];
        text[second % length] = bytes[1];
        let _ = read(&text, is_whole);
    }
}
