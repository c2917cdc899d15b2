//! The format of a CDA, by what it wraps or by the template to which it conforms. Source: JDV_J60; pdsm-dmp 14.8, 14.9.

use super::{Body, Header, Ii};
use crate::{
    fhir::canon::{A06, A11},
    record::code::Code,
};

/// The formats of wrapped content, by media type.
const WRAPPED: [(&str, &str, &str); 6] = [
    ("application/pdf", A11, "urn:ihe:iti:xds-sd:pdf:2008"),
    ("text/plain", A11, "urn:ihe:iti:xds-sd:text:2008"),
    ("text/rtf", A06, "urn:ihe:iti-fr:xds-sd:rtf:2010"),
    ("application/rtf", A06, "urn:ihe:iti-fr:xds-sd:rtf:2010"),
    ("image/jpeg", A06, "urn:ihe:iti-fr:xds-sd:jpeg:2010"),
    ("image/tiff", A06, "urn:ihe:iti-fr:xds-sd:tiff:2010"),
];

/// The formats of structured documents, by template; the first that is found counts.
const TEMPLATES: [(&str, &str, &str); 5] = [
    ("1.2.250.1.213.1.1.1.29", A06, "urn:asip:ci-sis:ldl-ses:2017"),
    ("1.2.250.1.213.1.1.1.13", A06, "urn:asip:ci-sis:vsm:2012"),
    ("1.3.6.1.4.1.19376.1.3.3", A11, "urn:ihe:lab:xd-lab:2008"),
    ("1.3.6.1.4.1.19376.1.9.1.1.1", A11, "urn:ihe:pharm:pre:2010"),
    ("1.3.6.1.4.1.19376.1.9.1.1.3", A11, "urn:ihe:pharm:dis:2010"),
];

/// The format of the document; nothing where its template is none that is known here.
pub fn format_of(header: &Header) -> Option<Code> {
    match header.body.as_ref()? {
        Body::Wrapped(media_type) => wrapped(media_type.as_deref()?),
        Body::Structured => TEMPLATES.iter().find(|(root, ..)| conforms(&header.templates, root)).map(code),
    }
}

fn conforms(templates: &[Ii], root: &str) -> bool {
    templates.iter().any(|template| template.root == root)
}

fn wrapped(media_type: &str) -> Option<Code> {
    let bare = media_type.split(';').next().unwrap_or_default().trim();
    WRAPPED.iter().find(|(known, ..)| known.eq_ignore_ascii_case(bare)).map(code)
}

fn code((_, system, code): &(&str, &str, &str)) -> Code {
    Code::new(system, code)
}
