//! Export: the chain as JSON lines, to be kept and verified elsewhere.

use std::io;

use super::chain::Link;
use crate::record::hex;

/// Writes one link as one line of JSON: `number`, `hash` in hexadecimal, and `line`, the canonical bytes as they are.
///
/// # Errors
/// The writer's.
pub fn export(link: &Link, out: &mut dyn io::Write) -> io::Result<()> {
    write!(out, "{{\"number\":{},\"hash\":\"{}\",\"line\":", link.number, hex(&link.hash))?;
    out.write_all(&link.bytes)?;
    out.write_all(b"}\n")
}
