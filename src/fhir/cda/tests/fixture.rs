//! A header that tells everything once.

pub(in crate::fhir) const DOCTOR: &str = "899700218896";
pub(in crate::fhir) const STRUCTURE: &str = "10B0999001";
pub(in crate::fhir) const INS: &str = "279035121518989";

/// A document of which every element of the header counts.
pub(in crate::fhir) fn document() -> String {
    format!("{HEAD}{PATIENT}{}{ACTS}{BODY}", people())
}

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="x.xsl"?>
<!-- a comment -->
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:ps3-20="urn:dicom-org:ps3-20">
<templateId root="1.2.250.1.213.1.1.1.13" extension="201310"/>
<id root="1.2.250.1.999.7" extension="42"/>
<code code="11488-4" codeSystem="2.16.840.1.113883.6.1" displayName="CR ou fiche de consultation ou de visite"/>
<title>Compte rendu &amp; suites</title>
<effectiveTime value="20260612101500+0200"/>
<confidentialityCode code="R" codeSystem="2.16.840.1.113883.5.25"/>
<languageCode code="fr-FR"/>
<setId root="1.2.250.1.999.8"/>
<versionNumber value="2"/>
"#;

const PATIENT: &str = r#"<recordTarget><patientRole>
<id root="1.2.250.1.213.1.4.10" extension="279035121518989"/>
<id root="1.2.250.1.999.9" extension="IPP-1"/>
<addr><houseNumber>1</houseNumber><streetName>rue du Test</streetName><postalCode>51300</postalCode><city>DOMPREMY</city></addr>
<telecom value="tel:0100000000" use="H"/>
<patient><name>
<family qualifier="BR">PAT-TROIS</family><given>DOMINIQUE MARIE</given><given qualifier="BR">DOMINIQUE</given>
<family qualifier="CL">PATRON</family><given qualifier="CL">DOM</given>
</name>
<administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/>
<birthTime value="19790328"/>
<birthplace><place><addr><county>51215</county><city>DOMPREMY</city></addr></place></birthplace>
</patient></patientRole></recordTarget>
"#;

fn people() -> String {
    let organization = |name: &str, setting: &str| {
        format!(
            r#"<id root="1.2.250.1.71.4.2.2" extension="{STRUCTURE}"/><name>{name}</name>
<standardIndustryClassCode code="{setting}" codeSystem="1.2.250.1.213.1.1.4.9"/>"#
        )
    };
    let entity = format!(
        r#"<id root="1.2.250.1.71.4.2.1" extension="{DOCTOR}"/>
<code code="G15_10/SM26" codeSystem="1.2.250.1.213.1.1.4.5" displayName="Médecin"/>
<telecom value="mailto:docteur@test.fr" use="WP"/>
<assignedPerson><name><prefix>M</prefix><given>Charles</given><family>TEST</family><suffix>DR</suffix></name></assignedPerson>
<representedOrganization>{}</representedOrganization>"#,
        organization("Cabinet du test", "AMBULATOIRE")
    );
    format!(
        r#"<author><functionCode code="PCP" codeSystem="2.16.840.1.113883.5.88"/><time value="20260612101000+0200"/>
<assignedAuthor>{entity}</assignedAuthor></author>
<custodian><assignedCustodian><representedCustodianOrganization>
<id root="1.2.250.1.71.4.2.2" extension="{STRUCTURE}"/><name>Cabinet du test</name>
</representedCustodianOrganization></assignedCustodian></custodian>
<informationRecipient><intendedRecipient><id root="1.2.250.1.71.4.2.1" extension="{DOCTOR}"/>
<informationRecipient><name>Docteur TEST</name></informationRecipient>
<receivedOrganization><name>Cabinet du test</name></receivedOrganization></intendedRecipient></informationRecipient>
<legalAuthenticator><time value="20260612101500+0200"/><assignedEntity>{entity}</assignedEntity></legalAuthenticator>
<authenticator><time value="20260612101600+0200"/><assignedEntity>{entity}</assignedEntity></authenticator>
<inFulfillmentOf><order><id root="1.2.250.1.999.10" extension="ORDER-1"/>
<ps3-20:accessionNumber root="1.2.250.1.999.11" extension="ACCESSION-1"/></order></inFulfillmentOf>
<documentationOf><serviceEvent><id root="1.2.250.1.999.12"/>
<code code="ACQH004" codeSystem="1.2.250.1.213.2.5"/>
<effectiveTime><low value="20260611"/><high value="20260612100000+0200"/></effectiveTime>
<performer><assignedEntity>{entity}</assignedEntity></performer></serviceEvent></documentationOf>
"#
    )
}

const ACTS: &str = r#"<relatedDocument typeCode="APND"><parentDocument><id root="90e1c8ec-f951-4b26-a305-a34848818dd6"/></parentDocument></relatedDocument>
<componentOf><encompassingEncounter><id root="1.2.250.1.999.13" extension="STAY-1"/>
<code code="AMB" codeSystem="2.16.840.1.113883.5.4"/>
<effectiveTime><low value="20260610"/><high value="20260612"/></effectiveTime>
<location><healthCareFacility><code code="SA08" codeSystem="1.2.250.1.71.4.2.4"/></healthCareFacility></location>
</encompassingEncounter></componentOf>
"#;

const BODY: &str = r#"<component><structuredBody><component><section><text>le corps</text></section></component></structuredBody></component>
</ClinicalDocument>
"#;

/// The elements of a text, from the first byte of their start tags to the last of their ends.
pub(in crate::fhir) fn elements(text: &str) -> Vec<(String, std::ops::Range<usize>)> {
    use quick_xml::{Reader, events::Event};
    let mut reader = Reader::from_str(text);
    let (mut open, mut found) = (Vec::new(), Vec::new());
    loop {
        let from = usize::try_from(reader.buffer_position()).unwrap();
        let event = reader.read_event().unwrap();
        let until = usize::try_from(reader.buffer_position()).unwrap();
        match event {
            Event::Start(start) => open.push((start.local_name().as_ref().to_owned(), from)),
            Event::Empty(start) => found.push((start.local_name().as_ref().to_owned(), from..until)),
            Event::End(_) => {
                let (name, from) = open.pop().unwrap();
                found.push((name, from..until));
            }
            Event::Eof => return found,
            Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_) => {}
        }
    }
}

/// The text without one element.
pub(in crate::fhir) fn without(text: &str, element: &std::ops::Range<usize>) -> String {
    format!("{}{}", &text[..element.start], &text[element.end..])
}
