//! What only XML can get wrong, `DMP-0159` to `DMP-0179`. What JSON can get wrong too has the code that it has there.

use crate::fhir::issue::{Diagnosis, IssueType};

const fn diagnosis(code: &'static str, kind: IssueType, text: &'static str) -> Diagnosis {
    Diagnosis { code, kind, text }
}

/// The body is no XML 1.0 document.
pub const NOT_XML: Diagnosis = diagnosis("DMP-0159", IssueType::Structure, "the body is not well-formed XML");
/// Another encoding.
pub const ENCODING: Diagnosis =
    diagnosis("DMP-0160", IssueType::NotSupported, "the body declares another encoding than UTF-8");
/// `<!DOCTYPE`.
pub const DOCTYPE: Diagnosis = diagnosis("DMP-0161", IssueType::Structure, "a document type is declared");
/// `&name;` beyond the five of XML.
pub const ENTITY: Diagnosis =
    diagnosis("DMP-0162", IssueType::Structure, "an entity is none of the five that XML itself defines");
/// `<?name ?>`.
pub const INSTRUCTION: Diagnosis = diagnosis("DMP-0163", IssueType::Structure, "a processing instruction stands here");
/// `<![CDATA[` outside of a narrative.
pub const CDATA: Diagnosis =
    diagnosis("DMP-0164", IssueType::Structure, "a CDATA section stands outside of a narrative");
/// Characters between elements.
pub const TEXT: Diagnosis = diagnosis("DMP-0165", IssueType::Structure, "text stands between the elements");
/// Another namespace, or none.
pub const NAMESPACE: Diagnosis =
    diagnosis("DMP-0166", IssueType::Structure, "a name is not of the FHIR namespace, http://hl7.org/fhir");
/// An attribute that FHIR does not know at this place.
pub const UNKNOWN_ATTRIBUTE: Diagnosis =
    diagnosis("DMP-0167", IssueType::Structure, "FHIR R4 knows no such attribute at this place");
/// `<x/>`.
pub const EMPTY_ELEMENT: Diagnosis = diagnosis("DMP-0168", IssueType::Structure, "an element is empty");
/// A narrative that cannot stand by itself.
pub const NARRATIVE: Diagnosis = diagnosis(
    "DMP-0169",
    IssueType::Structure,
    "the narrative is not one div of XHTML that itself declares the namespaces in it",
);
/// `contained` or `resource` without a resource, or with two.
pub const ONE_RESOURCE: Diagnosis =
    diagnosis("DMP-0170", IssueType::Structure, "exactly one resource is needed inside this element");

/// All of them.
pub const ALL: &[Diagnosis] = &[
    NOT_XML,
    ENCODING,
    DOCTYPE,
    ENTITY,
    INSTRUCTION,
    CDATA,
    TEXT,
    NAMESPACE,
    UNKNOWN_ATTRIBUTE,
    EMPTY_ELEMENT,
    NARRATIVE,
    ONE_RESOURCE,
];
