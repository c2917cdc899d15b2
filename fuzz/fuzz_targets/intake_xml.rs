//! Gates 1 and 2 in XML: whatever is read can be written, and what is written is read as the same.
#![no_main]

use std::io::{self, Write};

use dmp_gateway::{
    fhir::{
        intake::{Limits, Quarantine, StagingArea},
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
    let Ok(intake) = xml::read(bytes, &limits, &Counting) else { return };
    assert!(intake.staged.iter().all(|staged| staged.content.size <= limits.content));
    let _ = (shape::check(&intake.tree), primitive::check(&intake.tree));
    let written = xml::write_value(&intake.tree).expect("what was read can be written");
    let again = xml::read(written.as_slice(), &limits, &Counting).expect("what was written can be read");
    assert_eq!(again.tree, intake.tree, "what was written is something else");
    let places = |staged: &[dmp_gateway::fhir::intake::Staged]| -> Vec<String> {
        staged.iter().map(|staged| staged.at.clone()).collect()
    };
    let (mut before, mut after) = (places(&intake.staged), places(&again.staged));
    before.sort();
    after.sort();
    assert_eq!(before, after, "a document moved");
});
