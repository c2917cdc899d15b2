use super::{super::*, fixture::*};
use crate::{
    fhir::canon::{A01, A06, LOINC, R02},
    record::code::Identifier,
};

fn whole() -> Header {
    read(document().as_bytes(), true).unwrap()
}

fn uri(value: &str) -> Identifier {
    Identifier { system: "urn:ietf:rfc:3986".to_owned(), value: value.to_owned() }
}

#[test]
fn the_document_is_told() {
    let header = whole();
    assert_eq!(header.id.unwrap().unique_id().unwrap(), uri("urn:oid:1.2.250.1.999.7.42"));
    let code = header.code.unwrap();
    assert_eq!((code.code().system.as_str(), code.code.as_str()), (LOINC, "11488-4"));
    assert_eq!(header.title.as_deref(), Some("Compte rendu & suites"));
    assert_eq!(header.effective_time.unwrap().instant, "2026-06-12T10:15:00+02:00");
    assert_eq!(header.confidentiality.unwrap().code, "R");
    assert_eq!((header.language.as_deref(), header.version.as_deref()), (Some("fr-FR"), Some("2")));
    assert_eq!(header.set_id.unwrap().identifier().unwrap(), uri("urn:oid:1.2.250.1.999.8"));
    assert_eq!(header.templates[0].extension.as_deref(), Some("201310"));
    assert_eq!(header.body, Some(Body::Structured));
}

#[test]
fn the_patient_is_told() {
    let [patient] = &whole().patients[..] else { panic!("one patient") };
    assert_eq!(patient.ids[0].patient().unwrap().matricule(), INS);
    assert_eq!(patient.ids[1].extension.as_deref(), Some("IPP-1"));
    let parts = |parts: &[Part]| {
        parts.iter().map(|part| (part.qualifier.clone().unwrap_or_default(), part.text.clone())).collect::<Vec<_>>()
    };
    let pair = |qualifier: &str, text: &str| (qualifier.to_owned(), text.to_owned());
    assert_eq!(parts(&patient.names[0].family), [pair("BR", "PAT-TROIS"), pair("CL", "PATRON")]);
    assert_eq!(
        parts(&patient.names[0].given),
        [pair("", "DOMINIQUE MARIE"), pair("BR", "DOMINIQUE"), pair("CL", "DOM")]
    );
    assert_eq!(patient.birth.as_ref().unwrap().date_time, "1979-03-28");
    assert_eq!(patient.gender.as_ref().unwrap().code, "F");
    assert_eq!(patient.birthplace.as_ref().unwrap().county.as_deref(), Some("51215"));
    assert_eq!(patient.addresses[0].lines, ["1 rue du Test"]);
    assert_eq!(patient.telecoms[0].value, "tel:0100000000");
}

#[test]
fn the_people_are_told() {
    let header = whole();
    let author = &header.authors[0];
    assert_eq!(author.entity.ids[0].professional().unwrap().as_str(), DOCTOR);
    assert_eq!(author.function.as_ref().unwrap().code, "PCP");
    assert_eq!(author.entity.code.as_ref().unwrap().code, "G15_10/SM26");
    assert_eq!(author.entity.person.as_ref().unwrap().suffix[0].text, "DR");
    let organization = author.entity.organization.as_ref().unwrap();
    assert_eq!(organization.ids[0].structure().unwrap().as_str(), STRUCTURE);
    assert_eq!(organization.name.as_deref(), Some("Cabinet du test"));
    let signature = header.legal_authenticator.unwrap();
    assert_eq!(signature.time.unwrap().date_time, "2026-06-12T10:15:00+02:00");
    assert_eq!(signature.entity.ids[0].professional().unwrap().as_str(), DOCTOR);
    assert_eq!(header.authenticators.len(), 1);
    assert_eq!(header.custodian.unwrap().ids[0].structure().unwrap().as_str(), STRUCTURE);
    let recipient = &header.recipients[0];
    assert_eq!(recipient.person.as_ref().unwrap().text.as_deref(), Some("Docteur TEST"));
    assert!(recipient.organization.is_some());
}

#[test]
fn the_context_is_told() {
    let header = whole();
    let service = &header.services[0];
    assert_eq!(service.code.as_ref().unwrap().code, "ACQH004");
    assert_eq!(service.start.as_ref().unwrap().date_time, "2026-06-11");
    assert_eq!(service.end.as_ref().unwrap().date_time, "2026-06-12T10:00:00+02:00");
    let performer = service.performer.as_ref().unwrap().organization.as_ref().unwrap();
    assert_eq!(performer.setting.as_ref().unwrap().code().system, A01);
    let encounter = header.encounter.unwrap();
    assert_eq!(encounter.facility.unwrap().code().system, R02);
    assert_eq!(encounter.start.unwrap().date_time, "2026-06-10");
    assert_eq!(header.related[0].kind, "APND");
    assert_eq!(header.related[0].id.unique_id().unwrap(), uri("urn:uuid:90e1c8ec-f951-4b26-a305-a34848818dd6"));
    assert_eq!(header.orders[0].identifier().unwrap().value, "ORDER-1");
    assert_eq!(header.accessions[0].identifier().unwrap().system, "urn:oid:1.2.250.1.999.11");
}

