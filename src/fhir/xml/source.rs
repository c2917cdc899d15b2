//! The bytes of the body: counted, known to be characters of XML, and with their place.

use std::{
    fmt,
    io::{self, Read},
    str,
};

const BUFFER: usize = 64 * 1024;

/// Why there is nothing more to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The source failed, or ended in the middle.
    Cut,
    /// The body is longer than its limit.
    BodyTooLong,
    /// What is recorded is longer than its limit.
    RecordTooLong,
    /// The bytes are no UTF-8.
    NotUtf8,
    /// The character cannot stand in XML.
    Forbidden,
}

/// A line and a column in characters, counted from 1 when printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    line: usize,
    column: usize,
}

impl Place {
    fn pass(&mut self, bytes: &[u8]) {
        let mut last = bytes;
        let lines = count(bytes, |byte| byte == b'\n');
        if lines > 0 {
            self.line += lines;
            self.column = 0;
            last = bytes.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        }
        self.column += count(last, |byte| byte & 0xC0 != 0x80);
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line + 1, self.column + 1)
    }
}

fn count(bytes: &[u8], is: impl Fn(u8) -> bool) -> usize {
    bytes.chunks(255).map(|chunk| usize::from(chunk.iter().fold(0_u8, |sum, byte| sum + u8::from(is(*byte))))).sum()
}

/// What has been read, kept as it was.
struct Record {
    bytes: Vec<u8>,
    limit: usize,
}

pub(super) struct Source<R> {
    inner: R,
    buffer: Vec<u8>,
    at: usize,
    good: usize,
    body_left: u64,
    ended: bool,
    trouble: Option<Trouble>,
    place: Place,
    record: Option<Record>,
}

impl<R: Read> Source<R> {
    pub(super) fn new(inner: R, body: u64) -> Self {
        Self {
            inner,
            buffer: Vec::with_capacity(BUFFER),
            at: 0,
            good: 0,
            body_left: body,
            ended: false,
            trouble: None,
            place: Place::default(),
            record: None,
        }
    }

    pub(super) const fn place(&self) -> Place {
        self.place
    }

    /// What can be read now; nothing at the end of the body.
    pub(super) fn pending(&mut self) -> Result<&[u8], Trouble> {
        self.want(1);
        let is_over = self.record.as_ref().is_some_and(|record| record.bytes.len() > record.limit);
        match self.trouble {
            _ if is_over => Err(Trouble::RecordTooLong),
            Some(trouble) if self.at == self.good => Err(trouble),
            Some(_) | None => Ok(self.buffer.get(self.at..self.good).unwrap_or_default()),
        }
    }

    /// Whether these bytes come next.
    pub(super) fn starts_with(&mut self, bytes: &[u8]) -> bool {
        self.want(bytes.len());
        self.buffer.get(self.at..self.good).unwrap_or_default().starts_with(bytes)
    }

    /// The next byte, which is not passed; nothing at the end of the body.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Trouble> {
        Ok(self.pending()?.first().copied())
    }

    /// Passes so many of the pending bytes.
    pub(super) fn pass(&mut self, size: usize) {
        let passed = self.buffer.get(self.at..self.at + size).unwrap_or_default();
        self.place.pass(passed);
        if let Some(record) = &mut self.record {
            record.bytes.extend_from_slice(passed);
        }
        self.at += passed.len();
    }

    /// Keeps what is passed from now on, behind what was passed just before; up to a limit.
    pub(super) fn record(&mut self, before: &str, limit: usize) {
        self.record = Some(Record { bytes: before.as_bytes().to_vec(), limit });
    }

    /// What was recorded.
    pub(super) fn recorded(&mut self) -> Result<String, Trouble> {
        let record = self.record.take().ok_or(Trouble::Cut)?;
        if record.bytes.len() > record.limit {
            return Err(Trouble::RecordTooLong);
        }
        String::from_utf8(record.bytes).map_err(|_| Trouble::NotUtf8)
    }

    fn want(&mut self, size: usize) {
        while self.good - self.at < size && !self.ended && self.trouble.is_none() {
            self.refill();
            self.check();
        }
    }

    fn refill(&mut self) {
        self.buffer.drain(..self.at);
        self.good -= self.at;
        self.at = 0;
        let kept = self.buffer.len();
        self.buffer.resize(BUFFER.max(kept + 1), 0);
        let read = loop {
            match self.inner.read(self.buffer.get_mut(kept..).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => break done,
            }
        };
        let size = read.as_ref().map_or(0, |size| (*size).min(self.buffer.len() - kept));
        self.buffer.truncate(kept + size);
        self.ended = size == 0;
        self.trouble = read.is_err().then_some(Trouble::Cut);
        match self.body_left.checked_sub(size as u64) {
            Some(left) => self.body_left = left,
            None => self.trouble = Some(Trouble::BodyTooLong),
        }
    }

    /// Finds out how far what was read is characters of XML.
    fn check(&mut self) {
        let fresh = self.buffer.get(self.good..).unwrap_or_default();
        let (valid, trouble) = match str::from_utf8(fresh) {
            Ok(_) => (fresh.len(), None),
            Err(error) if error.error_len().is_some() => (error.valid_up_to(), Some(Trouble::NotUtf8)),
            Err(error) => (error.valid_up_to(), self.ended.then_some(Trouble::Cut)),
        };
        let (size, trouble) = match forbidden(fresh.get(..valid).unwrap_or_default()) {
            Some(place) => (place, Some(Trouble::Forbidden)),
            None => (valid, trouble),
        };
        self.good += size;
        self.trouble = self.trouble.or(trouble);
    }
}

/// The first of the characters that cannot stand in XML 1.0: controls, and the two non-characters of the basic plane.
fn forbidden(bytes: &[u8]) -> Option<usize> {
    let suspicious = |byte: u8| (byte < b' ') | (byte == 0xEF);
    let clean = bytes.chunks(256).take_while(|block| !block.iter().fold(false, |odd, b| odd | suspicious(*b))).count();
    let start = (clean * 256).min(bytes.len());
    let rest = bytes.get(start..).unwrap_or_default();
    let is_forbidden = |at: usize, byte: u8| match byte {
        b'\t' | b'\n' | b'\r' => false,
        0xEF => matches!(rest.get(at + 1..at + 3), Some([0xBF, 0xBE | 0xBF])),
        other => other < b' ',
    };
    rest.iter().enumerate().find(|(at, byte)| is_forbidden(*at, **byte)).map(|(at, _)| start + at)
}
