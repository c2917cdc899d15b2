//! The hash chain: each line is bound to its number and to all lines before it.

use aws_lc_rs::digest::{Context, SHA256};

/// The end of the chain: how many lines, and the hash of the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The number of the last line; 0 before the first.
    pub number: u64,
    /// Its hash; zeros before the first.
    pub hash: [u8; 32],
}

impl Head {
    /// Before the first line.
    pub const START: Self = Self { number: 0, hash: [0; 32] };
}

/// One stored line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its number, from 1, without gaps.
    pub number: u64,
    /// Its canonical bytes.
    pub bytes: Vec<u8>,
    /// SHA-256 of the hash before, the number (8 bytes, big-endian), and the bytes.
    pub hash: [u8; 32],
}

/// Binds the next line to the chain.
pub fn link(head: &Head, bytes: &[u8]) -> Head {
    let number = head.number.saturating_add(1);
    let mut context = Context::new(&SHA256);
    context.update(&head.hash);
    context.update(&number.to_be_bytes());
    context.update(bytes);
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    Head { number, hash }
}
