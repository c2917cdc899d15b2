//! ITI-68: `GET` and `HEAD /Binary/{id}`: the content of a document, as a stream.

use std::io::{self, Read};

use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::{Method, header},
    web::{Data, Path},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use futures_util::{Stream, stream};

use super::{
    edge::Edge,
    format::{self, Wanted},
    problem::{FHIR_JSON, Problem, Shape},
    read::document_id,
    visit::Visit,
};
use crate::{
    fhir::print,
    hds::{Content, Found},
    record::access::Act,
};

/// Bytes read from the host at a time; a multiple of three, so that base64 goes on without padding.
const CHUNK: usize = 96 * 1024;

/// Retrieves a document's content: the bytes as filed, or a FHIR Binary where one is asked for.
///
/// # Errors
/// 404 where there is none for this caller, whatever the reason; 406.
pub async fn get(edge: Data<Edge>, request: HttpRequest, id: Path<String>) -> Result<HttpResponse, Problem> {
    let visit = Visit::begin(&edge, &request, "ITI-68", Shape::OfDocument).await?;
    let Some(document) = document_id(&id) else {
        return Err(visit.reject(Problem::not_found()).await);
    };
    let found = visit.ask_of(document, Act::Retrieve(document)).await?;
    if let Found::NotTaken = found {
        return Err(format::not_acceptable());
    }
    let Found::Content(Some(content)) = found else { return Err(Problem::not_found()) };
    respond(&request, content)
}

fn respond(request: &HttpRequest, content: Content) -> Result<HttpResponse, Problem> {
    let entry = content.document.entry.clone();
    let wanted = format::want_content(request, &entry.content.content_type)?;
    let (kind, prefix, suffix) = match wanted {
        Wanted::Native => (entry.content.content_type.clone(), Vec::new(), Vec::new()),
        Wanted::Binary => {
            let (prefix, suffix) = print::binary_frame(&entry);
            (FHIR_JSON.to_owned(), prefix, suffix)
        }
    };
    let size = match wanted {
        Wanted::Native => entry.content.size,
        Wanted::Binary => entry.content.size.div_ceil(3) * 4 + (prefix.len() + suffix.len()) as u64,
    };
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, kind));
    response.insert_header((header::ETAG, format!("W/\"{}\"", entry.version)));
    if wanted == Wanted::Native {
        let name = format!("attachment; filename=\"{}\"", entry.id);
        response.insert_header((header::CONTENT_DISPOSITION, name));
    }
    if *request.method() == Method::HEAD {
        return Ok(response.body(SizedStream::new(size, stream::empty::<io::Result<Bytes>>())));
    }
    let bytes = Outgoing { content: content.bytes, wanted, prefix: Some(prefix), suffix: Some(suffix) };
    Ok(response.body(SizedStream::new(size, bytes.into_stream())))
}

/// Content on its way out.
struct Outgoing {
    content: Box<dyn Read + Send>,
    wanted: Wanted,
    prefix: Option<Vec<u8>>,
    suffix: Option<Vec<u8>>,
}

impl Outgoing {
    fn into_stream(self) -> impl Stream<Item = io::Result<Bytes>> {
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
                Wanted::Binary => Bytes::from(STANDARD.encode(read)),
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
