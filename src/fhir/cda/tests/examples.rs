use std::fs;

use super::super::*;
use crate::{fhir::intake::tests::examples, record::submission::StagedContent};

/// Of each official document, as another reader of XML told: id, type, patient, number of authors, when it was made, when the act began,
/// practice setting, facility type, format or a dash.
const FACTS: [&str; 14] = [
    "AVC-SUNV_2022.01.xml 1.2.250.1.213.1.1.1.17.2022.1.1 34133-9 279035121518989 1 \
      2018-10-03T11:17:00+01:00 2018-10-03T12:00:00+01:00 ETABLISSEMENT SA04 -",
    "BIO-CR-BIO_2024.01_Glyc.xml 1.2.250.1.213.1.1.1.55.2024.6.1 11502-2 279035121518989 1 \
      2024-04-01T17:10:00+01:00 2024-01-04T09:22:00+01:00 AMBULATOIRE SA25 urn:ihe:lab:xd-lab:2008",
    "BIO-CR-BIO_2024.01_TSH_1.xml 1.2.250.1.213.1.1.1.55.2024.9.1 11502-2 279035121518989 1 \
      2021-04-01T17:10:00+01:00 2021-01-04T09:22:00+01:00 AMBULATOIRE SA25 urn:ihe:lab:xd-lab:2008",
    "BIO-TROD_2024.01_Angine.xml 1.2.250.1.213.1.1.1.59.2024.1.1 96173-0 279035121518989 1 \
      2024-01-06T11:36:23+01:00 2024-01-06T11:36:23+01:00 DEPISTAGE SA33 -",
    "CSE-CS8_2025.01.xml 1.2.250.1.213.1.1.1.5.1.2024.2.1 CERT_DECL 221042545611404 1 \
      2021-05-03T11:45:00+01:00 2021-05-03T11:45:00+01:00 ETABLISSEMENT SA03 -",
    "DLU-EHPAD-FLUDT_2022.01.xml 1.2.250.1.213.1.1.1.23.2022.1.1 74207-2 279035121518989 1 \
      2020-03-27T15:35:00+01:00 2020-03-27T17:50:00+01:00 ETABLISSEMENT SA17 -",
    "DOC_NON_STRUCTURE_CDA-R2-N1.xml 1.3.6.1.4.1.19376.1.2.20.12345.1.1 11502-2 279035121518989 1 \
      2021-04-01T13:47:45+01:00 2021-01-04T13:47:00+01:00 AMBULATOIRE SA07 urn:ihe:iti:xds-sd:pdf:2008",
    "IMG_CR_IMG_2024.01_CDA-R2-Niveau-1.xml 1.2.250.1.213.1.1.1.45.2024.2.1 18748-4 279035121518989 1 \
      2021-01-08T11:17:00+01:00 2021-01-08T10:25:00+01:00 AMBULATOIRE SA08 urn:ihe:iti:xds-sd:pdf:2008",
    "LDL-SES_2022.01.xml 1.2.250.1.213.1.1.1.29.2022.1.1 11490-0 279035121518989 1 \
      2019-12-03T13:30:00+01:00 2019-10-29T11:17:00+01:00 ETABLISSEMENT SA01 urn:asip:ci-sis:ldl-ses:2017",
    "VAC-NOTE_2023.01.xml 1.2.250.1.213.1.1.1.46.2023.1.1 87273-9 279035121518989 1 \
      2021-04-09T15:35:00+01:00 2021-04-09T15:35:00+01:00 AMBULATOIRE SA07 -",
    "VAC_2023.01.xml 1.2.250.1.213.1.1.1.37.2023.1.1 11369-6 279035121518989 1 \
      2021-04-09T17:00:00+01:00 2021-04-09T17:00:00+01:00 AMO SA24 -",
    "VSM_1.4_2022.01.xml 1.2.250.1.213.1.1.1.13.2022.1.1 SYNTH 279035121518989 1 \
      2020-03-12T11:17:00+01:00 2020-03-12T11:17:00+01:00 ETABLISSEMENT SA04 urn:asip:ci-sis:vsm:2012",
    "eDISP-MED_2024.01.xml 1.2.250.1.213.1.1.1.54.2024.1.1 60593-1 277076322082910 2 \
      2024-12-25T09:30:00+01:00 2024-12-25T09:00:00+01:00 AMBULATOIRE SA33 urn:ihe:pharm:dis:2010",
    "eP-MED-DM_2024.01_PosoStruct.xml 1.2.250.1.213.1.1.1.39.2024.2.1 57833-6 279035121518989 1 \
      2023-12-01T09:30:00+01:00 2023-12-01T09:10:00+01:00 AMBULATOIRE SA07 urn:ihe:pharm:pre:2010",
];

fn facts_of(name: &str, header: &Header) -> Vec<String> {
    let setting = header.services.iter().find_map(|it| it.performer.as_ref()?.organization.as_ref()?.setting.as_ref());
    vec![
        name.to_owned(),
        header.id.as_ref().unwrap().root.clone(),
        header.code.as_ref().unwrap().code.clone(),
        header.patients[0].ids[0].extension.clone().unwrap(),
        header.authors.len().to_string(),
        header.effective_time.as_ref().unwrap().instant.clone(),
        header.services[0].start.as_ref().unwrap().date_time.clone(),
        setting.unwrap().code.clone(),
        header.encounter.as_ref().unwrap().facility.as_ref().unwrap().code.clone(),
        format_of(header).map_or_else(|| "-".to_owned(), |format| format.code),
    ]
}

#[test]
fn the_headers_of_the_official_documents_are_read() {
    for path in examples(&["cda"], "xml") {
        let bytes = fs::read(&path).unwrap();
        let head = &bytes[..bytes.len().min(StagedContent::HEAD)];
        let name = path.file_name().unwrap().to_str().unwrap();
        let header = read(head, head.len() == bytes.len()).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let wanted = FACTS.iter().find(|facts| facts.starts_with(name)).unwrap_or_else(|| panic!("{name} is new"));
        assert_eq!(facts_of(name, &header), wanted.split_whitespace().collect::<Vec<_>>());
        assert_eq!(header.confidentiality.unwrap().code, "N", "{name}");
        assert_eq!(header.language.as_deref(), Some("fr-FR"), "{name}");
        assert!(header.title.is_some() && header.custodian.is_some() && header.legal_authenticator.is_some(), "{name}");
        assert!(!header.patients[0].names[0].family.is_empty() && header.patients[0].birth.is_some(), "{name}");
    }
}
