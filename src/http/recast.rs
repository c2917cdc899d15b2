//! FHIR documents in another form than that in which they were filed. One is held in memory, so it is bounded in size, and few are at once.

use std::io::{self, Cursor, Read};

use tokio::{sync::Semaphore, task};

use super::{format::Format, problem::Problem, read::unexpected};
use crate::{
    fhir::document::{self, Encoding, LARGEST},
    hds::Content,
};

/// As many are converted at the same time.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// What content turned out to be.
pub enum Recast {
    /// A FHIR document, in the form that was asked for.
    Document(Vec<u8>),
    /// Something else, or longer than [`LARGEST`]; still to be read from its first byte.
    Other(Content),
}

/// Reads content of a media type of FHIR as a FHIR document, and writes it in a form.
///
/// # Errors
/// 500 where the host's bytes cannot be read.
pub async fn recast(content: Content, format: Format) -> Result<Recast, Problem> {
    let reference = &content.document.entry.content;
    let Some(own) = Encoding::of_media_type(&reference.content_type).filter(|_| reference.size <= LARGEST) else {
        return Ok(Recast::Other(content));
    };
    let _place = AT_ONCE.acquire().await.map_err(|_| unexpected())?;
    let converted = task::spawn_blocking(move || convert(content, own, format.encoding())).await;
    converted.map_err(io::Error::other).flatten().map_err(|error| {
        tracing::error!(cause = %error, "stored content");
        unexpected()
    })
}

fn convert(mut content: Content, own: Encoding, wanted: Encoding) -> io::Result<Recast> {
    let mut bytes = Vec::new();
    content.bytes.read_to_end(&mut bytes)?;
    let written = document::read(&bytes, own).and_then(|document| document::written(&document, wanted).ok());
    Ok(written
        .map_or_else(|| Recast::Other(Content { bytes: Box::new(Cursor::new(bytes)), ..content }), Recast::Document))
}
