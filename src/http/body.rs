//! Request bodies as streams: actix's payload on one side, a blocking reader on the other, a few chunks between them.

use std::{
    io::{self, Read},
    pin::pin,
    time::{Duration, Instant},
};

use actix_web::{http::StatusCode, web::Payload};
use bytes::{Buf, Bytes};
use futures_util::{
    StreamExt,
    future::{self, Either},
};
use tokio::sync::mpsc;

use super::{diagnoses, problem::Problem};

/// How many chunks may wait between the socket and the reader.
const CHUNKS: usize = 8;

/// The blocking end of a body.
pub struct BodyReader {
    chunks: mpsc::Receiver<io::Result<Bytes>>,
    current: Bytes,
}

impl Read for BodyReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            match self.chunks.blocking_recv() {
                Some(chunk) => self.current = chunk?,
                None => return Ok(0),
            }
        }
        let length = into.len().min(self.current.len());
        self.current.split_to(length).copy_to_slice(into.get_mut(..length).unwrap_or_default());
        Ok(length)
    }
}

/// How slow a body may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// It may stand still for so long.
    pub stall: Duration,
    /// After that much time, what came must amount to [`Pace::BYTES_A_SECOND`]: nobody holds a place for an upload by dripping.
    pub grace: Duration,
}

impl Pace {
    /// The slowest average, in bytes a second.
    pub const BYTES_A_SECOND: u64 = 8 * 1024;

    fn is_kept(&self, elapsed: Duration, bytes: u64) -> bool {
        elapsed <= self.grace || bytes / Self::BYTES_A_SECOND >= (elapsed - self.grace).as_secs()
    }
}

/// A body on its way, as far as its pace goes.
struct Coming {
    pace: Pace,
    began: Instant,
    bytes: u64,
}

impl Coming {
    fn at(pace: Pace) -> Self {
        Self { pace, began: Instant::now(), bytes: 0 }
    }

    /// The next chunk; nothing at the end.
    async fn next(&mut self, payload: &mut Payload) -> io::Result<Option<Bytes>> {
        match tokio::time::timeout(self.pace.stall, payload.next()).await {
            Ok(Some(Ok(chunk))) => self.counted(chunk).map(Some),
            Ok(Some(Err(error))) => Err(io::Error::new(io::ErrorKind::UnexpectedEof, error.to_string())),
            Ok(None) => Ok(None),
            Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "the body stands still")),
        }
    }

    fn counted(&mut self, chunk: Bytes) -> io::Result<Bytes> {
        self.bytes += chunk.len() as u64;
        let is_kept = self.pace.is_kept(self.began.elapsed(), self.bytes);
        is_kept.then_some(chunk).ok_or_else(|| io::Error::new(io::ErrorKind::TimedOut, "the body comes too slowly"))
    }
}

/// Gathers a small body; nothing where it is longer than `limit` bytes.
///
/// # Errors
/// The body breaks, stands still or drips.
pub async fn gather(mut payload: Payload, limit: usize, pace: Pace) -> io::Result<Option<Vec<u8>>> {
    let (mut coming, mut gathered) = (Coming::at(pace), Vec::new());
    while let Some(chunk) = coming.next(&mut payload).await? {
        if gathered.len() + chunk.len() > limit {
            return Ok(None);
        }
        gathered.extend_from_slice(&chunk);
    }
    Ok(Some(gathered))
}

/// Runs a blocking reader over a body. The body is cut off with an error, never with a silent end, when it breaks or comes slower
/// than `pace`. The reader may stop early; the rest of the body is then not read.
///
/// # Errors
/// The body came too slowly, whatever the reader made of it; the reader's thread died.
pub async fn with_reader<T, F>(mut payload: Payload, pace: Pace, read: F) -> io::Result<T>
where
    F: FnOnce(BodyReader) -> T + Send + 'static,
    T: Send + 'static,
{
    let (sender, receiver) = mpsc::channel(CHUNKS);
    let reader = BodyReader { chunks: receiver, current: Bytes::new() };
    let reading = tokio::task::spawn_blocking(move || read(reader));
    let (mut coming, mut is_late) = (Coming::at(pace), false);
    loop {
        let chunk = match future::select(pin!(sender.closed()), pin!(coming.next(&mut payload))).await {
            // The reader knows enough: what it says is not kept back until more comes.
            Either::Left(((), _)) | Either::Right((Ok(None), _)) => break,
            Either::Right((Ok(Some(chunk)), _)) => Ok(chunk),
            Either::Right((Err(error), _)) => Err(error),
        };
        let failed = chunk.is_err();
        is_late = matches!(&chunk, Err(error) if error.kind() == io::ErrorKind::TimedOut);
        if sender.send(chunk).await.is_err() || failed {
            break;
        }
    }
    drop(sender);
    let read = reading.await.map_err(io::Error::other)?;
    if is_late { Err(io::ErrorKind::TimedOut.into()) } else { Ok(read) }
}

/// What is told of a body that could not be read.
pub fn problem_of(error: &io::Error) -> Problem {
    let kind = error.kind();
    if kind == io::ErrorKind::TimedOut {
        Problem::of(StatusCode::REQUEST_TIMEOUT, diagnoses::BODY_TOO_SLOW)
    } else if kind == io::ErrorKind::UnexpectedEof {
        Problem::of(StatusCode::BAD_REQUEST, diagnoses::BODY_CUT)
    } else {
        Problem::of(StatusCode::INTERNAL_SERVER_ERROR, diagnoses::INTERNAL)
    }
}

#[cfg(test)]
mod tests;
