//! Text and the values of attributes, with their references.

use std::io::Read;

use super::{
    diagnoses::ENTITY,
    lexer::{Fault, Lexer},
};

/// How long a reference may be, without `&`.
const REFERENCE: usize = 16;

impl<R: Read> Lexer<R> {
    /// The value of the attribute, whole.
    pub(super) fn value(&mut self, limit: usize) -> Result<String, Fault> {
        let mut value = Vec::new();
        self.pour(&mut |piece| {
            value.extend_from_slice(piece);
            if value.len() > limit { Err(Fault::ValueTooLong) } else { Ok(()) }
        })?;
        String::from_utf8(value).map_err(|_| self.wrong("a value is no text"))
    }

    /// The value of the attribute, piece by piece. As XML has it, each line break and tab that is not written as a
    /// reference is a space.
    pub(super) fn pour(&mut self, take: &mut dyn FnMut(&[u8]) -> Result<(), Fault>) -> Result<(), Fault> {
        let quote = self.quote;
        loop {
            let pending = self.pending()?;
            let plain = plain_prefix(pending, quote);
            if let Some(piece) = pending.get(..plain).filter(|piece| !piece.is_empty()) {
                take(piece)?;
            }
            self.source.pass(plain);
            if plain > 0 {
                continue;
            }
            match self.peek()?.ok_or(Fault::Cut)? {
                b'&' => take(self.reference()?.encode_utf8(&mut [0; 4]).as_bytes())?,
                b'<' => return Err(self.wrong("< stands in a value")),
                end if end == quote => {
                    self.source.pass(1);
                    return Ok(());
                }
                _ => {
                    let size = if self.source.starts_with(b"\r\n") { 2 } else { 1 };
                    self.source.pass(size);
                    take(b" ")?;
                }
            }
        }
    }

    /// Passes the text of a narrative, up to the next mark.
    pub(super) fn text(&mut self) -> Result<(), Fault> {
        loop {
            let pending = self.pending()?;
            let plain = pending.iter().take_while(|byte| !matches!(byte, b'<' | b'&' | b']')).count();
            self.source.pass(plain);
            match self.peek()? {
                None | Some(b'<') => return Ok(()),
                Some(b'&') => self.reference().map(drop)?,
                Some(b']') if self.source.starts_with(b"]]>") => return Err(self.wrong("]]> stands in text")),
                Some(b']') => self.source.pass(1),
                Some(_) => {}
            }
        }
    }

    /// The character that a reference stands for.
    fn reference(&mut self) -> Result<char, Fault> {
        let place = self.source.place();
        self.source.pass(1);
        let mut name = String::new();
        loop {
            match self.peek()?.ok_or(Fault::Cut)? {
                b';' => break,
                byte if (byte.is_ascii_alphanumeric() || byte == b'#') && name.len() < REFERENCE => {
                    name.push(char::from(byte));
                }
                _ => return Err(super::lexer::at(self.wrong("& begins no reference"), place)),
            }
            self.source.pass(1);
        }
        self.source.pass(1);
        let character = match name.strip_prefix('#') {
            Some(number) => number_of(number).ok_or_else(|| self.wrong("the reference is to no character of XML")),
            None => entity(&name).ok_or_else(|| self.find(ENTITY, "")),
        };
        character.map_err(|fault| super::lexer::at(fault, place))
    }
}

/// How many bytes from the start need no thought.
fn plain_prefix(bytes: &[u8], quote: u8) -> usize {
    let is_odd = |byte: u8| (byte == quote) | (byte == b'&') | (byte == b'<') | (byte < b' ');
    let plain_blocks = bytes.chunks_exact(256).take_while(|block| !block.iter().fold(false, |odd, b| odd | is_odd(*b)));
    let start = plain_blocks.count() * 256;
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().position(|byte| is_odd(*byte)).unwrap_or(rest.len())
}

fn number_of(digits: &str) -> Option<char> {
    let number = match digits.strip_prefix('x') {
        Some(hex) if hex.bytes().all(|byte| byte.is_ascii_hexdigit()) => u32::from_str_radix(hex, 16).ok()?,
        Some(_) => return None,
        None if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok()?,
        None => return None,
    };
    char::from_u32(number).filter(|character| is_character(*character))
}

/// Whether a character can stand in XML 1.0.
pub(super) const fn is_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

fn entity(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}