/// Nothing of the header is read in vain: without any one element it says less.
#[test]
fn every_element_counts() {
    let text = document();
    let header = read(text.as_bytes(), true).unwrap();
    let body = text.find("<component>").unwrap();
    let all: Vec<_> = elements(&text).into_iter().filter(|(_, range)| range.start < body).collect();
    assert!(all.len() > 100, "{}", all.len());
    for (name, range) in all.iter().filter(|(name, _)| name != "ClinicalDocument") {
        let less = read(without(&text, range).as_bytes(), true).unwrap();
        assert!(less != header, "{name} at {range:?} changes nothing");
    }
}

#[test]
fn a_header_without_anything_says_nothing() {
    let header = read(b"<ClinicalDocument xmlns='urn:hl7-org:v3'/>", true).unwrap();
    assert!(header.id.is_none() && header.code.is_none() && header.title.is_none() && header.body.is_none());
    assert!(header.patients.is_empty() && header.authors.is_empty() && header.services.is_empty());
    let null = document().replace("root=", "nullFlavor=").replace("value=", "nullFlavor=").replace("code=", "x=");
    let header = read(null.as_bytes(), true).unwrap();
    assert!(header.id.is_none() && header.code.is_none() && header.effective_time.is_none());
    assert!(header.authors[0].entity.ids.is_empty());
}

#[test]
fn a_document_is_identified_as_its_parts_allow() {
    let unique = |root: &str, extension: Option<&str>| {
        let id = Ii { root: root.to_owned(), extension: extension.map(str::to_owned) };
        id.unique_id().map(|id| format!("{}|{}", id.system, id.value))
    };
    for (root, extension, wanted) in [
        ("1.2.3", None, Some("urn:ietf:rfc:3986|urn:oid:1.2.3")),
        ("1.2.3", Some("4"), Some("urn:ietf:rfc:3986|urn:oid:1.2.3.4")),
        ("1.2.3", Some("04"), Some("urn:oid:1.2.3|04")),
        ("1.2.3", Some("4.5"), Some("urn:oid:1.2.3|4.5")),
        ("1.2.3", Some("A-4"), Some("urn:oid:1.2.3|A-4")),
        (
            "90E1C8EC-F951-4B26-A305-A34848818DD6",
            None,
            Some("urn:ietf:rfc:3986|urn:uuid:90e1c8ec-f951-4b26-a305-a34848818dd6"),
        ),
        ("90E1C8EC-F951-4B26-A305-A34848818DD6", Some("4"), Some("urn:uuid:90e1c8ec-f951-4b26-a305-a34848818dd6|4")),
        ("3.2.1", None, None),
        ("1.02", None, None),
        ("1..2", None, None),
        ("90E1C8ECF9514B26A305A34848818DD6", None, None),
        ("x", Some("4"), None),
    ] {
        assert_eq!(unique(root, extension).as_deref(), wanted, "{root} {extension:?}");
    }
}

#[test]
fn the_format_is_told_by_template_or_by_what_is_wrapped() {
    let header = whole();
    let format = format_of(&header).unwrap();
    assert_eq!((format.system.as_str(), format.code.as_str()), (A06, "urn:asip:ci-sis:vsm:2012"));
    let of = |body: Option<Body>, templates: Vec<Ii>| {
        format_of(&Header { body, templates, ..header.clone() }).map(|it| it.code)
    };
    let wrapped = |media_type: &str| of(Some(Body::Wrapped(Some(media_type.to_owned()))), Vec::new());
    assert_eq!(wrapped("application/pdf").as_deref(), Some("urn:ihe:iti:xds-sd:pdf:2008"));
    assert_eq!(wrapped("Image/JPEG; x=y").as_deref(), Some("urn:ihe:iti-fr:xds-sd:jpeg:2010"));
    assert_eq!(wrapped("video/mp4"), None);
    assert_eq!(of(Some(Body::Wrapped(None)), Vec::new()), None);
    assert_eq!(of(Some(Body::Structured), Vec::new()), None);
    assert_eq!(of(None, header.templates.clone()), None);
}

#[test]
fn nothing_of_it_is_printed() {
    let header = whole();
    let look = look(document().as_bytes(), true).unwrap();
    let patient = &header.patients[0];
    let author = &header.authors[0];
    let printed = format!(
        "{header:?} {look:?} {patient:?} {:?} {:?} {author:?} {:?} {:?} {:?} {:?}",
        patient.names, patient.addresses, author.entity, header.services, header.encounter, header.effective_time
    );
    for datum in [INS, DOCTOR, STRUCTURE, "PAT-TROIS", "TEST", "1979", "2026", "test", "IPP"] {
        assert!(!printed.contains(datum), "{datum} in {printed}");
    }
}
