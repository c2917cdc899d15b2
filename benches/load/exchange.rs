//! Just enough HTTP/1.1 to send a request of any size and to read its answer.

use std::io::{BufRead, BufReader, Read, Write, copy, sink};

use crate::{Outcome, document::Body};

/// One request.
#[derive(Debug, Clone)]
pub struct Request {
    head: String,
    body: Option<Body>,
}

impl Request {
    /// `GET`.
    pub fn get(path: &str) -> Self {
        let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: application/fhir+json, */*\r\n\r\n");
        Self { head, body: None }
    }

    /// `GET` of the native bytes of a document.
    pub fn get_native(path: &str, media_type: &str) -> Self {
        Self { head: format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: {media_type}\r\n\r\n"), body: None }
    }

    /// `POST` of a FHIR resource.
    pub fn post(path: &str, body: Body) -> Self {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/fhir+json\r\naccept: application/fhir+json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        Self { head, body: Some(body) }
    }

    fn send(&self, wire: &mut impl Write) -> Outcome<()> {
        wire.write_all(self.head.as_bytes())?;
        if let Some(body) = &self.body {
            body.write_to(wire)?;
        }
        Ok(wire.flush()?)
    }
}

/// An answer, its body read.
#[derive(Debug, Default)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The body's bytes, where they were asked for.
    pub body: Vec<u8>,
    /// Whether the connection ends here.
    pub closes: bool,
}

/// What becomes of the body of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bodies {
    /// Kept.
    Kept,
    /// Read and dropped.
    Dropped,
}

/// Sends the request and reads the whole answer.
pub fn exchange<W: Read + Write>(wire: &mut W, request: &Request, bodies: Bodies) -> Outcome<Reply> {
    request.send(wire)?;
    // Nothing is pipelined, so that a reader per answer loses no byte.
    let mut reader = BufReader::with_capacity(16 * 1024, wire);
    let (mut reply, framing) = read_head(&mut reader)?;
    match bodies {
        Bodies::Kept => read_body(&mut reader, framing, &mut reply.body)?,
        Bodies::Dropped => read_body(&mut reader, framing, &mut sink())?,
    }
    Ok(reply)
}

#[derive(Clone, Copy)]
enum Framing {
    Length(u64),
    Chunks,
}

fn read_head(reader: &mut impl BufRead) -> Outcome<(Reply, Framing)> {
    let first = line(reader)?;
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or("not an HTTP answer")?;
    let mut reply = Reply { status, ..Reply::default() };
    let mut framing = Framing::Length(0);
    loop {
        let line = line(reader)?.to_ascii_lowercase();
        let Some((name, value)) = line.split_once(':') else { return Ok((reply, framing)) };
        match (name, value.trim()) {
            ("content-length", length) => framing = Framing::Length(length.parse()?),
            ("transfer-encoding", "chunked") => framing = Framing::Chunks,
            ("connection", "close") => reply.closes = true,
            _ => {}
        }
    }
}

fn read_body(reader: &mut impl BufRead, framing: Framing, to: &mut impl Write) -> Outcome<()> {
    match framing {
        Framing::Length(length) => read_exactly(reader, length, to),
        Framing::Chunks => loop {
            let size = u64::from_str_radix(line(reader)?.split(';').next().unwrap_or_default(), 16)?;
            read_exactly(reader, size, to)?;
            line(reader)?;
            if size == 0 {
                return Ok(());
            }
        },
    }
}

fn read_exactly(reader: &mut impl BufRead, length: u64, to: &mut impl Write) -> Outcome<()> {
    let read = copy(&mut reader.take(length), to)?;
    if read == length { Ok(()) } else { Err("the answer ends too early".into()) }
}

fn line(reader: &mut impl BufRead) -> Outcome<String> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Err("the connection ended".into());
    }
    Ok(line.trim_end().to_owned())
}
