//! FHIR documents as content: Bundles of type `document`, in either encoding. Source: <http://hl7.org/fhir/R4/documents.html>; MHD, option
//! FHIR Documents Publish; pdsm-dmp 4.1, 4.4 and 16 no 15.

use std::io;

use serde_json::Value;

use super::{
    intake::{self, Limits},
    shape,
    xml::{self, Unwritable},
};

pub use stage::stage;
pub(in crate::fhir) use subject::{Subject, patient, subject};

mod stage;
mod subject;
#[cfg(test)]
pub(in crate::fhir) mod tests;

/// The longest document, in bytes, that is held to be read or converted.
pub const LARGEST: u64 = 8 << 20;

/// The two encodings of FHIR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// JSON.
    Json,
    /// XML.
    Xml,
}

impl Encoding {
    /// The media type of FHIR in this encoding.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/fhir+json",
            Self::Xml => "application/fhir+xml",
        }
    }

    /// The encoding that a media type of FHIR names, with the names that DSTU2 had; nothing of other JSON and XML.
    pub fn of_media_type(told: &str) -> Option<Self> {
        let essence = told.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/fhir+json" | "application/json+fhir" => Some(Self::Json),
            "application/fhir+xml" | "application/xml+fhir" => Some(Self::Xml),
            _ => None,
        }
    }

    /// The encoding of a document as it is written here, by its first byte.
    pub(in crate::fhir) fn of_written(head: &[u8]) -> Self {
        if head.first() == Some(&b'<') { Self::Xml } else { Self::Json }
    }
}

/// Whether a resource is a Bundle of type `document`.
pub fn is_document(resource: &Value) -> bool {
    let text = |name: &str| resource.get(name).and_then(Value::as_str);
    text("resourceType") == Some("Bundle") && text("type") == Some("document")
}

/// Reads stored bytes as a FHIR document, through the gates of the shape; nothing where they are none, or longer than [`LARGEST`].
pub fn read(bytes: &[u8], encoding: Encoding) -> Option<Value> {
    let limits = Limits { body: LARGEST, content: 0, string: bytes.len(), documents: 0, ..Limits::default() };
    let read = match encoding {
        Encoding::Json => intake::read_held(bytes, &limits),
        Encoding::Xml => xml::read_held(bytes, &limits),
    };
    read.ok().filter(is_document).filter(|document| shape::check(document).is_empty())
}

/// Writes a resource in an encoding, in the one way in which it is stored.
///
/// # Errors
/// See [`Unwritable`]; what passed the gates can always be written.
pub fn written(resource: &Value, encoding: Encoding) -> Result<Vec<u8>, Unwritable> {
    match encoding {
        Encoding::Json => Ok(serde_json::to_vec(resource)?),
        Encoding::Xml => xml::write_value(resource),
    }
}

fn pour(resource: &Value, encoding: Encoding, mut out: impl io::Write) -> io::Result<()> {
    match encoding {
        Encoding::Json => serde_json::to_writer(out, resource).map_err(io::Error::from),
        Encoding::Xml => out.write_all(&xml::write_value(resource).map_err(io::Error::other)?),
    }
}
