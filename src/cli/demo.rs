//! The demonstration: a cast of people and systems, a toy public-key infrastructure for them, and the stories of their records.
//! Tests share it.

pub mod cast;
pub mod directory;
pub mod pki;
mod run;
mod seed;
pub mod stories;
pub mod tokens;

pub use run::{Wanted, run, token};
