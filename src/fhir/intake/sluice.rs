//! The source of bytes below the JSON reader: it counts them, and leads the text of a document aside.
//!
//! The JSON reader takes 2 ns for each byte of a string, about 30 ms for a document of 10 MB, because it looks at one byte
//! at a time. While a [`Drain`] is set, the reader stands inside a document's string and has used up all it was given when
//! it asks for more; so whatever holds neither the end of the string nor an escape goes straight to the drain, by blocks,
//! and the reader sees only what remains.

use std::{
    cell::RefCell,
    io::{self, Read},
    rc::Rc,
};

use super::drain::Drain;

const BUFFER: usize = 64 * 1024;
/// How many bytes the reader gets at once while a document is led aside: room for the end of the string or an escape.
const SIP: usize = 16;
/// The length of the longest escape, `\u0041`.
const ESCAPE: usize = 6;

/// A document on its way, shared by the walk, which sets it, and the sluice, which feeds it.
pub(super) type Channel<'q> = Rc<RefCell<Option<Drain<'q>>>>;

/// Why the sluice gave no more bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// The source failed.
    Source,
    /// The body is longer than its limit.
    BodyTooLong,
    /// One token is longer than its limit.
    TokenTooLong,
    /// The drain has no use for more.
    Drained,
}

pub(super) struct Sluice<'q, R> {
    source: R,
    buffer: Vec<u8>,
    at: usize,
    body_left: u64,
    token_limit: usize,
    token_left: usize,
    tail: [u8; ESCAPE],
    channel: Channel<'q>,
    failure: Option<Failure>,
    led_aside: u64,
}

impl<'q, R: Read> Sluice<'q, R> {
    pub(super) fn new(source: R, body: u64, token: usize, channel: Channel<'q>) -> Self {
        Self {
            source,
            buffer: Vec::with_capacity(BUFFER),
            at: 0,
            body_left: body,
            token_limit: token,
            token_left: token,
            tail: [0; ESCAPE],
            channel,
            failure: None,
            led_aside: 0,
        }
    }

    /// Begins a new token.
    pub(super) fn begin_token(&mut self) {
        self.token_left = self.token_limit;
    }

    /// Why it gave no more, where it did so.
    pub(super) fn failure(&self) -> Option<Failure> {
        self.failure
    }

    /// How many bytes went aside, which the reader did not count in its columns.
    pub(super) fn led_aside(&self) -> u64 {
        self.led_aside
    }

    /// Whether the body begins with these bytes.
    pub(super) fn begins_with(&mut self, bytes: &[u8]) -> bool {
        while self.pending().len() < bytes.len() && matches!(self.refill(), Ok(true)) {}
        self.pending().starts_with(bytes)
    }

    fn pending(&self) -> &[u8] {
        self.buffer.get(self.at..).unwrap_or_default()
    }

    fn fail(&mut self, failure: Failure) -> io::Error {
        self.failure = Some(failure);
        io::Error::other("the sluice is shut")
    }

    /// Reads more behind what is pending; false at the end.
    fn refill(&mut self) -> io::Result<bool> {
        self.buffer.drain(..self.at.min(self.buffer.len()));
        self.at = 0;
        let kept = self.buffer.len();
        self.buffer.resize(BUFFER, 0);
        let read = loop {
            match self.source.read(self.buffer.get_mut(kept..).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => break done,
            }
        };
        let size = read.map_err(|_| self.fail(Failure::Source));
        self.buffer.truncate(kept + size.as_ref().map_or(0, |size| (*size).min(BUFFER - kept)));
        let size = size?;
        self.body_left = self.body_left.checked_sub(size as u64).ok_or_else(|| self.fail(Failure::BodyTooLong))?;
        Ok(size > 0)
    }

    /// Feeds the drain with all that needs no reading.
    fn lead_aside(&mut self) -> io::Result<()> {
        if self.is_amid_escape() {
            return Ok(());
        }
        let channel = Rc::clone(&self.channel);
        let mut channel = channel.borrow_mut();
        let Some(drain) = channel.as_mut() else { return Ok(()) };
        loop {
            let plain = plain_prefix(self.pending());
            drain.push(self.pending().get(..plain).unwrap_or_default());
            self.at += plain;
            self.led_aside += plain as u64;
            if drain.is_hopeless() {
                return Err(self.fail(Failure::Drained));
            }
            if !self.pending().is_empty() || !self.refill()? {
                return Ok(());
            }
        }
    }

    fn is_amid_escape(&self) -> bool {
        self.tail.contains(&b'\\')
    }

    fn is_leading_aside(&self) -> bool {
        self.channel.borrow().is_some()
    }

    fn serve(&mut self, out: &mut [u8], most: usize) -> usize {
        let size = out.len().min(most).min(self.token_left);
        let size = self.pending().len().min(size);
        for (place, byte) in out.iter_mut().zip(self.pending().iter().take(size)) {
            *place = *byte;
        }
        self.at += size;
        self.remember(out.get(..size).unwrap_or_default());
        size
    }

    /// Serves what could not be led aside: exactly one escape where it lies whole in the buffer, so that the next byte can
    /// be led aside again.
    fn sip(&mut self, out: &mut [u8]) -> usize {
        match self.pending() {
            [b'\\', b'u', _, _, _, _, ..] => self.serve_escape(out, ESCAPE),
            [b'\\', next, ..] if *next != b'u' => self.serve_escape(out, 2),
            _ => self.serve(out, SIP),
        }
    }

    fn serve_escape(&mut self, out: &mut [u8], size: usize) -> usize {
        let served = self.serve(out, size);
        if served == size {
            self.tail = [0; ESCAPE];
        }
        served
    }

    fn remember(&mut self, served: &[u8]) {
        for byte in served.iter().skip(served.len().saturating_sub(ESCAPE)) {
            self.tail.rotate_left(1);
            if let Some(last) = self.tail.last_mut() {
                *last = *byte;
            }
        }
    }
}

impl<R: Read> Read for Sluice<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.failure.is_some() {
            return Err(io::Error::other("the sluice is shut"));
        }
        let aside = self.is_leading_aside();
        if aside {
            self.lead_aside()?;
        } else if self.token_left == 0 {
            return Err(self.fail(Failure::TokenTooLong));
        }
        if self.pending().is_empty() && !self.refill()? {
            return Ok(0);
        }
        if aside {
            self.begin_token();
            return Ok(self.sip(out));
        }
        let size = self.serve(out, BUFFER);
        self.token_left -= size;
        Ok(size)
    }
}

/// How many bytes from the start are plain characters of a JSON string: printable ASCII, no quote, no backslash.
fn plain_prefix(bytes: &[u8]) -> usize {
    let plain_blocks = bytes.chunks_exact(256).take_while(|block| !block.iter().fold(false, |odd, b| odd | is_odd(*b)));
    let start = plain_blocks.count() * 256;
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().position(|byte| is_odd(*byte)).unwrap_or(rest.len())
}

fn is_odd(byte: u8) -> bool {
    (byte == b'"') | (byte == b'\\') | (byte < b' ') | (byte >= 0x7f)
}
