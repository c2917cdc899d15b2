//! ITI-68: `GET` and `HEAD /Binary/{id}`: the content of a document, as a stream.

use std::io::{self, Read};

use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::{Method, header},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use futures_util::{Stream, stream};

use super::{
    format::{self, Format, Wanted},
    problem::Problem,
    read::{missing, uuid},
    recast::{self, Recast},
    streams::Place,
    visit::Visit,
};
use crate::{
    fhir::{print, xml},
    hds::{Content, Found},
    record::{
        access::Act,
        document::{DocumentEntry, DocumentId},
    },
};

/// Bytes read from the host at a time; a multiple of three, so that base64 goes on without padding.
const CHUNK: usize = 96 * 1024;

/// Retrieves a document's content: the bytes as filed, or a FHIR Binary where one is asked for; a FHIR document in the form that is asked for.
///
/// # Errors
/// 404 where there is none for this caller, whatever the reason; 406.
pub async fn respond(visit: &Visit, request: &HttpRequest, id: &str) -> Result<HttpResponse, Problem> {
    // A place comes first: what the journal has as released must be able to leave.
    let place = match visit.edge.quotas.download(&visit.caller.certificate).await {
        Ok(place) => place,
        Err(problem) => return Err(visit.reject(problem).await),
    };
    let (content, wanted) = content(visit, id).await?;
    let Wanted::Document(format) = wanted else { return Ok(streamed(content, wanted, request, place)) };
    let version = content.document.entry.version;
    match recast::recast(content, format).await? {
        Recast::Document(bytes) => Ok(converted(bytes, format, version, request)),
        Recast::Other(content) => Ok(streamed(content, Wanted::Binary(format), request, place)),
    }
}

/// A FHIR document in another form than its own. Its bytes are not those of the content, so its tag is another too.
fn converted(bytes: Vec<u8>, format: Format, version: u32, request: &HttpRequest) -> HttpResponse {
    let name = match format {
        Format::Json => "json",
        Format::Xml => "xml",
    };
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, format.media_type()));
    response.insert_header((header::ETAG, format!("W/\"{version}-{name}\"")));
    let size = bytes.len() as u64;
    let sent = (*request.method() != Method::HEAD).then(|| Ok::<_, io::Error>(Bytes::from(bytes)));
    response.body(SizedStream::new(size, stream::iter(sent)))
}

/// Content as it was filed, or in a Binary, piece by piece.
fn streamed(content: Content, wanted: Wanted, request: &HttpRequest, place: Place) -> HttpResponse {
    let entry = content.document.entry.clone();
    let (kind, prefix, suffix) = match wanted {
        Wanted::Native => (entry.content.content_type.clone(), Vec::new(), Vec::new()),
        Wanted::Binary(format) | Wanted::Document(format) => {
            let (prefix, suffix) = frame(&entry, format);
            (format.media_type().to_owned(), prefix, suffix)
        }
    };
    let size = match wanted {
        Wanted::Native => entry.content.size,
        Wanted::Binary(_) | Wanted::Document(_) => {
            entry.content.size.div_ceil(3) * 4 + (prefix.len() + suffix.len()) as u64
        }
    };
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, kind));
    response.insert_header((header::ETAG, format!("W/\"{}\"", entry.version)));
    if wanted == Wanted::Native {
        let name = format!("attachment; filename=\"{}\"", entry.id);
        response.insert_header((header::CONTENT_DISPOSITION, name));
    }
    if *request.method() == Method::HEAD {
        return response.body(SizedStream::new(size, stream::empty::<io::Result<Bytes>>()));
    }
    let bytes = Outgoing::new(content.bytes, wanted, prefix, suffix).in_place(place);
    response.body(SizedStream::new(size, bytes.into_stream()))
}

/// The content of a document, released, and the form in which it is wanted.
///
/// # Errors
/// As [`respond`].
pub async fn content(visit: &Visit, id: &str) -> Result<(Content, Wanted), Problem> {
    let Some(document) = uuid(id).map(DocumentId) else {
        return Err(visit.reject(Problem::not_found()).await);
    };
    let found = visit.ask_of(document, Act::Retrieve(document)).await?;
    if let Found::NotTaken = found {
        return Err(format::not_acceptable());
    }
    let Found::Content(Some(content)) = found else { return Err(missing(&found)) };
    let reference = &content.document.entry.content;
    let wanted = visit.acceptance.content(&reference.content_type, reference.size)?;
    Ok((content, wanted))
}

/// What stands before and after the base64 of the content.
pub fn frame(entry: &DocumentEntry, format: Format) -> (Vec<u8>, Vec<u8>) {
    match format {
        Format::Json => print::binary_frame(entry),
        Format::Xml => xml::binary_frame(entry),
    }
}

/// Content on its way out.
pub struct Outgoing {
    content: Box<dyn Read + Send>,
    wanted: Wanted,
    prefix: Option<Vec<u8>>,
    suffix: Option<Vec<u8>>,
    /// Held until the last byte has left or the caller has gone.
    _place: Option<Place>,
}

impl Outgoing {
    /// Content with what stands before and after it.
    pub fn new(content: Box<dyn Read + Send>, wanted: Wanted, prefix: Vec<u8>, suffix: Vec<u8>) -> Self {
        Self { content, wanted, prefix: Some(prefix), suffix: Some(suffix), _place: None }
    }

    /// The same, in a place that is taken until it ends.
    #[must_use]
    pub fn in_place(self, place: Place) -> Self {
        Self { _place: Some(place), ..self }
    }

    /// The bytes, read in a thread of their own.
    pub fn into_stream(self) -> impl Stream<Item = io::Result<Bytes>> {
        stream::try_unfold(self, |mut outgoing| async move {
            if let Some(prefix) = outgoing.prefix.take().filter(|prefix| !prefix.is_empty()) {
                return Ok(Some((Bytes::from(prefix), outgoing)));
            }
            let (read, mut outgoing) = tokio::task::spawn_blocking(move || {
                let read = read_full(&mut outgoing.content);
                (read, outgoing)
            })
            .await
            .map_err(io::Error::other)?;
            let read = read?;
            if read.is_empty() {
                let suffix = outgoing.suffix.take().filter(|suffix| !suffix.is_empty());
                return Ok(suffix.map(|suffix| (Bytes::from(suffix), outgoing)));
            }
            let bytes = match outgoing.wanted {
                Wanted::Native => Bytes::from(read),
                Wanted::Binary(_) | Wanted::Document(_) => Bytes::from(STANDARD.encode(read)),
            };
            Ok(Some((bytes, outgoing)))
        })
    }
}

/// Reads a whole chunk, or what is left.
fn read_full(source: &mut (dyn Read + Send)) -> io::Result<Vec<u8>> {
    let mut chunk = Vec::with_capacity(CHUNK);
    source.take(CHUNK as u64).read_to_end(&mut chunk)?;
    Ok(chunk)
}
