use std::fs;

use proptest::prelude::*;

use super::*;
use crate::{fhir::intake::tests::examples, record::submission::StagedContent};

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
        assert_eq!(names_of(head), wanted.into_iter().collect::<Vec<_>>(), "{name}");
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
        "<c:ClinicalDocument xmlns:c='urn:hl7-org:v3'><c:recordTarget><c:patientRole>{}</c:patientRole></c:recordTarget>",
        ins.replace("<id", "<c:id")
    );
    assert_eq!(names_of(prefixed.as_bytes()), [DESMAUX]);
    assert_eq!(names_of(format!("\u{feff}{}", cda(&ins)).as_bytes()), [DESMAUX]);
    let latin: Vec<u8> = cda(&ins).chars().map(|c| c as u8).collect();
    assert_eq!(names_of(&latin), [DESMAUX]);
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
