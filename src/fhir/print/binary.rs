//! A Binary around content that is streamed.

use super::json::{member, raw};
use crate::record::document::DocumentEntry;

/// What stands before and after the base64 of the content.
pub fn binary_frame(entry: &DocumentEntry) -> (Vec<u8>, Vec<u8>) {
    let mut out = Vec::new();
    raw(&mut out, "{\"resourceType\":\"Binary\",");
    member(&mut out, "id", &entry.id.to_string());
    raw(&mut out, ",");
    member(&mut out, "contentType", &entry.content.content_type);
    raw(&mut out, ",\"securityContext\":{");
    member(&mut out, "reference", &format!("DocumentReference/{}", entry.id));
    raw(&mut out, "},\"data\":\"");
    (out, b"\"}".to_vec())
}
