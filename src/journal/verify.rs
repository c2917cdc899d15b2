//! Verification: proves from the stored lines alone that none was changed, removed, inserted or moved.

use std::{collections::VecDeque, fmt};

use super::{
    chain::{Head, Link, link},
    checkpoint::Checkpoint,
    line::Line,
};
use crate::record::hex;

/// What a sound chain amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// How many lines.
    pub count: u64,
    /// The hash of the last; zeros where there is none.
    pub head: [u8; 32],
    /// How many signed checkpoints it passed.
    pub checkpoints: u64,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} lines, {} checkpoints, head {}:{}", self.count, self.checkpoints, self.count, hex(&self.head))
    }
}

/// The first line at which the chain does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {number}: {why}")]
pub struct Break {
    /// The number of the line.
    pub number: u64,
    /// What is wrong there.
    pub why: Why,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// It is not there, though later ones are.
    #[error("the line is missing")]
    Missing,
    /// Its bytes, its hash or its place were changed.
    #[error("the hash does not follow from the line and those before it")]
    WrongHash,
    /// Its bytes are no line.
    #[error("the line cannot be read")]
    Unreadable,
    /// What is stored beside it, to find it by, says otherwise than the line.
    #[error("the line is filed under another holder, time or request")]
    Misfiled,
    /// The signed checkpoint of this number is forged or names another head.
    #[error("the signed checkpoint does not match")]
    WrongCheckpoint,
    /// The head that was kept elsewhere has another hash.
    #[error("the line is not the one whose head was kept elsewhere")]
    AnotherHead,
    /// A line at which a checkpoint must have been signed, and none is there.
    #[error("the signed checkpoint is missing")]
    MissingCheckpoint,
    /// A signed checkpoint, or a head kept elsewhere, proves that the chain went on.
    #[error("the chain ends before its last signed checkpoint, or before the head that was kept elsewhere")]
    Truncated,
}

/// Walks a chain from its first line.
#[derive(Debug)]
pub struct Verifier {
    head: Head,
    ahead: VecDeque<Checkpoint>,
    passed: u64,
    public_key: Vec<u8>,
    expected: Option<Head>,
}

impl Verifier {
    /// Begins before the first line, with the stored checkpoints in the order of their numbers and the public key that signed them.
    /// Checkpoints have to be read before lines where the ledger is in use.
    pub fn new(checkpoints: Vec<Checkpoint>, public_key: Vec<u8>) -> Self {
        Self { head: Head::START, ahead: checkpoints.into(), passed: 0, public_key, expected: None }
    }

    /// Demands that the chain pass through a head that was kept elsewhere: then nobody has cut it back beyond that.
    #[must_use]
    pub fn expecting(self, head: Option<Head>) -> Self {
        Self { expected: head, ..self }
    }

    /// Takes the next link and gives back the line that it holds.
    ///
    /// # Errors
    /// The break.
    pub fn follow(&mut self, next: &Link) -> Result<Line, Break> {
        let expected = link(&self.head, &next.bytes);
        if next.number != expected.number {
            return Err(Break { number: expected.number, why: Why::Missing });
        }
        let broken = |why| Break { number: next.number, why };
        if next.hash != expected.hash {
            return Err(broken(Why::WrongHash));
        }
        let line = serde_json::from_slice(&next.bytes).map_err(|_| broken(Why::Unreadable))?;
        self.head = expected;
        if let Some(kept) = self.expected.take_if(|kept| kept.number == expected.number)
            && kept.hash != expected.hash
        {
            return Err(broken(Why::AnotherHead));
        }
        self.pass_checkpoint()?;
        Ok(line)
    }

    /// Ends the walk after the last link.
    ///
    /// # Errors
    /// The chain is shorter than a checkpoint says.
    pub fn finish(self) -> Result<Verdict, Break> {
        if self.ahead.is_empty() && self.expected.is_none() {
            return Ok(Verdict { count: self.head.number, head: self.head.hash, checkpoints: self.passed });
        }
        Err(Break { number: self.head.number.saturating_add(1), why: Why::Truncated })
    }

    fn pass_checkpoint(&mut self) -> Result<(), Break> {
        let Some(checkpoint) = self.ahead.pop_front_if(|checkpoint| checkpoint.head.number <= self.head.number) else {
            let must = self.head.number.is_multiple_of(Checkpoint::EVERY);
            let missing = Break { number: self.head.number, why: Why::MissingCheckpoint };
            return if must { Err(missing) } else { Ok(()) };
        };
        if checkpoint.head != self.head || !checkpoint.is_signed_by(&self.public_key) {
            return Err(Break { number: self.head.number, why: Why::WrongCheckpoint });
        }
        self.passed += 1;
        Ok(())
    }
}
