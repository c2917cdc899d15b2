//! The access journal (CSP R1111-43): lines, hash chain, durable append through a [`Ledger`], notices, verification.
//!
//! What storage found is sealed; only [`Journal::release`] opens a seal, after its line is durable.

mod chain;
mod checkpoint;
mod export;
mod keeper;
mod ledger;
mod line;
mod notice;
mod seal;
mod verify;

#[cfg(test)]
mod tests;

pub use chain::{Head, Link, link};
pub use checkpoint::{Checkpoint, KeyFault, Notary};
pub use export::export;
pub use keeper::{Journal, Unreleased};
pub use ledger::{Entry, Ledger, LedgerFault, Receipt};
pub use line::{Actor, DisclosedEntry, Disclosure, Line, Outcome, Trace};
pub use notice::{Notice, Reason};
pub use seal::{Account, Released, Sealed};
pub use verify::{Break, Verdict, Verifier, Why};
