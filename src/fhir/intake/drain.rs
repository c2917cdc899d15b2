//! The way of one document: base64 text comes in by pieces, bytes go out to quarantine.

use std::io;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{Quarantine, StagingArea};
use crate::record::submission::StagedContent;

/// How much text is decoded at once; a multiple of four.
const BLOCK: usize = 64 * 1024;

/// Why a document could not be staged.
#[derive(Debug)]
pub(in crate::fhir) enum Fault {
    /// Not one character.
    Empty,
    /// Not base64 (RFC 4648 section 4, padded, without stray bits).
    NotBase64,
    /// More bytes than the limit.
    TooLong,
    /// The quarantine failed.
    Storage(io::Error),
}

/// The decoder of one document.
pub(in crate::fhir) struct Drain<'q> {
    quarantine: &'q dyn Quarantine,
    area: Option<Box<dyn StagingArea>>,
    text: Vec<u8>,
    bytes: Vec<u8>,
    left: u64,
    padded: bool,
    empty: bool,
    fault: Option<Fault>,
}

impl<'q> Drain<'q> {
    pub(in crate::fhir) fn new(quarantine: &'q dyn Quarantine, limit: u64) -> Self {
        Self {
            quarantine,
            area: None,
            text: Vec::with_capacity(BLOCK),
            bytes: vec![0; BLOCK / 4 * 3],
            left: limit,
            padded: false,
            empty: true,
            fault: None,
        }
    }

    /// Takes the next piece of text. A fault is kept for [`Self::finish`]; what follows it is passed over.
    pub(in crate::fhir) fn push(&mut self, piece: &[u8]) {
        self.empty &= piece.is_empty();
        let mut rest = piece;
        while !rest.is_empty() && self.fault.is_none() {
            let room = BLOCK - self.text.len();
            let (now, later) = rest.split_at_checked(room).unwrap_or((rest, &[]));
            self.take(now);
            if self.text.len() == BLOCK {
                self.flush();
            }
            rest = later;
        }
    }

    /// FHIR's base64Binary may hold white space between its characters.
    fn take(&mut self, piece: &[u8]) {
        if piece.iter().any(|byte| *byte <= b' ') {
            self.text.extend(piece.iter().filter(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n')));
        } else {
            self.text.extend_from_slice(piece);
        }
    }

    /// Whether it makes no sense to read on.
    pub(in crate::fhir) fn is_hopeless(&self) -> bool {
        matches!(self.fault, Some(Fault::TooLong | Fault::Storage(_)))
    }

    fn flush(&mut self) {
        if let Err(fault) = self.decode() {
            self.fault = Some(fault);
            self.area = None;
        }
        self.text.clear();
    }

    fn decode(&mut self) -> Result<(), Fault> {
        if self.text.is_empty() {
            return Ok(());
        }
        if self.padded {
            return Err(Fault::NotBase64);
        }
        self.padded = self.text.last() == Some(&b'=');
        let size = STANDARD.decode_slice(&self.text, &mut self.bytes).map_err(|_| Fault::NotBase64)?;
        self.left = self.left.checked_sub(size as u64).ok_or(Fault::TooLong)?;
        let bytes = self.bytes.get(..size).unwrap_or_default();
        let area = match &mut self.area {
            Some(area) => area,
            closed @ None => closed.insert(self.quarantine.open().map_err(Fault::Storage)?),
        };
        area.write_all(bytes).map_err(Fault::Storage)
    }

    /// Ends the document.
    ///
    /// # Errors
    /// The first fault met on the way.
    pub(in crate::fhir) fn finish(mut self) -> Result<StagedContent, Fault> {
        if self.fault.is_none() {
            self.flush();
        }
        match (self.fault, self.area) {
            (Some(fault), _) => Err(fault),
            (None, Some(area)) => area.finish().map_err(Fault::Storage),
            (None, None) if self.empty => Err(Fault::Empty),
            (None, None) => Err(Fault::NotBase64),
        }
    }
}
