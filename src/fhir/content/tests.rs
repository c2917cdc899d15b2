use std::fs;

use proptest::prelude::*;

use super::*;
use crate::{
    fhir::intake::tests::examples,
    record::{identity::check_matricule, submission::StagedContent},
};

const DESMAUX: &str = "279035121518989";

fn cda(ids: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><?x y?><!-- c --><ClinicalDocument xmlns="urn:hl7-org:v3"><id root="1.2"/><recordTarget>
        <patientRole>{ids}<patient><name>É</name></patient></patientRole></recordTarget></ClinicalDocument>"#
    )
}

fn id(root: &str, extension: &str) -> String {
    format!(r#"<id extension="{extension}" root="{root}"/>"#)
}

#[test]
fn the_official_documents_name_their_patient() {
    for path in examples(&["cda"], "xml") {
        let bytes = fs::read(&path).unwrap();
        let head = &bytes[..bytes.len().min(StagedContent::HEAD)];
        let name = path.file_name().unwrap().to_str().unwrap();
        let wanted = match name {
            "eDISP-MED_2024.01.xml" => "277076322082910",
            "CSE-CS8_2025.01.xml" => "221042545611404",
            _ => DESMAUX,
        };
        let wanted = Some(wanted.to_owned()).filter(|matricule| check_matricule(matricule).is_ok());
        let is_whole = head.len() == bytes.len();
        assert_eq!(heading_of(head, is_whole, true), Heading::Names(wanted.into_iter().collect()), "{name}");
        assert_eq!(sniff(head), Sniffed::Cda, "{name}");
    }
}

#[test]
fn only_valid_matricules_under_an_ins_system_count() {
    let ins = |extension: &str| id("1.2.250.1.213.1.4.10", extension);
    for (ids, wanted) in [
        (ins(DESMAUX), vec![DESMAUX]),
        (ins(DESMAUX) + &ins(DESMAUX), vec![DESMAUX]),
        (ins(" 279035121518989 "), vec![DESMAUX]),
        (ins("&#50;79035121518989"), vec![DESMAUX]),
        (ins("279035121518988"), vec![]),
        (ins("&x;"), vec![]),
        (id("1.2.3", DESMAUX), vec![]),
        (id("1.2.250.1.213.1.4.8", DESMAUX) + &ins("221042545611404"), vec![DESMAUX, "221042545611404"]),
        (format!("<a>{}</a>", ins(DESMAUX)), vec![]),
        (format!("<id xmlns='x' root='1.2.250.1.213.1.4.10' extension='{DESMAUX}'/>"), vec![]),
        (format!("</patientRole></recordTarget><recordTarget/><patientRole>{}", ins(DESMAUX)), vec![]),
    ] {
        let wanted: Vec<_> = wanted.into_iter().filter(|matricule| check_matricule(matricule).is_ok()).collect();
        assert_eq!(names_of(cda(&ids).as_bytes()), wanted, "{ids}");
    }
}

#[test]
fn prefixes_other_roots_and_document_types_are_told_apart() {
    let ins = id("1.2.250.1.213.1.4.10", DESMAUX);
    let prefixed = format!(
        "<c:ClinicalDocument xmlns:c='urn:hl7-org:v3'><c:recordTarget><c:patientRole>{}</c:patientRole></c:recordTarget></c:ClinicalDocument>",
        ins.replace("<id", "<c:id")
    );
    assert_eq!(names_of(prefixed.as_bytes()), [DESMAUX]);
    assert_eq!(names_of(format!("\u{feff}{}", cda(&ins)).as_bytes()), [DESMAUX]);
    for other in [
        cda(&ins).replace("urn:hl7-org:v3", "urn:hl7-org:v2"),
        cda(&ins).replace("ClinicalDocument", "Document"),
        cda(&ins).replace("<!-- c -->", "<!DOCTYPE ClinicalDocument [<!ENTITY x 'y'>]>"),
        String::new(),
    ] {
        assert_eq!(names_of(other.as_bytes()), [""; 0], "{other}");
    }
}

#[test]
fn what_holds_no_header_has_none_to_read() {
    for (head, is_xml) in [
        (&b"Bonjour"[..], false),
        (b"%PDF-1.7", false),
        (b"3 < 4", false),
        (b"<3 bonjour", false),
        (b"<html><p>", false),
        (b"<?xml version='1.0' encoding='utf-8'?><svg/>", true),
        (b"<ClinicalDocument xmlns=\"urn:hl7-org:v3\"/>", true),
        (b"<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><id/></ClinicalDocument>", true),
    ] {
        assert_eq!(heading_of(head, true, is_xml), Heading::Absent, "{}", String::from_utf8_lossy(head));
    }
}

#[test]
fn a_header_that_another_reader_may_understand_better_is_unreadable() {
    let whole = cda(&id("1.2.250.1.213.1.4.10", DESMAUX));
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let latin = whole.chars().map(|c| c as u8).collect();
    for (case, bytes) in [
        ("UTF-16 with its mark", [&b"\xff\xfe"[..], &utf16(&whole)].concat()),
        ("UTF-16 without", utf16(&whole)),
        ("UTF-16 after a space", utf16(&format!(" {whole}"))),
        ("EBCDIC", b"\x4c\x6f\xa7\x94\x93".to_vec()),
        ("Latin-1", latin),
        ("another encoding declared", whole.replace("?>", " encoding='utf-7'?>").into_bytes()),
        ("a document type", whole.replace("<!-- c -->", "<!DOCTYPE ClinicalDocument>").into_bytes()),
        ("a small document type", whole.replace("<!-- c -->", "<!doctype ClinicalDocument>").into_bytes()),
        ("malformed", whole.replace("<id root=\"1.2\"/>", "</x>").into_bytes()),
        (
            "a second patient, malformed",
            whole.replace("</recordTarget>", "</recordTarget><recordTarget></x>").into_bytes(),
        ),
        ("without a root", b"<?xml version='1.0'?><!-- c -->".to_vec()),
    ] {
        assert_eq!(heading_of(&bytes, true, false), Heading::Unreadable, "{case}");
    }
    assert_eq!(heading_of(b"Bonjour", true, true), Heading::Unreadable, "no XML although its media type says so");
}

#[test]
fn a_patient_beyond_the_first_bytes_is_unreadable() {
    let whole = cda(&id("1.2.250.1.213.1.4.10", DESMAUX));
    let filler = format!("<!--{}-->", "é".repeat(40_000));
    let first = &whole[whole.find("<recordTarget>").unwrap()..whole.find("</Clin").unwrap()];
    for at in ["<ClinicalDocument", "<id root", "<patientRole", "</ClinicalDocument"] {
        let long = whole.replace(at, &format!("{filler}{at}"));
        let head = &long.as_bytes()[..StagedContent::HEAD];
        assert_eq!(heading_of(head, false, true), Heading::Unreadable, "{at}");
    }
    let followed = whole.replace("</ClinicalDocument", &format!("<author/>{filler}{first}</ClinicalDocument"));
    let head = &followed.as_bytes()[..StagedContent::HEAD];
    assert_eq!(heading_of(head, false, true), Heading::Names(vec![DESMAUX.to_owned()]));
}

#[test]
fn kinds_are_told_by_the_first_bytes() {
    for (head, kind) in [
        (&b"%PDF-1.7"[..], Sniffed::Pdf),
        (b"{\\rtf1", Sniffed::Rtf),
        (b"\xff\xd8\xff\xe0", Sniffed::Jpeg),
        (b"II*\0", Sniffed::Tiff),
        (b"PK\x03\x04", Sniffed::Zip),
        (b" <html/>", Sniffed::Xml),
        (b"<ClinicalDocument xmlns='urn:hl7-org:v3'", Sniffed::Other),
        (b"<ClinicalDocument xmlns='urn:hl7-org:v3'>", Sniffed::Cda),
        (b"Bonjour", Sniffed::Other),
        (b"", Sniffed::Other),
    ] {
        assert_eq!(sniff(head), kind, "{}", String::from_utf8_lossy(head));
    }
}

#[test]
fn a_header_built_to_cost_time_or_stack_does_not() {
    let attributes: String = (0..6000).map(|n| format!(" a{n}=''")).collect();
    assert_eq!(names_of(cda(&format!("<id{attributes}/>")).as_bytes()), [""; 0]);
    let deep = format!("<ClinicalDocument xmlns='urn:hl7-org:v3'>{}", "<a>".repeat(20_000));
    assert_eq!(names_of(deep.as_bytes()), [""; 0]);
    let bindings: String = (0..3000).map(|n| format!(" xmlns:a{n}='{n}'")).collect();
    assert_eq!(names_of(format!("<ClinicalDocument{bindings}>").as_bytes()), [""; 0]);
}

proptest! {
    #[test]
    fn a_header_cut_or_broken_anywhere_never_panics(at in 0..260usize, byte in any::<u8>(), cut in 0..400usize) {
        let mut bytes = cda(&id("1.2.250.1.213.1.4.10", DESMAUX)).into_bytes();
        bytes[at] = byte;
        bytes.truncate(cut);
        let names = names_of(&bytes);
        prop_assert!(names.iter().all(|name| check_matricule(name).is_ok()));
        let _ = sniff(&bytes);
    }
}
