//! The marks of XML: tags, one attribute at a time, and what may stand between them.
//! Source: <https://www.w3.org/TR/xml/>, without document types.

use std::io::Read;

use super::{
    diagnoses::{CDATA, DOCTYPE, INSTRUCTION, NOT_XML, TEXT},
    source::{Place, Source, Trouble},
};
use crate::fhir::{
    intake::diagnoses::{NOT_UTF8, TRAILING},
    issue::{Diagnosis, Issue},
};

/// How long a name may be.
const NAME: usize = 128;
/// How many attributes a tag may have.
const ATTRIBUTES: usize = 64;

/// Why it cannot be read on.
#[derive(Debug)]
pub(super) enum Fault {
    /// The body ended in the middle, or its source failed.
    Cut,
    /// The body is too long.
    BodyTooLong,
    /// A value is too long.
    ValueTooLong,
    /// Nobody wants more of this value.
    Unwanted,
    /// It is wrong.
    Wrong(Issue),
}

/// What stands around the marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    /// Before the resource.
    Before,
    /// The elements of a resource.
    Resource,
    /// A narrative, with its text.
    Narrative,
    /// After the resource.
    After,
}

/// A mark, with the name as it stands there.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// `<name`; its attributes come next.
    Open(String),
    /// `</name>`.
    Close(String),
    /// The end of the body.
    End,
}

/// A part of a tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// `name="`; its value comes next.
    Attribute(String),
    /// `>`.
    Open,
    /// `/>`.
    Empty,
}

pub(super) struct Lexer<R> {
    pub(super) source: Source<R>,
    pub(super) quote: u8,
    names: Vec<String>,
}

impl<R: Read> Lexer<R> {
    pub(super) fn new(source: R, body: u64) -> Self {
        Self { source: Source::new(source, body), quote: b'"', names: Vec::new() }
    }

    /// The next mark; comments are passed over, and text where it may stand.
    pub(super) fn mark(&mut self, around: Around) -> Result<Mark, Fault> {
        loop {
            match self.peek()? {
                None => return Ok(Mark::End),
                Some(b'<') if self.source.starts_with(b"<!--") => self.comment()?,
                Some(b'<') if self.source.starts_with(b"<![CDATA[") => self.cdata(around)?,
                Some(b'<') => return self.tag(around),
                Some(_) if around == Around::Narrative => self.text()?,
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.space().map(drop)?,
                Some(_) => return Err(self.stray(around)),
            }
        }
    }

    /// What stands where only space may.
    fn stray(&self, around: Around) -> Fault {
        match around {
            Around::Before => self.wrong("a tag is needed"),
            Around::After => self.find(TRAILING, ""),
            Around::Resource | Around::Narrative => self.find(TEXT, ""),
        }
    }

    fn tag(&mut self, around: Around) -> Result<Mark, Fault> {
        let place = self.source.place();
        if self.source.starts_with(b"<?") {
            return Err(self.find(INSTRUCTION, ""));
        }
        if self.source.starts_with(b"<!DOCTYPE") {
            return Err(self.find(DOCTYPE, ""));
        }
        if around == Around::After {
            return Err(self.find(TRAILING, ""));
        }
        self.source.pass(1);
        if self.peek()? == Some(b'/') {
            self.source.pass(1);
            return self.close_tag();
        }
        self.names.clear();
        self.name().map(Mark::Open).map_err(|fault| at(fault, place))
    }

    fn close_tag(&mut self) -> Result<Mark, Fault> {
        let name = self.name()?;
        self.space()?;
        self.expect(b'>', "an end tag does not end")?;
        Ok(Mark::Close(name))
    }

    /// The next part of the tag that was opened.
    pub(super) fn part(&mut self) -> Result<Part, Fault> {
        let spaced = self.space()?;
        match self.peek()?.ok_or(Fault::Cut)? {
            b'>' => {
                self.source.pass(1);
                Ok(Part::Open)
            }
            b'/' => {
                self.source.pass(1);
                self.expect(b'>', "a slash stands inside a tag")?;
                Ok(Part::Empty)
            }
            _ if !spaced => Err(self.wrong("a space is needed before an attribute")),
            _ => self.attribute().map(Part::Attribute),
        }
    }

