//! What stands before the resource: a byte order mark, the XML declaration, comments.

use std::io::Read;

use super::{
    diagnoses::ENCODING,
    lexer::{Around, Fault, Lexer, Mark},
};

/// How long a value of the declaration may be.
const VALUE: usize = 32;

impl<R: Read> Lexer<R> {
    /// Reads up to the name of the first element.
    pub(super) fn prolog(&mut self) -> Result<String, Fault> {
        if self.source.starts_with(b"\xEF\xBB\xBF") {
            self.source.pass(3);
        }
        if self.source.starts_with(b"<?xml") && !self.source.starts_with(b"<?xml-") {
            self.source.pass(5);
            self.declaration()?;
        }
        match self.mark(Around::Before)? {
            Mark::Open(name) => Ok(name),
            Mark::Close(_) => Err(self.wrong("an end tag stands first")),
            Mark::End => Err(Fault::Cut),
        }
    }

    /// The XML declaration: version 1.0, in UTF-8 where it says.
    fn declaration(&mut self) -> Result<(), Fault> {
        let known = ["version", "encoding", "standalone"];
        let mut stated = Vec::new();
        while let Some((name, value)) = self.statement()? {
            let place = known.iter().position(|known| *known == name);
            let is_in_order = place.is_some() && stated.iter().all(|earlier| *earlier < place);
            if !is_in_order || (stated.is_empty() && place != Some(0)) {
                return Err(self.wrong("the XML declaration is not well formed"));
            }
            stated.push(place);
            match (name.as_str(), value.as_str()) {
                ("version", "1.0") | ("standalone", "yes" | "no") => {}
                ("encoding", encoding) if encoding.eq_ignore_ascii_case("utf-8") => {}
                ("encoding", _) => return Err(self.find(ENCODING, "")),
                _ => return Err(self.wrong("the XML declaration says what is not XML 1.0")),
            }
        }
        if stated.is_empty() {
            return Err(self.wrong("the XML declaration is not well formed"));
        }
        Ok(())
    }

    /// A statement of the declaration, or its end.
    fn statement(&mut self) -> Result<Option<(String, String)>, Fault> {
        let spaced = self.space()?;
        if self.peek()?.ok_or(Fault::Cut)? == b'?' {
            self.source.pass(1);
            self.expect(b'>', "the XML declaration does not end")?;
            return Ok(None);
        }
        if !spaced {
            return Err(self.wrong("the XML declaration is not well formed"));
        }
        let name = self.attribute()?;
        Ok(Some((name, self.value(VALUE)?)))
    }
}
