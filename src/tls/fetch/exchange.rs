//! One exchange with an http server: a GET, bounded in time and size. Nothing is followed, nothing unpacked, no connection kept.

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::{
    Request, Response, StatusCode, Uri,
    body::{Body, Incoming},
    client::conn::http1,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};

use super::{FetchFault, FetchRules};

/// By what a server knows whether the list that we have is still its newest.
#[derive(Debug, Clone, Default)]
pub struct Validators {
    tag: Option<HeaderValue>,
    modified: Option<HeaderValue>,
}

impl Validators {
    fn of(headers: &HeaderMap) -> Self {
        Self { tag: headers.get(header::ETAG).cloned(), modified: headers.get(header::LAST_MODIFIED).cloned() }
    }

    fn are_none(&self) -> bool {
        self.tag.is_none() && self.modified.is_none()
    }

    fn conditions(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        let tag = self.tag.clone().map(|tag| (header::IF_NONE_MATCH, tag));
        tag.into_iter().chain(self.modified.clone().map(|at| (header::IF_MODIFIED_SINCE, at)))
    }
}

/// What the server said.
pub enum Answer {
    /// What we have is still its newest.
    Unchanged,
    /// It has this.
    Lists {
        /// The body.
        bytes: Vec<u8>,
        /// By what it will know it again.
        validators: Validators,
    },
}

/// Asks one address.
pub async fn get(url: &str, known: &Validators, rules: &FetchRules) -> Result<Answer, FetchFault> {
    timeout(rules.time, exchange(url, known, rules)).await.unwrap_or(Err(FetchFault::Slow))
}

async fn exchange(url: &str, known: &Validators, rules: &FetchRules) -> Result<Answer, FetchFault> {
    let uri = parse(url)?;
    let proxy = rules.proxy.as_deref().map(parse).transpose()?;
    let socket = connect(proxy.as_ref().unwrap_or(&uri)).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(socket)).await.map_err(broken)?;
    let request = request(&uri, proxy.is_some(), known)?;
    let answered = async { read(sender.send_request(request).await.map_err(broken)?, known, rules.bytes).await };
    // The connection works as long as the answer is awaited, and ends with it.
    tokio::select! {
        biased;
        answer = answered => answer,
        ended = ended(connection) => Err(ended),
    }
}

/// Drives a connection. One that is closed while its answer is read says so there.
async fn ended<C: Future<Output = hyper::Result<()>>>(connection: C) -> FetchFault {
    match connection.await {
        Err(error) => broken(error),
        Ok(()) => std::future::pending().await,
    }
}

fn parse(url: &str) -> Result<Uri, FetchFault> {
    let uri: Uri = url.parse().map_err(|_| FetchFault::BadAddress)?;
    let is_good = uri.scheme_str() == Some("http") && uri.host().is_some_and(|host| !host.is_empty());
    if is_good { Ok(uri) } else { Err(FetchFault::BadAddress) }
}

async fn connect(uri: &Uri) -> Result<TcpStream, FetchFault> {
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    TcpStream::connect((host, uri.port_u16().unwrap_or(80)))
        .await
        .map_err(|error| FetchFault::Unreachable(error.into()))
}

/// A proxy is told the whole address, a server the path alone.
fn request(uri: &Uri, by_proxy: bool, known: &Validators) -> Result<Request<Empty<Bytes>>, FetchFault> {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let target = if by_proxy { uri.to_string() } else { path.to_owned() };
    let host = uri
        .authority()
        .map_or_else(String::new, |authority| authority.as_str().rsplit('@').next().unwrap_or_default().to_owned());
    let mut request = Request::get(target)
        .header(header::HOST, host)
        .header(header::USER_AGENT, "dmp-gateway")
        .header(header::ACCEPT, "application/pkix-crl, */*")
        .header(header::CONNECTION, "close")
        .body(Empty::new())
        .map_err(|_| FetchFault::BadAddress)?;
    request.headers_mut().extend(known.conditions());
    Ok(request)
}

async fn read(answer: Response<Incoming>, known: &Validators, most: u64) -> Result<Answer, FetchFault> {
    let status = answer.status();
    if status == StatusCode::NOT_MODIFIED && !known.are_none() {
        return Ok(Answer::Unchanged);
    }
    if status.is_redirection() {
        return Err(FetchFault::Redirected);
    }
    if status != StatusCode::OK {
        return Err(FetchFault::Status(status.as_u16()));
    }
    let validators = Validators::of(answer.headers());
    Ok(Answer::Lists { bytes: gather(answer.into_body(), most).await?, validators })
}

async fn gather(mut body: Incoming, most: u64) -> Result<Vec<u8>, FetchFault> {
    if body.size_hint().lower() > most {
        return Err(FetchFault::TooBig);
    }
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(broken)?.into_data() else { continue };
        bytes.extend_from_slice(&data);
        if bytes.len() as u64 > most {
            return Err(FetchFault::TooBig);
        }
    }
    Ok(bytes)
}

fn broken(error: hyper::Error) -> FetchFault {
    FetchFault::Unreachable(error.into())
}
