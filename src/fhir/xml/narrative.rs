//! Narratives: their bytes are kept as they are, so they must be able to stand by themselves in JSON.
//! Source: <http://hl7.org/fhir/R4/narrative.html>.

use std::io::Read;

use super::{
    diagnoses::NARRATIVE,
    lexer::{Around, Fault, Lexer, Mark, Part},
    namespace::{Declaration, Scope, Space, declaration},
};

/// How deep the elements of a narrative may nest.
const DEPTH: usize = 256;

/// Reads on from `<div`, to the end of the element.
///
/// # Errors
/// It is not well formed, uses a name whose namespace is not declared inside it, or holds an element that is no XHTML.
pub(super) fn read<R: Read>(lexer: &mut Lexer<R>, limit: usize) -> Result<String, Fault> {
    lexer.source.record("<div", limit);
    Reader { lexer, limit, scope: Scope::default(), open: Vec::new(), needs_namespace: true }.run()?;
    lexer.source.recorded().map_err(|trouble| super::lexer::fault(trouble, lexer.source.place()))
}

/// Whether a text is a narrative that XML can hold: white space around a `div`, which may leave its namespace unsaid.
pub(in crate::fhir) fn is_narrative(text: &str) -> bool {
    check(text).is_ok()
}

fn check(text: &str) -> Result<(), Fault> {
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    let mut lexer = Lexer::new(text.as_bytes(), text.len() as u64);
    if lexer.mark(Around::Before)? != Mark::Open("div".to_owned()) || !text.starts_with("<div") {
        return Err(lexer.find(NARRATIVE, ""));
    }
    let limit = text.len();
    Reader { lexer: &mut lexer, limit, scope: Scope::default(), open: Vec::new(), needs_namespace: false }.run()?;
    match lexer.peek()? {
        None => Ok(()),
        Some(_) => Err(lexer.find(NARRATIVE, "")),
    }
}

struct Reader<'l, R> {
    lexer: &'l mut Lexer<R>,
    limit: usize,
    scope: Scope,
    open: Vec<String>,
    needs_namespace: bool,
}

impl<R: Read> Reader<'_, R> {
    fn run(mut self) -> Result<(), Fault> {
        self.element("div".to_owned())?;
        while !self.open.is_empty() {
            match self.lexer.mark(Around::Narrative)? {
                Mark::Open(name) => self.element(name)?,
                Mark::Close(name) if self.open.last() == Some(&name) => self.leave(),
                Mark::Close(_) => return Err(self.lexer.wrong("an end tag is not that of the element")),
                Mark::End => return Err(Fault::Cut),
            }
        }
        Ok(())
    }

    fn element(&mut self, name: String) -> Result<(), Fault> {
        let (mut declared, mut names): (Vec<Declaration>, Vec<String>) = (Vec::new(), Vec::new());
        let end = loop {
            let attribute = match self.lexer.part()? {
                Part::Attribute(attribute) => attribute,
                end @ (Part::Open | Part::Empty) => break end,
            };
            let value = self.lexer.value(self.limit)?;
            match declaration(&attribute, &value) {
                Some(Ok((_, Space::None))) => return Err(self.lexer.find(NARRATIVE, "no namespace is declared")),
                Some(Ok(declaration)) => declared.push(declaration),
                Some(Err(detail)) => return Err(self.lexer.find(NARRATIVE, detail)),
                None => names.push(attribute),
            }
        };
        self.enter(name, declared, &names)?;
        if end == Part::Empty {
            self.leave();
        }
        Ok(())
    }

    fn enter(&mut self, name: String, declared: Vec<Declaration>, attributes: &[String]) -> Result<(), Fault> {
        if self.open.len() == DEPTH || !self.scope.enter(declared) {
            return Err(self.lexer.find(NARRATIVE, "it nests too deep"));
        }
        let needs_namespace = self.needs_namespace;
        let is_taken = |space| space == Space::Xhtml || (space == Space::None && !needs_namespace);
        if !self.scope.of_element(&name).is_some_and(is_taken) {
            return Err(self.lexer.find(NARRATIVE, "an element is not of XHTML's namespace"));
        }
        if attributes.iter().any(|name| self.scope.of_attribute(name).is_none()) {
            return Err(self.lexer.find(NARRATIVE, "a prefix is not declared"));
        }
        self.open.push(name);
        Ok(())
    }

    fn leave(&mut self) {
        self.open.pop();
        self.scope.leave();
    }
}

/// Whether the `div` states its default namespace itself.
pub(super) fn states_namespace(text: &str) -> bool {
    let text = text.trim_start();
    let tag = text.strip_prefix("<div").unwrap_or(text);
    let mut lexer = Lexer::new(tag.as_bytes(), tag.len() as u64);
    while let Ok(Part::Attribute(name)) = lexer.part() {
        if name == "xmlns" {
            return true;
        }
        if lexer.value(tag.len()).is_err() {
            return false;
        }
    }
    false
}
