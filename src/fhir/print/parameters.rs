//! The answer of ITI-106. Source: MHD 3.106.4.2.

use super::json::{member, raw};
use crate::record::document::DocumentId;

/// Parameters with one parameter `DocumentReference`, which refers to the document that was filed, below the server's base address. The
/// resource can be read there.
pub fn parameters_with_reference(id: DocumentId, base: &str) -> Vec<u8> {
    let mut out = Vec::new();
    raw(
        &mut out,
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"DocumentReference\",\"valueReference\":{",
    );
    member(&mut out, "reference", &format!("{base}/DocumentReference/{id}"));
    raw(&mut out, "}}]}");
    out
}
