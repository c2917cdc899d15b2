//! A Binary in XML around content that is streamed.

use super::{FHIR, escape::attribute, writer::DECLARATION};
use crate::record::document::DocumentEntry;

/// What stands before and after the base64 of the content: the twin of [`crate::fhir::print::binary_frame`].
pub fn binary_frame(entry: &DocumentEntry) -> (Vec<u8>, Vec<u8>) {
    let mut out = DECLARATION.as_bytes().to_vec();
    out.extend_from_slice(b"<Binary");
    attribute(&mut out, "xmlns", FHIR);
    out.extend_from_slice(b"><id");
    attribute(&mut out, "value", &entry.id.to_string());
    out.extend_from_slice(b"/><contentType");
    attribute(&mut out, "value", &entry.content.content_type);
    out.extend_from_slice(b"/><securityContext><reference");
    attribute(&mut out, "value", &format!("DocumentReference/{}", entry.id));
    out.extend_from_slice(b"/></securityContext><data value=\"");
    (out, b"\"/></Binary>".to_vec())
}
