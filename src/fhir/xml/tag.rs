//! The tags of a resource: which attributes FHIR knows, and the documents that stand in them.

use std::io::Read;

use super::{
    diagnoses::{NAMESPACE, UNKNOWN_ATTRIBUTE},
    lexer::{Fault, Part},
    namespace::{Declaration, Space, declaration},
    walk::Walk,
};
use crate::fhir::intake::{
    PLACEHOLDER, Staged,
    diagnoses::{CONTENT_TOO_LONG, EMPTY_STRING, NOT_BASE64, TOO_MANY_DOCUMENTS},
    drain::{self, Drain},
    is_document,
    stop::Stop,
};

/// The attributes of a tag that FHIR knows, and whether its element ends with it.
#[derive(Debug, Default)]
pub(super) struct Tag {
    pub(super) id: Option<String>,
    pub(super) url: Option<String>,
    pub(super) value: Option<String>,
    pub(super) is_empty: bool,
}

/// What must be known of the whole tag to be understood.
#[derive(Debug, Default)]
struct Names {
    declared: Vec<Declaration>,
    prefixed: Vec<String>,
}

impl<R: Read> Walk<'_, R> {
    /// Reads the attributes of the element that was opened, and goes into its namespaces.
    pub(super) fn tag(&mut self, name: &str) -> Result<Tag, Stop> {
        let (mut tag, mut names) = (Tag::default(), Names::default());
        loop {
            match self.lexer.part().map_err(|fault| self.account.stop(fault))? {
                Part::Attribute(attribute) => self.attribute(&attribute, &mut tag, &mut names)?,
                Part::Open => break,
                Part::Empty => {
                    tag.is_empty = true;
                    break;
                }
            }
        }
        self.resolve(name, names)?;
        Ok(tag)
    }

    fn attribute(&mut self, name: &str, tag: &mut Tag, names: &mut Names) -> Result<(), Stop> {
        self.account.count()?;
        if name == "value" && self.stages && is_document(&self.account.at) {
            tag.value = Some(self.document()?);
            return Ok(());
        }
        let text = self.lexer.value(self.limits.string).map_err(|fault| self.account.stop(fault))?;
        self.account.hold(text.len())?;
        match (declaration(name, &text), name) {
            (Some(Ok(declaration)), _) => names.declared.push(declaration),
            (Some(Err(detail)), _) => return Err(self.not_of_fhir(detail)),
            (None, "value") => tag.value = Some(self.stated(text, None)?),
            (None, "id") => tag.id = Some(self.stated(text, Some(name))?),
            (None, "url") => tag.url = Some(self.stated(text, Some(name))?),
            (None, _) if name.contains(':') => names.prefixed.push(name.to_owned()),
            (None, _) => self.account.find_member(UNKNOWN_ATTRIBUTE, name)?,
        }
        Ok(())
    }

    /// The text of an attribute, which is never empty.
    fn stated(&mut self, text: String, member: Option<&str>) -> Result<String, Stop> {
        match (text.is_empty(), member) {
            (false, _) => {}
            (true, Some(member)) => self.account.find_member(EMPTY_STRING, member)?,
            (true, None) => self.account.find(EMPTY_STRING, "")?,
        }
        Ok(text)
    }

    fn resolve(&mut self, name: &str, names: Names) -> Result<(), Stop> {
        if !self.scope.enter(names.declared) {
            return Err(self.not_of_fhir("too many namespaces are declared"));
        }
        if self.scope.of_element(name) != Some(Space::Fhir) {
            return Err(self.not_of_fhir(""));
        }
        for name in &names.prefixed {
            match self.scope.of_attribute(name) {
                None => return Err(self.not_of_fhir("a prefix is not declared")),
                Some(Space::Xsi) if name.ends_with(":schemaLocation") => {}
                Some(_) => self.account.find_member(UNKNOWN_ATTRIBUTE, name)?,
            }
        }
        Ok(())
    }

    fn not_of_fhir(&mut self, detail: &'static str) -> Stop {
        let fault = self.lexer.find(NAMESPACE, detail);
        self.account.stop(fault)
    }

    /// Leads a document to the quarantine, as the JSON reader does.
    fn document(&mut self) -> Result<String, Stop> {
        if self.staged.len() >= self.limits.documents {
            return Err(self.account.too_long(TOO_MANY_DOCUMENTS));
        }
        match self.drain()? {
            Ok(content) => self.staged.push(Staged { at: self.account.at.to_string(), content }),
            Err(drain::Fault::Empty) => self.account.find(EMPTY_STRING, "")?,
            Err(drain::Fault::NotBase64) => self.account.find(NOT_BASE64, "")?,
            Err(drain::Fault::TooLong) => return Err(self.account.too_long(CONTENT_TOO_LONG)),
            Err(drain::Fault::Storage(error)) => return Err(Stop::Storage(error)),
        }
        Ok(PLACEHOLDER.to_owned())
    }

    fn drain(&mut self) -> Result<Result<crate::record::submission::StagedContent, drain::Fault>, Stop> {
        let mut drain = Drain::new(self.quarantine, self.limits.content);
        let poured = self.lexer.pour(&mut |piece| {
            drain.push(piece);
            if drain.is_hopeless() { Err(Fault::Unwanted) } else { Ok(()) }
        });
        match poured {
            Ok(()) | Err(Fault::Unwanted) => Ok(drain.finish()),
            Err(fault) => Err(self.account.stop(fault)),
        }
    }
}