    /// The name of an attribute, up to its value.
    pub(super) fn attribute(&mut self) -> Result<String, Fault> {
        let place = self.source.place();
        let name = self.name()?;
        if self.names.contains(&name) {
            return Err(at(self.wrong("an attribute is stated twice"), place));
        }
        if self.names.len() == ATTRIBUTES {
            return Err(self.wrong("a tag has too many attributes"));
        }
        self.space()?;
        self.expect(b'=', "an attribute needs a value")?;
        self.space()?;
        match self.peek()?.ok_or(Fault::Cut)? {
            quote @ (b'"' | b'\'') => self.quote = quote,
            _ => return Err(self.wrong("a value is not in quotes")),
        }
        self.source.pass(1);
        self.names.push(name.clone());
        Ok(name)
    }

    fn name(&mut self) -> Result<String, Fault> {
        let mut name = Vec::new();
        while let Some(byte) = self.peek()?.filter(|byte| is_of_name(*byte, name.is_empty())) {
            self.source.pass(1);
            name.push(byte);
            if name.len() > NAME {
                return Err(self.wrong("a name is too long"));
            }
        }
        if name.is_empty() {
            return Err(self.peek()?.map_or(Fault::Cut, |_| self.wrong("a name is needed")));
        }
        String::from_utf8(name).map_err(|_| self.wrong("a name is needed"))
    }

    /// Passes white space; whether there was some.
    pub(super) fn space(&mut self) -> Result<bool, Fault> {
        let mut any = false;
        loop {
            let pending = self.pending()?;
            let size = pending.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
            if size == 0 {
                return Ok(any);
            }
            any = true;
            self.source.pass(size);
        }
    }

    fn comment(&mut self) -> Result<(), Fault> {
        self.source.pass(4);
        self.skip_to(b"--")?;
        self.expect(b'>', "two hyphens stand inside a comment")
    }

    fn cdata(&mut self, around: Around) -> Result<(), Fault> {
        if around != Around::Narrative {
            return Err(self.find(CDATA, ""));
        }
        self.source.pass(9);
        self.skip_to(b"]]>")
    }

    /// Passes all up to an end and the end itself.
    fn skip_to(&mut self, end: &[u8]) -> Result<(), Fault> {
        let first = end.first().copied();
        loop {
            let pending = self.pending()?;
            if pending.is_empty() {
                return Err(Fault::Cut);
            }
            let size = pending.iter().take_while(|byte| Some(**byte) != first).count();
            self.source.pass(size);
            if self.source.starts_with(end) {
                self.source.pass(end.len());
                return Ok(());
            }
            if self.peek()?.is_some_and(|byte| Some(byte) == first) {
                self.source.pass(1);
            }
        }
    }

    pub(super) fn expect(&mut self, byte: u8, otherwise: &'static str) -> Result<(), Fault> {
        match self.peek()? {
            Some(found) if found == byte => {
                self.source.pass(1);
                Ok(())
            }
            Some(_) => Err(self.wrong(otherwise)),
            None => Err(Fault::Cut),
        }
    }

    pub(super) fn peek(&mut self) -> Result<Option<u8>, Fault> {
        self.source.peek().map_err(|trouble| fault(trouble, self.source.place()))
    }

    pub(super) fn pending(&mut self) -> Result<&[u8], Fault> {
        let place = self.source.place();
        self.source.pending().map_err(|trouble| fault(trouble, place))
    }

    /// It is not well-formed, here.
    pub(super) fn wrong(&self, detail: &'static str) -> Fault {
        self.find(NOT_XML, detail)
    }

    /// It is wrong here.
    pub(super) fn find(&self, diagnosis: Diagnosis, detail: &'static str) -> Fault {
        Fault::Wrong(Issue::error(diagnosis, self.source.place().to_string(), detail))
    }
}

/// What a trouble of the source means at a place.
pub(super) fn fault(trouble: Trouble, place: Place) -> Fault {
    match trouble {
        Trouble::Cut => Fault::Cut,
        Trouble::BodyTooLong => Fault::BodyTooLong,
        Trouble::RecordTooLong => Fault::ValueTooLong,
        Trouble::NotUtf8 => Fault::Wrong(Issue::error(NOT_UTF8, place.to_string(), "")),
        Trouble::Forbidden => {
            Fault::Wrong(Issue::error(NOT_XML, place.to_string(), "the character cannot stand in XML"))
        }
    }
}

/// The same fault at another place.
pub(super) fn at(fault: Fault, place: Place) -> Fault {
    match fault {
        Fault::Wrong(issue) => Fault::Wrong(Issue { at: place.to_string(), ..issue }),
        Fault::Cut | Fault::BodyTooLong | Fault::ValueTooLong | Fault::Unwanted => fault,
    }
}

const fn is_of_name(byte: u8, is_first: bool) -> bool {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'_' | b':' | 0x80.. => true,
        b'0'..=b'9' | b'-' | b'.' => !is_first,
        _ => false,
    }
}
