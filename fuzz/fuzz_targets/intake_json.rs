//! Gates 1 and 2: whatever they take, another parser reads too, and it holds neither more nor less; what passes the gates
//! behind them has a form in XML.
#![no_main]

use std::io::{self, Write};

use dmp_gateway::{
    fhir::{
        intake::{Limits, Quarantine, StagingArea, read},
        primitive, shape, xml,
    },
    record::submission::StagedContent,
};
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;

/// Counts what it is given.
struct Counting;

struct Area(u64);

impl Quarantine for Counting {
    fn open(&self) -> io::Result<Box<dyn StagingArea>> {
        Ok(Box::new(Area(0)))
    }
}

impl Write for Area {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl StagingArea for Area {
    fn finish(self: Box<Self>) -> io::Result<StagedContent> {
        Ok(StagedContent { handle: Uuid::nil(), size: self.0, sha1: [0; 20], head: Vec::new() })
    }
}

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { body: 1 << 20, content: 1 << 16, depth: 32, string: 4096, nodes: 2000, documents: 10 };
    let Ok(intake) = read(bytes, &limits, &Counting) else { return };
    let other: serde_json::Value = serde_json::from_slice(bytes).expect("we took what is no JSON");
    if intake.staged.is_empty() {
        assert_eq!(intake.tree, other, "two parsers read two things");
    }
    assert!(intake.staged.iter().all(|staged| staged.content.size <= limits.content));
    if shape::check(&intake.tree).is_empty() && primitive::check(&intake.tree).is_empty() {
        let written = xml::write_value(&intake.tree).expect("what passed the gates can be written in XML");
        assert!(xml::read(written.as_slice(), &Limits::default(), &Counting).is_ok(), "and read again");
    }
});
